"""F26: a backup of the running daemon, and what a restore makes of it."""

import json
import os
import re
import sqlite3
from pathlib import Path

import pytest

from harness.daemon import Daemon, run
from harness.load import EVENT, Load
from harness.receiver import Answer, Receiver
from harness.transmitter import Transmitter, email
from harness.waiting import wait_until


@pytest.fixture
def daemon(new_daemon) -> Daemon:
    return new_daemon(**{"streams.verify_on_create": "false"}).start()


def backup(daemon: Daemon, path: Path, *arguments: str) -> dict:
    result = daemon.verb("backup", str(path), "--json", *arguments)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def restore(daemon: Daemon, path: Path):
    return run("restore", str(path), *daemon.flags())


def make_stream(transmitter: Transmitter, url: str) -> str:
    return transmitter.receiver_api().create_push(url, events_requested=[EVENT])["stream_id"]


def test_f26_a_backup_under_load_is_sound_and_what_it_has_is_sent_again_with_the_same_jti(daemon, tmp_path):
    file = tmp_path / "backup.sqlite"
    answers = {"status": 503}
    with Receiver(lambda _: Answer(answers["status"])) as receiver:
        own = Transmitter(daemon)
        stream = make_stream(own, receiver.url)
        load = Load(daemon, producers=1)
        wait_until(lambda: len(load.accepted) >= 100, "a backlog")
        before = set(load.accepted)
        receipt = backup(daemon, file)
        accepted = load.end()

        assert receipt["path"] == str(file) and receipt["bytes"] == file.stat().st_size
        assert file.stat().st_mode & 0o777 == 0o600
        with sqlite3.connect(f"file:{file}?immutable=1", uri=True) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            kept = {row[0] for row in copy.execute("SELECT jti FROM delivery")}
        assert before <= kept <= accepted

        answers["status"] = 202
        wait_until(lambda: own.admin.totals(stream)["pending"] == 0, "all to be delivered", 60)
        first = {delivery.jti: delivery.claims for delivery in receiver.answered}
        assert daemon.terminate() == 0
        result = restore(daemon, file)
        assert result.returncode == 0, result.stderr
        former = Path(re.search(r"kept as (.*)\n", result.stdout)[1])
        assert former.exists()

        arrived = len(receiver.deliveries)
        again = Transmitter(daemon.restart())
        wait_until(lambda: again.admin.totals(stream)["pending"] == 0, "what was restored to be delivered", 60)
        assert again.admin.totals(stream)["accepted"] == len(kept)
        repeated = {delivery.jti: delivery.claims for delivery in receiver.deliveries[arrived:]}
        assert kept == set(repeated)
        assert all(first[jti] == claims for jti, claims in repeated.items())
        log = daemon.log.read_text()
        assert re.search(r'"message":"restored at 20[^"]*"', log) and '"boot_id"' in log


def test_a_backup_is_not_written_over_what_is_there(daemon, tmp_path):
    file = tmp_path / "backup.sqlite"
    backup(daemon, file)
    refused = daemon.verb("backup", str(file))
    assert refused.returncode == 1 and "--force" in refused.stderr
    backup(daemon, file, "--force")
    letter = tmp_path / "letter"
    letter.write_text("dear aunt")
    assert daemon.verb("backup", str(letter), "--force").returncode == 1
    assert letter.read_text() == "dear aunt"


@pytest.mark.parametrize("body, status", [
    ({"path": "relative.sqlite"}, 400), ({}, 400), ({"path": "/nowhere/at/all.sqlite"}, 400),
    ({"path": 7}, 400),
])
def test_a_backup_that_cannot_be_written_is_refused(transmitter, body, status):
    response = transmitter.admin.call("POST", "/v1/backup", json=body)
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_backup_with_an_unknown_member_is_refused(transmitter, tmp_path):
    file = tmp_path / "backup.sqlite"
    response = transmitter.admin.call("POST", "/v1/backup", json={"path": str(file), "forced": True})
    assert response.status_code == 400 and "forced" in response.json()["detail"]
    assert not file.exists()


def test_a_backup_is_for_administrators(transmitter, tmp_path):
    token = transmitter.token("ssf.emit", "ssf.read")
    response = transmitter.admin.call(
        "POST", "/v1/backup", json={"path": str(tmp_path / "x")}, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 403 and not (tmp_path / "x").exists()


def test_secrets_stay_sealed_in_a_backup(daemon, tmp_path):
    file = tmp_path / "backup.sqlite"
    own = Transmitter(daemon)
    own.receiver_api().create_push("http://127.0.0.1:9/", authorization="Bearer canary-7f3a")
    backup(daemon, file)
    content = file.read_bytes()
    assert b"canary-7f3a" not in content and b"PRIVATE KEY" not in content
    assert own.admin.session.headers["Authorization"].removeprefix("Bearer ").encode() not in content


def test_after_a_kill_the_former_database_is_gone_back_to_with_its_log(daemon, tmp_path):
    file = tmp_path / "backup.sqlite"
    own = Transmitter(daemon)
    stream = make_stream(own, "http://127.0.0.1:9/")
    backup(daemon, file)
    own.admin.emit(EVENT, email("jane@example.com"))
    daemon.kill()
    former = Path(re.search(r"kept as (.*)\n", restore(daemon, file).stdout)[1])
    log = Path(f"{former}-wal")
    assert former.exists() and log.exists()
    assert Transmitter(daemon.restart()).admin.totals(stream)["accepted"] == 0
    daemon.kill()

    refused = restore(daemon, former)
    assert refused.returncode == os.EX_DATAERR and "move both to transmitter.sqlite" in refused.stderr
    former.rename(daemon.database)
    log.rename(f"{daemon.database}-wal")
    assert Transmitter(daemon.restart()).admin.totals(stream)["accepted"] == 1


def test_a_restore_waits_for_the_daemon_to_stop(daemon, tmp_path):
    file = tmp_path / "backup.sqlite"
    backup(daemon, file)
    refused = restore(daemon, file)
    assert refused.returncode == os.EX_TEMPFAIL and "stop it first" in refused.stderr


def test_a_restore_asks_for_the_key_by_its_name(daemon, tmp_path):
    file = tmp_path / "backup.sqlite"
    key_id = backup(daemon, file)["key_encryption_key"]
    daemon.terminate()
    (daemon.state / "key-encryption-key").unlink()
    refused = restore(daemon, file)
    assert refused.returncode == os.EX_CANTCREAT and key_id in refused.stderr


def test_a_restore_refuses_what_is_damaged_or_not_ours(daemon, tmp_path):
    file = tmp_path / "backup.sqlite"
    backup(daemon, file)
    daemon.terminate()
    content = bytearray(file.read_bytes())
    content[8192:12288] = b"Z" * 4096
    file.write_bytes(content)
    cut = tmp_path / "cut.sqlite"
    cut.write_bytes(content[:len(content) // 2])
    text = tmp_path / "letter"
    text.write_text("dear aunt, " * 1000)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE t (a)")
    before = daemon.database.read_bytes()
    for path in (file, cut, text, pipe, foreign, Path("/dev/zero")):
        refused = restore(daemon, path)
        assert refused.returncode == os.EX_DATAERR
        assert str(path) in refused.stderr and "try an older backup" in refused.stderr
    assert daemon.database.read_bytes() == before

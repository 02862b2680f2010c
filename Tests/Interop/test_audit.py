"""The audit log over a whole run: what every API and verb leaves in it, what it never holds, and what shows tampering.

The chain is computed here anew, from nothing but what the API answers.
"""

import hashlib
import json
import sqlite3

import pytest

from harness.daemon import Daemon, run
from harness.transmitter import AdminAPI, Transmitter, email

PUSH = "urn:ietf:rfc:8935"
CANARY = "canary-4711"


def log_of(daemon: Daemon, **query) -> list[dict]:
    """The whole log, newest first, over as many pages as it takes."""
    admin, entries, before = AdminAPI(daemon.admin, daemon.admin_token), [], None
    while True:
        page = {"limit": 7, **query} | ({"before": before} if before else {})
        answer = admin.call("GET", "/v1/audit", params=page)
        assert answer.status_code == 200, answer.text
        entries += answer.json()["entries"]
        if not (before := answer.json().get("next")):
            return entries


def digest(entry: dict) -> str:
    """SHA-256 of the entry as RFC 8785 has it; its values are such that Python's writer agrees with that."""
    members = {name: value for name, value in entry.items() if name != "hash"}
    text = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def daemon(new_daemon) -> Daemon:
    return new_daemon().start()


def whole_run(daemon: Daemon) -> tuple[str, str, str]:
    """Something of everything. Returns the client, its stream and its token."""
    admin = AdminAPI(daemon.admin, daemon.admin_token)
    client = admin.create_client(["ssf.read", "ssf.manage"], description="a receiver")
    token = admin.create_token(client)
    api = Transmitter(daemon).with_token(token["token"])
    stream = api.create_push("http://127.0.0.1:9/events", f"Bearer {CANARY}-1")["stream_id"]
    delivery = {"method": PUSH, "endpoint_url": "http://127.0.0.1:9/events", "authorization_header": f"{CANARY}-2"}
    assert api.update({"stream_id": stream, "delivery": delivery}).status_code == 200
    assert api.set_status({"stream_id": stream, "status": "paused", "reason": "holidays"}).status_code == 200
    assert api.remove_subject({"stream_id": stream, "subject": email(f"{CANARY}@example.com")}).status_code == 204
    assert api.verify({"stream_id": stream}).status_code == 204
    assert api.update({"stream_id": stream, "delivery": {"method": "nonsense"}}).status_code == 400
    admin.change_stream(stream, status="enabled")
    assert daemon.verb("token", "revoke", client, token["id"]).returncode == 0
    assert daemon.verb("keys", "rotate").returncode == 0
    admin.delete_client(client)
    return client, stream, token["token"]


def test_every_change_is_there_with_who_made_it_and_what_differs(daemon):
    client, stream, _ = whole_run(daemon)

    entries = log_of(daemon)[::-1]

    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    about_stream = [entry for entry in entries if entry["target"] == f"stream/{stream}"]
    assert [(entry["action"], entry["actor"]) for entry in about_stream] == [
        ("stream.create", f"client/{client}"),
        ("stream.update", f"client/{client}"),
        ("stream.update", f"client/{client}"),
        ("subject.remove", f"client/{client}"),
        ("stream.verify", f"client/{client}"),
        ("stream.update", "client/admin"),
        ("stream.delete", "client/admin"),
    ]
    assert about_stream[2]["before"] == {"status": "enabled"}
    assert about_stream[2]["after"] == {"status": "paused", "reason": "holidays"}
    assert all(entry["address"] == "127.0.0.1" and len(entry["request_id"]) == 32 for entry in about_stream)
    actions = [entry["action"] for entry in entries]
    for action in ("client.create", "token.create", "token.revoke", "client.delete", "key.create"):
        assert action in actions
    first = {entry["actor"] for entry in entries if entry["action"] == "key.create"}
    assert "transmitter" in first and "client/admin" in first


def test_no_secret_and_no_subject_is_in_it(daemon):
    _, _, token = whole_run(daemon)

    log = json.dumps(log_of(daemon))

    assert "(masked)" in log and "(masked, replaced)" in log
    for secret in (CANARY, token, daemon.admin_token, hashlib.sha256(token.encode()).hexdigest(), "PRIVATE KEY"):
        assert secret not in log


def test_the_chain_holds_when_it_is_computed_anew(daemon):
    whole_run(daemon)

    previous = "0" * 64
    for entry in log_of(daemon)[::-1]:
        assert entry["prev_hash"] == previous
        assert entry["hash"] == digest(entry)
        previous = entry["hash"]


def test_the_log_is_filtered(daemon):
    client, stream, _ = whole_run(daemon)
    everything = log_of(daemon)

    assert log_of(daemon, actor=f"client/{client}") == [e for e in everything if e["actor"] == f"client/{client}"]
    assert log_of(daemon, target=f"stream/{stream}") == [e for e in everything if e["target"] == f"stream/{stream}"]
    both = log_of(daemon, actor="client/admin", target=f"stream/{stream}")
    assert [entry["action"] for entry in both] == ["stream.delete", "stream.update"]
    middle = everything[len(everything) // 2]["time"]
    assert log_of(daemon, since=middle) == [e for e in everything if e["time"] >= middle]
    assert log_of(daemon, until=middle) == [e for e in everything if e["time"] < middle]


def test_the_verbs_list_and_verify(daemon):
    client, _, _ = whole_run(daemon)

    listed = daemon.verb("audit", "list", "--actor", f"client/{client}", "--since", "1h")
    verified = daemon.verb("audit", "verify")

    assert listed.returncode == 0, listed.stderr
    assert "stream.update" in listed.stdout and '"enabled"→"paused"' in listed.stdout
    assert verified.returncode == 0, verified.stderr
    assert "the log is whole" in verified.stdout
    head = verified.stdout.split("head ")[1].strip()
    assert daemon.verb("audit", "verify", "--against", head).returncode == 0
    assert json.loads(daemon.verb("audit", "list", "--json", "--limit", "3").stdout) == log_of(daemon)[:3]


@pytest.mark.parametrize("option", ["--since", "--until"])
def test_a_number_alone_is_no_time(daemon, option):
    refused = daemon.verb("audit", "list", option, "5")

    assert refused.returncode == 64
    assert f"{option} wants a time" in refused.stderr


def test_a_recovered_token_is_there_as_made_locally(daemon):
    assert daemon.terminate() == 0
    recovered = run("token", "recover", *daemon.flags())
    assert recovered.returncode == 0, recovered.stderr
    daemon.restart()

    assert log_of(daemon)[0]["actor"] == "local"
    assert log_of(daemon)[0]["action"] == "token.create"


@pytest.mark.parametrize("tampering, told", [
    ("UPDATE audit SET entry = replace(entry, 'paused', 'public') WHERE entry LIKE '%paused%'", "was changed"),
    ("DELETE FROM audit WHERE seq = 7", "entries 7 to 7 are missing"),
    ("DELETE FROM audit WHERE seq > 10", "entries 11 to"),
    ("UPDATE audit SET seq = -1 WHERE seq = 6; UPDATE audit SET seq = 6 WHERE seq = 7; "
     "UPDATE audit SET seq = 7 WHERE seq = -1", "entry 6 was written under another number"),
])
def test_tampering_with_the_database_is_told(daemon, tampering, told):
    whole_run(daemon)
    assert daemon.terminate() == 0
    with sqlite3.connect(daemon.database) as database:
        database.executescript(tampering)
    daemon.restart()

    verified = daemon.verb("audit", "verify")

    assert verified.returncode == 1
    assert "NOT whole" in verified.stdout
    assert told in verified.stderr


def test_a_log_that_was_written_anew_differs_from_the_head_that_was_noted(daemon):
    whole_run(daemon)
    head = daemon.verb("audit", "verify").stdout.split("head ")[1].strip()
    assert daemon.terminate() == 0
    with sqlite3.connect(daemon.database) as database:
        database.executescript(
            "DELETE FROM audit WHERE seq > 10;"
            "UPDATE audit_chain SET head_seq = 10, head_hash = (SELECT hash FROM audit WHERE seq = 10)")
    daemon.restart()

    assert daemon.verb("audit", "verify").returncode == 0
    told = daemon.verb("audit", "verify", "--against", head)
    assert told.returncode == 1 and "are missing" in told.stderr

"""Another database in the place of the one that was: a backup, and one of an older release."""

import json
import re
import sqlite3
import time
from pathlib import Path

from harness.daemon import run
from harness.load import Load, wait_for_all
from harness.waiting import wait_until

from faults import database
from faults.fault import fault
from faults.lab import Lab

SCHEMA_9 = Path(__file__).with_name("schema-9.sql")


@fault("F26", "P1 P15", "backup under load, then restore", quick=True)
def restore(lab: Lab) -> None:
    daemon = lab.start(**{"log.level": "info"})
    receiver = lab.receiver()
    stream = lab.stream(daemon, receiver)
    lab.emit_many(daemon, 20_000 if lab.is_full else 1000)
    load = Load(daemon, producers=4, batch=10, persistent=True, rate=20)
    wait_until(lambda: len(load.accepted) >= 200, "a load")
    before = lab.accepted | set(load.accepted)

    file = lab.directory / "backup.sqlite"
    began = time.monotonic()
    receipt = run("backup", str(file), "--json", *daemon.flags(), seconds=120)
    took = time.monotonic() - began
    answers = sorted(at for at, status, _ in load.answers if began < at < began + took and status == 202)
    lab.accepted |= load.end()
    assert receipt.returncode == 0, receipt.stderr
    if lab.is_full:
        pauses = [later - earlier for earlier, later in zip([began, *answers], [*answers, began + took])]
        lab.check_most("longest time without an acceptance meanwhile", max(pauses), 1, " s")
    lab.check_none("integrity_check of the backup", database.damage(file))
    kept = database.tokens(file)
    lab.check_none("acknowledged before, and not in the backup", sorted(before - kept))
    lab.check_equal("bytes", json.loads(receipt.stdout)["bytes"], file.stat().st_size)

    wait_for_all(receiver, lab.accepted, 60)
    lab.check_equal("exit code of SIGTERM before the restore", daemon.terminate(), 0)
    restored = run("restore", str(file), *daemon.flags(), seconds=120)
    lab.check_equal("exit code of restore", restored.returncode, 0)
    former = Path(re.search(r"kept as (.*)\n", restored.stdout)[1])
    lab.check_none("not in the database that was kept", sorted(lab.accepted - database.tokens(former)))
    daemon.restart()
    lab.accepted = kept
    # Sent again is what the backup says is pending: how much, chance decides. That claims are the same is checked.
    lab.repeatable = len(kept)
    lab.wait_until_settled(daemon, stream, 60)


@fault("F27", "P11 P12", "upgrade with a backlog", quick=True)
def upgrade(lab: Lab) -> None:
    daemon = lab.start(**{"log.level": "info"})
    receiver = lab.receiver()
    stream = lab.stream(daemon, receiver)
    lab.admin(daemon).change_stream(stream, status="paused")
    lab.emit_many(daemon, 20_000 if lab.is_full else 1000)
    assert daemon.terminate() == 0
    older = _make_older(daemon.state / database.NAME)

    began = time.monotonic()
    daemon.restart()
    lab.check_most("ready with the schema brought up to date", time.monotonic() - began, 10, " s")
    copy, = daemon.state.glob(f"{database.NAME}.schema-{older}-*")
    lab.check_none("integrity_check of the copy", database.damage(copy))
    lab.check_none("not in the copy", sorted(lab.accepted - database.tokens(copy)))
    lab.admin(daemon).change_stream(stream, status="enabled")
    wait_for_all(receiver, lab.accepted, 60)


def _make_older(file: Path) -> int:
    """Makes of a database what a release with schema 9 would have: its tables, filled; returns the schema."""
    newer = file.rename(file.with_suffix(".newer"))
    connection = sqlite3.connect(file)
    connection.executescript("PRAGMA auto_vacuum = INCREMENTAL; " + SCHEMA_9.read_text())
    connection.execute("ATTACH ? AS newer", (str(newer),))
    tables = connection.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall()
    for table, in tables:
        columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
        connection.execute(f"DELETE FROM main.{table}")
        connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}")
    connection.commit()
    connection.close()
    file.chmod(0o600)
    newer.unlink()
    return 9

"""The daemon's own disk and database fail."""

import hashlib
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from harness.daemon import Daemon, run
from harness.load import EVENT, WINDOW, Load, wait_for_all
from harness.receiver import Receiver
from harness.transmitter import email
from harness.waiting import wait_until

from faults.crash import discard_unsynced
from faults.database import NAME as DATABASE
from faults.fault import fault
from faults.lab import MIB, Lab

DATA_ERROR, IO_ERROR, TEMPORARY_FAILURE = 65, 74, 75


def loaded(lab: Lab, persistent: bool = True, **settings) -> tuple[Daemon, Receiver, Load]:
    """A daemon that accepts and delivers."""
    daemon = lab.start(**settings)
    receiver = lab.receiver()
    lab.stream(daemon, receiver)
    load = Load(daemon, producers=4, batch=5, persistent=persistent, rate=25)
    wait_until(lambda: len(load.accepted) >= 50, "some accepted events")
    return daemon, receiver, load


# MARK: - F3


@fault("F3", "P1 P3 P12", "disk full", quick=True)
def full_disk(lab: Lab) -> None:
    daemon, receiver, load = loaded(lab)
    shim = lab.shim(daemon)
    shim.fill_disk(left=lab.random.randrange(MIB))
    _outlast_full_disk(lab, daemon, receiver, load, shim.free_disk)
    lab.check("writes that had no space", shim["space_refusals"], "> 0", shim["space_refusals"] > 0)


def _outlast_full_disk(lab: Lab, daemon: Daemon, receiver: Receiver, load: Load, free_disk) -> None:
    metrics = lab.admin(daemon)
    wait_until(lambda: any(status == 503 for _, status, _ in load.answers), "a full disk", 60)
    wait_until(lambda: "ssf_disk_full 1" in metrics.call("GET", "/metrics").text, "the alarm")
    lab.check_equal("/readyz while the disk is full", daemon.is_ready(), False)
    first = next(time for time, status, _ in load.answers if status == 503)
    began = time.monotonic()
    wait_for_all(receiver, set(load.accepted))
    lab.check_most("delivered while the disk is full, after", time.monotonic() - began, 10, " s")
    time.sleep(1)
    freed = time.monotonic()
    late = [answer for answer in load.answers if answer[0] > first]
    # An answer that was on its way when the first refusal was.
    lab.check_most("202s after the first refusal", sum(status == 202 for _, status, _ in late), 4)
    lab.check_none("refusals without Retry-After", [
        answer for answer in late if answer[1] == 503 and not answer[2]])
    free_disk()
    wait_until(lambda: load.answers[-1][1] == 202, "202 again", 30)
    lab.check_most("accepts again after there is space", load.answers[-1][0] - freed, 10, " s")
    lab.accepted |= load.end()
    wait_for_all(receiver, lab.accepted)
    lab.check("alarm in the log", "is full" in daemon.log.read_text(), "True", "is full" in daemon.log.read_text())


@fault("F3", "P12", "start on a full disk")
def start_on_full_disk(lab: Lab) -> None:
    daemon, receiver, load = loaded(lab)
    daemon.kill()
    lab.accepted |= load.end()
    shim = lab.shim(daemon)
    ballast = (daemon.state / "ballast").stat().st_size
    shim.fill_disk()
    (daemon.state / "ballast").write_bytes(b"")
    shim.fill_disk(left=ballast)
    lab.repeatable = WINDOW
    daemon.keep_addresses()
    daemon.launch()
    wait_for_all(receiver, lab.accepted)
    event = {"type": EVENT, "subject": email("jane@example.com")}
    lab.check_equal("answer to an event", lab.admin(daemon).submit(event).status_code, 503)
    shim.free_disk()
    wait_until(daemon.is_ready, "the daemon to be ready", 10)


@fault("F3", "P1 P3 P12", "disk full, a real one of 64 MiB")
def full_file_system(lab: Lab) -> None:
    mount = lab.file_system(64 * MIB)
    if not mount:
        return lab.leave_unasked("a file system of its own", "may not be mounted here")
    daemon, receiver, load = loaded(lab, state=mount / "state")
    filler = mount / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(65536))
    _outlast_full_disk(lab, daemon, receiver, load, filler.unlink)


# MARK: - F4


def _failing(lab: Lab, break_disk, what: str) -> None:
    """After the failure the disk loses what was not synced, and nothing that was acknowledged may have been."""
    daemon, receiver, load = loaded(lab)
    shim = lab.shim(daemon)
    shim["keeps_synced"] = 1
    wait_until(lambda: (shim.synced / f"{DATABASE}-wal").exists(), "a sync")
    break_disk(shim)
    code = daemon.process.wait(30)
    lab.check_equal(f"exit code after a failing {what}", code, IO_ERROR)
    load.persistent = False
    lab.accepted |= load.end()
    lab.check_least(f"bytes that a loss of power after it takes", discard_unsynced(lab, daemon, survival=0), 1)
    shim["keeps_synced"] = 0
    daemon.restart()
    wait_for_all(receiver, lab.accepted)
    lab.repeatable = (lab.repeatable or 0) + WINDOW


@fault("F4", "P1 P12", "I/O error in a sync", quick=True)
def failing_sync(lab: Lab) -> None:
    _failing(lab, lambda shim: shim.fail_sync(lab.random.randint(1, 20)), "sync")


@fault("F4", "P1 P12", "I/O error in a write")
def failing_write(lab: Lab) -> None:
    _failing(lab, lambda shim: shim.fail_write(lab.random.randint(1, 60)), "write")


# MARK: - F5


@fault("F5", "P12", "database locked by another process", quick=True)
def locked_database(lab: Lab) -> None:
    daemon, receiver, load = loaded(lab)
    seconds = 60 if lab.is_full else 2
    with Locked(daemon):
        locked = time.monotonic()
        time.sleep(seconds)
        wait_until(lambda: any(status == 503 for _, status, _ in load.answers), "a refusal")
        released = time.monotonic()
    during = sorted(time for time, status, _ in load.answers if status and locked < time < released)
    gaps = [later - earlier for earlier, later in zip([locked, *during], [*during, released])]
    lab.check_most("longest wait for an answer while it is locked", max(gaps), 5, " s")
    wait_until(lambda: load.answers[-1][1] == 202, "202 again")
    lab.check_most("accepts again after it is released", load.answers[-1][0] - released, 10, " s")
    lab.accepted |= load.end()
    wait_for_all(receiver, lab.accepted)
    second = run("serve", *daemon.flags())
    lab.check_equal("exit code of a second daemon", second.returncode, TEMPORARY_FAILURE)


@fault("F5", "P12", "start on a locked database")
def start_locked(lab: Lab) -> None:
    """Where there is nothing to write it starts, and refuses until the lock is gone; else it does not start."""
    daemon, receiver, load = loaded(lab)
    daemon.kill()
    lab.accepted |= load.end()
    lab.repeatable = WINDOW
    with Locked(daemon):
        daemon.keep_addresses()
        daemon.launch()
        event = {"type": EVENT, "subject": email("jane@example.com")}
        lab.check_equal("answer to an event", lab.admin(daemon).submit(event).status_code, 503)
    wait_until(daemon.is_ready, "the daemon to be ready", 10)
    lab.emit(daemon)
    wait_for_all(receiver, lab.accepted)


class Locked:
    """While it lasts another process, which this is to the daemon, has the database locked."""

    def __init__(self, daemon: Daemon):
        self._connection = sqlite3.connect(daemon.state / DATABASE, timeout=10, isolation_level=None)

    def __enter__(self) -> None:
        self._connection.execute("BEGIN EXCLUSIVE")

    def __exit__(self, *_) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


# MARK: - F6


def _crashed(lab: Lab) -> Daemon:
    """A daemon that was killed in the middle of its work, with a database of some size."""
    daemon, _, load = loaded(lab)
    wait_until(lambda: len(load.accepted) >= 200, "a database of some size")
    daemon.kill()
    lab.accepted |= load.end()
    return daemon


def _change(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def _damage_pages(database: Path) -> None:
    for page in range(2, database.stat().st_size // 4096, 3):
        _change(database, page * 4096, b"\xa5" * 512)


# What is done to the file, with its log written back into it before, and what the refusal says.
BAD_FILES = [
    ("header", lambda database: _change(database, 0, b"not SQLite at all"), "not a database"),
    ("application_id", lambda database: _change(database, 68, b"\0\0\0\x07"), "another program"),
    ("newer schema", lambda database: _change(database, 60, b"\0\x0f\x42\x40"), "newer release"),
    ("damaged pages after a crash", _damage_pages, "ssf-transmitter restore"),
]


@fault("F6", "P12", "a database that must not be used", quick=True)
def bad_database(lab: Lab) -> None:
    daemon = _crashed(lab)
    database = daemon.state / DATABASE
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    good = database.read_bytes()
    for name, change, words in BAD_FILES:
        database.write_bytes(good)
        change(database)
        # The log that says that nobody closed it.
        database.with_name(DATABASE + "-wal").touch()
        before = hashlib.sha256(database.read_bytes()).hexdigest()
        began = time.monotonic()
        result = run("serve", *daemon.flags())
        lab.check_most(f"{name}: time to refuse", time.monotonic() - began, 3, " s")
        lab.check_equal(f"{name}: exit code", result.returncode, DATA_ERROR)
        lab.check(f"{name}: what to do is said", words in result.stderr, "True", words in result.stderr)
        after = hashlib.sha256(database.read_bytes()).hexdigest()
        lab.check_equal(f"{name}: the file is as it was", after == before, True)
    database.write_bytes(good)
    _go_on(lab, daemon)


@fault("F6", "P1 P11", "a log whose end is torn", quick=True)
def torn_log(lab: Lab) -> None:
    daemon = _crashed(lab)
    with (daemon.state / f"{DATABASE}-wal").open("ab") as log:
        log.write(lab.random.randbytes(5000))
    _go_on(lab, daemon)


def _go_on(lab: Lab, daemon: Daemon) -> None:
    daemon.restart()
    receiver, *_ = lab.receivers
    wait_for_all(receiver, lab.accepted)
    lab.repeatable = WINDOW

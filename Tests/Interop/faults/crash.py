"""The process, or the whole machine, ends without warning."""

import shutil
import time
from pathlib import Path

from harness.daemon import Daemon
from harness.load import WINDOW, Load, wait_for_all
from harness.metrics import Scrape
from harness.receiver import Receiver
from harness.waiting import wait_until

from faults import database
from faults.fault import fault
from faults.lab import Lab

SECTOR = 512
# Of events a second that a kill is to come into.
RATE = 500


@fault("F1", "P1 P2 P11", "kill -9 under load", quick=True)
def kill(lab: Lab) -> None:
    rounds = lab.kills if lab.is_full else 5
    daemon, receiver, load = _under_load(lab)
    began, slowest, down = time.monotonic(), 0.0, 0.0
    for _ in range(rounds):
        time.sleep(lab.random.uniform(0.05, 0.5))
        daemon.kill()
        killed = time.monotonic()
        daemon.restart()
        restarted = time.monotonic() - killed
        slowest, down = max(slowest, restarted), down + restarted
    rate = len(load.accepted) / (time.monotonic() - began - down)
    lab.accepted |= load.end()
    wait_for_all(receiver, lab.accepted, 60)
    lab.repeatable = rounds * WINDOW
    lab.check_most(f"ready after a kill, slowest of {rounds}", slowest, 2, " s")
    name = "events accepted a second, while it was up"
    if lab.is_full:
        lab.check_least(name, round(rate), RATE)
    else:
        lab.leave_unasked(name, f"{rate:.0f}", f"≥ {RATE} in the full run")


@fault("F1", "P11", "kill -9 with 100,000 pending")
def kill_with_backlog(lab: Lab) -> None:
    daemon = lab.start(**{"log.level": "info"})
    receiver = lab.receiver()
    stream = lab.stream(daemon, receiver)
    receiver.close()
    lab.emit_many(daemon, 100_000)
    lab.repeatable = None
    daemon.kill()
    killed = time.monotonic()
    daemon.restart()
    lab.check_most("ready with 100,000 pending", time.monotonic() - killed, 2, " s")
    lab.check_equal("pending", Scrape(lab.admin(daemon)).states(stream)["pending"], len(lab.accepted))
    # Asked one by one; that none is missing has been counted.
    lab.accepted = set(lab.random.sample(sorted(lab.accepted), 200))


@fault("F2", "P1", "loss of power", quick=True)
def power_loss(lab: Lab) -> None:
    cuts = 50 if lab.is_full else 3
    daemon, receiver, load = _under_load(lab)
    shim = lab.shim(daemon)
    shim["keeps_synced"] = 1
    discarded, gone = 0, []
    for cut in range(cuts):
        wait_until(lambda: (shim.synced / f"{database.NAME}-wal").exists(), "a sync")
        time.sleep(lab.random.uniform(0.05, 0.5))
        if cut % 2 == 0:
            # Every other cut finds something on its way.
            shim.slow_sync(10)
            wait_until(lambda: shim["unsynced"] > 0, "bytes that are not synced yet")
        daemon.kill()
        shim.slow_sync(0.01)
        accepted = set(load.accepted)
        discarded += discard_unsynced(lab, daemon, survival=0.5 * (cut % 4 // 2))
        gone += accepted - database.recovered_tokens(daemon.state / database.NAME)
        daemon.restart()
    lab.accepted |= load.end()
    wait_for_all(receiver, lab.accepted, 60)
    lab.repeatable = cuts * WINDOW
    lab.check_least(f"bytes that {cuts} cuts took", discarded, 1)
    lab.check_none("acknowledged events that they took", gone)


@fault("F2", "P1", "each 202 has waited for a sync", quick=True)
def synced_before_answered(lab: Lab) -> None:
    daemon = lab.start()
    stream = lab.stream(daemon, lab.receiver())
    lab.wait_until_settled(daemon, stream)
    shim, early = lab.shim(daemon), set()
    shim["keeps_synced"] = 1
    # Slower than the look that follows each answer.
    shim.slow_sync(0.05)
    # Held, so that outcomes cause no syncs of their own.
    lab.admin(daemon).change_stream(stream, status="paused")
    for number in range(20):
        sent = set(lab.emit(daemon, f"user-{number}@example.com").values())
        early |= sent - database.recovered_tokens(synced_files(lab, daemon))
    lab.check_none("answered, and not among what was synced by then", early)
    shim.slow_sync(0.3)
    began = time.monotonic()
    lab.emit(daemon)
    lab.check_least("with syncs of 300 ms, the answer takes", round(time.monotonic() - began, 3), 0.3, " s")
    shim.slow_sync(0)
    lab.admin(daemon).change_stream(stream, status="enabled")


def synced_files(lab: Lab, daemon: Daemon) -> Path:
    """The database as it was at the last sync; its main file as it is now where only its log was synced since."""
    files = lab.shim(daemon).synced / database.NAME
    if not files.exists():
        shutil.copy(daemon.state / database.NAME, files)
    return files


def _under_load(lab: Lab) -> tuple[Daemon, Receiver, Load]:
    daemon = lab.start(**{"log.level": "info"})
    receiver = lab.receiver()
    lab.stream(daemon, receiver)
    return daemon, receiver, Load(daemon, producers=4, batch=10, persistent=True, rate=20)


def discard_unsynced(lab: Lab, daemon: Daemon, survival: float) -> int:
    """Leaves of the database's files what was synced, and of what was written since each sector by chance.

    Returns how many bytes are lost.
    """
    discarded = 0
    for name in (database.NAME, f"{database.NAME}-wal"):
        live, kept = daemon.state / name, lab.shim(daemon).synced / name
        if not kept.exists():
            # It has never been synced since copies are kept: there is no telling what a cut would leave.
            continue
        before, after = kept.read_bytes(), live.read_bytes()
        length = max(len(before), len(after))
        before, after = before.ljust(length, b"\0"), after.ljust(length, b"\0")
        sectors = []
        for start in range(0, length, SECTOR):
            sector = after[start:start + SECTOR]
            if sector != before[start:start + SECTOR] and lab.random.random() >= survival:
                sector = before[start:start + SECTOR]
                discarded += len(sector)
            sectors.append(sector)
        live.write_bytes(b"".join(sectors))
    (daemon.state / f"{database.NAME}-shm").unlink(missing_ok=True)
    return discarded

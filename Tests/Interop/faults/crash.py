"""The process, or the whole machine, ends without warning."""

import time

from harness.daemon import Daemon
from harness.load import Load, wait_for_all
from harness.receiver import Receiver

from faults.fault import fault
from faults.lab import WINDOW, Lab

SECTOR = 512


@fault("F1", "P1 P2 P11", "kill -9 under load", quick=True)
def kill(lab: Lab) -> None:
    rounds = lab.kills if lab.is_full else 5
    daemon, receiver, load = _under_load(lab)
    began, slowest = time.monotonic(), 0.0
    for _ in range(rounds):
        time.sleep(lab.random.uniform(0.05, 0.5))
        daemon.kill()
        killed = time.monotonic()
        daemon.restart()
        slowest = max(slowest, time.monotonic() - killed)
    rate = len(load.accepted) / (time.monotonic() - began)
    lab.accepted |= load.end()
    wait_for_all(receiver, lab.accepted, 60)
    lab.repeatable = rounds * WINDOW
    lab.check_most(f"ready after a kill, slowest of {rounds}", slowest, 2, " s")
    lab.check("events accepted a second", f"{rate:.0f}", "> 0", rate > 0)


@fault("F1", "P11", "kill -9 with 100,000 pending")
def kill_with_backlog(lab: Lab) -> None:
    daemon = lab.start(**{"log.level": "info"})
    receiver = lab.receiver()
    lab.stream(daemon, receiver)
    receiver.close()
    lab.emit_many(daemon, 100_000)
    lab.repeatable = None
    daemon.kill()
    killed = time.monotonic()
    daemon.restart()
    lab.check_most("ready with 100,000 pending", time.monotonic() - killed, 2, " s")
    lab.accepted = set(lab.random.sample(sorted(lab.accepted), 200))


@fault("F2", "P1", "loss of power", quick=True)
def power_loss(lab: Lab) -> None:
    cuts = 50 if lab.is_full else 3
    daemon, receiver, load = _under_load(lab)
    lab.shim(daemon)["keeps_synced"] = 1
    for _ in range(cuts):
        time.sleep(lab.random.uniform(0.05, 0.5))
        daemon.kill()
        discard_unsynced(lab, daemon, survival=lab.random.choice([0, 0.5, 1]))
        daemon.restart()
    lab.accepted |= load.end()
    wait_for_all(receiver, lab.accepted, 60)
    lab.repeatable = cuts * WINDOW
    lab.check_equal("cuts survived", cuts, cuts)


def _under_load(lab: Lab) -> tuple[Daemon, Receiver, Load]:
    daemon = lab.start(**{"log.level": "info"})
    receiver = lab.receiver()
    lab.stream(daemon, receiver)
    return daemon, receiver, Load(daemon, producers=4, batch=10, persistent=True, rate=20)


def discard_unsynced(lab: Lab, daemon: Daemon, survival: float) -> None:
    """Leaves of the database's files what was synced, and of what was written since each sector by chance."""
    for name in ("transmitter.sqlite", "transmitter.sqlite-wal"):
        live, kept = daemon.state / name, lab.shim(daemon).synced / name
        if not kept.exists():
            continue
        before, after = kept.read_bytes(), live.read_bytes()
        length = max(len(before), len(after))
        before, after = before.ljust(length, b"\0"), after.ljust(length, b"\0")
        live.write_bytes(b"".join(
            (after if lab.random.random() < survival else before)[start:start + SECTOR]
            for start in range(0, length, SECTOR)))
    (daemon.state / "transmitter.sqlite-shm").unlink(missing_ok=True)

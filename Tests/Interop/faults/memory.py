"""Much waits, and much of it is large."""

import time

import machine

from harness.daemon import Daemon
from harness.load import EVENT
from harness.transmitter import email
from harness.waiting import wait_until

from faults.answers import accepting
from faults.fault import fault
from faults.lab import MIB, Lab
from faults.scripted import Exchange

STREAMS, EVENTS = 200, 1000
LARGE = 900_000


@fault("F18", "P11", "a backlog of many streams")
def backlog(lab: Lab) -> None:
    daemon = lab.start(**{"log.level": "info", "limits.streams": 1000, "limits.streams_per_client": 1000})
    receiver = lab.scripted(accepting)
    for _ in range(STREAMS):
        # One client may not make so many so fast.
        lab.client(daemon).create_push(receiver.url)
    wait_until(lambda: len(receiver.exchanges) >= STREAMS, "the verification events")
    receiver.close()
    lab.repeatable = None
    lab.emit_many(daemon, EVENTS, batch=20)
    _check_memory(lab, daemon, f"{STREAMS * EVENTS:,} waiting in {STREAMS} streams", seconds=5)
    lab.accepted = set(lab.random.sample(sorted(lab.accepted), 200))


@fault("F18", "P11", "events of nearly 1 MiB")
def large_events(lab: Lab) -> None:
    daemon = lab.start(**{"log.level": "info", "limits.streams": 1000})
    receivers = [lab.scripted(Exchange.wait_for_end) for _ in range(20)]
    for receiver in receivers:
        lab.stream(daemon, receiver)
    lab.repeatable = None
    for number in range(16):
        event = {"type": EVENT, "subject": email(f"user-{number}@example.com"), "members": {"x": "y" * LARGE}}
        response = lab.admin(daemon).submit(event)
        assert response.status_code == 202, response.text
        lab.accepted |= {delivery["jti"] for delivery in response.json()["deliveries"]}
    _check_memory(lab, daemon, "with as many under way as may be", seconds=5)
    for receiver in receivers:
        receiver.script = accepting
    _check_memory(lab, daemon, "while they are delivered", seconds=30)


def _check_memory(lab: Lab, daemon: Daemon, when: str, seconds: float) -> None:
    most, deadline = 0, time.monotonic() + seconds
    while time.monotonic() < deadline:
        most = max(most, machine.resident_bytes(daemon.process.pid))
        time.sleep(0.01)
    lab.check_most(f"resident memory, {when}", most / MIB, 100, " MiB")

"""Much waits, and much of it is large."""

import time

import machine

from harness.daemon import Daemon
from harness.load import EVENT, VERIFICATION
from harness.metrics import Scrape
from harness.transmitter import email
from harness.waiting import wait_until

from faults.fault import fault
from faults.lab import MIB, Lab
from faults.scripted import Exchange
from faults.scripts import accepting

STREAMS, EVENTS = 1000, 200
# One client may not make many so fast.
STREAMS_PER_CLIENT = 20
LARGE, LARGE_STREAMS, LARGE_EVENTS = 900_000, 20, 16


@fault("F18", "P11", "a backlog of many streams")
def backlog(lab: Lab) -> None:
    daemon = lab.start(**{"log.level": "info", "limits.streams": STREAMS})
    receiver = lab.scripted(accepting)
    for _ in range(STREAMS // STREAMS_PER_CLIENT):
        client = lab.client(daemon)
        for _ in range(STREAMS_PER_CLIENT):
            lab.push(client, receiver.url)
    receiver.wait_for(VERIFICATION, STREAMS, 30)
    receiver.close()
    lab.repeatable = None
    lab.emit_many(daemon, EVENTS, batch=20)
    waiting = Scrape(lab.admin(daemon)).sum("ssf_deliveries", state="pending")
    lab.check_equal("pending", waiting, len(lab.accepted))
    _check_peak(lab, daemon, f"{STREAMS * EVENTS:,} waiting in {STREAMS} streams")
    lab.baseline = None
    # Asked one by one; that none is missing has been counted.
    lab.accepted = set(lab.random.sample(sorted(lab.accepted), 200))


@fault("F18", "P11", "events of nearly 1 MiB")
def large_events(lab: Lab) -> None:
    daemon = lab.start(**{"log.level": "info", "limits.streams": 1000})
    receivers = [lab.scripted(Exchange.wait_for_end) for _ in range(LARGE_STREAMS)]
    streams = [lab.stream(daemon, receiver) for receiver in receivers]
    lab.repeatable = None
    for number in range(LARGE_EVENTS):
        event = {"type": EVENT, "subject": email(f"user-{number}@example.com"), "members": {"x": "y" * LARGE}}
        response = lab.admin(daemon).submit(event)
        assert response.status_code == 202, response.text
        lab.accepted |= {delivery["jti"] for delivery in response.json()["deliveries"]}
    under_way = wait_until(lambda: _steady_in_flight(lab, daemon), "as many under way as may be", 60)
    _check_peak(lab, daemon, f"with {under_way:g} under way")
    for receiver in receivers:
        receiver.script = accepting
    machine.forget_peak(daemon.process.pid)
    for stream in streams:
        totals = lab.wait_until_settled(daemon, stream, 120)
        # With the verification event.
        assert totals["delivered"] == LARGE_EVENTS + 1, totals
    _check_peak(lab, daemon, f"while {LARGE_EVENTS * LARGE_STREAMS} are delivered")


def _steady_in_flight(lab: Lab, daemon: Daemon) -> float | None:
    """How many SETs are under way, if they do not get more within a moment."""
    admin = lab.admin(daemon)
    before = Scrape(admin).sum("ssf_in_flight")
    time.sleep(0.5)
    return before if before == Scrape(admin).sum("ssf_in_flight") else None


def _check_peak(lab: Lab, daemon: Daemon, when: str) -> None:
    most = machine.peak_resident_bytes(daemon.process.pid)
    lab.check_most(f"most resident memory, {when}", most / MIB, 100, " MiB")

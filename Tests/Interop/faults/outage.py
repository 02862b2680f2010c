"""Receivers that are down for days."""

import time

from harness.daemon import Daemon
from harness.load import EVENT
from harness.metrics import Scrape
from harness.waiting import wait_until

from faults.fault import fault
from faults.lab import Lab
from faults.scripts import accepting

HOUR = 3600
OUTAGE = 72 * HOUR
BACKLOG = 10_000


@fault("F7", "P4", "a receiver that is down for 72 hours")
def outage(lab: Lab) -> None:
    daemon = lab.start(**{"log.level": "info"})
    shim = lab.shim(daemon)
    receiver = lab.scripted(accepting)
    stream = lab.stream(daemon, receiver)
    receiver.close()
    lab.repeatable = None
    lab.emit_many(daemon, BACKLOG)
    _pass(lab, daemon, OUTAGE - 12 * HOUR)
    before = _refusals(lab, daemon)
    _pass(lab, daemon, 12 * HOUR)
    attempts = _refusals(lab, daemon)
    lab.check_most("attempts in 72 hours", attempts, 1000)
    # One in 5 minutes is 144; jitter makes some pauses shorter.
    lab.check_most("attempts in the last 12 hours", attempts - before, 200)
    totals = lab.admin(daemon).totals(stream)
    lab.check_equal("pending after 72 hours", totals["pending"], BACKLOG)
    receiver.reopen()
    shim.set_speed(100)
    receiver.wait_for(EVENT, seconds=60)
    shim.set_speed(1)
    began = time.monotonic()
    wait_until(lambda: len(receiver.exchanges) >= BACKLOG, "the backlog", 120)
    lab.check_most(f"{BACKLOG} delivered after the first probe that succeeds", time.monotonic() - began, 60, " s")
    lab.wait_until_settled(daemon, stream)


def _pass(lab: Lab, daemon: Daemon, seconds: float, speed: int = 3000) -> None:
    """Lets time go by for the daemon."""
    shim = lab.shim(daemon)
    shim.set_speed(speed)
    time.sleep(seconds / speed)
    shim.set_speed(1)


def _refusals(lab: Lab, daemon: Daemon) -> int:
    scrape = Scrape(lab.admin(daemon))
    return int(scrape.sum("ssf_attempts_total") - scrape.sum("ssf_attempts_total", code="http_202"))

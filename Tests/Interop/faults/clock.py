"""The system's clock is wrong."""

import time

import machine
import requests

from harness.daemon import Daemon
from harness.load import EVENT
from harness.transmitter import email
from harness.waiting import wait_until

from faults.fault import fault
from faults.lab import Lab
from faults.scripted import Exchange

HOUR, YEAR = 3600, 365 * 86_400
STEPS = {"+1 h": HOUR, "-1 h": -HOUR, "+10 years": 10 * YEAR, "-10 years": -10 * YEAR}


@fault("F16", "P12", "the clock jumps", quick=True)
def jumps(lab: Lab) -> None:
    daemon = lab.start()
    receiver = lab.receiver()
    lab.stream(daemon, receiver)
    earlier, _ = _deliver(lab, daemon)
    for name, seconds in STEPS.items():
        lab.shim(daemon).step_clock(seconds)
        later, took = _deliver(lab, daemon)
        lab.check_most(f"{name}: an event is delivered after", took, 5, " s")
        gained = later - earlier
        passes = abs(gained - seconds) <= 10 if seconds < 0 else gained >= seconds
        lab.check(f"{name}: iat moves by", f"{gained} s", f"{seconds} s", passes)
        lab.check_most(f"{name}: processor when idle", machine.cpu_share(daemon.process.pid, 0.5), 0.2)
        earlier = later


def _deliver(lab: Lab, daemon: Daemon) -> tuple[int, float]:
    """The iat of an event that is accepted now, and how long it takes to arrive."""
    delivery, seconds = lab.deliver(daemon, lab.receivers[0], f"{time.monotonic()}@example.com")
    return delivery.claims["iat"], seconds


@fault("F16", "P12", "what waits when the clock jumps", quick=True)
def jumps_with_backlog(lab: Lab) -> None:
    """What a receiver was down for is sent when it is back, however the clock was set meanwhile."""
    daemon = lab.start()
    receiver = lab.scripted(lambda exchange: exchange.send(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"))
    lab.repeatable = None
    stream = lab.stream(daemon, receiver)
    for number, seconds in enumerate((-HOUR, 2 * HOUR, -HOUR)):
        attempts = len(receiver.exchanges)
        lab.emit(daemon, f"user-{number}@example.com")
        wait_until(lambda: len(receiver.exchanges) > attempts, "an attempt")
        lab.shim(daemon).step_clock(seconds)
    receiver.script = Exchange.accept
    began = time.monotonic()
    totals = lab.wait_until_settled(daemon, stream, 60)
    lab.check_most("nothing waits after", time.monotonic() - began, 60, " s")
    # The verification event is one more.
    lab.check_equal("delivered of 3 that waited", totals["delivered"] - 1, 3)


@fault("F16", "P12", "1970 at boot", quick=True)
def unset_clock(lab: Lab) -> None:
    daemon = lab.prepare()
    lab.shim(daemon).set_clock(3600)
    daemon.launch()
    lab.note_baseline(daemon)
    receiver = lab.receiver()
    checks = requests.get(daemon.admin + "/readyz", timeout=5)
    lab.check_equal("/readyz", checks.status_code, 503)
    event = {"type": EVENT, "subject": email("jane@example.com")}
    lab.check_equal("answer to an event", lab.admin(daemon).submit(event).status_code, 503)
    lab.shim(daemon).step_clock(time.time() - 3600)
    wait_until(daemon.is_ready, "the daemon to be ready", 10)
    lab.stream(daemon, receiver)
    _, took = _deliver(lab, daemon)
    lab.check_most("once it is set, an event is delivered after", took, 5, " s")

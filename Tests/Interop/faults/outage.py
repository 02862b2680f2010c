"""Receivers that are down for days, and streams that crowd the others."""

import statistics
import threading
import time

from harness.daemon import Daemon
from harness.load import EVENT, VERIFICATION
from harness.transmitter import email
from harness.waiting import wait_until

from faults.answers import accepting
from faults.fault import fault
from faults.lab import Lab
from faults.scripted import Exchange

HOUR = 3600
OUTAGE = 72 * HOUR
BACKLOG = 10_000
OTHER = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"


# MARK: - F7


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
    metrics = lab.admin(daemon).call("GET", "/metrics").text.splitlines()
    return sum(
        int(float(line.split()[-1])) for line in metrics
        if line.startswith("ssf_attempts_total") and "http_202" not in line)


# MARK: - F8, F22


ROUNDS, EVENTS = 5, 150
# Differences below this are those of the machine.
NOISE = 0.005


class Healthy:
    """Receivers that answer at once, and how long events take to them."""

    def __init__(self, lab: Lab, daemon: Daemon, count: int):
        self._lab, self._daemon = lab, daemon
        self._arrivals: dict[str, float] = {}
        for _ in range(count):
            lab.stream(daemon, lab.scripted(self._take), events_requested=[EVENT])

    def _take(self, exchange: Exchange) -> None:
        self._arrivals[exchange.token.jti] = time.monotonic()
        accepting(exchange)

    def p99(self) -> float:
        """Of some events at a steady pace."""
        sent: dict[str, float] = {}
        for number in range(EVENTS):
            began = time.monotonic()
            for jti in self._lab.emit(self._daemon, f"user-{number}@example.com").values():
                sent[jti] = began
            time.sleep(max(0, began + 0.02 - time.monotonic()))
        wait_until(lambda: sent.keys() <= self._arrivals.keys(), "every healthy delivery", 30)
        return statistics.quantiles([self._arrivals[jti] - sent[jti] for jti in sent], n=100)[98]


def _compare(lab: Lab, healthy: Healthy, begin, end) -> None:
    """Rounds with and without the trouble in turn: what else the machine does hits both."""
    quiet, troubled = [], []
    for _ in range(ROUNDS):
        quiet.append(healthy.p99())
        begin()
        troubled.append(healthy.p99())
        end()
    base, seen = statistics.median(quiet), statistics.median(troubled)
    lab.check(
        "p99 of the healthy, with and without", f"{seen * 1000:.1f} ms, {base * 1000:.1f} ms", "≤ 1.2 times",
        seen <= max(1.2 * base, base + NOISE))


@fault("F8", "P5", "50 streams hang")
def half_hang(lab: Lab) -> None:
    daemon = lab.start(**{"log.level": "info", "limits.streams": 200})
    healthy = Healthy(lab, daemon, 10)
    hanging = [lab.scripted(Exchange.wait_for_end) for _ in range(50)]
    client = lab.client(daemon)
    streams = [client.create_push(receiver.url, events_requested=[OTHER])["stream_id"] for receiver in hanging]
    wait_until(lambda: all(receiver.of_type(VERIFICATION) for receiver in hanging), "the streams")
    lab.repeatable = None

    def begin() -> None:
        for number in range(20):
            lab.admin(daemon).emit(OTHER, email(f"hung-{number}@example.com"))
        wait_until(lambda: all(receiver.of_type(OTHER) for receiver in hanging), "streams that hang", 60)

    def end() -> None:
        for stream in streams:
            lab.admin(daemon).call("POST", "/v1/deliveries/discard", json={"stream_id": stream, "reason": "over"})

    _compare(lab, healthy, begin, end)


@fault("F22", "P5", "one stream of 1,000 events a second to a receiver that hangs")
def noisy(lab: Lab) -> None:
    daemon = lab.start(**{"log.level": "info", "limits.streams": 200})
    healthy = Healthy(lab, daemon, 10)
    hung = lab.scripted(Exchange.wait_for_end)
    lab.stream(daemon, hung, events_requested=[OTHER])
    lab.repeatable = None
    noise = Noise(lab, daemon)
    _compare(lab, healthy, noise.begin, noise.end)
    lab.check("noisy events a second", f"{noise.rate:.0f}", "≥ 900", noise.rate >= 900)


class Noise:
    """A producer of 1,000 events a second that one stream asked for."""

    def __init__(self, lab: Lab, daemon: Daemon):
        self._admin = lab.admin(daemon)
        self._count, self._seconds = 0, 0.0

    @property
    def rate(self) -> float:
        return self._count / self._seconds

    def begin(self) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._produce)
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _produce(self) -> None:
        began, batches = time.monotonic(), 0
        while not self._ended.wait(max(0, began + batches * 0.1 - time.monotonic())):
            events = [
                {"type": OTHER, "subject": email(f"noise-{self._count + index}@example.com")} for index in range(100)]
            assert self._admin.submit(events).status_code == 202
            self._count += len(events)
            batches += 1
        self._seconds += time.monotonic() - began

"""Streams whose receivers hang, beside streams whose receivers do not."""

import statistics
import threading
import time
from collections.abc import Callable

from harness.daemon import Daemon
from harness.load import EVENT
from harness.metrics import Scrape
from harness.transmitter import email
from harness.waiting import wait_until

from faults.fault import fault
from faults.lab import Lab
from faults.scripted import Exchange
from faults.scripts import accepting

ROUNDS, EVENTS = 5, 200
HEALTHY, HUNG = 50, 50
# What the streams that hang asked for.
OTHER = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"


class Healthy:
    """Streams of one subject each, whose receivers answer at once, and how long events take to them."""

    def __init__(self, lab: Lab, daemon: Daemon, count: int):
        self._lab, self._daemon = lab, daemon
        self._subjects = [f"healthy-{number}@example.com" for number in range(count)]
        self._arrivals: dict[str, float] = {}
        for subject in self._subjects:
            client = lab.client(daemon)
            stream = lab.push(client, lab.scripted(self._take).url, events_requested=[EVENT])
            added = client.add_subject({"stream_id": stream, "subject": email(subject)})
            assert added.status_code == 200, added.text

    def _take(self, exchange: Exchange) -> None:
        self._arrivals[exchange.jti] = exchange.began
        accepting(exchange)

    def p99(self) -> float:
        """Of some events at a steady pace, to one stream after the other."""
        sent: dict[str, float] = {}
        for number in range(EVENTS):
            began = time.monotonic()
            [jti] = self._lab.emit(self._daemon, self._subjects[number % len(self._subjects)]).values()
            sent[jti] = began
            time.sleep(max(0, began + 0.015 - time.monotonic()))
        wait_until(lambda: sent.keys() <= self._arrivals.keys(), "every healthy delivery", 30)
        return statistics.quantiles([self._arrivals[jti] - sent[jti] for jti in sent], n=100)[98]


class Hung:
    """New streams for each round, to receivers that hang: those of the round before have an open breaker by then."""

    def __init__(self, lab: Lab, daemon: Daemon, count: int):
        self._lab, self._daemon = lab, daemon
        self._receivers = [lab.scripted(Exchange.wait_for_end) for _ in range(count)]
        self._streams: list[str] = []

    def open(self) -> None:
        client = self._lab.client(self._daemon)
        self._streams = [
            self._lab.push(client, receiver.url, events_requested=[OTHER]) for receiver in self._receivers]
        for stream in self._streams:
            added = client.add_subject({"stream_id": stream, "subject": email("hung@example.com")})
            assert added.status_code == 200, added.text

    def wait(self) -> None:
        """Until each has SETs under way, and as many as it may have."""
        before: list[float] = []

        def are_steady() -> bool:
            nonlocal before
            time.sleep(0.2)
            before, last = self.in_flight(), before
            return before == last and min(before) >= 1

        wait_until(are_steady, "streams that hang")

    def in_flight(self) -> list[float]:
        scrape = Scrape(self._lab.admin(self._daemon))
        return [scrape.value("ssf_in_flight", stream=stream) or 0 for stream in self._streams]

    def delete(self) -> None:
        for stream in self._streams:
            deleted = self._lab.admin(self._daemon).call("DELETE", f"/v1/streams/{stream}")
            assert deleted.status_code == 204, deleted.text


def _compare(lab: Lab, healthy: Healthy, begin: Callable[[], None], end: Callable[[], None]) -> None:
    """Rounds with and without the trouble in turn: what else the machine does hits both."""
    quiet, troubled = [], []
    for _ in range(ROUNDS):
        quiet.append(healthy.p99())
        begin()
        try:
            troubled.append(healthy.p99())
        finally:
            end()
    lab.check_slower("p99 of the healthy", statistics.median(troubled), statistics.median(quiet), 1.2)


def _start(lab: Lab) -> Daemon:
    lab.repeatable = None
    return lab.start(**{
        "log.level": "info", "limits.streams": 200, "subjects.default": "NONE", "limits.streams_per_client": 100,
        "streams.verify_on_create": "false"})


@fault("F8", "P5", "50 of 100 streams hang")
def half_hang(lab: Lab) -> None:
    daemon = _start(lab)
    healthy, hung = Healthy(lab, daemon, HEALTHY), Hung(lab, daemon, HUNG)
    seen: list[float] = []

    def begin() -> None:
        hung.open()
        for _ in range(20):
            lab.admin(daemon).emit(OTHER, email("hung@example.com"))
        hung.wait()

    def end() -> None:
        seen.append(min(hung.in_flight()))
        hung.delete()

    _compare(lab, healthy, begin, end)
    lab.check_least(f"under way to each of {HUNG}, at the end of each round", min(seen), 1)


@fault("F22", "P5", "one stream of 1,000 events a second to a receiver that hangs")
def noisy(lab: Lab) -> None:
    daemon = _start(lab)
    healthy, hung = Healthy(lab, daemon, HEALTHY), Hung(lab, daemon, 1)
    noise = Noise(lab, daemon)
    seen: list[float] = []

    def begin() -> None:
        hung.open()
        noise.begin()
        hung.wait()

    def end() -> None:
        seen.append(min(hung.in_flight()))
        noise.end()
        hung.delete()

    _compare(lab, healthy, begin, end)
    lab.check_least("under way to it, at the end of each round", min(seen), 1)
    lab.check_least("noisy events a second", round(noise.rate), 900)


class Noise:
    """A producer of 1,000 events a second that one stream asked for."""

    def __init__(self, lab: Lab, daemon: Daemon):
        self._admin = lab.admin(daemon)
        self._count, self._seconds = 0, 0.0
        self._failure: BaseException | None = None

    @property
    def rate(self) -> float:
        return self._count / self._seconds if self._seconds else 0

    def begin(self) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._produce)
        self._thread.start()

    def end(self) -> None:
        """Raises what ended the producer before."""
        self._ended.set()
        self._thread.join()
        if self._failure:
            raise self._failure

    def _produce(self) -> None:
        began, batches = time.monotonic(), 0
        try:
            while not self._ended.wait(max(0, began + batches * 0.1 - time.monotonic())):
                response = self._admin.submit(100 * [{"type": OTHER, "subject": email("hung@example.com")}])
                assert response.status_code == 202, response.text
                self._count += 100
                batches += 1
        except BaseException as failure:
            self._failure = failure
        finally:
            self._seconds += time.monotonic() - began

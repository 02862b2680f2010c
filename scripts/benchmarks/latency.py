"""How long an event takes from its submission to its receiver's 202, at a quarter of the rate that can be kept up.

What can be kept up is measured just before: the delivery of a backlog. Events are for one stream each, those of a
hundred streams in turn. The clock of an event starts when it was due, also where its producer still waited for the
answer to the one before: otherwise a pause would be counted once, and not for all that it held up. In a second run half
of the streams have a receiver that takes connections and never answers; what counts then is how the SETs of the others
fare beside them, with the same streams of the first run as the yardstick.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from . import host
from .daemon import Connection, Daemon
from .delivery import EVENT_TYPE, Receiver, deliver_backlog
from .polls import percentile
from .results import Bar, Figure, Number, Results

STREAMS = 100
PRODUCERS = 16
SECONDS = 8
SHARE_OF_MAXIMUM = 0.25


def measure(binary: Path, rounds: int) -> Results:
    typical = Figure("submission until 202, median ÷ (2 syncs + 4 ms)", Bar(1, is_ceiling=True))
    late = Figure("submission until 202, p99 ÷ (6 syncs + 20 ms)", Bar(1, is_ceiling=True))
    beside = Figure(f"the same p99 beside as many streams that hang ÷ without, {STREAMS} in all", Bar(1.3, is_ceiling=True))
    sync = Number("sync of a page, median", "µs")
    maximum = Number("delivered SETs, at most", "/s")
    medians = Number("submission until 202, median", "µs")
    p99s = Number("submission until 202, p99", "µs")
    for _ in range(rounds):
        backlog = deliver_backlog(binary)
        maximum.samples.append(backlog.sets / backlog.delivery.wall)
        rate = maximum.samples[-1] * SHARE_OF_MAXIMUM
        sync.samples.append(host.seconds_of_sync(host.ROOT / ".build") * 1e6)
        alone, hung = latencies(binary, rate, hanging=0), latencies(binary, rate, hanging=STREAMS // 2)
        medians.samples.append(median(alone) * 1e6)
        p99s.samples.append(percentile(99, alone) * 1e6)
        typical.samples.append(medians.samples[-1] / (2 * sync.samples[-1] + 4000))
        late.samples.append(p99s.samples[-1] / (6 * sync.samples[-1] + 20000))
        beside.samples.append(percentile(99, hung) / percentile(99, alone))
    return Results([typical, late, beside], [maximum, sync, medians, p99s])


def latencies(binary: Path, rate: float, hanging: int) -> list[float]:
    """The seconds that each SET of the second half of the streams took, events being submitted at this rate."""
    with ExitStack() as stack:
        receiver = stack.enter_context(Receiver(STREAMS))
        daemon = stack.enter_context(Daemon(
            binary, SSF_LIMITS_STREAMS=str(STREAMS), SSF_LIMITS_STREAMS_PER_CLIENT=str(STREAMS),
            SSF_SUBJECTS_DEFAULT="NONE", SSF_STREAMS_VERIFY_ON_CREATE="false"))
        silent = stack.enter_context(silence())
        client = daemon.receiver("bench")
        for number, url in enumerate(receiver.urls):
            create_stream(daemon, client, number, silent if number < hanging else url)
        submitted = submit(daemon, rate)
        healthy = {jti: start for jti, (number, start) in submitted.items() if number >= STREAMS // 2}
        expected = len(submitted) if not hanging else len(healthy)
        daemon.server.wait_until(lambda: receiver.count() >= expected, "the last SET", 60)
        arrivals = {jti: arrival for arrival, jti in receiver.arrivals()}
        if missing := healthy.keys() - arrivals.keys():
            raise host.BenchmarkError(f"{len(missing)} of {len(healthy)} SETs had not arrived after as many requests")
        return [arrivals[jti] - start for jti, start in healthy.items()]


@contextmanager
def silence() -> Iterator[str]:
    """The URL of a receiver that the kernel connects to, and nobody answers for."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/events"


def create_stream(daemon: Daemon, client: Connection, number: int, url: str) -> None:
    """A stream that hears of one subject only."""
    stream = daemon.admin.call("POST", "/v1/streams", {
        "client_id": "bench", "events_requested": [EVENT_TYPE],
        "delivery": {"method": "urn:ietf:rfc:8935", "endpoint_url": url}})
    client.call("POST", "/ssf/subjects/add", {"stream_id": stream["stream_id"], "subject": subject(number)})


def subject(number: int) -> dict:
    return {"format": "email", "email": f"stream-{number}@example.com"}


def submit(daemon: Daemon, rate: float) -> dict[str, tuple[int, float]]:
    """Submits events evenly and returns for each SET its stream and when its event was due (seconds since 1970)."""
    submitted: dict[str, tuple[int, float]] = {}
    count = int(rate * SECONDS)
    start = time.time() + 0.1

    def produce(first: int) -> None:
        producer = Connection(f"http://{daemon.admin.address}", daemon.admin.token)
        for index in range(first, count, PRODUCERS):
            number = index % STREAMS
            body = json.dumps({"type": EVENT_TYPE, "subject": subject(number), "members": {}}).encode()
            due = start + index / rate
            time.sleep(max(0.0, due - time.time()))
            receipt = producer.send("POST", "/v1/events", body)
            submitted[receipt["deliveries"][0]["jti"]] = (number, due)
        producer.close()

    producers = [threading.Thread(target=produce, args=(first,)) for first in range(PRODUCERS)]
    for producer in producers:
        producer.start()
    for producer in producers:
        producer.join()
    if len(submitted) != count:
        raise host.BenchmarkError(f"{len(submitted)} of {count} events were accepted")
    return submitted

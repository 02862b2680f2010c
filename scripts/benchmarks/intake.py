"""How fast events are taken in for good, with a loop that writes the same rows and nothing else as the yardstick.

Eight producers submit a hundred events a request; each event is for one stream. The loop writes as many events, each
with its delivery, into a database that a daemon has made, a hundred a commit, every commit synced.
"""

import json
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from . import host
from .daemon import Connection, Daemon
from .delivery import EVENTS_PER_REQUEST, create_paused_stream, event
from .results import Bar, Figure, Number, Results

PRODUCERS = 8
REQUESTS_PER_PRODUCER = 25
EVENTS = PRODUCERS * REQUESTS_PER_PRODUCER * EVENTS_PER_REQUEST
LOOP = Path(__file__).parent / "yardstick" / "commits.c"


def measure(binary: Path, rounds: int) -> Results:
    ratio = Figure(
        f"events/s accepted from {PRODUCERS} producers ÷ the same rows written by a bare loop, synced every 100",
        Bar(0.4))
    accepted = Number(f"events accepted, {PRODUCERS} producers, {EVENTS_PER_REQUEST} events a request", "/s")
    written = Number("events written by the loop", "/s")
    with TemporaryDirectory(prefix="bench-", dir=host.ROOT / ".build") as directory:
        loop = Path(directory) / "commits"
        host.run(host.c_compiler(), "-O2", "-o", str(loop), str(LOOP), "-lsqlite3")
        for _ in range(rounds):
            with Daemon(binary, SSF_STREAMS_VERIFY_ON_CREATE="false") as daemon:
                create_paused_stream(daemon, daemon.receiver("bench"), "http://127.0.0.1:9/events")
                accepted.samples.append(events_per_second(daemon))
            with Daemon(binary) as daemon:
                daemon.server.stop()
                written.samples.append(EVENTS / float(host.run(str(loop), str(daemon.database), str(EVENTS))))
            ratio.samples.append(accepted.samples[-1] / written.samples[-1])
    return Results([ratio], [accepted, written])


def events_per_second(daemon: Daemon) -> float:
    """Raises BenchmarkError unless every event was accepted for the stream."""
    bodies = [batch(number) for number in range(PRODUCERS * REQUESTS_PER_PRODUCER)]
    producers = [
        threading.Thread(target=submit, args=(daemon.admin, bodies[number::PRODUCERS])) for number in range(PRODUCERS)]
    start = time.monotonic()
    for producer in producers:
        producer.start()
    for producer in producers:
        producer.join()
    seconds = time.monotonic() - start
    if daemon.pending() != EVENTS:
        raise host.BenchmarkError(f"{daemon.pending()} of {EVENTS} events were accepted")
    return EVENTS / seconds


def submit(admin: Connection, bodies: list[bytes]) -> None:
    producer = Connection(f"http://{admin.address}", admin.token)
    for body in bodies:
        producer.send("POST", "/v1/events", body)
    producer.close()


def batch(number: int) -> bytes:
    events = [event(number * EVENTS_PER_REQUEST + index) for index in range(EVENTS_PER_REQUEST)]
    return json.dumps(events).encode()

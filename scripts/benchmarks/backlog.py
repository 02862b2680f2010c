"""What a backlog costs: memory with a million SETs pending, time for each of them, and a start after a crash.

The clock of a delivery runs until the first SETs of the backlog have arrived, each counted once; the rest stays.
"""

import time
from pathlib import Path

from .daemon import Daemon
from .delivery import STREAMS, Receiver, create_paused_stream, set_status, submit_events
from .results import Bar, Figure, Number, Results

FEW, SOME, MANY = 10_000, 100_000, 1_000_000
# Fewer than there ever are, so that none is the last of its stream.
DELIVERED = 8_000


def measure(binary: Path, rounds: int) -> Results:
    growth = Figure(f"time per delivered SET, {MANY:,} pending ÷ {FEW:,}", Bar(1.2, is_ceiling=True))
    memory = Figure(f"memory with {MANY:,} SETs pending ÷ 100 MB", Bar(1, is_ceiling=True))
    restart = Figure(f"start after a crash with {SOME:,} SETs pending until ready ÷ 2 s", Bar(1, is_ceiling=True))
    few, many = Number(f"delivered of {FEW:,}", "SETs/s"), Number(f"delivered of {MANY:,}", "SETs/s")
    resident = Number(f"memory, at most, with {MANY:,} SETs pending", "MB")
    ready = Number(f"start after a crash with {SOME:,} SETs pending", "ms")
    for _ in range(rounds):
        few.samples.append(DELIVERED / deliver_first(binary, FEW)[0])
    for seconds in restarts(binary, rounds):
        ready.samples.append(seconds * 1e3)
        restart.samples.append(seconds / 2)
    seconds, peak = deliver_first(binary, MANY)
    many.samples.append(DELIVERED / seconds)
    growth.samples = [sample / many.samples[0] for sample in few.samples]
    resident.samples.append(peak / 1e6)
    memory.samples.append(peak / 100e6)
    return Results([growth, memory, restart], [few, many, resident, ready])


def backlog(daemon: Daemon, urls: list[str], size: int) -> list[str]:
    """Queues as many SETs on paused streams, and returns their ids."""
    client = daemon.receiver("bench")
    streams = [create_paused_stream(daemon, client, url) for url in urls]
    submit_events(daemon, size // STREAMS)
    return streams


def deliver_first(binary: Path, size: int) -> tuple[float, int]:
    """The seconds until the first SETs of a backlog have arrived, and the most memory that the daemon ever took."""
    with Receiver() as receiver, Daemon(binary, **settings()) as daemon:
        streams = backlog(daemon, receiver.urls, size)
        client = daemon.client("bench")
        start = time.time()
        for stream in streams:
            set_status(client, stream, "enabled")
        daemon.server.wait_until(lambda: receiver.count() >= DELIVERED, "the first SETs", 60)
        return receiver.arrival_of(DELIVERED) - start, daemon.server.peak_resident_bytes()


def restarts(binary: Path, rounds: int) -> list[float]:
    """The seconds until ready, again and again, with a receiver that refuses connections."""
    with Daemon(binary, **settings()) as daemon:
        streams = backlog(daemon, ["http://127.0.0.1:9/events"] * STREAMS, SOME)
        client = daemon.client("bench")
        for stream in streams:
            set_status(client, stream, "enabled")
        return [daemon.crash_and_restart() for _ in range(rounds)]


def settings() -> dict[str, str]:
    return {
        "SSF_LIMITS_STREAMS": str(STREAMS), "SSF_LIMITS_STREAMS_PER_CLIENT": str(STREAMS),
        "SSF_STREAMS_VERIFY_ON_CREATE": "false"}

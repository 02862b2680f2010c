"""What a million subjects on a stream cost the intake of events, with a thousand as the yardstick.

Two daemons, each with a stream that hears of the subjects that were added to it and no others: half of them simple,
half complex. They take in the same kinds of events in turn. An event that is a hit is queued for the stream; a miss
is not.
"""

import random
import time
from collections.abc import Iterator
from pathlib import Path

from . import host, pipeline
from .daemon import Daemon
from .delivery import EVENT_TYPE
from .results import Bar, Figure, Number, Results

FEW, MANY = 1_000, 1_000_000
EVENTS = 10_000
EVENTS_PER_REQUEST = 100
KINDS = [(shape, outcome) for shape in ("simple", "complex") for outcome in ("hits", "misses")]


class Stream:
    """A daemon with one polled stream and its subjects; a context manager."""

    def __init__(self, binary: Path, count: int):
        self._count = count
        self._random = random.Random(count)
        self._daemon = Daemon(
            binary, SSF_SUBJECTS_DEFAULT="NONE", SSF_LIMITS_SUBJECT_CHANGES_PER_SECOND="1000000",
            SSF_LIMITS_MANAGEMENT_PER_SECOND="0", SSF_LIMITS_CHANGES_PER_DAY="0",
            SSF_STREAMS_VERIFY_ON_CREATE="false")

    def __enter__(self) -> "Stream":
        self._daemon.__enter__()
        try:
            client = self._daemon.receiver("bench")
            self._id = client.call("POST", "/ssf/stream", {
                "delivery": {"method": "urn:ietf:rfc:8936"}, "events_requested": [EVENT_TYPE]})["stream_id"]
            start = time.monotonic()
            pipeline.post(client, "/ssf/subjects/add", self._additions())
            self.seconds_to_add = time.monotonic() - start
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._daemon.__exit__()

    def _additions(self) -> Iterator[str]:
        for index in range(self._count // 2):
            yield f'{{"stream_id":"{self._id}","subject":{email(index)}}}'
            yield f'{{"stream_id":"{self._id}","subject":{device_of_user(index)}}}'

    def events_per_second(self, shape: str, outcome: str) -> float:
        """Takes events of one kind in."""
        seconds = 0.0
        for _ in range(0, EVENTS, EVENTS_PER_REQUEST):
            events = [self._event(shape, outcome) for _ in range(EVENTS_PER_REQUEST)]
            start = time.monotonic()
            receipts = self._daemon.admin.call("POST", "/v1/events", events)
            seconds += time.monotonic() - start
            heard = sum(len(receipt["deliveries"]) for receipt in receipts)
            if heard != (EVENTS_PER_REQUEST if outcome == "hits" else 0):
                raise host.BenchmarkError(f"{heard} of {EVENTS_PER_REQUEST} {shape} {outcome} went to the stream")
        return EVENTS / seconds

    def _event(self, shape: str, outcome: str) -> dict:
        # Those who are not in the stream come after those who are.
        index = self._random.randrange(self._count // 2) + (self._count // 2 if outcome == "misses" else 0)
        user = {"format": "email", "email": f"user-{index}@example.com"}
        # The fields of a complex event are not those that are stored: it is found by what is shared.
        session = {"format": "opaque", "id": f"session-{index}"}
        subject = user if shape == "simple" else {"format": "complex", "user": user, "session": session}
        return {"type": EVENT_TYPE, "subject": subject, "members": {"event_timestamp": 1_760_000_000}}

    def resident_megabytes(self) -> float:
        return self._daemon.server.resident_bytes() / 1e6


def email(index: int) -> str:
    return f'{{"format":"email","email":"user-{index}@example.com"}}'


def device_of_user(index: int) -> str:
    device = f'{{"format":"opaque","id":"device-{index}"}}'
    return f'{{"format":"complex","user":{email(index)},"device":{device}}}'


def measure(binary: Path, rounds: int) -> Results:
    ratios = {kind: Figure(
        f"intake events/s with 1k subject filters ÷ with 1M ({' '.join(kind)})", Bar(1.5, is_ceiling=True))
        for kind in KINDS}
    rates = {kind: Number(f"intake with 1M subject filters, {' '.join(kind)}", "events/s") for kind in KINDS}
    added = Number("subjects added, half of them complex", "/s")
    memory = Number("memory of the daemon with 1M subject filters", "MB")
    with Stream(binary, FEW) as few, Stream(binary, MANY) as many:
        added.samples.append(MANY / many.seconds_to_add)
        for _ in range(rounds):
            for kind in KINDS:
                yardstick = few.events_per_second(*kind)
                rates[kind].samples.append(many.events_per_second(*kind))
                ratios[kind].samples.append(yardstick / rates[kind].samples[-1])
        memory.samples.append(many.resident_megabytes())
    return Results(list(ratios.values()), [*rates.values(), added, memory])

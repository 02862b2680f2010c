"""How soon a thousand waiting polls, each of a stream of its own, are answered with the SET of one event.

The clock starts before the event is submitted, not when it is accepted: what a receiver waits for includes that the
event is first written down for every stream. It stops for each poll at the time at which the kernel got the last
bytes of its answer, so that the reading of the answers does not count. The yardstick is how fast all cores together
make as many signatures, measured just before.
"""

import json
import math
import re
import socket
import struct
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from . import host, openssl
from .daemon import Connection, Daemon
from .delivery import EVENT_TYPE, event
from .results import Bar, Figure, Number, Results

STREAMS = 1000
KEYS = {"ES256": openssl.ECDSA, "RS256": openssl.RSA}
ALLOWANCE_MS = 50
BARS = {"ES256": Bar(1, is_ceiling=True), "RS256": None}
# Of Linux, and the timespec that it gives; Python names neither.
SO_TIMESTAMPNS = 35
TIMESTAMP = struct.Struct("qq")


def measure(binary: Path, rounds: int) -> Results:
    host.raise_file_limit()
    results = Results()
    for algorithm in KEYS:
        results += measure_algorithm(binary, rounds, algorithm)
    return results


def measure_algorithm(binary: Path, rounds: int, algorithm: str) -> Results:
    ratio = Figure(
        f"p99 of {STREAMS:,} woken polls ÷ ({ALLOWANCE_MS} ms + {STREAMS:,} signatures on all cores), {algorithm}",
        BARS[algorithm])
    signatures = Number(f"{algorithm} signatures on all cores", "/s")
    allowed = Number(f"{ALLOWANCE_MS} ms + {STREAMS:,} {algorithm} signatures on all cores", "ms")
    accepted = Number(f"submission until accepted for {STREAMS:,} streams, {algorithm}", "ms")
    typical = Number(f"submission until a woken poll is answered, median, {algorithm}", "ms")
    late = Number(f"submission until a woken poll is answered, p99, {algorithm}", "ms")
    with WaitingPolls(binary, algorithm) as polls:
        for index in range(rounds):
            signatures.samples.append(openssl.signatures_per_second_on_all_cores(KEYS[algorithm]))
            allowed.samples.append(ALLOWANCE_MS + STREAMS / signatures.samples[-1] * 1000)
            until_accepted, until_answered = polls.wake(event(index))
            accepted.samples.append(until_accepted)
            typical.samples.append(median(until_answered))
            late.samples.append(percentile(99, until_answered))
            ratio.samples.append(late.samples[-1] / allowed.samples[-1])
    return Results([ratio], [signatures, allowed, accepted, typical, late])


def percentile(rank: int, samples: list[float]) -> float:
    """The least sample that is not exceeded by as many percent of them."""
    return sorted(samples)[math.ceil(len(samples) * rank / 100) - 1]


class WaitingPolls:
    """A daemon with its streams, and a connection for each to poll it; a context manager."""

    def __init__(self, binary: Path, algorithm: str):
        self._algorithm = algorithm
        self._daemon = Daemon(binary, SSF_STREAMS_VERIFY_ON_CREATE="false", SSF_POLL_LONGEST_WAIT="300s")
        self._cleanup = ExitStack()

    def __enter__(self) -> "WaitingPolls":
        with self._cleanup:
            self._cleanup.enter_context(self._daemon)
            receiver = self._daemon.receiver("bench")
            self._polls = [
                self._cleanup.enter_context(Poll(receiver, self._create_stream())) for _ in range(STREAMS)]
            self._cleanup = self._cleanup.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def _create_stream(self) -> str:
        stream = self._daemon.admin.call("POST", "/v1/streams", {
            "client_id": "bench", "signing_alg": self._algorithm, "events_requested": [EVENT_TYPE]})
        return stream["stream_id"]

    def wake(self, event: dict) -> tuple[float, list[float]]:
        """Returns the milliseconds from a submission until it is accepted, and until each of the polls is answered."""
        for poll in self._polls:
            poll.send()
        self._daemon.server.wait_until_idle("the polls to wait", 30)
        if self._daemon.pending() != 0:
            raise host.BenchmarkError("not every SET of the round before was acknowledged")
        # The clock of the kernel's time stamps.
        start = time.time_ns()
        receipt = self._daemon.admin.call("POST", "/v1/events", event)
        accepted = time.time_ns()
        arrivals = [poll.receive() for poll in self._polls]
        self._check(receipt)
        return (accepted - start) / 1e6, [(arrival - start) / 1e6 for arrival in arrivals]

    def _check(self, receipt: dict) -> None:
        """Raises BenchmarkError unless each stream's poll was given the SET that was accepted for it."""
        given = {poll.stream: poll.taken for poll in self._polls}
        if given != {delivery["stream_id"]: [delivery["jti"]] for delivery in receipt["deliveries"]}:
            raise host.BenchmarkError("the SETs that polls were answered with are not those that were accepted")


class Poll:
    """One stream's long poll, again and again, on a connection of its own; a context manager."""

    def __init__(self, receiver: Connection, stream: str):
        self.stream = stream
        # What the last answer held, and the next poll acknowledges.
        self.taken: list[str] = []
        self._receiver = receiver

    def __enter__(self) -> "Poll":
        name, port = self._receiver.address.rsplit(":", 1)
        self._socket = socket.create_connection((name, int(port)), timeout=60)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self) -> None:
        body = json.dumps({"ack": self.taken})
        self._socket.sendall((
            f"POST /ssf/poll/{self.stream} HTTP/1.1\r\nHost: {self._receiver.address}\r\n"
            f"Authorization: Bearer {self._receiver.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode())

    def receive(self) -> int:
        """Reads the answer and returns when the last of it arrived, in nanoseconds since 1970."""
        answer, arrival = b"", 0
        while not is_complete(answer):
            received, notes, _, _ = self._socket.recvmsg(65536, socket.CMSG_SPACE(TIMESTAMP.size))
            if not received:
                raise host.BenchmarkError(f"the answer to a poll was cut off:\n{answer.decode()}")
            answer += received
            seconds, nanoseconds = TIMESTAMP.unpack(notes[0][2])
            arrival = seconds * 10**9 + nanoseconds
        self.taken = list(json.loads(answer.partition(b"\r\n\r\n")[2]).get("sets", {}))
        return arrival


def is_complete(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    return bool(end) and len(body) == int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE).group(1))

"""What a delivered SET costs, with a bare signature as the yardstick.

A backlog is taken in while the streams are paused, so that intake and delivery are measured apart. Then the streams
are enabled, and the clock runs until the receiver has the last SET and the daemon has written that down.
"""

import base64
import json
import time
from dataclasses import dataclass
from pathlib import Path

from . import host, openssl
from .daemon import Connection, Daemon
from .nginx import Nginx
from .results import Bar, Figure, Number, Results

STREAMS = 10
EVENTS = 2000
EVENTS_PER_REQUEST = 100
EVENT_TYPE = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"


class Cost:
    """What a phase takes of the daemon's CPU and of the wall clock, in seconds; a context manager."""

    def __init__(self, daemon: Daemon):
        self._server = daemon.server
        self.wall: float | None = None

    def __enter__(self) -> "Cost":
        self._cpu_start = self._server.cpu_seconds()
        self._wall_start = time.monotonic()
        return self

    def stop_clock(self) -> None:
        """Ends the wall time; CPU time goes on to the end of the phase."""
        self.wall = time.monotonic() - self._wall_start

    def __exit__(self, *_: object) -> None:
        if self.wall is None:
            self.stop_clock()
        self.cpu = self._server.cpu_seconds() - self._cpu_start


@dataclass
class Run:
    sets: int
    intake: Cost
    delivery: Cost


def measure(binary: Path, rounds: int) -> Results:
    cpu = Figure(f"CPU of an RSA-2048 signature ÷ CPU per delivered SET (RS256, {STREAMS} streams)", Bar(0.75))
    wall = Figure("delivered SETs/s ÷ RSA-2048 signatures/s on all cores", Bar(0.65))
    light = Figure("CPU per delivered SET with ES256 ÷ with RS256", Bar(0.33, is_ceiling=True))
    signature = Number("RSA-2048 signature", "µs CPU")
    per_set = Number("delivery, RS256", "µs CPU per SET")
    per_light_set = Number("delivery, ES256", "µs CPU per SET")
    signatures = Number("RSA-2048 signatures on all cores", "/s")
    delivered = Number("delivered SETs", "/s")
    per_event = Number(f"intake with fan-out to {STREAMS} streams", "µs CPU per event")
    accepted = Number(f"intake, one producer, {EVENTS_PER_REQUEST} events a request", "events/s")
    for _ in range(rounds):
        signature.samples.append(openssl.seconds_of_cpu_per_signature() * 1e6)
        signatures.samples.append(openssl.signatures_per_second_on_all_cores())
        run, light_run = deliver_backlog(binary, "RS256"), deliver_backlog(binary, "ES256")
        per_set.samples.append(run.delivery.cpu / run.sets * 1e6)
        per_light_set.samples.append(light_run.delivery.cpu / light_run.sets * 1e6)
        delivered.samples.append(run.sets / run.delivery.wall)
        per_event.samples.append(run.intake.cpu / EVENTS * 1e6)
        accepted.samples.append(EVENTS / run.intake.wall)
        cpu.samples.append(signature.samples[-1] / per_set.samples[-1])
        wall.samples.append(delivered.samples[-1] / signatures.samples[-1])
        light.samples.append(per_light_set.samples[-1] / per_set.samples[-1])
    return Results([cpu, wall, light], [signature, per_set, per_light_set, signatures, delivered, per_event, accepted])


def deliver_backlog(binary: Path, algorithm: str = "RS256") -> Run:
    """Takes a backlog in and delivers it, with a new daemon and a new receiver."""
    with Receiver() as receiver, Daemon(
        binary, SSF_LIMITS_STREAMS=str(STREAMS), SSF_LIMITS_STREAMS_PER_CLIENT=str(STREAMS),
        SSF_STREAMS_VERIFY_ON_CREATE="false",
    ) as daemon:
        client = daemon.receiver("bench")
        streams = [create_paused_stream(daemon, client, url, algorithm) for url in receiver.urls]
        with Cost(daemon) as intake:
            accepted = submit_events(daemon, EVENTS)
        with Cost(daemon) as delivery:
            for stream in streams:
                set_status(client, stream, "enabled")
            daemon.server.wait_until(lambda: receiver.count() >= len(accepted), "the last SET", 180)
            delivery.stop_clock()
            daemon.server.wait_until(lambda: daemon.pending() == 0, "the last outcome", 10)
        receiver.check(accepted)
        return Run(len(accepted), intake, delivery)


def create_paused_stream(daemon: Daemon, client: Connection, url: str, algorithm: str = "RS256") -> str:
    """A push stream of the client "bench"."""
    stream = daemon.admin.call("POST", "/v1/streams", {
        "client_id": "bench", "signing_alg": algorithm, "events_requested": [EVENT_TYPE],
        "delivery": {"method": "urn:ietf:rfc:8935", "endpoint_url": url}})
    set_status(client, stream["stream_id"], "paused")
    return stream["stream_id"]


def set_status(client: Connection, stream: str, status: str) -> None:
    client.call("POST", "/ssf/status", {"stream_id": stream, "status": status})


def submit_events(daemon: Daemon, count: int) -> set[str]:
    """Returns the jti of every SET that was accepted."""
    accepted = set()
    for start in range(0, count, EVENTS_PER_REQUEST):
        receipts = daemon.admin.call("POST", "/v1/events", [event(start + i) for i in range(EVENTS_PER_REQUEST)])
        accepted.update(delivery["jti"] for receipt in receipts for delivery in receipt["deliveries"])
    if len(accepted) != count * STREAMS:
        raise host.BenchmarkError(f"{len(accepted)} SETs were accepted for {count} events to {STREAMS} streams")
    return accepted


def event(index: int) -> dict:
    return {
        "type": EVENT_TYPE,
        "subject": {"format": "email", "email": f"user-{index}@example.com"},
        "members": {
            "event_timestamp": 1_760_000_000 + index, "initiating_entity": "policy",
            "reason_admin": {"en": "Sign-in from a country that the policy refuses"}},
    }


class Receiver(Nginx):
    """Takes SETs for as many receivers as there are streams, each at an address of its own."""

    def __init__(self, streams: int = STREAMS) -> None:
        super().__init__("receiver.conf")
        addresses = [f"127.0.0.{number + 1}:{self.port}" for number in range(streams)]
        self._values["listen"] = "\n    ".join(f"listen {address};" for address in addresses)
        self.urls = [f"http://{address}/events" for address in addresses]
        self._lines = 0
        self._offset = 0

    def count(self) -> int:
        """How many SETs have arrived."""
        with self._log.open("rb") as log:
            log.seek(self._offset)
            new = log.read()
        self._offset += len(new)
        self._lines += new.count(b"\n")
        return self._lines

    def check(self, accepted: set[str]) -> None:
        """Raises BenchmarkError unless exactly the accepted SETs have arrived, each once."""
        arrived = [jti for _, jti in self.arrivals()]
        if set(arrived) != accepted or len(arrived) != len(accepted):
            raise host.BenchmarkError(
                f"of {len(accepted)} accepted SETs {len(accepted & set(arrived))} arrived, in {len(arrived)} requests")

    def arrivals(self) -> list[tuple[float, str]]:
        """When each request was answered, in seconds since 1970, and the jti of its SET; in this order."""
        lines = (line.split(b" ") for line in self._log.read_bytes().splitlines())
        return [(float(time), jti(token)) for time, token in lines]

    def arrival_of(self, count: int) -> float:
        """When as many different SETs had arrived."""
        first = {jti: time for time, jti in reversed(self.arrivals())}
        if len(first) < count:
            raise host.BenchmarkError(f"{len(first)} of {count} SETs arrived, some of them more than once")
        return sorted(first.values())[count - 1]

    @property
    def _log(self) -> Path:
        return self.prefix / "sets.log"


def jti(token: bytes) -> str:
    payload = token.split(b".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))["jti"]

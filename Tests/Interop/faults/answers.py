"""Receivers that answer late, wrongly, or without end."""

import email.utils
import time
from collections.abc import Callable

import machine

from harness.daemon import Daemon
from harness.load import EVENT
from harness.waiting import wait_until

from faults.fault import fault
from faults.lab import MIB, Lab
from faults.scripted import ACCEPTED, Exchange, Script, ScriptedReceiver

TIMEOUT = 1


def accepting(exchange: Exchange) -> None:
    exchange.send(ACCEPTED)
    exchange.keep()


def sending(data: bytes) -> Script:
    return lambda exchange: exchange.send(data)


def sending_then_hanging(data: bytes) -> Script:
    def script(exchange: Exchange) -> None:
        exchange.send(data)
        exchange.wait_for_end()

    return script


def dripping(exchange: Exchange) -> None:
    """A byte a second, of an answer that would be good."""
    for byte in ACCEPTED:
        exchange.send(bytes([byte]))
        if exchange.ends_within(1):
            return


def pouring(head: bytes, part: bytes) -> Script:
    """Sends without end."""

    def script(exchange: Exchange) -> None:
        exchange.send(head)
        while not exchange.closing.is_set():
            exchange.send(part)

    return script


def once(script: Script) -> Script:
    """The script for the first attempt at each SET; later ones are taken."""
    seen: set[str] = set()

    def take(exchange: Exchange) -> None:
        if exchange.token.jti in seen:
            return exchange.send(ACCEPTED)
        seen.add(exchange.token.jti)
        script(exchange)

    return take


def each(lab: Lab, daemon: Daemon, scripts: dict[str, Script]) -> dict[str, tuple[ScriptedReceiver, str]]:
    """A stream for each script, and one event to all of them: the receivers with the jti that each was sent."""
    receivers = {name: lab.scripted(script) for name, script in scripts.items()}
    streams = {lab.stream(daemon, receiver): name for name, receiver in receivers.items()}
    sent = lab.emit(daemon)
    return {streams[stream]: (receivers[streams[stream]], jti) for stream, jti in sent.items() if stream in streams}


def first_code(daemon: Daemon, jti: str, seconds: float = 20) -> str:
    """What the first attempt at a SET came to."""
    record = wait_until(
        lambda: found if (found := Lab.delivery(daemon, jti))["attempts"] > 0 else None, "an attempt", seconds)
    return record["history"][0]["code"] if record["history"] else record["last_code"]


# MARK: - F8


HANGING: dict[str, Script] = {
    "hangs before the headers": Exchange.wait_for_end,
    "hangs in the headers": sending_then_hanging(b"HTTP/1.1 202 Accep"),
    "hangs in the body": sending_then_hanging(b"HTTP/1.1 503 No\r\nContent-Length: 10\r\n\r\n12"),
    "drips a byte a second": dripping,
}


@fault("F8", "P5 P8", "receivers that hang", quick=True)
def hanging(lab: Lab) -> None:
    daemon = lab.start(**{"delivery.attempt_timeout": f"{TIMEOUT}s"})
    receiver = lab.receiver()
    lab.stream(daemon, receiver)
    lab.repeatable = None
    for name, (scripted, jti) in each(lab, daemon, HANGING).items():
        scripted.wait_for_jti(jti)
        attempt = next(exchange for exchange in scripted.exchanges if exchange.token.jti == jti)
        lasted = wait_until(lambda: attempt.lasted, "the end of the attempt", TIMEOUT + 5)
        lab.check_most(f"{name}: an attempt takes", lasted, TIMEOUT + 1, " s")
    lab.check_most("longest delivery to another stream meanwhile", slowest_of(lab, daemon, 20), 1, " s")


def slowest_of(lab: Lab, daemon: Daemon, count: int) -> float:
    """How long a healthy receiver, the first of the lab, waits for an event."""
    slowest = 0.0
    for number in range(count):
        began = time.monotonic()
        sent = set(lab.emit(daemon, f"healthy-{number}@example.com").values())
        wait_until(
            lambda: sent & {delivery.jti for delivery in lab.receivers[0].deliveries}, "a healthy delivery")
        slowest = max(slowest, time.monotonic() - began)
    return slowest


# MARK: - F9


# Some 1,000 times as large when it is unpacked.
BOMB = b"\x1f\x8b" + bytes(8) + bytes(65536)
ENDLESS: dict[str, Script] = {
    "a body of 100 MB": pouring(b"HTTP/1.1 202 OK\r\nContent-Length: 100000000\r\n\r\n", bytes(65536)),
    "a body without end": pouring(
        b"HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + bytes(65536) + b"\r\n"),
    "a gzip bomb": pouring(
        b"HTTP/1.1 202 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10000000\r\n\r\n", BOMB),
    "headers of 1 MB and more": pouring(b"HTTP/1.1 202 OK\r\n", b"X-Filler: " + b"x" * 1000 + b"\r\n"),
}


@fault("F9", "P8 P11", "answers without end", quick=True)
def endless(lab: Lab) -> None:
    parallel = 100 if lab.is_full else 20
    daemon = lab.start(**{"delivery.in_flight_per_stream": parallel, "delivery.attempt_timeout": "5s"})
    lab.repeatable = None
    peace = {name: sending(ACCEPTED) for name in ENDLESS}
    receivers = {name: receiver for name, (receiver, _) in each(lab, daemon, peace).items()}
    # As many at once as later, so that what this costs is known.
    lab.emit_many(daemon, parallel)
    wait_until(lambda: all(len(found.of_type(EVENT)) > parallel for found in receivers.values()), "peace", 30)
    lab.note_baseline(daemon)
    base = most = machine.resident_bytes(daemon.process.pid)
    for name, receiver in receivers.items():
        receiver.script = once(ENDLESS[name])
    lab.emit_many(daemon, parallel)
    deadline = time.monotonic() + 60
    while _pending(lab, daemon) and time.monotonic() < deadline:
        most = max(most, machine.resident_bytes(daemon.process.pid))
    lab.check_most(f"memory that {parallel} at once of each take", (most - base) / MIB, 5, " MiB")
    lab.check_equal("SETs that are still pending", _pending(lab, daemon), 0)


def _pending(lab: Lab, daemon: Daemon) -> int:
    streams = lab.admin(daemon).call("GET", "/v1/streams").json()["streams"]
    return sum(stream["deliveries"]["pending"] for stream in streams)


# MARK: - F10


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
MALFORMED, CLOSED, DELIVERED = "response_malformed", "connection_closed", "http_202"
BROKEN = {
    # On a connection that was kept from before, which a receiver may have closed in the meantime: once more on another.
    "no answer on a kept connection": (b"", DELIVERED),
    "cut in the status line": (b"HTTP/1.1 20", CLOSED),
    "cut in the headers": (b"HTTP/1.1 202 OK\r\nContent-Len", CLOSED),
    "cut before the end of the headers": (b"HTTP/1.1 202 OK\r\nContent-Length: 0\r\n", CLOSED),
    "garbage": (b"\x00\xff\x16\x03\x01 garbage\r\n\r\n", MALFORMED),
    "HTTP/0.9": (b"<html>accepted</html>\r\n\r\n", MALFORMED),
    "HTTP/2": (b"HTTP/2 202\r\n\r\n", MALFORMED),
    "a status of four digits": (b"HTTP/1.1 2020 OK\r\n\r\n", MALFORMED),
    "nine 1xx": (9 * CONTINUE + ACCEPTED, MALFORMED),
    "eight 1xx": (8 * CONTINUE + ACCEPTED, DELIVERED),
    "two answers": (ACCEPTED + b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", DELIVERED),
    "less body than promised": (b"HTTP/1.1 202 OK\r\nContent-Length: 100\r\n\r\nshort", DELIVERED),
    "a chunk that is cut": (b"HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nshort", DELIVERED),
    "an error whose body is cut": (b"HTTP/1.1 503 No\r\nContent-Length: 100\r\n\r\nshort", "http_503"),
}


@fault("F10", "P2 P8", "broken answers", quick=True)
def broken(lab: Lab) -> None:
    daemon = lab.start()
    lab.repeatable = None
    sent = each(lab, daemon, {name: once(sending(data)) for name, (data, _) in BROKEN.items()})
    for name, (_, jti) in sent.items():
        lab.check_equal(name, first_code(daemon, jti), BROKEN[name][1])
    for _, jti in sent.values():
        wait_until(lambda: lab.delivery(daemon, jti)["state"] == "delivered", "a later attempt", 20)
    lab.check("SETs that a broken answer did not stop", len(sent), f"= {len(BROKEN)}", len(sent) == len(BROKEN))


# MARK: - F11


A_DAY = 24 * 3600


def date(seconds: float) -> str:
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


# The status and header, and between which seconds after the answer the next attempt may be. Without a header that
# counts it is the back-off of a first failure.
RETRY_AFTER: dict[str, tuple[int, Callable[[], str | None], float, float]] = {
    "429, 2": (429, lambda: "2", 2, 3.5),
    "503, 2": (503, lambda: "2", 2, 3.5),
    "503, a date in 4 s": (503, lambda: date(4), 3, 6),
    "503, a date that is past": (503, lambda: date(-3600), 1, 3),
    "429, 0": (429, lambda: "0", 1, 3),
    "429, none": (429, lambda: None, 0, 3),
    "503, negative": (503, lambda: "-5", 0, 3),
    "503, 1e99": (503, lambda: "1e99", 0, 3),
    "503, words": (503, lambda: "soon", 0, 3),
    "429, twenty digits": (429, lambda: "9" * 20, A_DAY, A_DAY + 2),
    "503, two days": (503, lambda: str(2 * A_DAY), A_DAY, A_DAY + 2),
    "503, a date in a year": (503, lambda: date(365 * A_DAY), A_DAY, A_DAY + 2),
}


def _asking(status: int, value: Callable[[], str | None]) -> Script:
    def script(exchange: Exchange) -> None:
        wait = value()
        field = f"Retry-After: {wait}\r\n" if wait is not None else ""
        exchange.send(f"HTTP/1.1 {status} Wait\r\n{field}Content-Length: 0\r\n\r\n".encode())

    return script


@fault("F11", "P7", "every form of Retry-After", quick=True)
def retry_after(lab: Lab) -> None:
    daemon = lab.start()
    lab.repeatable = None
    sent = each(
        lab, daemon, {name: once(_asking(status, value)) for name, (status, value, *_) in RETRY_AFTER.items()})
    for name, (receiver, jti) in sent.items():
        _, _, least, most = RETRY_AFTER[name]
        wait = _next_attempt(daemon, receiver, jti, is_long=least >= A_DAY)
        # Dates have whole seconds, and the answer takes a moment to be read.
        passes = least - 0.05 <= wait <= most
        lab.check(f"{name}: the next attempt is after", f"{wait:.2f} s", f"{least:g} to {most:g} s", passes)


def _next_attempt(daemon: Daemon, receiver: ScriptedReceiver, jti: str, is_long: bool) -> float:
    """How long after its first attempt a SET is sent again, or is to be."""
    receiver.wait_for_jti(jti)
    if not is_long:
        wait_until(lambda: len(receiver.of_type(EVENT)) == 2, "the next attempt", 10)
        first, second = (exchange for exchange in receiver.exchanges if exchange.token.jti == jti)
        return second.began - first.began
    first_code(daemon, jti)
    quiet = wait_until(lambda: _quiet(daemon, jti), "a pause")
    [first] = [exchange for exchange in receiver.exchanges if exchange.token.jti == jti]
    return quiet + time.monotonic() - first.began


def _quiet(daemon: Daemon, jti: str) -> float:
    stream = Lab.delivery(daemon, jti)["stream_id"]
    metrics = Lab.admin(daemon).call("GET", "/metrics").text.splitlines()
    [line] = [line for line in metrics if line.startswith(f'ssf_quiet_seconds{{stream="{stream}"}}')]
    return float(line.split()[-1])


# MARK: - F12


@fault("F12", "P8 P9", "redirects", quick=True)
def redirects(lab: Lab) -> None:
    daemon = lab.start()
    lab.repeatable = None
    trap = lab.scripted(sending(ACCEPTED))
    targets = {"to another receiver": trap.url, "to the cloud's metadata": "http://169.254.169.254/latest"}
    scripts = {
        f"{status} {name}": once(sending(
            f"HTTP/1.1 {status} Elsewhere\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n".encode()))
        for status in (301, 302, 303, 307, 308) for name, url in targets.items()}
    sent = each(lab, daemon, scripts)
    codes = {first_code(daemon, jti) for _, jti in sent.values()}
    for _, jti in sent.values():
        wait_until(lambda: lab.delivery(daemon, jti)["state"] == "delivered", "a later attempt", 20)
    lab.check_equal("what a redirect comes to", ", ".join(codes), "redirect_refused")
    lab.check_equal("connections to the other receiver", trap.connections, 0)
    lab.check_none("connections to 169.254.169.254", [
        address for address, _ in lab.shim(daemon).dialed if address.startswith("169.254.")])

"""Receivers that answer late, or wrongly."""

import email.utils
import time
from collections.abc import Callable

from harness.daemon import Daemon
from harness.load import EVENT
from harness.metrics import Scrape
from harness.waiting import wait_until

from faults.fault import fault
from faults.lab import Lab
from faults.outcomes import first_code
from faults.scripted import ACCEPTED, Exchange, Script, ScriptedReceiver
from faults.scripts import dripping, each, once, sending, sending_then_hanging, taking

TIMEOUT = 1


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
        attempt = next(exchange for exchange in scripted.exchanges if exchange.jti == jti)
        lasted = wait_until(lambda: attempt.lasted, "the end of the attempt", TIMEOUT + 5)
        lab.check_most(f"{name}: an attempt takes", lasted, TIMEOUT + 1, " s")
    waits = [lab.deliver(daemon, receiver, f"healthy-{number}@example.com")[1] for number in range(20)]
    lab.check_most("longest delivery to another stream meanwhile", max(waits), 1, " s")


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
    sent = each(lab, daemon, {
        name: once(taking(data) if data and code == DELIVERED else sending(data))
        for name, (data, code) in BROKEN.items()})
    for name, (receiver, jti) in sent.items():
        lab.check_equal(name, first_code(daemon, jti), BROKEN[name][1])
        wait_until(lambda: lab.delivery(daemon, jti)["state"] == "delivered", "a later attempt", 20)
        attempts = len([exchange for exchange in receiver.exchanges if exchange.jti == jti])
        # A connection that was closed since costs no attempt, and brings the SET twice.
        wanted = 1 if BROKEN[name][0] and BROKEN[name][1] == DELIVERED else 2
        lab.check_equal(f"{name}: times that it came", attempts, wanted)


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
        first, second = (exchange for exchange in receiver.exchanges if exchange.jti == jti)
        return second.began - first.began
    first_code(daemon, jti)
    admin, stream = Lab.admin(daemon), Lab.delivery(daemon, jti)["stream_id"]
    quiet = wait_until(lambda: Scrape(admin).value("ssf_quiet_seconds", stream=stream), "a pause")
    [first] = [exchange for exchange in receiver.exchanges if exchange.jti == jti]
    return quiet + time.monotonic() - first.began


# MARK: - F12


@fault("F12", "P8 P9", "redirects", quick=True)
def redirects(lab: Lab) -> None:
    daemon = lab.start()
    lab.repeatable = None
    trap = lab.scripted(Exchange.accept)
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

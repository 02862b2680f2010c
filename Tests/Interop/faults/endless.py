"""Receivers whose answers have no end."""

import gzip
import socket
from pathlib import Path

import machine

from harness.daemon import Daemon
from harness.metrics import Scrape
from harness.waiting import wait_until

from faults.fault import fault
from faults.lab import MIB, Lab
from faults.scripted import ACCEPTED, Exchange, Script, ScriptedReceiver
from faults.scripts import each, once, taking, together

KIB = 1 << 10
# What may be read of headers and body (P8).
READ = 80 * KIB
BUFFER = 16 * KIB


def pouring(head: bytes, part: bytes, takes: bool = True) -> Script:
    """Sends without end; whether the head alone says that the SET is taken."""

    def script(exchange: Exchange) -> None:
        exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        (exchange.accept if takes else exchange.send)(head)
        while not exchange.closing.is_set():
            exchange.send(part)

    return script


# A hundred megabytes when it is unpacked.
BOMB = gzip.compress(bytes(100_000_000))
ENDLESS: dict[str, Script] = {
    "a body of 100 MB": pouring(b"HTTP/1.1 202 OK\r\nContent-Length: 100000000\r\n\r\n", bytes(65536)),
    "a body without end": pouring(
        b"HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + bytes(65536) + b"\r\n"),
    "a gzip bomb": pouring(
        b"HTTP/1.1 202 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10000000\r\n\r\n", BOMB),
    "headers of 1 MB and more": pouring(
        b"HTTP/1.1 202 OK\r\n", b"X-Filler: " + b"x" * 1000 + b"\r\n", takes=False),
}


@fault("F9", "P8 P11", "answers without end", quick=True)
def endless(lab: Lab) -> None:
    parallel = 100 if lab.is_full else 20
    daemon = lab.start(**{
        # One stream has no more than half of all slots, and what is left over.
        "delivery.in_flight_per_stream": parallel, "delivery.in_flight": 3 * parallel,
        "delivery.attempt_timeout": "5s"})
    lab.repeatable = None
    receivers = {
        name: receiver for name, (receiver, _) in each(lab, daemon, dict.fromkeys(ENDLESS, taking(ACCEPTED))).items()}
    # As many at once as later, so that what this costs is known.
    for receiver in receivers.values():
        receiver.script = together(parallel, taking(ACCEPTED))
        _emit(lab, daemon, parallel)
        receiver.script = taking(ACCEPTED)
    lab.note_baseline(daemon)
    for name, receiver in receivers.items():
        _check(lab, daemon, name, receiver, parallel)


def _check(lab: Lab, daemon: Daemon, name: str, receiver: ScriptedReceiver, parallel: int) -> None:
    """The receiver answers so many SETs at once in one way; others take theirs."""
    pid = daemon.process.pid
    machine.forget_peak(pid)
    base = machine.resident_bytes(pid)
    receiver.script = together(parallel, once(ENDLESS[name]))
    _emit(lab, daemon, parallel)
    receiver.script = taking(ACCEPTED)
    grown = (machine.peak_resident_bytes(pid) - base) / MIB
    lab.check_most(f"{name}: memory that {parallel} at once take", grown, 5, " MiB")
    taken = max(exchange.sent for exchange in list(receiver.exchanges))
    lab.check_most(f"{name}: read, or in the sockets' buffers", taken / KIB, (READ + buffers()) / KIB, " KiB")


def _emit(lab: Lab, daemon: Daemon, count: int) -> None:
    """Returns when every receiver has taken as many events."""
    lab.emit_many(daemon, count)
    admin = lab.admin(daemon)
    wait_until(lambda: not Scrape(admin).sum("ssf_deliveries", state="pending"), "an empty queue", 60)


def buffers() -> int:
    """What the kernel holds of a connection: the sender's buffer, and the reader's as it is made."""
    reader = int(Path("/proc/sys/net/ipv4/tcp_rmem").read_text().split()[1])
    return 2 * BUFFER + reader

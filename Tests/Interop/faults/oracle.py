"""What must be true after every fault, whatever it was."""

import base64
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

import machine

from harness.daemon import Daemon
from harness.load import jtis
from harness.receiver import Receiver
from harness.transmitter import AdminAPI


def lost(daemon: Daemon, accepted: set[str], receivers: Iterable[Receiver]) -> list[str]:
    """The accepted events that are neither delivered, nor dead or expired with a reason, nor pending."""
    arrived = set().union(*(jtis(list(receiver.deliveries)) for receiver in receivers))
    admin = AdminAPI(daemon.admin, daemon.admin_token)
    return [jti for jti in accepted - arrived if not _is_accounted_for(admin, jti)]


def _is_accounted_for(admin: AdminAPI, jti: str) -> bool:
    """Of what never arrived."""
    response = admin.call("GET", f"/v1/deliveries/{jti}")
    if response.status_code != 200:
        return False
    delivery = response.json()
    return delivery["state"] == "pending" or delivery["state"] in ("dead", "expired") and bool(delivery.get("last_code"))


def unbalanced(daemon: Daemon) -> list[str]:
    """The streams whose accepted deliveries are not the sum of what became of them (P3)."""
    streams = AdminAPI(daemon.admin, daemon.admin_token).call("GET", "/v1/streams").json()["streams"]
    ends = ("pending", "delivered", "dead", "expired", "dropped")
    return [
        stream["stream_id"] for stream in streams
        if stream["deliveries"]["accepted"] != sum(stream["deliveries"][end] for end in ends)]


def damage(database: Path) -> list[str]:
    """What SQLite finds wrong with a database that nobody has open."""
    connection = sqlite3.connect(database)
    try:
        return [line for line, in connection.execute("PRAGMA integrity_check") if line != "ok"]
    finally:
        connection.close()


def leaks(log: bytes, secrets: Iterable[str]) -> list[str]:
    """The secrets that the log has, as they are or inside something in base64."""
    return [secret for secret in secrets if any(spelling in log for spelling in _spellings(secret))]


def _spellings(text: str) -> list[bytes]:
    shifted = (base64.b64encode(b" " * shift + text.encode())[4:-4] for shift in range(3))
    return [text.encode(), *shifted]


def open_files(pid: int, beside: Iterable[int] = ()) -> int:
    """How many files a process has open, without connections to the ports `beside`."""
    left_out = {f"socket:[{inode}]" for inode in _connections_to(set(beside))}
    return sum(_target(entry) not in left_out for entry in Path(f"/proc/{pid}/fd").iterdir())


def _connections_to(ports: set[int]) -> list[str]:
    """The inodes of all sockets that are connected to a port, or were until the other end closed them."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [row[9] for row in rows if int(row[2].rpartition(":")[2], 16) in ports]


def _target(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except FileNotFoundError:
        return ""  # closed since it was listed


def processor_share(pid: int, seconds: float) -> float:
    """How much of one core a process uses over a time."""
    before = machine.cpu_seconds(pid)
    time.sleep(seconds)
    return (machine.cpu_seconds(pid) - before) / seconds

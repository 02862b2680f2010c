"""How the daemon ends: in order, when a part of it fails too."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests

from harness.daemon import Daemon
from harness.descriptors import listening_socket
from harness.receiver import Gate, Receiver
from harness.transmitter import AdminAPI, ReceiverAPI, email
from harness.waiting import wait_until

EVENT = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"
SYSTEM_ERROR, IO_ERROR = 71, 74


@contextmanager
def attempt_under_way(daemon: Daemon) -> Iterator[Gate]:
    """An event that a receiver has been sent and has not answered."""
    gate = Gate(EVENT)
    with Receiver(gate.answer) as receiver:
        admin = AdminAPI(daemon.admin, daemon.admin_token)
        token = admin.create_token(admin.create_client(["ssf.read", "ssf.manage"]))["token"]
        ReceiverAPI(daemon.public, token, daemon.issuer).create_push(receiver.url)
        receiver.wait_for(VERIFICATION)
        admin.emit(EVENT, email("jane@example.com"))
        assert gate.arrived.wait(10)
        try:
            yield gate
        finally:
            gate.open()


class RequestUnderWay:
    """A request whose body the daemon has asked for and waits for."""

    def __init__(self, base: str, path: str, token: str):
        host = urlsplit(base).netloc
        self._socket = socket.create_connection(host.split(":"), timeout=10)
        self._socket.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n".encode())
        assert self._status() == 100

    def _status(self) -> int:
        return int(self._socket.recv(4096).split()[1])

    def finish(self) -> int:
        """The status that it is answered with."""
        with self._socket:
            self._socket.sendall(b"{}")
            return self._status()


def overwrite_database(daemon: Daemon) -> None:
    """As a failing disk would: every page of database and log, and what tells that the cached ones still hold."""
    for suffix in ("", "-wal", "-shm"):
        path = daemon.state / f"transmitter.sqlite{suffix}"
        with path.open("r+b") as file:
            file.write(b"\xff" * path.stat().st_size)


def wait_for_log(daemon: Daemon, text: str) -> None:
    wait_until(lambda: text in daemon.log.read_text(), f"{text!r} in the log")


def test_a_database_that_fails_ends_the_daemon_in_order_with_74(new_daemon):
    daemon = new_daemon().start()
    with attempt_under_way(daemon) as gate:
        request = RequestUnderWay(daemon.admin, "/v1/events", daemon.admin_token)
        overwrite_database(daemon)
        gate.open()
        wait_for_log(daemon, "stopping")

        assert daemon.exit_code is None
        assert request.finish() == 400
        assert daemon.process.wait(10) == IO_ERROR
    assert "a part cannot go on" in daemon.log.read_text()


def end_of_listener(daemon: Daemon, address: str) -> int:
    """Shuts a listening socket down from outside; answers how the daemon ended."""
    with listening_socket(daemon.process.pid, address) as listener:
        listener.shutdown(socket.SHUT_RDWR)
    return daemon.process.wait(10)


@pytest.mark.parametrize("name", ["public", "admin"])
def test_a_listener_that_fails_ends_the_daemon_with_71(new_daemon, name):
    daemon = new_daemon().start()
    address = getattr(daemon, name).removeprefix("http://")
    assert end_of_listener(daemon, address) == SYSTEM_ERROR
    assert f"cannot accept ({address})" in daemon.log.read_text()


def test_a_daemon_whose_public_listener_failed_is_not_ready(new_daemon):
    daemon = new_daemon().start()
    request = RequestUnderWay(daemon.public, "/ssf/stream", daemon.admin_token)

    with listening_socket(daemon.process.pid, daemon.public.removeprefix("http://")) as listener:
        listener.shutdown(socket.SHUT_RDWR)
        wait_until(lambda: not daemon.is_ready(), "the daemon not to be ready")

    checks = requests.get(daemon.admin + "/readyz", timeout=10).json()["checks"]
    assert "cannot accept" in checks["public_listener"]
    assert checks["admin_listener"] == "ok"
    assert request.finish() == 403
    assert daemon.process.wait(10) == SYSTEM_ERROR

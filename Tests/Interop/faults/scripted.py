"""A receiver that answers with whatever bytes a script sends, at whatever pace, and keeps what it got."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from harness.load import VERIFICATION, jtis
from harness.signed_token import SignedToken
from harness.waiting import wait_until

ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Exchange:
    """One SET that arrived, with the connection that its answer goes to."""

    token: SignedToken
    connection: socket.socket
    # Set when the receiver is closed: a script that waits for anything waits for this too.
    closing: threading.Event
    began: float = field(default_factory=time.monotonic)
    # How long the transmitter kept the connection; None while it does.
    lasted: float | None = None
    # Whether the connection is good for another request.
    is_kept: bool = False
    # Whether the SET was taken; what else was answered says that it was not.
    is_accepted: bool = False
    # How many bytes the transmitter's side took.
    sent: int = 0

    @property
    def jti(self) -> str:
        return self.token.jti

    def send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            count = self.connection.send(rest)
            self.sent += count
            rest = rest[count:]

    def accept(self, answer: bytes = ACCEPTED) -> None:
        """Sends an answer that takes the SET."""
        self.send(answer)
        self.is_accepted = True

    def keep(self) -> None:
        """The answer was whole: the connection may be used again."""
        self.is_kept = True

    def wait_for_end(self) -> None:
        """Waits until the transmitter gives up, or the receiver is closed."""
        while not self.ends_within(1):
            pass

    def ends_within(self, seconds: float) -> bool:
        """Whether the transmitter gives up in that time, or the receiver is closed."""
        self.connection.settimeout(seconds)
        try:
            return self.closing.is_set() or not self.connection.recv(4096)
        except TimeoutError:
            return self.closing.is_set()


Script = Callable[[Exchange], None]


class ScriptedReceiver:
    """Listens on a free port of 127.0.0.1. Verification events are taken, all else gets what the script sends, after
    which the connection is closed."""

    def __init__(self, script: Script):
        self.script = script
        self.exchanges: list[Exchange] = []
        self.connections = 0
        self._open_connections: set[socket.socket] = set()
        self._open(0)
        self._port = self._listener.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self._port}"
        self.url = self.origin + "/events"

    def __enter__(self) -> "ScriptedReceiver":
        return self

    def __exit__(self, *_) -> None:
        if not self._closing.is_set():
            self.close()

    def _open(self, port: int) -> None:
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=256)
        threading.Thread(target=self._accept, args=(self._listener, self._closing), daemon=True).start()

    def close(self) -> None:
        """From now on connections are refused, and those that are open end."""
        self._closing.set()
        for connection in list(self._open_connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        # Ends the accepting thread, which closing alone does not.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def reopen(self) -> None:
        self._open(self._port)

    @property
    def deliveries(self) -> list[SignedToken]:
        return [exchange.token for exchange in list(self.exchanges)]

    @property
    def answered(self) -> list[SignedToken]:
        """The SETs that were taken."""
        return [exchange.token for exchange in list(self.exchanges) if exchange.is_accepted]

    def of_type(self, uri: str) -> list[SignedToken]:
        return [token for token in self.deliveries if token.event_type == uri]

    def wait_for(self, uri: str, count: int = 1, seconds: float = 10) -> list[SignedToken]:
        return wait_until(
            lambda: found if len(found := self.of_type(uri)) >= count else None, f"{count} of {uri}", seconds)

    def wait_for_jti(self, jti: str, seconds: float = 10) -> None:
        wait_until(lambda: jti in jtis(self.deliveries), f"the SET {jti}", seconds)

    def _accept(self, listener: socket.socket, closing: threading.Event) -> None:
        while not closing.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self._open_connections.add(connection)
        # The transmitter gives up, or the fault is over.
        with suppress(OSError), connection:
            while (body := _read_request(connection)) is not None:
                self._answer(Exchange(SignedToken(body), connection, self._closing))
        self._open_connections.discard(connection)

    def _answer(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)
        if exchange.token.event_type == VERIFICATION:
            return exchange.accept()
        try:
            self.script(exchange)
        finally:
            exchange.lasted = time.monotonic() - exchange.began
        if not exchange.is_kept:
            raise ConnectionAbortedError


def _read_request(connection: socket.socket) -> bytes | None:
    """The body of the next request; None at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (received := connection.recv(65536)):
            return None
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(lengths[0]):
        if not (received := connection.recv(65536)):
            return None
        body += received
    return body

"""An RFC 8935 receiver that shares no code with the transmitter. It keeps whatever arrives, as it arrived."""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness.signed_token import SignedToken
from harness.waiting import wait_until


@dataclass(frozen=True)
class Answer:
    status: int = 202
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class Delivery(SignedToken):
    """One POST."""

    path: str
    headers: Message
    arrived: float = field(default_factory=time.monotonic, compare=False)


def slow(seconds: float) -> Answer:
    """A receiver's work on a SET; not a wait for anything."""
    time.sleep(seconds)
    return Answer()


class Gate:
    """An answer to the events of one type that waits to be let go."""

    def __init__(self, event_type: str):
        self.arrived = threading.Event()
        self._event_type = event_type
        self._opened = threading.Event()

    def answer(self, delivery: Delivery) -> Answer:
        if delivery.event_type == self._event_type:
            self.arrived.set()
            self._opened.wait(60)
        return Answer()

    def open(self) -> None:
        self._opened.set()


class Receiver:
    """Listens on a free port of 127.0.0.1 and answers what `answer` says, 202 by default."""

    def __init__(
        self,
        answer: Callable[[Delivery], Answer] = lambda _: Answer(),
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ):
        self.deliveries: list[Delivery] = []
        self.answered: list[Delivery] = []
        self.failed_handshakes = 0
        self.answer = answer
        self._server = _Server(self, tls)
        scheme = "https" if tls else "http"
        self.origin = f"{scheme}://{host}:{self._server.server_port}"
        self.url = self.origin + "/events"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """From now on connections are refused."""
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()

    def of_type(self, uri: str) -> list[Delivery]:
        return [delivery for delivery in list(self.deliveries) if delivery.event_type == uri]

    def wait_for(self, uri: str, count: int = 1, seconds: float = 10) -> list[Delivery]:
        """The deliveries with events of a type, as soon as there are `count`."""
        return wait_until(
            lambda: found if len(found := self.of_type(uri)) >= count else None, f"{count} of {uri}", seconds)

    def take(self, delivery: Delivery) -> Answer:
        self.deliveries.append(delivery)
        return self.answer(delivery)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, receiver: Receiver, tls: ssl.SSLContext | None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.receiver = receiver
        self._tls = tls
        self._connections: set[socket.socket] = set()
        self._ended = False

    def finish_request(self, request: socket.socket, client_address) -> None:
        """Runs in the connection's own thread, so a slow handshake holds up nobody."""
        self._connections.add(request)
        try:
            with self._secured(request) as connection:
                super().finish_request(connection, client_address)
        except ssl.SSLError:
            self.receiver.failed_handshakes += 1
        except OSError:
            pass  # the transmitter was killed, or the test has ended
        finally:
            self._connections.discard(request)

    def _secured(self, request: socket.socket) -> socket.socket:
        if not self._tls:
            return request
        # The plain socket stays open as it is, so that end_connections can end the connection.
        return self._tls.wrap_socket(request.dup(), server_side=True)

    def end_connections(self) -> None:
        """Ends connections that a peer keeps open for reuse."""
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # its thread was quicker


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        delivery = Delivery(body=body, path=self.path, headers=self.headers)
        answer = self.server.receiver.take(delivery)
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()
        self.server.receiver.answered.append(delivery)

    def log_message(self, *_) -> None:
        pass

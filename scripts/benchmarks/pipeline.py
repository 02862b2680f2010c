"""Many small requests to a listener, fast: pipelined on many connections, so that they share commits."""

import socket
from collections.abc import Iterable, Iterator
from itertools import islice

from . import host
from .daemon import Connection

CONNECTIONS = 128
REQUESTS_IN_FLIGHT = 8
# The daemon closes a connection after 1,000.
REQUESTS_PER_CONNECTION = 800


def post(client: Connection, path: str, bodies: Iterable[str]) -> None:
    """Raises BenchmarkError unless every answer is 200."""
    for part in batched(bodies, CONNECTIONS * REQUESTS_PER_CONNECTION):
        connections = [_connect(client.address) for _ in range(CONNECTIONS)]
        for batch in batched(part, CONNECTIONS * REQUESTS_IN_FLIGHT):
            _post(client, path, batch, connections)
        for connection in connections:
            connection.close()


def batched(items: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    iterator = iter(items)
    while batch := tuple(islice(iterator, size)):
        yield batch


def _connect(address: str) -> socket.socket:
    name, port = address.rsplit(":", 1)
    connection = socket.create_connection((name, int(port)), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _post(client: Connection, path: str, bodies: tuple[str, ...], connections: list[socket.socket]) -> None:
    waiting = []
    for connection, part in zip(connections, batched(bodies, REQUESTS_IN_FLIGHT)):
        connection.sendall("".join(_request(client, path, body) for body in part).encode())
        waiting.append((connection, len(part)))
    for connection, count in waiting:
        _expect_ok(connection, count)


def _request(client: Connection, path: str, body: str) -> str:
    return (f"POST {path} HTTP/1.1\r\nHost: {client.address}\r\nAuthorization: Bearer {client.token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}")


def _expect_ok(connection: socket.socket, count: int) -> None:
    """Reads this many answers without a body."""
    answers = b""
    while answers.count(b"\r\n\r\n") < count:
        received = connection.recv(65536)
        answers += received
        if not received or answers.count(b"HTTP/1.1 ") != answers.count(b"HTTP/1.1 200 "):
            raise host.BenchmarkError(f"a pipelined request was answered\n{answers.decode()}")

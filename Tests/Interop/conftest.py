"""Fixtures: one daemon for most tests, and for each test a client and streams of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.daemon import Daemon
from harness.transmitter import AdminAPI, ReceiverAPI

# Enough for many tests on one daemon.
DEVELOPMENT = {"development": "true", "limits.streams": 1000, "limits.streams_per_client": 100}


class Transmitter:
    """A running daemon with its two APIs."""

    def __init__(self, daemon: Daemon):
        self.daemon = daemon
        self.admin = AdminAPI(daemon.admin, daemon.admin_token)
        self._clients: list[str] = []

    def client(self, *scopes: str, **members) -> str:
        """A client of its own for a test."""
        client_id = self.admin.create_client(list(scopes) or ["ssf.read", "ssf.manage"], **members)
        self._clients.append(client_id)
        return client_id

    def receiver_api(self, *scopes: str, **members) -> ReceiverAPI:
        """What a receiver with a client of its own calls."""
        token = self.admin.create_token(self.client(*scopes, **members))["token"]
        return self.with_token(token)

    def with_token(self, token: str | None) -> ReceiverAPI:
        return ReceiverAPI(self.daemon.public, token, self.daemon.issuer)

    def forget_clients(self) -> None:
        """Deletes the clients made for a test, and so their streams, which would get other tests' events."""
        for client_id in self._clients:
            self.admin.delete_client(client_id)
        self._clients = []


@pytest.fixture
def new_daemon(tmp_path: Path) -> Iterator[Callable[..., Daemon]]:
    """Makes daemons that end with the test."""
    daemons: list[Daemon] = []

    def make(**settings) -> Daemon:
        daemon = Daemon(tmp_path / f"state-{len(daemons)}", DEVELOPMENT | settings)
        daemon.state.mkdir(mode=0o700)
        daemons.append(daemon)
        return daemon

    yield make
    for daemon in daemons:
        daemon.close()


@pytest.fixture(scope="session")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    state = tmp_path_factory.mktemp("shared") / "state"
    state.mkdir(mode=0o700)
    daemon = Daemon(state, DEVELOPMENT)
    try:
        yield daemon.start()
    finally:
        daemon.close()


@pytest.fixture
def transmitter(shared_daemon: Daemon) -> Iterator[Transmitter]:
    """The shared daemon. Whatever a test did to it, it must be alive and ready after."""
    transmitter = Transmitter(shared_daemon)
    yield transmitter
    assert shared_daemon.exit_code is None, f"the daemon ended: {shared_daemon.log.read_text()[-4000:]}"
    transmitter.forget_clients()
    assert shared_daemon.is_ready()

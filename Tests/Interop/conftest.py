"""Fixtures: one daemon for most tests, and for each test a client and streams of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.daemon import DEVELOPMENT, Daemon, running
from harness.transmitter import Transmitter


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
    with running(tmp_path_factory.mktemp("shared") / "state", DEVELOPMENT) as daemon:
        yield daemon


@pytest.fixture
def transmitter(shared_daemon: Daemon) -> Iterator[Transmitter]:
    """The shared daemon. Whatever a test did to it, it must be alive and ready after."""
    transmitter = Transmitter(shared_daemon)
    yield transmitter
    assert shared_daemon.exit_code is None, f"the daemon ended: {shared_daemon.log.read_text()[-4000:]}"
    transmitter.forget_clients()
    assert shared_daemon.is_ready()


@pytest.fixture
def sdk_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the vendors' SDKs call http on loopback, and nobody but whom the test names."""
    monkeypatch.setenv("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")
    for name in ("SAIL_BASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)

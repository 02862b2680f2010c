"""Fixtures of the conformance tests: a daemon whose long polls are short, and streams over push and over poll."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from conformance.channels import Channels
from conformance.coverage import PROPERTY, CoverageTable
from conformance.sample import Sample
from conformance.vocabulary import CUSTOM
from harness.daemon import DEVELOPMENT, Daemon, running
from harness.transmitter import ReceiverAPI, Transmitter

# The longest that a poll waits here; a SET must wake it in far less.
LONGEST_WAIT = 4

SETTINGS = DEVELOPMENT | {"events.custom_types": CUSTOM, "poll.longest_wait": f"{LONGEST_WAIT}s"}


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(CoverageTable(), "conformance-coverage")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        ids = (id for mark in item.iter_markers("requirement") for id in mark.args)
        item.user_properties += [(PROPERTY, id) for id in ids]


@pytest.fixture(scope="session")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running(tmp_path_factory.mktemp("conformance") / "state", SETTINGS) as daemon:
        yield daemon


@pytest.fixture
def resources() -> Iterator[ExitStack]:
    """What ends with the test."""
    with ExitStack() as resources:
        yield resources


@pytest.fixture
def api(transmitter) -> ReceiverAPI:
    """What one receiver calls."""
    return transmitter.receiver_api()


@pytest.fixture(params=["push", "poll"])
def open_channel(request: pytest.FixtureRequest, transmitter, resources: ExitStack) -> Channels:
    """Opens streams with their receivers. The test runs over push, and again over poll."""
    return Channels(request.param, transmitter, resources)


@pytest.fixture(scope="session", params=["push", "poll"])
def sample(request: pytest.FixtureRequest, shared_daemon: Daemon) -> Sample:
    """What one receiver got of every kind of SET. Made once for all tests that only look at it."""
    transmitter = Transmitter(shared_daemon)
    with ExitStack() as resources:
        resources.callback(transmitter.forget_clients)
        return Sample(Channels(request.param, transmitter, resources))

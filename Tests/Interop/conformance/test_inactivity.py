"""Streams whose receivers fall silent (SSF 1.0 §8.1.1, inactivity_timeout)."""

import time

import pytest

from conformance.channels import Channels
from conformance.examples import JANE
from conformance.requirements import requirement
from conformance.vocabulary import SESSION_REVOKED, STREAM_UPDATED, VERIFICATION
from harness.poller import Poller
from harness.transmitter import Transmitter
from harness.waiting import wait_until

TIMEOUT = 2


@pytest.fixture
def watchful(new_daemon) -> Transmitter:
    """A transmitter that pauses streams soon."""
    return Transmitter(new_daemon(**{"streams.inactivity_timeout": TIMEOUT, "poll.longest_wait": "1s"}).start())


@pytest.fixture(params=["push", "poll"])
def open_watched(request, watchful, resources) -> Channels:
    return Channels(request.param, watchful, resources)


def status_seen_by_admin(transmitter_admin, stream_id: str) -> str:
    """The status, without an activity of the receiver."""
    return transmitter_admin.call("GET", f"/v1/streams/{stream_id}").json()["status"]


@requirement("SSF-59")
def test_ssf_59_the_timeout_is_a_number_of_seconds_and_absent_where_there_is_none(watchful, transmitter):
    assert watchful.receiver_api().create_poll()["inactivity_timeout"] == TIMEOUT
    assert "inactivity_timeout" not in transmitter.receiver_api().create_poll()


@requirement("SSF-59", "SSF-61", "SSF-70")
def test_ssf_61_a_silent_receiver_is_told_that_its_stream_is_paused(open_watched):
    channel = open_watched(events_requested=[SESSION_REVOKED])
    channel.wait_for(VERIFICATION)
    began = time.monotonic()

    wait_until(lambda: status_seen_by_admin(open_watched.admin, channel.stream_id) == "paused", "a pause")
    elapsed = time.monotonic() - began
    [token] = channel.wait_for(STREAM_UPDATED)

    assert elapsed > TIMEOUT - 1
    assert token.event["status"] == "paused" and token.event["reason"]
    status = channel.api.status(channel.stream_id).json()
    assert status["status"] == "paused" and status["reason"] == token.event["reason"]


@requirement("SSF-60")
@pytest.mark.parametrize("call", ["read", "status", "update", "poll"])
def test_ssf_60_a_call_that_names_the_stream_keeps_it_awake(watchful, call):
    api = watchful.receiver_api()
    busy, silent = api.create_poll(), api.create_poll()
    calls = {
        "read": lambda: api.read(busy["stream_id"]), "status": lambda: api.status(busy["stream_id"]),
        "update": lambda: api.update({"stream_id": busy["stream_id"], "description": "x"}),
        "poll": lambda: Poller(api, busy).poll(returnImmediately=True),
    }

    def called() -> bool:
        assert calls[call]().status_code == 200
        return status_seen_by_admin(watchful.admin, silent["stream_id"]) == "paused"

    wait_until(called, "the pause of the silent one")

    assert status_seen_by_admin(watchful.admin, busy["stream_id"]) == "enabled"


@requirement("SSF-60")
def test_ssf_60_a_list_names_no_stream_and_a_delivery_is_no_activity(open_watched):
    channel = open_watched(events_requested=[SESSION_REVOKED])
    channel.wait_for(VERIFICATION)

    def listed() -> bool:
        open_watched.admin.emit("session-revoked", JANE)
        assert channel.api.read().status_code == 200
        return status_seen_by_admin(open_watched.admin, channel.stream_id) == "paused"

    wait_until(listed, "a pause")


@requirement("SSF-59", "SSF-72")
def test_ssf_59_a_stream_that_fell_asleep_holds_its_events_until_it_is_enabled(open_watched):
    channel = open_watched(events_requested=[SESSION_REVOKED])
    channel.wait_for(VERIFICATION)
    wait_until(lambda: status_seen_by_admin(open_watched.admin, channel.stream_id) == "paused", "a pause")
    open_watched.admin.emit("session-revoked", JANE)
    channel.wait_for(STREAM_UPDATED)
    channel.catch_up()
    assert channel.of_type(SESSION_REVOKED) == []

    channel.set_status("enabled")

    assert channel.wait_for(SESSION_REVOKED)

"""How long a poll waits (RFC 8936 §2.5), and what ends the wait."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import requests

from conformance.channels import Channels, PollChannel
from conformance.conftest import LONGEST_WAIT
from conformance.examples import JANE
from conformance.requirements import requirement
from conformance.vocabulary import SESSION_PRESENTED, SESSION_REVOKED, STREAM_UPDATED, VERIFICATION
from harness.poller import Poller
from harness.transmitter import Transmitter

# Far less than the longest wait, far more than anything takes that does not wait.
SOON = LONGEST_WAIT / 2


class WaitingPoll:
    """A poll on a connection of its own that is under way while the test does something else."""

    def __init__(self, channel: PollChannel, **members):
        api = channel.api
        self._api = type(api)(api.base, api.session.headers["Authorization"].removeprefix("Bearer "), api.issuer)
        self._pool = ThreadPoolExecutor(1)
        self.began = time.monotonic()
        self._answer: Future = self._pool.submit(
            lambda: self._api.call("POST", channel.poller.path, json=members))
        self._answer.add_done_callback(lambda _: setattr(self, "ended", time.monotonic()))
        self.ended = 0.0

    @property
    def is_waiting(self) -> bool:
        return not self._answer.done()

    def answer(self) -> requests.Response:
        try:
            return self._answer.result(LONGEST_WAIT + 5)
        finally:
            self._pool.shutdown()
            self._api.session.close()

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@pytest.fixture
def channel(transmitter, resources) -> PollChannel:
    """A polled stream in which nothing waits."""
    return empty(Channels("poll", transmitter, resources)(events_requested=[SESSION_REVOKED]))


def empty(channel: PollChannel) -> PollChannel:
    channel.wait_for(VERIFICATION)
    return channel


def wait_in(channel: PollChannel, **members) -> WaitingPoll:
    """Starts a poll and returns when it has reached the transmitter and waits there."""
    poll = WaitingPoll(channel, **members)
    time.sleep(0.3)
    assert poll.is_waiting, poll.answer().text
    return poll


@requirement("POLL-3")
def test_poll_3_return_immediately_returns_immediately(channel):
    response = channel.poller.poll(returnImmediately=True)

    assert response.json()["sets"] == {}
    assert response.elapsed.total_seconds() < SOON


@requirement("POLL-3")
@pytest.mark.parametrize("members", [{}, {"returnImmediately": False}, {"maxEvents": 0}], ids=str)
def test_poll_3_otherwise_a_poll_waits_for_the_time_out(channel, members):
    poll = wait_in(channel, **members)

    answer = poll.answer()

    assert answer.status_code == 200
    assert answer.json() == {"sets": {}, "moreAvailable": False}
    assert LONGEST_WAIT - 0.1 <= poll.seconds < LONGEST_WAIT + 3


@requirement("POLL-3")
def test_poll_3_an_event_ends_the_wait_at_once(channel, transmitter):
    poll = wait_in(channel)
    jti = transmitter.admin.emit("session-revoked", JANE)["deliveries"][0]["jti"]
    emitted = time.monotonic()

    answer = poll.answer()

    assert list(answer.json()["sets"]) == [jti]
    assert poll.ended - emitted < 1


@requirement("POLL-3")
def test_poll_3_a_poll_that_takes_nothing_is_told_that_there_is_something(channel, transmitter):
    poll = wait_in(channel, maxEvents=0)
    transmitter.admin.emit("session-revoked", JANE)

    assert poll.answer().json() == {"sets": {}, "moreAvailable": True}
    assert poll.seconds < LONGEST_WAIT


@requirement("POLL-3")
def test_poll_3_an_event_of_another_stream_does_not_end_the_wait(channel, transmitter):
    api = transmitter.receiver_api()
    other = Poller(api, api.create_poll())
    poll = wait_in(channel)
    transmitter.admin.emit("session-presented", JANE)
    assert other.wait_for(SESSION_PRESENTED)

    assert poll.answer().json()["sets"] == {}
    assert poll.seconds > LONGEST_WAIT - 0.1


@requirement("POLL-3", "POLL-5")
def test_poll_3_acknowledgements_count_before_the_wait(channel, transmitter):
    transmitter.admin.emit("session-revoked", JANE)
    [token] = channel.poller.look()

    poll = wait_in(channel, ack=[token.jti])

    assert transmitter.admin.totals(channel.stream_id)["pending"] == 0
    transmitter.admin.emit("session-revoked", JANE)
    [jti] = poll.answer().json()["sets"]
    assert jti != token.jti


@requirement("POLL-3")
def test_poll_3_a_newer_poll_releases_the_older_with_nothing(channel, transmitter):
    older = wait_in(channel)
    newer = wait_in(channel)

    assert older.answer().json() == {"sets": {}, "moreAvailable": False}
    assert older.seconds < LONGEST_WAIT
    jti = transmitter.admin.emit("session-revoked", JANE)["deliveries"][0]["jti"]
    assert list(newer.answer().json()["sets"]) == [jti]


@requirement("POLL-3")
def test_poll_3_a_poll_that_does_not_wait_leaves_a_waiting_one_alone(channel, transmitter):
    waiting = wait_in(channel)
    assert channel.poller.poll(returnImmediately=True).json()["sets"] == {}
    transmitter.admin.emit("session-revoked", JANE)

    assert len(waiting.answer().json()["sets"]) == 1
    assert waiting.seconds < LONGEST_WAIT


@requirement("POLL-3", "SSF-72")
@pytest.mark.parametrize("status", ["paused", "disabled"])
def test_poll_3_a_poll_of_a_stopped_stream_waits_too_so_that_nobody_polls_without_a_pause(channel, status):
    channel.set_status(status)
    poll = WaitingPoll(channel)

    assert poll.answer().json() == {"sets": {}, "moreAvailable": False}
    assert poll.seconds > LONGEST_WAIT - 0.1


@requirement("POLL-3", "SSF-72")
def test_ssf_72_a_poll_that_waits_through_a_pause_gets_what_was_held(channel, transmitter):
    poll = wait_in(channel)
    channel.set_status("paused")
    jti = transmitter.admin.emit("session-revoked", JANE)["deliveries"][0]["jti"]
    time.sleep(0.2)
    assert poll.is_waiting
    channel.set_status("enabled")

    assert list(poll.answer().json()["sets"]) == [jti]
    assert poll.seconds < LONGEST_WAIT


@requirement("SSF-85")
@pytest.mark.parametrize("status", ["paused", "disabled"])
def test_ssf_85_a_waiting_poll_gets_the_news_that_the_transmitter_stops_the_stream(channel, transmitter, status):
    poll = wait_in(channel)
    transmitter.admin.change_stream(channel.stream_id, status=status)
    poll.answer()

    assert [token.event for token in channel.wait_for(STREAM_UPDATED)] == [{"status": status}]
    assert poll.seconds < LONGEST_WAIT


@requirement("SSF-68")
def test_ssf_68_a_deletion_ends_the_wait_with_404(channel):
    poll = wait_in(channel)
    assert channel.api.delete(channel.stream_id).status_code == 204

    assert poll.answer().status_code == 404
    assert poll.seconds < LONGEST_WAIT


@requirement("SSF-66")
def test_ssf_66_a_change_that_leaves_the_stream_polled_does_not_end_the_wait(channel, transmitter):
    poll = wait_in(channel)
    changed = channel.api.update({"stream_id": channel.stream_id, "description": "x"})
    assert changed.status_code == 200
    time.sleep(0.2)
    assert poll.is_waiting
    transmitter.admin.emit("session-revoked", JANE)

    assert len(poll.answer().json()["sets"]) == 1


@requirement("POLL-3")
def test_poll_3_a_shutdown_answers_waiting_polls_at_once(new_daemon, resources):
    daemon = new_daemon().start()
    channel = empty(Channels("poll", Transmitter(daemon), resources)())
    poll = wait_in(channel)

    assert daemon.terminate() == 0

    assert poll.answer().json()["sets"] == {}
    assert poll.seconds < 10, "the longest wait is half a minute here"


@requirement("POLL-3")
def test_poll_3_a_receiver_that_went_away_leaves_its_events_to_the_next_poll(channel, transmitter):
    with pytest.raises(requests.Timeout):
        channel.api.session.post(
            channel.api.base + channel.poller.path, json={}, timeout=0.3)
    jti = transmitter.admin.emit("session-revoked", JANE)["deliveries"][0]["jti"]

    assert [token.jti for token in channel.poller.look()] == [jti]


@requirement("POLL-3")
def test_poll_3_many_streams_wait_at_once_and_one_event_wakes_them_all(transmitter, resources):
    channels = Channels("poll", transmitter, resources)
    open_channels = [empty(channels(events_requested=[SESSION_REVOKED])) for _ in range(30)]
    polls = [WaitingPoll(channel) for channel in open_channels]
    time.sleep(0.5)
    assert all(poll.is_waiting for poll in polls)
    transmitter.admin.emit("session-revoked", JANE)

    answers = [poll.answer().json()["sets"] for poll in polls]

    assert all(len(sets) == 1 for sets in answers)
    assert len({jti for sets in answers for jti in sets}) == 30

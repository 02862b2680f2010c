"""Poll (RFC 8936): what is asked and answered. How long a poll waits is in test_long_poll.py."""

import sqlite3
from collections.abc import Callable

import pytest

from conformance.channels import Channels, PollChannel
from conformance.requirements import requirement
from conformance.vocabulary import CLAIMS_CHANGE, VERIFICATION
from harness.poller import Poller
from harness.security_event_token import check_with_bare_cryptography
from harness.signed_token import SignedToken
from harness.transmitter import AdminAPI, ReceiverAPI, Transmitter, email

EIGHT_DAYS = 8 * 24 * 3600


@pytest.fixture
def channels(transmitter, resources) -> Channels:
    return Channels("poll", transmitter, resources)


@pytest.fixture
def fill(channels) -> Callable[..., tuple[PollChannel, list[str]]]:
    """Opens a polled stream in which some events wait; answers their `jti` in the order of acceptance."""

    def fill(count: int) -> tuple[PollChannel, list[str]]:
        channel = channels(events_requested=[CLAIMS_CHANGE])
        channel.wait_for(VERIFICATION)
        return channel, queue(channels.admin, channel, count)

    return fill


def queue(admin: AdminAPI, channel: PollChannel, count: int) -> list[str]:
    """Has some events wait in a stream."""
    events = [
        {"type": CLAIMS_CHANGE, "subject": email(f"user{number % 3}@example.com"),
         "members": {"claims": {"n": number}}}
        for number in range(count)]
    receipts = admin.submit(events).json()
    deliveries = [delivery for receipt in receipts for delivery in receipt["deliveries"]]
    return [delivery["jti"] for delivery in deliveries if delivery["stream_id"] == channel.stream_id]


def look(channel: PollChannel, **members) -> tuple[list[str], bool]:
    """What is offered, by `jti`, and whether there is more."""
    answer = channel.poller.poll(returnImmediately=True, **members)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["sets"]), answer.json()["moreAvailable"]


# Shape

@requirement("POLL-1", "POLL-4")
def test_poll_1_a_poll_is_json_both_ways(channels, transmitter):
    channel = channels()

    response = channel.poller.poll(returnImmediately=True)

    assert response.headers["Content-Type"] == "application/json"
    [(jti, text)] = response.json()["sets"].items()
    token = SignedToken(text.encode())
    check_with_bare_cryptography(token, channel.api.key_set())
    assert token.jti == jti and token.event_type == VERIFICATION
    assert type(response.json()["moreAvailable"]) is bool
    assert channel.api.call("GET", channel.poller.path).status_code == 405


@requirement("POLL-4")
def test_poll_4_sets_is_there_when_nothing_is(channels):
    channel = channels()
    channel.poller.drain()

    assert channel.poller.poll(returnImmediately=True).json() == {"sets": {}, "moreAvailable": False}
    assert channel.poller.poll(returnImmediately=True, maxEvents=0).json()["sets"] == {}


@requirement("POLL-8")
@pytest.mark.parametrize("body", [
    b";{ broken", b"[]", b'"x"', b'{"maxEvents":-1}', b'{"maxEvents":"1"}', b'{"maxEvents":1.5}',
    b'{"returnImmediately":"yes"}', b'{"ack":"jti"}', b'{"ack":[1]}', b'{"ack":{}}', b'{"setErrs":[]}',
    b'{"setErrs":"x"}', b'{"ack":["a"],"ack":["b"]}', b"\xff{}"], ids=repr)
def test_poll_8_an_invalid_poll_is_400(channels, body):
    channel = channels()

    response = channel.api.call("POST", channel.poller.path, data=body)

    assert response.status_code == 400
    assert response.json()["detail"]
    assert len(channel.poller.look()) == 1, "something was settled"


@requirement("POLL-8")
def test_poll_8_members_that_nobody_knows_are_ignored(channels):
    channel = channels()

    response = channel.poller.poll(returnImmediately=True, extra={"a": 1}, ack=None, maxEvents=None)

    assert response.status_code == 200
    assert len(response.json()["sets"]) == 1


# How many

@requirement("POLL-2")
@pytest.mark.parametrize(("most", "expected"), [(0, 0), (1, 1), (3, 3), (5, 5), (6, 5), (2**53 - 1, 5)])
def test_poll_2_no_answer_has_more_than_max_events(fill, most, expected):
    channel, jtis = fill(5)

    assert look(channel, maxEvents=most) == (jtis[:expected], expected < 5)


@requirement("POLL-2")
def test_poll_2_an_answer_has_a_hundred_sets_at_most(fill):
    channel, jtis = fill(250)

    for start, more in ((0, True), (100, True), (200, False)):
        assert look(channel) == (jtis[start:start + 100], more)
        assert look(channel, maxEvents=1000) == (jtis[start:start + 100], more)
        assert look(channel, maxEvents=0, ack=jtis[start:start + 100]) == ([], more)


@requirement("POLL-2")
def test_poll_2_max_events_of_nothing_acknowledges_only(fill):
    channel, jtis = fill(3)

    assert look(channel, maxEvents=0, ack=jtis[:2]) == ([], True)
    assert look(channel, maxEvents=0, ack=jtis[2:]) == ([], False)


# What, and in which order

@requirement("POLL-6", "SSF-73")
def test_poll_6_sets_are_offered_oldest_first_and_again_until_they_are_acknowledged(fill):
    channel, jtis = fill(7)

    assert look(channel, maxEvents=3) == (jtis[:3], True)
    assert look(channel, maxEvents=3) == (jtis[:3], True)
    assert look(channel, maxEvents=3, ack=[jtis[1]]) == ([jtis[0], jtis[2], jtis[3]], True)
    assert look(channel) == ([jtis[0], *jtis[2:]], False)


@requirement("POLL-6")
def test_poll_6_a_set_that_is_offered_again_has_the_same_bytes(fill):
    channel, _ = fill(3)
    first = channel.poller.poll(returnImmediately=True).json()["sets"]

    assert channel.poller.poll(returnImmediately=True).json()["sets"] == first


@requirement("POLL-6", "POLL-5")
def test_poll_6_what_is_not_acknowledged_survives_a_crash_and_what_is_stays_settled(new_daemon, resources):
    daemon = new_daemon().start()
    transmitter = Transmitter(daemon)
    channel = Channels("poll", transmitter, resources)(events_requested=[CLAIMS_CHANGE])
    channel.wait_for(VERIFICATION)
    jtis = queue(transmitter.admin, channel, 4)
    before = channel.poller.poll(returnImmediately=True, ack=jtis[:2]).json()["sets"]
    daemon.kill()
    daemon.restart()

    after = channel.poller.poll(returnImmediately=True).json()["sets"]

    assert list(after) == jtis[2:]
    assert after == before


@requirement("POLL-5")
def test_poll_5_an_acknowledged_set_is_delivered_and_not_offered_again(fill, transmitter):
    channel, jtis = fill(2)

    assert look(channel, ack=jtis) == ([], False)

    totals = transmitter.admin.totals(channel.stream_id)
    assert totals["accepted"] == totals["delivered"] == 3


@requirement("POLL-5")
def test_poll_5_acknowledging_again_or_what_never_was_changes_nothing(fill, transmitter):
    channel, jtis = fill(2)

    for _ in range(2):
        assert look(channel, ack=[jtis[0], jtis[0], "never was", ""]) == (jtis[1:], False)

    assert transmitter.admin.totals(channel.stream_id)["delivered"] == 2


@requirement("POLL-5", "SSF-46")
def test_poll_5_an_acknowledgement_counts_for_its_stream_alone(channels, transmitter):
    api = transmitter.receiver_api()
    first, second = channels(api), channels(api)
    [mine] = first.poller.look()

    assert len(look(second, ack=[mine.jti])[0]) == 1

    assert look(first)[0] == [mine.jti]


@requirement("POLL-5")
def test_poll_5_a_thousand_acknowledgements_in_one_poll(fill):
    channel, jtis = fill(1000)

    assert look(channel, ack=jtis) == ([], False)


@requirement("SSF-84", "POLL-5")
def test_ssf_84_a_set_that_is_refused_is_recorded_and_not_offered_again(fill, transmitter):
    channel, jtis = fill(4)
    errors = {
        jtis[0]: {"err": "invalid_request", "description": "no"}, jtis[1]: {"err": "of_its_own"}, jtis[2]: {},
        "never was": {"err": "invalid_request", "description": "no"}}

    answer = channel.api.call(
        "POST", channel.poller.path, headers={"Content-Language": "de"},
        json={"setErrs": errors, "ack": [jtis[3]], "returnImmediately": True})

    assert answer.status_code == 200
    assert answer.json() == {"sets": {}, "moreAvailable": False}
    totals = transmitter.admin.totals(channel.stream_id)
    assert (totals["dead"], totals["delivered"], totals["pending"]) == (3, 2, 0)


@requirement("POLL-5", "SSF-72")
@pytest.mark.parametrize("status", ["paused", "disabled"])
def test_poll_5_a_stopped_stream_takes_acknowledgements(fill, transmitter, status):
    channel, jtis = fill(2)
    channel.set_status(status)

    assert look(channel, ack=jtis[:1]) == ([], False)

    channel.set_status("enabled")
    assert look(channel)[0] == (jtis[1:] if status == "paused" else [])


@requirement("POLL-7")
def test_poll_7_what_nobody_polled_for_a_week_is_discarded_and_counted(new_daemon, resources):
    daemon = new_daemon().start()
    transmitter = Transmitter(daemon)
    channel = Channels("poll", transmitter, resources)(events_requested=[CLAIMS_CHANGE])
    channel.wait_for(VERIFICATION)
    old = queue(transmitter.admin, channel, 3)
    assert daemon.terminate() == 0
    let_time_pass(daemon.database, EIGHT_DAYS)
    daemon.restart()
    new = queue(transmitter.admin, channel, 1)

    assert look(channel) == (new, False)

    assert set(old).isdisjoint(look(channel)[0])
    assert transmitter.admin.totals(channel.stream_id)["expired"] == 3


def let_time_pass(database, seconds: int) -> None:
    """Makes everything that waits in a daemon's database so much older."""
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE delivery SET iat = iat - ?, due_ms = due_ms - ?", (seconds, seconds * 1000))
        connection.execute("UPDATE event SET accepted_ms = accepted_ms - ?", (seconds * 1000,))
    connection.close()


@requirement("POLL-9", "SSF-39")
@pytest.mark.parametrize("token", [None, "ssft_unknown"])
def test_poll_9_a_poll_without_a_good_token_is_401_with_a_challenge(transmitter, channels, token):
    channel = channels()
    stranger: ReceiverAPI = transmitter.with_token(token)

    response = Poller(stranger, channel.stream).poll()

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer realm=")
    assert len(channel.poller.look()) == 1

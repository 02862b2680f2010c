"""Stream status (SSF 1.0 §8.1.2) and the stream-updated event (§8.1.5)."""

import pytest

from conformance.channels import Channel, Channels
from conformance.examples import JANE
from conformance.requirements import requirement
from conformance.vocabulary import CLAIMS_CHANGE, SESSION_REVOKED, STREAM_UPDATED, VERIFICATION
from harness.poller import Poller
from harness.receiver import Answer, Delivery, Receiver
from harness.transmitter import email
from harness.waiting import wait_until

STATUSES = ["enabled", "paused", "disabled"]


def emit_numbered(channels: Channels, count: int, users: int) -> None:
    """Events of some users in turn, each with its number."""
    for number in range(count):
        channels.admin.emit(CLAIMS_CHANGE, email(f"user{number % users}@example.com"), {"claims": {"n": number}})


def numbers(channel: Channel, user: int) -> list[int]:
    """The numbers of one user's events, in order of arrival."""
    return [
        token.event["claims"]["n"] for token in channel.of_type(CLAIMS_CHANGE)
        if token.claims["sub_id"] == email(f"user{user}@example.com")]


def updates(channel: Channel) -> list[dict]:
    """What the stream-updated events say."""
    return [token.event for token in channel.of_type(STREAM_UPDATED)]


# Reading and setting

@requirement("SSF-71", "IOP-6", "IOP-7")
def test_ssf_71_a_new_stream_is_enabled(open_channel):
    channel = open_channel()

    response = channel.api.status(channel.stream_id)

    assert response.status_code == 200
    assert response.json() == {"stream_id": channel.stream_id, "status": "enabled"}


@requirement("SSF-71", "SSF-75", "IOP-7")
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("reason", [None, "Holidays, \"until\" Monday ü"], ids=["without", "with"])
def test_ssf_75_a_status_is_answered_with_200_and_read_as_it_was_set(open_channel, status, reason):
    channel = open_channel()
    wanted = {"stream_id": channel.stream_id, "status": status} | ({"reason": reason} if reason else {})

    changed = channel.api.set_status(wanted)

    assert changed.status_code == 200
    assert changed.json() == wanted
    assert channel.api.status(channel.stream_id).json() == wanted
    assert channel.api.set_status(wanted).json() == wanted, "the second time"


@requirement("SSF-75")
def test_ssf_75_the_id_of_the_stream_may_stand_in_the_url_as_well(transmitter):
    api = transmitter.receiver_api()
    stream_id = api.create_poll()["stream_id"]

    response = api.call(
        "POST", api.path("status_endpoint"), params={"stream_id": stream_id},
        json={"stream_id": stream_id, "status": "paused"})

    assert response.status_code == 200


@requirement("SSF-75", "IOP-7")
@pytest.mark.parametrize("members", [{}, {"status": "stopped"}, {"status": None}, {"status": "Paused"}], ids=str)
def test_ssf_75_another_status_is_400_and_changes_nothing(transmitter, members):
    api = transmitter.receiver_api()
    stream_id = api.create_poll()["stream_id"]

    assert api.set_status({"stream_id": stream_id, **members}).status_code == 400
    assert api.status(stream_id).json()["status"] == "enabled"


@requirement("SSF-74")
def test_ssf_74_the_status_of_an_unknown_stream_is_404(transmitter):
    api = transmitter.receiver_api()
    gone = api.create_poll()["stream_id"]
    assert api.delete(gone).status_code == 204

    assert api.status(gone).status_code == 404
    assert api.set_status({"stream_id": gone, "status": "enabled"}).status_code == 404


# What a status does

@requirement("SSF-72")
def test_ssf_72_an_enabled_stream_transmits(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    open_channel.admin.emit("session-revoked", JANE)

    assert channel.wait_for(SESSION_REVOKED)


@requirement("SSF-72")
def test_ssf_72_a_paused_stream_transmits_nothing_and_holds_all(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    channel.wait_for(VERIFICATION)
    channel.set_status("paused")
    for _ in range(3):
        open_channel.admin.emit("session-revoked", JANE)
    assert channel.api.verify({"stream_id": channel.stream_id, "state": "held too"}).status_code == 204
    channel.catch_up()
    assert len(channel.tokens) == 1
    assert open_channel.admin.totals(channel.stream_id)["pending"] == 4

    channel.set_status("enabled")

    assert len(channel.wait_for(SESSION_REVOKED, 3)) == 3
    assert channel.wait_for(VERIFICATION, 2)[1].event == {"state": "held too"}


@requirement("SSF-72")
def test_ssf_72_what_was_queued_and_not_taken_before_a_pause_is_kept(open_channel, resources):
    """A receiver that is down, or does not poll."""
    channel = open_channel(events_requested=[SESSION_REVOKED])
    channel.wait_for(VERIFICATION)
    if open_channel.kind == "push":
        channel.receiver.answer = lambda _: Answer(503)
    jti = open_channel.admin.emit("session-revoked", JANE)["deliveries"][0]["jti"]
    channel.set_status("paused")
    if open_channel.kind == "push":
        channel.receiver.answer = lambda _: Answer()
    channel.set_status("enabled")

    assert {token.jti for token in channel.wait_for(SESSION_REVOKED)} == {jti}
    wait_until(lambda: open_channel.admin.totals(channel.stream_id)["delivered"] == 2, "its delivery")


@requirement("SSF-72")
def test_ssf_72_a_disabled_stream_transmits_nothing_and_holds_nothing(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    channel.wait_for(VERIFICATION)
    channel.set_status("paused")
    open_channel.admin.emit("session-revoked", email("held@example.com"))
    channel.set_status("disabled")
    open_channel.admin.emit("session-revoked", email("dropped@example.com"))
    channel.catch_up()
    channel.set_status("enabled")
    open_channel.admin.emit("session-revoked", email("sent@example.com"))

    channel.wait_for(SESSION_REVOKED)
    channel.catch_up()

    assert [token.claims["sub_id"] for token in channel.of_type(SESSION_REVOKED)] == [email("sent@example.com")]
    totals = wait_until(
        lambda: found if (found := open_channel.admin.totals(channel.stream_id))["pending"] == 0 else None,
        "an empty queue")
    assert totals["accepted"] == totals["delivered"] + totals["dropped"]


@requirement("SSF-72", "POLL-4")
@pytest.mark.parametrize("members", [{"returnImmediately": True}, {}], ids=["at once", "waiting"])
@pytest.mark.parametrize("status", ["paused", "disabled"])
def test_ssf_72_a_poll_of_a_stopped_stream_is_200_with_empty_sets(transmitter, status, members):
    api = transmitter.receiver_api()
    stream = api.create_poll()
    transmitter.admin.emit("session-revoked", JANE)
    assert api.set_status({"stream_id": stream["stream_id"], "status": status}).status_code == 200

    response = Poller(api, stream).poll(**members)

    assert response.status_code == 200
    assert response.json() == {"sets": {}, "moreAvailable": False}


@requirement("SSF-73")
def test_ssf_73_held_events_of_one_subject_come_in_the_order_they_happened(open_channel):
    channel = open_channel(events_requested=[CLAIMS_CHANGE])
    channel.wait_for(VERIFICATION)
    channel.set_status("paused")
    emit_numbered(open_channel, 60, users=3)
    channel.set_status("enabled")
    emit_numbered(open_channel, 6, users=3)

    channel.wait_for(CLAIMS_CHANGE, 66)

    for user in range(3):
        held = list(range(user, 60, 3))
        assert numbers(channel, user) == held + list(range(user, 6, 3))


@requirement("SSF-73")
def test_ssf_73_the_order_holds_over_retries(transmitter):
    refused: set[str] = set()

    def answer(delivery: Delivery) -> Answer:
        """Refuses every SET once."""
        if delivery.event_type != CLAIMS_CHANGE or delivery.jti in refused:
            return Answer()
        refused.add(delivery.jti)
        return Answer(500)

    with Receiver(answer) as receiver:
        transmitter.receiver_api().create_push(receiver.url, events_requested=[CLAIMS_CHANGE])
        for number in range(4):
            transmitter.admin.emit(CLAIMS_CHANGE, JANE, {"claims": {"n": number}})
        receiver.wait_for(CLAIMS_CHANGE, 8, 20)

    assert [delivery.event["claims"]["n"] for delivery in receiver.of_type(CLAIMS_CHANGE)] == [
        0, 0, 1, 1, 2, 2, 3, 3]


# Changes that the transmitter makes

@requirement("SSF-70", "SSF-85", "SSF-86")
@pytest.mark.parametrize("status", ["paused", "disabled"])
def test_ssf_85_the_receiver_is_told_before_the_transmitter_stops_its_stream(open_channel, status):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    channel.wait_for(VERIFICATION)

    open_channel.admin.change_stream(channel.stream_id, status=status, reason="Internal error")
    open_channel.admin.emit("session-revoked", JANE)
    channel.wait_for(STREAM_UPDATED)
    channel.catch_up()

    assert updates(channel) == [{"status": status, "reason": "Internal error"}]
    assert channel.of_type(SESSION_REVOKED) == []
    [token] = channel.of_type(STREAM_UPDATED)
    assert token.claims["sub_id"] == {"format": "opaque", "id": channel.stream_id}
    assert channel.api.status(channel.stream_id).json() == {
        "stream_id": channel.stream_id, "status": status, "reason": "Internal error"}


@requirement("SSF-70", "SSF-85", "SSF-86")
@pytest.mark.parametrize("status", ["paused", "disabled"])
def test_ssf_85_the_receiver_is_told_when_the_transmitter_enables_its_stream(open_channel, status):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    channel.wait_for(VERIFICATION)
    channel.set_status(status)

    open_channel.admin.change_stream(channel.stream_id, status="enabled")
    open_channel.admin.emit("session-revoked", JANE)
    channel.wait_for(SESSION_REVOKED)
    channel.wait_for(STREAM_UPDATED)

    assert updates(channel) == [{"status": "enabled"}]


@requirement("SSF-85")
def test_ssf_85_a_stop_is_told_even_if_something_else_about_the_stream_waits(open_channel):
    """A verification event, which has the same subject, is held when the stream stops."""
    channel = open_channel(events_requested=[SESSION_REVOKED])
    channel.wait_for(VERIFICATION)
    if open_channel.kind == "push":
        channel.receiver.answer = lambda delivery: Answer(503 if delivery.event_type == VERIFICATION else 202)
    assert channel.api.verify({"stream_id": channel.stream_id, "state": "held"}).status_code == 204
    if open_channel.kind == "push":
        channel.wait_for(VERIFICATION, 2)

    open_channel.admin.change_stream(channel.stream_id, status="paused")

    channel.wait_for(STREAM_UPDATED)
    assert updates(channel) == [{"status": "paused"}]


@requirement("SSF-85")
def test_ssf_85_changes_come_in_the_order_in_which_they_were_made(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    channel.wait_for(VERIFICATION)
    made = ["paused", "enabled", "disabled", "enabled", "paused", "enabled"]
    for count, status in enumerate(made, 1):
        open_channel.admin.change_stream(channel.stream_id, status=status)
        channel.wait_for(STREAM_UPDATED, count)

    assert [update["status"] for update in updates(channel)] == made


@requirement("SSF-70")
def test_ssf_70_changes_that_the_receiver_makes_need_no_telling(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    for status in ("paused", "enabled", "disabled", "enabled"):
        channel.set_status(status)
    open_channel.admin.emit("session-revoked", JANE)

    channel.wait_for(SESSION_REVOKED)
    channel.catch_up()

    assert updates(channel) == []


@requirement("SSF-70")
def test_ssf_70_a_change_that_changes_nothing_is_not_told(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    open_channel.admin.change_stream(channel.stream_id, status="enabled")
    open_channel.admin.emit("session-revoked", JANE)

    channel.wait_for(SESSION_REVOKED)
    channel.catch_up()

    assert updates(channel) == []

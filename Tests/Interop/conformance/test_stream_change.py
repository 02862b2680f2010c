"""Updating, replacing and deleting streams (SSF 1.0 §8.1.1.3 to §8.1.1.5)."""

import pytest

from conformance.examples import JANE
from conformance.requirements import requirement
from conformance.vocabulary import (
    CREDENTIAL_CHANGE, POLL, PUSH, SESSION_PRESENTED, SESSION_REVOKED, VERIFICATION)
from harness.poller import Poller
from harness.receiver import Receiver

ENDPOINT = "http://127.0.0.1:9/events"
DELIVERY = {"method": PUSH, "endpoint_url": ENDPOINT}
UNKNOWN = "https://events.example.com/never-heard-of"
TRANSMITTER_MEMBERS = ["iss", "aud", "events_supported", "events_delivered", "min_verification_interval"]


@pytest.fixture
def stream(api) -> dict:
    """A push stream with every member that a receiver may give."""
    return api.create_push(
        ENDPOINT, "Bearer secret", description="before", events_requested=[SESSION_REVOKED, UNKNOWN])


def named(stream: dict, **members) -> dict:
    """The body of a change: it names the stream."""
    return {"stream_id": stream["stream_id"], **members}


@requirement("SSF-65", "SSF-66", "SSF-67", "SSF-68")
def test_ssf_65_an_unknown_stream_is_404(api, stream):
    gone = stream["stream_id"]
    assert api.delete(gone).status_code == 204

    for response in (
        api.read(gone), api.update({"stream_id": gone}), api.replace({"stream_id": gone, "delivery": DELIVERY}),
        api.delete(gone),
    ):
        assert response.status_code == 404


# Update

@requirement("SSF-66")
@pytest.mark.parametrize(("member", "value"), [
    ("description", "after"), ("events_requested", [CREDENTIAL_CHANGE]),
    ("delivery", {"method": PUSH, "endpoint_url": "http://127.0.0.1:9/other"})])
def test_ssf_66_patch_changes_what_it_names_and_leaves_the_rest(api, stream, member, value):
    response = api.update(named(stream, **{member: value}))

    assert response.status_code == 200
    changed = response.json()
    assert changed[member] == value
    derived = {"events_delivered"} if member == "events_requested" else set()
    for other in stream.keys() - {member} - derived:
        assert changed[other] == stream[other], other
    assert api.read(stream["stream_id"]).json() == changed


@requirement("SSF-66", "SSF-67", "SSF-68", "SSF-71", "SSF-75")
def test_ssf_66_a_stream_must_be_named(api, stream):
    for response in (
        api.update({"description": "x"}), api.replace({"delivery": DELIVERY}),
        api.call("DELETE", api.path("configuration_endpoint")), api.call("GET", api.path("status_endpoint")),
        api.set_status({"status": "paused"}),
    ):
        assert response.status_code == 400
    assert api.read(stream["stream_id"]).json() == stream


@requirement("SSF-66", "SSF-67")
@pytest.mark.parametrize("method", ["update", "replace"])
def test_ssf_66_everything_sent_back_as_it_was_read_is_accepted(api, stream, method):
    assert getattr(api, method)(stream).json() == stream


@requirement("SSF-66", "SSF-67", "SSF-52")
@pytest.mark.parametrize("method", ["update", "replace"])
@pytest.mark.parametrize("member", TRANSMITTER_MEMBERS)
def test_ssf_66_a_member_of_the_transmitter_that_says_something_else_is_400(api, stream, member, method):
    wrong = {"iss": "https://other.example.com", "aud": "https://other.example.com", "events_supported": [],
             "events_delivered": [CREDENTIAL_CHANGE], "min_verification_interval": 1}[member]

    response = getattr(api, method)(named(stream, delivery=DELIVERY, description="after", **{member: wrong}))

    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == f"/{member}"
    assert api.read(stream["stream_id"]).json() == stream


@requirement("SSF-66")
def test_ssf_66_events_delivered_is_compared_with_the_value_before_the_update(api, stream):
    change = named(stream, events_requested=[CREDENTIAL_CHANGE])

    assert api.update(change | {"events_delivered": [CREDENTIAL_CHANGE]}).status_code == 400
    changed = api.update(change | {"events_delivered": [SESSION_REVOKED]})

    assert changed.status_code == 200
    assert changed.json()["events_delivered"] == [CREDENTIAL_CHANGE]


@requirement("SSF-52")
def test_ssf_52_aud_stays_when_the_endpoint_moves(api, stream):
    moved = api.update(named(stream, delivery={"method": PUSH, "endpoint_url": "http://127.0.0.2:9/"})).json()

    assert moved["aud"] == stream["aud"]


@requirement("SSF-55")
def test_ssf_55_a_change_of_events_requested_counts_from_the_next_event(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    changed = channel.api.update(named(channel.stream, events_requested=[SESSION_PRESENTED])).json()
    assert changed["events_delivered"] == [SESSION_PRESENTED]
    open_channel.admin.emit("session-revoked", JANE)
    open_channel.admin.emit("session-presented", JANE)

    channel.wait_for(SESSION_PRESENTED)
    channel.catch_up()

    assert channel.of_type(SESSION_REVOKED) == []


# Replace

@requirement("SSF-67")
def test_ssf_67_put_deletes_what_it_leaves_out(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED], description="before")

    response = channel.api.replace(named(channel.stream, delivery=channel.stream["delivery"]))

    assert response.status_code == 200
    replaced = response.json()
    assert "description" not in replaced and "events_requested" not in replaced
    assert replaced["events_delivered"] == replaced["events_supported"]
    assert replaced["delivery"] == channel.stream["delivery"]
    assert channel.api.read(channel.stream_id).json() == replaced


@requirement("SSF-67", "SSF-31")
def test_ssf_67_put_without_an_authorization_header_removes_it(transmitter, api):
    with Receiver() as receiver:
        stream = api.create_push(receiver.url, "Bearer one")
        receiver.wait_for(VERIFICATION)
        assert api.replace(named(stream, delivery=stream["delivery"])).status_code == 200
        transmitter.admin.emit("session-revoked", JANE)
        [after] = receiver.wait_for(SESSION_REVOKED)

    assert receiver.deliveries[0].headers["Authorization"] == "Bearer one"
    assert "Authorization" not in after.headers


@requirement("SSF-67")
def test_ssf_67_put_without_delivery_is_400(api, stream):
    assert api.replace(named(stream, description="x")).status_code == 400
    assert api.read(stream["stream_id"]).json() == stream


# Delete

@requirement("SSF-68", "IOP-6")
@pytest.mark.parametrize("status", ["enabled", "paused", "disabled"])
def test_ssf_68_delete_is_204_without_a_body_whatever_the_status(open_channel, status):
    channel = open_channel()
    channel.set_status(status)

    response = channel.api.delete(channel.stream_id)

    assert response.status_code == 204
    assert response.content == b""
    assert channel.api.read().json() == []


@requirement("SSF-68")
def test_ssf_68_a_deleted_stream_gets_nothing_more(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    channel.wait_for(VERIFICATION)
    channel.set_status("paused")
    open_channel.admin.emit("session-revoked", JANE)
    assert channel.api.delete(channel.stream_id).status_code == 204

    receipt = open_channel.admin.emit("session-revoked", JANE)

    assert channel.stream_id not in [delivery["stream_id"] for delivery in receipt["deliveries"]]
    if open_channel.kind == "push":
        channel.catch_up()
    else:
        assert channel.poller.poll(returnImmediately=True).status_code == 404
    assert channel.of_type(SESSION_REVOKED) == []


# From push to poll and back

def queued_while_paused(open_channel, channel, count: int) -> list[str]:
    """The `jti` of events that wait in a paused stream."""
    channel.wait_for(VERIFICATION)
    channel.set_status("paused")
    receipts = [open_channel.admin.emit("session-revoked", JANE) for _ in range(count)]
    return [receipt["deliveries"][0]["jti"] for receipt in receipts]


@requirement("SSF-66", "SSF-67")
@pytest.mark.parametrize("method", ["update", "replace"])
def test_ssf_66_a_queue_survives_a_change_of_method(open_channel, resources, method):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    queued = queued_while_paused(open_channel, channel, 3)
    receiver = resources.enter_context(Receiver())
    pushed = {"method": PUSH, "endpoint_url": receiver.url}
    wanted = {"method": POLL} if open_channel.kind == "push" else pushed

    changed = getattr(channel.api, method)(
        named(channel.stream, delivery=wanted, events_requested=[SESSION_REVOKED])).json()
    channel.set_status("enabled")

    assert changed["delivery"]["method"] == wanted["method"]
    assert changed["aud"] == channel.stream["aud"]
    successor = Poller(channel.api, changed) if open_channel.kind == "push" else receiver
    assert [token.jti for token in successor.wait_for(SESSION_REVOKED, 3)] == queued
    assert channel.of_type(SESSION_REVOKED) == []


@requirement("SSF-32")
def test_ssf_32_a_stream_that_is_pushed_cannot_be_polled(api, stream):
    polled = api.update(named(stream, delivery={"method": POLL})).json()
    poller = Poller(api, polled)
    assert poller.poll(returnImmediately=True).status_code == 200
    assert api.update(named(stream, delivery=DELIVERY)).status_code == 200

    assert poller.poll(returnImmediately=True).status_code == 404


@requirement("SSF-32")
def test_ssf_32_a_url_that_the_receiver_sends_is_not_the_url_to_poll(api):
    wish = {"method": POLL, "endpoint_url": "https://receiver.example.com/poll"}

    stream = api.create({"delivery": wish}).json()
    kept = api.update(named(stream, delivery=stream["delivery"]))
    moved = api.update(named(stream, delivery=wish))

    assert stream["delivery"]["endpoint_url"] != wish["endpoint_url"]
    assert kept.status_code == 200 and kept.json() == stream
    assert moved.status_code == 400

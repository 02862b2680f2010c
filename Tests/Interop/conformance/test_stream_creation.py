"""Creating streams and reading them (SSF 1.0 §8.1.1.1 and §8.1.1.2)."""

import re

import pytest

from conformance.examples import JANE
from conformance.requirements import requirement
from conformance.vocabulary import (
    CREDENTIAL_CHANGE, POLL, PUSH, SESSION_PRESENTED, SESSION_REVOKED, VERIFICATION)
from harness.poller import Poller
from harness.receiver import Receiver
from harness.transmitter import Transmitter

ENDPOINT = "http://127.0.0.1:9/events"
DELIVERY = {"method": PUSH, "endpoint_url": ENDPOINT}
UNKNOWN = "https://events.example.com/never-heard-of"


# Create

@requirement("SSF-50", "SSF-63")
def test_ssf_50_every_stream_has_an_id_of_its_own_of_unreserved_characters(api):
    ids = [api.create_poll()["stream_id"] for _ in range(5)]

    assert len(set(ids)) == 5
    assert all(re.fullmatch(r"[A-Za-z0-9._~-]+", id) for id in ids)


@requirement("SSF-51", "SSF-52", "SSF-53", "SSF-55", "SSF-56", "SSF-62", "SSF-30", "IOP-5")
def test_ssf_62_a_create_is_answered_with_201_and_the_whole_configuration(api):
    request = {"delivery": DELIVERY, "events_requested": [SESSION_REVOKED, UNKNOWN], "description": "Orders"}

    response = api.create(request)

    assert response.status_code == 201
    assert response.headers["Content-Type"] == "application/json"
    stream = response.json()
    assert stream["iss"] == api.metadata["issuer"]
    assert isinstance(stream["aud"], str) and stream["aud"]
    assert stream["delivery"] == DELIVERY
    assert stream["events_requested"] == request["events_requested"]
    assert stream["events_delivered"] == [SESSION_REVOKED]
    assert {SESSION_REVOKED, CREDENTIAL_CHANGE} <= set(stream["events_supported"])
    assert stream["description"] == "Orders"
    assert type(stream["min_verification_interval"]) is int
    assert "format" not in stream, "a member of the drafts"


@requirement("SSF-54")
def test_ssf_54_types_that_nobody_knows_are_no_error_even_all_of_them(api):
    stream = api.create_poll(events_requested=[UNKNOWN, "urn:example:x", "not even a uri"])

    assert stream["events_delivered"] == []


@requirement("SSF-55")
def test_ssf_55_without_events_requested_everything_supported_is_delivered(api):
    stream = api.create_poll()

    assert "events_requested" not in stream
    assert stream["events_delivered"] == stream["events_supported"]


@requirement("SSF-55")
def test_ssf_55_what_is_in_events_delivered_is_sent_and_nothing_else(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED, UNKNOWN])
    other = open_channel.admin.emit("session-presented", JANE)
    wanted = open_channel.admin.emit("session-revoked", JANE)

    channel.wait_for(SESSION_REVOKED)
    channel.catch_up()

    mine = {delivery["stream_id"] for delivery in wanted["deliveries"]}
    assert channel.stream_id in mine
    assert channel.stream_id not in {delivery["stream_id"] for delivery in other["deliveries"]}
    assert channel.of_type(SESSION_PRESENTED) == []


@requirement("SSF-58")
def test_ssf_58_a_long_description_is_cut_and_shown_as_it_was_cut(api):
    text = "ü" * 5000

    stream = api.create_poll(description=text)

    assert 100 <= len(stream["description"]) < 5000
    assert text.startswith(stream["description"])
    assert api.read(stream["stream_id"]).json()["description"] == stream["description"]


@requirement("SSF-63")
def test_ssf_63_where_there_may_be_no_further_stream_the_answer_is_409(new_daemon):
    transmitter = Transmitter(new_daemon(**{"limits.streams": 2, "limits.streams_per_client": 1}).start())
    first, second, third = (transmitter.receiver_api() for _ in range(3))
    stream = first.create_poll()

    again = first.create({})
    assert again.status_code == 409
    assert "limits.streams_per_client" in again.json()["detail"]
    second.create_poll()
    full = third.create({})
    assert full.status_code == 409
    assert "limits.streams" in full.json()["detail"]

    assert first.delete(stream["stream_id"]).status_code == 204
    assert third.create({}).status_code == 201


@requirement("SSF-63")
def test_ssf_63_streams_that_an_administrator_made_do_not_count(new_daemon):
    transmitter = Transmitter(new_daemon(**{"limits.streams": 1, "limits.streams_per_client": 1}).start())
    client = transmitter.client()
    api = transmitter.with_token(transmitter.admin.create_token(client)["token"])
    made = transmitter.admin.call("POST", "/v1/streams", json={"client_id": client, "delivery": DELIVERY})
    assert made.status_code == 201, made.text

    assert api.create({}).status_code == 201
    assert api.create({}).status_code == 409
    assert len(api.read().json()) == 2


@requirement("SSF-64", "SSF-32")
@pytest.mark.parametrize("body", [{}, {"description": "x"}, {"delivery": {"method": POLL}}], ids=str)
def test_ssf_64_without_delivery_a_stream_is_polled_at_a_url_of_ours(api, body):
    stream = api.create(body).json()

    assert stream["delivery"]["method"] == POLL
    assert stream["delivery"]["endpoint_url"].startswith(api.issuer)
    assert Poller(api, stream).poll(returnImmediately=True).status_code == 200


@requirement("SSF-32")
def test_ssf_32_every_stream_has_a_url_to_poll_of_its_own(api):
    streams = [api.create_poll() for _ in range(3)]
    pollers = [Poller(api, stream) for stream in streams]

    assert len({stream["delivery"]["endpoint_url"] for stream in streams}) == 3
    for stream, poller in zip(streams, pollers):
        assert {token.claims["sub_id"]["id"] for token in poller.look()} == {stream["stream_id"]}


@requirement("SSF-64", "SSF-56")
@pytest.mark.parametrize("delivery", [
    {"method": "urn:ietf:rfc:9999", "endpoint_url": ENDPOINT}, {"method": PUSH}, {"endpoint_url": ENDPOINT},
    {"method": PUSH, "endpoint_url": "not a url"}, {"method": PUSH, "endpoint_url": "http://user@127.0.0.1/"},
    {"method": PUSH, "endpoint_url": ENDPOINT, "authorization_header": "a\r\nb: c"}, "push", [],
], ids=str)
def test_ssf_64_a_delivery_that_cannot_be_is_400_and_makes_no_stream(api, delivery):
    assert api.create({"delivery": delivery}).status_code == 400
    assert api.read().json() == []


@requirement("SSF-62")
@pytest.mark.parametrize("body", [b";{ broken", b"[]", b'"text"', b'{"description":1}', b'{"a":1,"a":2}'])
def test_ssf_62_a_body_that_cannot_be_read_is_400(api, body):
    response = api.call("POST", api.path("configuration_endpoint"), data=body)

    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["detail"]


@requirement("SSF-56")
@pytest.mark.parametrize("method", [
    "https://schemas.openid.net/secevent/risc/delivery-method/push",
    "https://schemas.openid.net/secevent/risc/delivery-method/poll"])
def test_ssf_56_the_methods_of_the_drafts_are_understood_and_echoed(transmitter, api, method):
    with Receiver() as receiver:
        stream = api.create({"delivery": {"method": method, "endpoint_url": receiver.url}}).json()
        assert stream["delivery"]["method"] == method
        if method.endswith("push"):
            receiver.wait_for(VERIFICATION)
        else:
            assert Poller(api, stream).wait_for(VERIFICATION)


# Read

@requirement("SSF-65")
def test_ssf_65_without_a_stream_id_the_answer_is_an_array(api):
    assert (api.read().status_code, api.read().json()) == (200, [])
    first = api.create_poll()
    assert api.read().json() == [first]
    second = api.create_push(ENDPOINT)
    assert api.read().json() == [first, second]


@requirement("SSF-65")
def test_ssf_65_with_a_stream_id_the_answer_is_the_stream(api):
    stream = api.create_push(ENDPOINT, "Bearer secret", description="Orders", events_requested=[SESSION_REVOKED])

    response = api.read(stream["stream_id"])

    assert response.status_code == 200
    assert response.json() == stream


@requirement("IOP-14")
def test_iop_14_all_subjects_are_in_a_new_stream(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    open_channel.admin.emit("session-revoked", {"format": "opaque", "id": "never mentioned before"})

    assert channel.wait_for(SESSION_REVOKED)


@requirement("IOP-5")
def test_iop_5_every_stream_says_one_of_the_two_methods(api):
    api.create_poll()
    api.create_push(ENDPOINT)

    assert [stream["delivery"]["method"] for stream in api.read().json()] == [POLL, PUSH]

"""Verification (SSF 1.0 §8.1.4)."""

import threading
import time

import pytest

from conformance.channels import Channels
from conformance.examples import JANE
from conformance.requirements import requirement
from conformance.sample import STATE, Sample
from conformance.vocabulary import SESSION_REVOKED, VERIFICATION
from harness.receiver import Answer, Delivery, Receiver
from harness.transmitter import Transmitter
from harness.waiting import wait_until


def dead_letter(admin, stream_id: str) -> None:
    wait_until(lambda: admin.totals(stream_id)["dead"] == 1, "a dead letter")


@requirement("SSF-79", "SSF-80", "IOP-8")
def test_ssf_79_a_new_stream_is_verified_unasked_whatever_it_asked_for(open_channel):
    channel = open_channel(events_requested=[])

    [token] = channel.wait_for(VERIFICATION)

    assert channel.stream["events_delivered"] == []
    assert token.claims["sub_id"] == {"format": "opaque", "id": channel.stream_id}


@requirement("SSF-82")
def test_ssf_82_nobodys_request_has_no_state_and_a_request_has_its_own(sample: Sample):
    unasked, asked = sample.of_type(VERIFICATION)

    assert unasked.event == {}
    assert asked.event == {"state": STATE}


@requirement("SSF-82", "SSF-47", "IOP-6")
@pytest.mark.parametrize("state", [
    "VGhpcyBpcyBhbiBleGFtcGxl", "", "a \"quoted\" \\ text / ü ☃ \U0001f600", "\t\r\n\x7f\u2028", "x" * 1024], ids=[
        "base64", "empty", "any characters", "controls", "long"])
def test_ssf_82_a_state_is_echoed_verbatim(open_channel, state):
    channel = open_channel()
    channel.wait_for(VERIFICATION)

    response = channel.api.verify({"stream_id": channel.stream_id, "state": state})

    assert response.status_code == 204
    assert response.content == b""
    assert channel.wait_for(VERIFICATION, 2)[1].event == {"state": state}


@requirement("SSF-82")
def test_ssf_82_a_request_without_a_state_has_an_event_without_one(open_channel):
    channel = open_channel()
    channel.wait_for(VERIFICATION)
    assert channel.api.verify({"stream_id": channel.stream_id}).status_code == 204

    assert channel.wait_for(VERIFICATION, 2)[1].event == {}


@requirement("SSF-82")
@pytest.mark.parametrize("state", [1, {}, "x" * 100_000], ids=["1", "{}", "long"])
def test_ssf_82_a_state_that_is_no_text_or_too_long_is_400(transmitter, state):
    api = transmitter.receiver_api()
    stream_id = api.create_poll()["stream_id"]

    assert api.verify({"stream_id": stream_id, "state": state}).status_code == 400
    assert api.verify({"stream_id": stream_id}).status_code == 204, "the refused request counted"


@requirement("SSF-82")
def test_ssf_82_the_verification_of_an_unknown_stream_is_404(transmitter):
    api = transmitter.receiver_api()

    assert api.verify({"stream_id": "no-such-stream", "state": "x"}).status_code == 404
    assert api.verify({"state": "x"}).status_code == 400


@requirement("SSF-83")
def test_ssf_83_the_answer_does_not_wait_for_the_event_to_arrive(transmitter):
    gate, arrived = threading.Event(), threading.Event()

    def answer(delivery: Delivery) -> Answer:
        arrived.set()
        gate.wait(10)
        return Answer()

    with Receiver(answer) as receiver:
        api = transmitter.receiver_api()
        stream_id = api.create_push(receiver.url)["stream_id"]
        assert arrived.wait(10)
        response = api.verify({"stream_id": stream_id, "state": "x"})
        answered = len(receiver.answered)
        gate.set()
        receiver.wait_for(VERIFICATION, 2)

    assert response.status_code == 204
    assert answered == 0


@requirement("SSF-57")
def test_ssf_57_a_request_within_the_interval_is_429_with_the_time_to_wait(transmitter):
    api = transmitter.receiver_api()
    stream = api.create_poll()
    body = {"stream_id": stream["stream_id"]}
    assert api.verify(body).status_code == 204, "the automatic one counts against the interval"

    refused = api.verify(body)

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= stream["min_verification_interval"]


@requirement("SSF-57")
def test_ssf_57_a_request_that_keeps_the_interval_is_not_refused(new_daemon):
    transmitter = Transmitter(new_daemon(**{"streams.min_verification_interval": "1s"}).start())
    api = transmitter.receiver_api()
    stream = api.create_poll()
    assert stream["min_verification_interval"] == 1
    body = {"stream_id": stream["stream_id"]}
    assert api.verify(body).status_code == 204

    time.sleep(stream["min_verification_interval"])

    assert api.verify(body).status_code == 204


@requirement("SSF-72")
def test_ssf_72_the_verification_of_a_disabled_stream_is_accepted_and_dropped(open_channel):
    channel = open_channel()
    channel.wait_for(VERIFICATION)
    channel.set_status("disabled")
    assert channel.api.verify({"stream_id": channel.stream_id, "state": "x"}).status_code == 204
    channel.set_status("enabled")
    open_channel.admin.emit("session-revoked", JANE)

    channel.wait_for(SESSION_REVOKED)
    channel.catch_up()

    assert len(channel.of_type(VERIFICATION)) == 1
    assert open_channel.admin.totals(channel.stream_id)["dropped"] == 1


@requirement("SSF-81", "SSF-84")
def test_ssf_84_a_push_refused_for_its_state_is_a_dead_letter_and_the_stream_goes_on(transmitter):
    def answer(delivery: Delivery) -> Answer:
        if delivery.event_type != VERIFICATION:
            return Answer()
        body = b'{"err":"invalid_state","description":"nobody asked"}'
        return Answer(400, (("Content-Type", "application/json"), ("Content-Language", "en")), body)

    with Receiver(answer) as receiver:
        api = transmitter.receiver_api()
        stream_id = api.create_push(receiver.url)["stream_id"]
        dead_letter(transmitter.admin, stream_id)
        transmitter.admin.emit("session-revoked", JANE)
        receiver.wait_for(SESSION_REVOKED)

    assert api.status(stream_id).json()["status"] == "enabled"
    assert len(receiver.of_type(VERIFICATION)) == 1


@requirement("SSF-81", "SSF-84")
def test_ssf_84_a_polled_set_refused_for_its_state_is_a_dead_letter_and_the_stream_goes_on(transmitter, resources):
    channel = Channels("poll", transmitter, resources)(events_requested=[SESSION_REVOKED])
    [token] = channel.poller.look()
    refusal = {token.jti: {"err": "invalid_state", "description": "nobody asked"}}
    transmitter.admin.emit("session-revoked", JANE)

    response = channel.poller.poll(setErrs=refusal, returnImmediately=True)

    assert response.status_code == 200
    assert token.jti not in response.json()["sets"] and len(response.json()["sets"]) == 1
    dead_letter(transmitter.admin, channel.stream_id)
    assert channel.api.status(channel.stream_id).json()["status"] == "enabled"

"""Push (RFC 8935)."""

import datetime
import ssl
import time

import pytest

from conformance.examples import JANE
from conformance.requirements import requirement
from conformance.vocabulary import PUSH, SESSION_PRESENTED, SESSION_REVOKED, VERIFICATION
from harness.authority import Authority
from harness.daemon import Daemon
from harness.receiver import Answer, Delivery, Receiver
from harness.signed_token import decode
from harness.transmitter import AdminAPI, Transmitter, email
from harness.waiting import wait_until


def answering(*answers: Answer, uri: str = SESSION_REVOKED):
    """Answers SETs of one type with these, one after the other, and all others with 202."""
    left = list(answers)

    def answer(delivery: Delivery) -> Answer:
        return left.pop(0) if delivery.event_type == uri and left else Answer()

    return answer


def refusal(code: str) -> Answer:
    body = f'{{"err":"{code}","description":"for a test"}}'.encode()
    return Answer(400, (("Content-Type", "application/json"), ("Content-Language", "en")), body)


def settled(admin: AdminAPI, stream_id: str) -> dict[str, int]:
    """The totals of a stream, as soon as nothing waits."""
    return wait_until(
        lambda: totals if (totals := admin.totals(stream_id))["pending"] == 0 else None, "an empty queue", 20)


@requirement("PUSH-1", "SET-9")
def test_push_1_a_push_is_a_post_of_the_set_and_nothing_else(transmitter):
    with Receiver() as receiver:
        transmitter.receiver_api().create_push(receiver.url + "?tenant=1")
        [delivery] = receiver.wait_for(VERIFICATION)

    assert delivery.path == "/events?tenant=1"
    assert delivery.headers["Content-Type"] == "application/secevent+jwt"
    assert delivery.headers["Accept"] == "application/json"
    assert delivery.headers["Host"] == receiver.origin.removeprefix("http://")
    assert "Accept-Encoding" not in delivery.headers
    assert [bool(decode(part)) for part in delivery.body.split(b".")] == [True] * 3


@requirement("PUSH-2", "PUSH-4")
def test_push_2_no_language_is_asked_for_and_an_error_in_any_is_read_by_its_code(transmitter):
    text = '{"err":"invalid_request","description":"Ung\u00fcltig"}'.encode()
    in_german = Answer(400, (("Content-Type", "application/json"), ("Content-Language", "de")), text)
    with Receiver(answering(in_german)) as receiver:
        stream_id = transmitter.receiver_api().create_push(receiver.url)["stream_id"]
        transmitter.admin.emit("session-revoked", JANE)
        totals = settled(transmitter.admin, stream_id)

    assert totals["dead"] == 1
    assert len(receiver.deliveries) == 2
    assert not [delivery for delivery in receiver.deliveries if "Accept-Language" in delivery.headers]


@requirement("SSF-30", "SSF-31")
def test_ssf_31_the_receivers_header_is_sent_verbatim_every_time(transmitter, api):
    header = "Bearer  two spaces, and =+/~ \t verbatim"
    with Receiver() as receiver:
        stream = api.create_push(receiver.url, header)
        receiver.wait_for(VERIFICATION)
        assert api.verify({"stream_id": stream["stream_id"], "state": "x"}).status_code == 204
        transmitter.admin.emit("session-revoked", JANE)
        receiver.wait_for(SESSION_REVOKED)
        receiver.wait_for(VERIFICATION, 2)

    assert [delivery.headers.get_all("Authorization") for delivery in receiver.deliveries] == [[header]] * 3
    assert {delivery.path for delivery in receiver.deliveries} == {"/events"}


@requirement("SSF-31")
def test_ssf_31_none_is_sent_where_none_was_given(api):
    with Receiver() as receiver:
        api.create_push(receiver.url)
        [delivery] = receiver.wait_for(VERIFICATION)

    assert "Authorization" not in delivery.headers


@requirement("PUSH-3", "PUSH-6")
def test_push_3_a_set_that_was_taken_with_202_is_not_sent_again(transmitter):
    with Receiver() as receiver:
        stream_id = transmitter.receiver_api().create_push(receiver.url)["stream_id"]
        transmitter.admin.emit("session-revoked", JANE)
        receiver.wait_for(SESSION_REVOKED)
        totals = settled(transmitter.admin, stream_id)
        transmitter.admin.emit("session-presented", JANE)
        receiver.wait_for(SESSION_PRESENTED)

    assert totals["accepted"] == totals["delivered"] == 2
    assert len(receiver.of_type(SESSION_REVOKED)) == 1


@requirement("PUSH-4", "PUSH-6", "PUSH-10")
@pytest.mark.parametrize("code", ["invalid_request", "invalid_state", "some_code_of_its_own"])
def test_push_4_a_set_that_is_refused_for_good_is_a_dead_letter_at_once(transmitter, code):
    with Receiver(answering(refusal(code))) as receiver:
        stream_id = transmitter.receiver_api().create_push(receiver.url)["stream_id"]
        transmitter.admin.emit("session-revoked", JANE)
        totals = settled(transmitter.admin, stream_id)
        transmitter.admin.emit("session-presented", JANE)
        receiver.wait_for(SESSION_PRESENTED)

    assert totals["dead"] == 1
    assert len(receiver.of_type(SESSION_REVOKED)) == 1


@requirement("PUSH-4", "PUSH-5")
@pytest.mark.parametrize("code", ["authentication_failed", "access_denied"])
def test_push_4_a_set_that_is_refused_for_a_reason_that_may_pass_is_sent_again(transmitter, code):
    with Receiver(answering(refusal(code))) as receiver:
        stream_id = transmitter.receiver_api().create_push(receiver.url)["stream_id"]
        transmitter.admin.emit("session-revoked", JANE)
        first, second = receiver.wait_for(SESSION_REVOKED, 2)
        totals = settled(transmitter.admin, stream_id)

    assert first.body == second.body
    assert totals["dead"] == 0


@requirement("PUSH-4", "PUSH-7")
def test_push_4_a_receiver_that_does_not_know_the_key_yet_has_time_to_fetch_it_and_loses_nothing(transmitter):
    with Receiver(answering(*[refusal("invalid_key")] * 9)) as receiver:
        stream_id = transmitter.receiver_api().create_push(receiver.url)["stream_id"]
        transmitter.admin.emit("session-revoked", JANE)
        receiver.wait_for(SESSION_REVOKED)
        transmitter.admin.emit("session-presented", email("john@example.com"))
        receiver.wait_for(SESSION_PRESENTED)

    wait_until(lambda: transmitter.admin.totals(stream_id)["pending"] == 1, "the other event to be delivered")
    assert transmitter.admin.totals(stream_id)["dead"] == 0
    assert len(receiver.of_type(SESSION_REVOKED)) == 1, "it was repeated at once"


@requirement("PUSH-4")
@pytest.mark.parametrize("code", ["invalid_issuer", "invalid_audience"])
def test_push_4_a_set_that_the_receiver_may_think_again_about_holds_up_no_other(transmitter, code):
    with Receiver(answering(*[refusal(code)] * 9)) as receiver:
        stream_id = transmitter.receiver_api().create_push(receiver.url)["stream_id"]
        transmitter.admin.emit("session-revoked", JANE)
        receiver.wait_for(SESSION_REVOKED)
        transmitter.admin.emit("session-presented", JANE)
        receiver.wait_for(SESSION_PRESENTED)

    wait_until(lambda: transmitter.admin.totals(stream_id)["pending"] == 1, "the other event to be delivered")
    assert len(receiver.of_type(SESSION_REVOKED)) == 1, "it was repeated at once"


@requirement("PUSH-5", "PUSH-6")
@pytest.mark.parametrize("status", [500, 502, 503, 404, 401, 429, 302], ids=str)
def test_push_5_after_a_failure_that_may_pass_the_same_bytes_are_sent_again(transmitter, status):
    elsewhere = (("Location", "http://127.0.0.1:9/"),) if status == 302 else ()
    with Receiver(answering(Answer(status, elsewhere))) as receiver:
        transmitter.receiver_api().create_push(receiver.url, "Bearer x")
        transmitter.admin.emit("session-revoked", JANE)
        first, second = receiver.wait_for(SESSION_REVOKED, 2)

    assert first.body == second.body
    assert second.headers["Authorization"] == "Bearer x"


@requirement("PUSH-7")
def test_push_7_a_repetition_is_not_earlier_than_the_receiver_asks(transmitter):
    arrivals: list[float] = []

    def answer(delivery: Delivery) -> Answer:
        if delivery.event_type != SESSION_REVOKED:
            return Answer()
        arrivals.append(time.monotonic())
        return Answer(503, (("Retry-After", "2"),)) if len(arrivals) == 1 else Answer()

    with Receiver(answer) as receiver:
        transmitter.receiver_api().create_push(receiver.url)
        transmitter.admin.emit("session-revoked", JANE)
        receiver.wait_for(SESSION_REVOKED, 2)

    assert arrivals[1] - arrivals[0] >= 2


@requirement("PUSH-7")
def test_push_7_a_receiver_that_fails_is_called_ever_more_seldom(transmitter):
    with Receiver(answering(*[Answer(500)] * 100)) as receiver:
        stream_id = transmitter.receiver_api().create_push(receiver.url)["stream_id"]
        transmitter.admin.emit("session-revoked", JANE)
        time.sleep(4)
        attempts = len(receiver.of_type(SESSION_REVOKED))

    assert 1 <= attempts <= 20, "waits of up to 1, 2, 4, … seconds allow few in four"
    assert transmitter.admin.totals(stream_id)["pending"] == 1


@requirement("PUSH-10")
def test_push_10_what_a_receiver_misses_while_it_is_down_it_gets_when_it_is_back(transmitter):
    api = transmitter.receiver_api()
    with Receiver() as receiver:
        stream = api.create_push(receiver.url, events_requested=[SESSION_REVOKED])
        receiver.wait_for(VERIFICATION)
    missed = [transmitter.admin.emit("session-revoked", email(f"{n}@example.com")) for n in range(5)]
    with Receiver() as successor:
        moved = {"method": PUSH, "endpoint_url": successor.url}
        assert api.update({"stream_id": stream["stream_id"], "delivery": moved}).status_code == 200
        deliveries = successor.wait_for(SESSION_REVOKED, 5, 20)

    accepted = [delivery for receipt in missed for delivery in receipt["deliveries"]]
    mine = {delivery["jti"] for delivery in accepted if delivery["stream_id"] == stream["stream_id"]}
    assert {delivery.jti for delivery in deliveries} == mine


# TLS

@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(tmp_path / "authority", "Conformance test authority")


@pytest.fixture
def in_production(new_daemon, authority) -> Transmitter:
    daemon: Daemon = new_daemon(**{
        "development": "false", "issuer": "https://signals.example.com",
        "delivery.ca_file": authority.certificate, "delivery.allowed_networks": "127.0.0.0/8,::1/128"})
    return Transmitter(daemon.start())


@requirement("PUSH-9", "IOP-1")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=lambda v: v.name)
def test_push_9_a_receiver_with_tls_1_2_or_1_3_gets_its_events(in_production, authority, version):
    context = authority.server_context("localhost")
    context.minimum_version = context.maximum_version = version
    with Receiver(tls=context, host="localhost") as receiver:
        in_production.receiver_api().create_push(receiver.url, "Bearer over TLS")

        [delivery] = receiver.wait_for(VERIFICATION)

    assert delivery.headers["Authorization"] == "Bearer over TLS"


def untrusted(authority: Authority, tmp_path) -> ssl.SSLContext:
    return Authority(tmp_path / "stranger", "Somebody else").server_context("localhost")


def another_name(authority: Authority, tmp_path) -> ssl.SSLContext:
    return authority.server_context("other.example.com")


def expired(authority: Authority, tmp_path) -> ssl.SSLContext:
    return authority.server_context("localhost", lifetime=datetime.timedelta(days=-1))


def too_old(authority: Authority, tmp_path) -> ssl.SSLContext:
    """TLS 1.1: the server may offer it, its name and certificate are good."""
    context = authority.server_context("localhost")
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


@requirement("PUSH-9", "PUSH-11", "IOP-1")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
@pytest.mark.parametrize("context", [untrusted, another_name, expired, too_old])
def test_push_9_a_server_that_is_not_who_it_should_be_gets_nothing(in_production, authority, tmp_path, context):
    with Receiver(tls=context(authority, tmp_path), host="localhost") as receiver:
        stream_id = in_production.receiver_api().create_push(receiver.url)["stream_id"]
        wait_until(lambda: receiver.failed_handshakes >= 2, "two refused handshakes", 20)

    assert receiver.deliveries == []
    assert in_production.admin.totals(stream_id)["pending"] == 1


@requirement("PUSH-9", "PUSH-11", "IOP-1")
def test_push_9_an_endpoint_without_tls_is_refused(in_production):
    delivery = {"method": PUSH, "endpoint_url": "http://127.0.0.1:9/events"}

    assert in_production.receiver_api().create({"delivery": delivery}).status_code == 400

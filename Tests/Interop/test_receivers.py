"""Receivers of the field and their ways, each from its first call to the event."""

from harness.receiver import Answer, Delivery, Receiver
from harness.transmitter import email

PUSH = "urn:ietf:rfc:8935"
DRAFT_PUSH = "https://schemas.openid.net/secevent/risc/delivery-method/push"
CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
SESSION_REVOKED = CAEP + "session-revoked"
JANE = email("jane@example.com")


def test_apple_names_itself_and_the_format_in_its_request_and_gets_the_subject_inside_the_event(transmitter):
    feed = "https://federation.example.com/feeds/business/caep/1"
    api = transmitter.receiver_api(audience=feed)
    with Receiver() as receiver:
        created = api.create({
            "iss": api.issuer, "aud": feed, "format": "iss_sub", "delivery": {
                "method": DRAFT_PUSH, "endpoint_url": receiver.url, "authorization_header": "Bearer apple"},
            "events_requested": [SESSION_REVOKED, CAEP + "credential-change"]})
        assert created.status_code == 201, created.text
        stream = created.json()
        assert stream["delivery"] == {"method": DRAFT_PUSH, "endpoint_url": receiver.url}
        assert stream["aud"] == feed
        transmitter.admin.change_stream(stream["stream_id"], profile="sse-caep")
        transmitter.admin.emit(SESSION_REVOKED, JANE)

        [delivery] = receiver.wait_for(SESSION_REVOKED)

    assert "sub_id" not in delivery.claims
    assert delivery.event["subject"] == JANE
    assert delivery.claims["aud"] == feed


def test_sailpoint_sends_all_back_with_a_new_header_which_counts_for_what_is_queued(transmitter):
    api = transmitter.receiver_api()

    def answer_new(delivery: Delivery) -> Answer:
        return Answer(202 if delivery.headers["Authorization"] == "Bearer new" else 401)

    with Receiver(answer_new) as receiver:
        stream = api.create_push(receiver.url, "Bearer old", events_requested=[SESSION_REVOKED])
        assert stream["status"] == api.status(stream["stream_id"]).json()["status"] == "enabled"
        [accepted] = [
            delivery for delivery in transmitter.admin.emit(SESSION_REVOKED, JANE)["deliveries"]
            if delivery["stream_id"] == stream["stream_id"]]
        receiver.wait_for(SESSION_REVOKED)
        refreshed = stream | {"delivery": stream["delivery"] | {"authorization_header": "Bearer new"}}

        answer = api.update(refreshed)

        assert (answer.status_code, answer.json()) == (200, stream)
        repeated = receiver.wait_for(SESSION_REVOKED, 2, 20)[-1]
    assert repeated.headers["Authorization"] == "Bearer new"
    assert repeated.jti == accepted["jti"]


def test_okta_as_a_receiver_gets_its_form_without_ever_calling(transmitter):
    with Receiver() as receiver:
        created = transmitter.admin.call("POST", "/v1/streams", json={
            "delivery": {"method": PUSH, "endpoint_url": receiver.url}, "aud": "https://acme.okta.com",
            "profile": "event-subject", "events_requested": [SESSION_REVOKED]})
        assert created.status_code == 201, created.text
        try:
            transmitter.admin.emit(SESSION_REVOKED, JANE)
            [delivery] = receiver.wait_for(SESSION_REVOKED)
        finally:
            transmitter.admin.call("DELETE", f"/v1/streams/{created.json()['stream_id']}")

    assert delivery.header.keys() >= {"alg", "kid", "typ"} and delivery.header["alg"] == "RS256"
    assert delivery.claims["aud"] == "https://acme.okta.com"
    assert "sub_id" not in delivery.claims
    assert delivery.event["subject"] == {"user": JANE}
    assert "Authorization" not in delivery.headers

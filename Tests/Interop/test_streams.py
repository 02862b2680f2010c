"""Streams: creation with its verification, reading, changing, status, deletion."""

from harness.receiver import Receiver
from harness.security_event_token import check_push, check_token

CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"


def test_a_receiver_discovers_creates_and_is_verified(transmitter):
    api = transmitter.receiver_api()
    authorization = "Bearer  two spaces, and =+/~ \t verbatim"
    with Receiver() as receiver:
        stream = api.create_push(receiver.url, authorization, description="Interop", events_requested=[
            CAEP + "session-revoked", "https://example.com/not-supported"])
        subject = {"format": "opaque", "id": stream["stream_id"]}

        [automatic] = receiver.wait_for(VERIFICATION)
        assert api.verify({"stream_id": stream["stream_id"], "state": "st@te \"ü\" 1"}).status_code == 204
        requested = receiver.wait_for(VERIFICATION, 2)[1]

    for delivery in (automatic, requested):
        assert delivery.path == "/events"
        check_push(delivery, authorization)
        check_token(delivery, api.key_set(), stream, subject)
    assert automatic.claims["events"] == {VERIFICATION: {}}
    assert requested.claims["events"] == {VERIFICATION: {"state": "st@te \"ü\" 1"}}


def test_ssf_8_1_1_1_the_answer_to_a_create_is_the_whole_configuration(transmitter):
    api = transmitter.receiver_api()
    requested = [CAEP + "session-revoked", "https://example.com/not-supported"]
    with Receiver() as receiver:
        stream = api.create_push(receiver.url, "Bearer secret", description="Interop", events_requested=requested)

    assert stream["iss"] == api.metadata["issuer"]
    assert stream["aud"] == receiver.origin
    assert stream["events_requested"] == requested
    assert stream["events_delivered"] == [CAEP + "session-revoked"]
    assert set(stream["events_delivered"]) <= set(stream["events_supported"])
    assert stream["delivery"] == {"method": "urn:ietf:rfc:8935", "endpoint_url": receiver.url}
    assert stream["description"] == "Interop"
    assert isinstance(stream["min_verification_interval"], int)


def test_ssf_8_1_1_a_stream_is_read_listed_updated_replaced_and_deleted(transmitter):
    api = transmitter.receiver_api()
    assert api.read().json() == []
    with Receiver() as receiver:
        stream = api.create_push(receiver.url, description="before")
        stream_id = stream["stream_id"]

        assert api.read(stream_id).json() == stream
        assert api.read().json() == [stream]
        updated = api.update({"stream_id": stream_id, "description": "after"})
        assert updated.status_code == 200
        assert updated.json() == stream | {"description": "after"}
        replaced = api.replace({"stream_id": stream_id, "delivery": stream["delivery"]})
        assert replaced.status_code == 200
        assert "description" not in replaced.json()
        assert api.delete(stream_id).status_code == 204
    for response in (api.read(stream_id), api.status(stream_id), api.delete(stream_id)):
        assert response.status_code == 404


def test_the_aud_is_the_clients_when_it_has_one(transmitter):
    api = transmitter.receiver_api(audience="https://receiver.example.com/web")
    with Receiver() as receiver:
        stream = api.create_push(receiver.url)
        [verification] = receiver.wait_for(VERIFICATION)

    assert stream["aud"] == verification.claims["aud"] == "https://receiver.example.com/web"


def test_ssf_8_1_2_a_paused_stream_holds_events_and_a_disabled_one_drops_them(transmitter):
    api = transmitter.receiver_api()
    subject = {"format": "email", "email": "jane@example.com"}
    event = CAEP + "session-revoked"
    with Receiver() as receiver:
        stream_id = api.create_push(receiver.url)["stream_id"]
        receiver.wait_for(VERIFICATION)

        paused = api.set_status({"stream_id": stream_id, "status": "paused", "reason": "upgrade"})
        assert paused.json() == {"stream_id": stream_id, "status": "paused", "reason": "upgrade"}
        held = transmitter.admin.emit(event, subject)["deliveries"]
        assert [delivery["stream_id"] for delivery in held] == [stream_id]
        assert transmitter.admin.totals(stream_id)["pending"] == 1
        assert api.set_status({"stream_id": stream_id, "status": "enabled"}).json()["status"] == "enabled"
        [delivery] = receiver.wait_for(event)
        assert delivery.jti == held[0]["jti"]

        assert api.set_status({"stream_id": stream_id, "status": "disabled"}).json()["status"] == "disabled"
        assert transmitter.admin.emit(event, subject)["deliveries"] == []
        assert api.set_status({"stream_id": stream_id, "status": "enabled"}).status_code == 200
        after = transmitter.admin.emit(event, subject)["deliveries"][0]["jti"]
        assert [delivery.jti for delivery in receiver.wait_for(event, 2)] == [held[0]["jti"], after]


def test_ssf_8_1_4_2_verification_is_limited_to_its_interval(transmitter):
    api = transmitter.receiver_api()
    with Receiver() as receiver:
        stream = api.create_push(receiver.url)
        assert api.verify({"stream_id": stream["stream_id"]}).status_code == 204
        refused = api.verify({"stream_id": stream["stream_id"]})

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= stream["min_verification_interval"]

"""Events: each type from the producer's call to a SET that an independent receiver can trust."""

import json

import pytest

from harness.receiver import Receiver
from harness.security_event_token import check_push, check_token
from harness.transmitter import email

CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
RISC = "https://schemas.openid.net/secevent/risc/event-type/"

COMMON = {
    "event_timestamp": 1_763_740_800,
    "initiating_entity": "policy",
    "reason_admin": {"en": "Landspeed Policy Violation: C076E82F", "es-410": "Violación"},
    "reason_user": {"en": "Access attempt from multiple regions."},
}
ISS_SUB = {"format": "iss_sub", "iss": "https://idp.example.com/123456789/", "sub": "99beb27c-c1c2-4955"}
COMPLEX = {
    "format": "complex",
    "user": ISS_SUB,
    "device": {"format": "iss_sub", "iss": "https://mdm.example.com/", "sub": "e9297990-14d2"},
    "tenant": {"format": "opaque", "id": "123456789"},
}

EVENTS = [
    (CAEP + "session-revoked", COMPLEX, COMMON),
    (CAEP + "token-claims-change", ISS_SUB, COMMON | {"claims": {"role": "ro-admin", "n": 1.50, "x": None}}),
    (CAEP + "credential-change", ISS_SUB, COMMON | {
        "credential_type": "fido2-roaming", "change_type": "create", "friendly_name": "Jane's USB authenticator",
        "fido2_aaguid": "accced6a-63f5-490a-9eea-e59bc1896cfc"}),
    (CAEP + "assurance-level-change", email("jane@example.com"), COMMON | {
        "namespace": "NIST-AAL", "current_level": "nist-aal2", "previous_level": "nist-aal1",
        "change_direction": "increase"}),
    (CAEP + "device-compliance-change", COMPLEX, COMMON | {
        "previous_status": "compliant", "current_status": "not-compliant"}),
    (CAEP + "session-established", email("jane@example.com"), COMMON | {
        "fp_ua": "abb0b6e7da81a42233f8f2b1a8ddb1b9a4c81611", "acr": "AAL2", "amr": ["otp"], "ext_id": "12"}),
    (CAEP + "session-presented", email("jane@example.com"), COMMON | {"fp_ua": "abb0b6e7da81", "ext_id": "12"}),
    (CAEP + "risk-level-change", email("jane@example.com"), COMMON | {
        "principal": "USER", "current_level": "HIGH", "previous_level": "LOW",
        "risk_reason": "PASSWORD_FOUND_IN_DATA_BREACH"}),
    (RISC + "account-disabled", email("jane@example.com"), {"reason": "hijacking"}),
    (RISC + "account-purged", ISS_SUB, {}),
    (RISC + "identifier-changed", email("old@example.com"), {"new-value": "new@example.com"}),
    (RISC + "identifier-recycled", {"format": "phone_number", "phone_number": "+12065550100"}, {}),
    (RISC + "credential-compromise", ISS_SUB, {"credential_type": "password"}),
    (RISC + "opt-out-initiated", ISS_SUB, {}),
]


@pytest.mark.parametrize(
    ("event_type", "subject", "members"), EVENTS, ids=[event[0].rsplit("/", 1)[-1] for event in EVENTS])
def test_an_event_arrives_as_a_set_that_verifies(transmitter, event_type, subject, members):
    api = transmitter.receiver_api()
    with Receiver() as receiver:
        stream = api.create_push(receiver.url, events_requested=[event_type])
        receipt = transmitter.admin.emit(event_type, subject, members)
        [delivery] = receiver.wait_for(event_type)

    check_push(delivery, authorization=None)
    claims = check_token(delivery, api.key_set(), stream, subject)
    assert claims["events"] == {event_type: members}
    assert claims["txn"] == receipt["txn"]
    assert receipt["deliveries"] == [{"stream_id": stream["stream_id"], "jti": claims["jti"]}]


def test_each_stream_gets_a_set_of_its_own_with_the_same_txn(transmitter):
    event_type = CAEP + "session-revoked"
    with Receiver() as first, Receiver() as second:
        streams = [transmitter.receiver_api().create_push(receiver.url) for receiver in (first, second)]
        transmitter.admin.emit("session-revoked", email("jane@example.com"))
        claims = [receiver.wait_for(event_type)[0].claims for receiver in (first, second)]

    assert [claim["aud"] for claim in claims] == [stream["aud"] for stream in streams]
    assert claims[0]["jti"] != claims[1]["jti"]
    assert claims[0]["txn"] == claims[1]["txn"]


def test_a_stream_gets_only_the_types_it_asked_for(transmitter):
    api = transmitter.receiver_api()
    with Receiver() as receiver:
        api.create_push(receiver.url, events_requested=[CAEP + "session-revoked"])
        unwanted = transmitter.admin.emit("session-presented", email("jane@example.com"))
        transmitter.admin.emit("session-revoked", email("jane@example.com"))
        receiver.wait_for(CAEP + "session-revoked")

    assert unwanted["deliveries"] == []
    assert receiver.of_type(CAEP + "session-presented") == []


def test_events_of_one_subject_arrive_in_order_and_every_jti_is_unique(transmitter):
    api = transmitter.receiver_api()
    event_type = CAEP + "token-claims-change"
    events = [
        {
            "type": event_type, "subject": email(f"user{number % 4}@example.com"),
            "members": {"claims": {"n": number}},
        }
        for number in range(100)
    ]
    with Receiver() as receiver:
        api.create_push(receiver.url)
        receipts = transmitter.admin.submit(events).json()
        claims = [delivery.claims for delivery in receiver.wait_for(event_type, len(events), 20)]

    accepted = [receipt["deliveries"][0]["jti"] for receipt in receipts]
    assert len(set(accepted)) == len(events)
    assert {claim["jti"] for claim in claims} == set(accepted)
    for user in range(4):
        numbers = [
            claim["events"][event_type]["claims"]["n"] for claim in claims
            if claim["sub_id"]["email"] == f"user{user}@example.com"
        ]
        assert numbers == sorted(numbers)


def test_an_idempotency_key_makes_a_repetition_harmless(transmitter):
    api = transmitter.receiver_api()
    event = {"type": "session-revoked", "subject": email("jane@example.com")}
    key = {"Idempotency-Key": f"interop-{transmitter.client()}"}
    with Receiver() as receiver:
        api.create_push(receiver.url)
        first, again = (transmitter.admin.call("POST", "/v1/events", json=event, headers=key) for _ in range(2))
        other = transmitter.admin.call("POST", "/v1/events", json=event | {"txn": "another"}, headers=key)
        transmitter.admin.emit("session-revoked", email("last@example.com"))
        deliveries = receiver.wait_for(CAEP + "session-revoked", 2)

    assert first.json() == again.json()
    assert other.status_code == 422
    assert sorted(delivery.claims["sub_id"]["email"] for delivery in deliveries) == [
        "jane@example.com", "last@example.com"]


def test_ndjson_has_a_result_for_each_line(transmitter):
    lines = b'{"type":"session-revoked","subject":{"format":"email","email":"a@example.com"}}\n{"type":\n\n[]\n'

    response = transmitter.admin.call(
        "POST", "/v1/events", data=lines, headers={"Content-Type": "application/x-ndjson"})

    assert response.status_code == 207
    results = [json.loads(line) for line in response.text.splitlines()]
    assert [(result["line"], result["status"]) for result in results] == [(1, 202), (2, 400), (4, 400)]
    assert all(result["detail"] for result in results[1:])

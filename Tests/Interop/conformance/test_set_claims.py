"""What is in a SET and around it, for SETs of every kind, over push and over poll."""

import time

from joserfc import jws
from joserfc.jwk import KeySet

from conformance.examples import EXAMPLES, JANE
from conformance.requirements import requirement
from conformance.sample import Sample
from conformance.vocabulary import CLAIMS_CHANGE, RISC, SESSION_PRESENTED, SESSION_REVOKED
from harness.receiver import Receiver
from harness.security_event_token import check_with_bare_cryptography
from harness.transmitter import Transmitter


@requirement("SSF-2", "SSF-3", "SUB-5")
def test_ssf_2_the_subject_is_in_sub_id_beside_events_for_new_and_old_types(sample: Sample):
    for event_type, subject, _ in EXAMPLES:
        [token] = sample.of_type(event_type)
        assert token.claims["sub_id"] == subject
        assert "subject" not in token.event


@requirement("SSF-3")
def test_ssf_3_a_subject_inside_the_event_is_an_extra_beside_sub_id(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    open_channel.admin.change_stream(channel.stream_id, profile="both")
    open_channel.admin.emit("session-revoked", JANE)

    [token] = channel.wait_for(SESSION_REVOKED)

    assert token.claims["sub_id"] == JANE
    assert token.event["subject"] == JANE


@requirement("SSF-14", "SET-9")
def test_ssf_14_every_set_is_typed_explicitly(sample: Sample):
    assert {token.header["typ"] for token in sample.tokens} == {"secevent+jwt"}


@requirement("SSF-15")
def test_ssf_15_no_set_has_sub(sample: Sample):
    assert not [token.claims for token in sample.tokens if "sub" in token.claims]


@requirement("SSF-16", "SET-5")
def test_ssf_16_no_set_has_exp(sample: Sample):
    assert not [token.claims for token in sample.tokens if "exp" in token.claims]


@requirement("SSF-17", "SET-10", "IOP-9")
def test_ssf_17_every_set_verifies_with_the_keys_at_jwks_uri_by_rs256(sample: Sample):
    keys = KeySet.import_key_set(sample.key_set)
    for token in sample.tokens:
        assert jws.deserialize_compact(token.body, keys, algorithms=["RS256"]).payload
        check_with_bare_cryptography(token, sample.key_set)


@requirement("SSF-18", "SET-2")
def test_ssf_18_iss_is_the_iss_of_the_stream_and_the_issuer_of_the_metadata(sample: Sample):
    issuer = sample.channel.api.metadata["issuer"]
    assert sample.stream["iss"] == issuer
    assert {token.claims["iss"] for token in sample.tokens} == {issuer}


@requirement("SSF-19", "SET-4")
def test_ssf_19_aud_is_the_aud_of_the_stream_alone(sample: Sample):
    assert isinstance(sample.stream["aud"], str)
    for token in sample.tokens:
        assert token.claims["aud"] == sample.stream["aud"]


@requirement("SET-2")
def test_set_2_every_set_has_iat_in_whole_seconds_that_have_passed(sample: Sample):
    for token in sample.tokens:
        assert type(token.claims["iat"]) is int
        assert time.time() - 600 < token.claims["iat"] <= time.time()


@requirement("SET-2", "SET-3")
def test_set_3_every_jti_is_a_string_that_nobody_guesses_and_that_comes_once(sample: Sample):
    ids = [token.jti for token in sample.tokens]
    assert len(ids) == len(EXAMPLES) + 4
    assert len(set(ids)) == len(ids)
    assert all(isinstance(id, str) and len(id) >= 22 for id in ids), "128 random bits do not fit in less"


@requirement("SET-7", "SSF-21")
def test_ssf_21_every_cause_has_a_txn_of_its_own(sample: Sample):
    ids = [token.claims["txn"] for token in sample.tokens]
    assert all(isinstance(id, str) for id in ids)
    assert len(set(ids)) == len(ids)
    assert {receipt["txn"] for receipt in sample.receipts} <= set(ids)


@requirement("SSF-21")
def test_ssf_21_the_sets_of_one_cause_share_its_txn(open_channel):
    first, second = open_channel(), open_channel()
    event = {"type": "session-revoked", "subject": JANE, "txn": "ticket 4711"}
    assert open_channel.admin.submit(event).status_code == 202
    assert open_channel.admin.submit(event | {"type": "session-presented"}).status_code == 202

    tokens = [
        channel.wait_for(uri)[0] for channel in (first, second) for uri in (SESSION_REVOKED, SESSION_PRESENTED)]

    assert {token.claims["txn"] for token in tokens} == {"ticket 4711"}
    assert len({token.jti for token in tokens}) == 4


@requirement("SSF-22", "SET-6", "IOP-12")
def test_iop_12_every_set_has_exactly_one_event(sample: Sample):
    assert {len(token.claims["events"]) for token in sample.tokens} == {1}


@requirement("SET-6", "SSF-22")
def test_set_6_events_submitted_together_become_a_set_each(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED, SESSION_PRESENTED])
    submitted = open_channel.admin.submit([
        {"type": "session-revoked", "subject": JANE}, {"type": "session-presented", "subject": JANE}])
    assert submitted.status_code == 202

    tokens = channel.wait_for(SESSION_REVOKED) + channel.wait_for(SESSION_PRESENTED)

    assert len({token.jti for token in tokens}) == 2


@requirement("SET-1")
def test_set_1_events_is_an_object_of_uris_and_objects_as_they_were_handed_in(sample: Sample):
    for event_type, _, members in EXAMPLES:
        [token] = sample.of_type(event_type)
        assert token.claims["events"] == {event_type: members}
    for token in sample.tokens:
        assert token.event_type.startswith("https://") and isinstance(token.event, dict)


@requirement("SSF-20", "SET-13")
def test_ssf_20_streams_that_share_an_endpoint_get_sets_of_their_own(transmitter):
    with Receiver() as receiver:
        streams = [
            transmitter.receiver_api(audience=audience).create_push(receiver.url)
            for audience in ("https://first.example.com", "https://second.example.com")]
        transmitter.admin.emit("session-revoked", JANE)
        tokens = receiver.wait_for(SESSION_REVOKED, 2)

    assert {token.claims["aud"] for token in tokens} == {stream["aud"] for stream in streams}
    assert len({token.jti for token in tokens}) == 2


@requirement("SET-13")
def test_set_13_a_set_tells_a_receiver_of_no_other(open_channel):
    first, second = (open_channel(events_requested=[SESSION_REVOKED]) for _ in range(2))
    open_channel.admin.emit("session-revoked", JANE)

    tokens = [channel.wait_for(SESSION_REVOKED)[0] for channel in (first, second)]

    for mine, other in ((first, second), (second, first)):
        token = tokens[0] if mine is first else tokens[1]
        text = str(token.claims)
        assert mine.stream["aud"] in text
        assert other.stream["aud"] not in text and other.stream_id not in text


@requirement("SET-8")
def test_set_8_event_types_have_the_uris_of_their_standards(transmitter):
    supported = transmitter.receiver_api().create_poll()["events_supported"]

    assert set(supported) - {RISC + "sessions-revoked"} == {event_type for event_type, _, _ in EXAMPLES}
    assert len(set(supported)) == len(supported)


@requirement("SSF-18", "SSF-17")
def test_ssf_18_sets_keep_the_issuer_letter_by_letter(new_daemon):
    issuer = "https://signals.example.com/tenant-1/"
    transmitter = Transmitter(new_daemon(issuer=issuer).start())
    with Receiver() as receiver:
        api = transmitter.receiver_api()
        stream = api.create_push(receiver.url)
        transmitter.admin.emit(CLAIMS_CHANGE, JANE, {"claims": {"role": "user"}})
        [token] = receiver.wait_for(CLAIMS_CHANGE)

    assert token.claims["iss"] == stream["iss"] == issuer
    check_with_bare_cryptography(token, api.key_set())

"""What a SET tells: what a producer handed in, to whom it may be told, and nothing that the transmitter makes of it."""

import time

import pytest

from conformance.examples import COMPLEX, EVENT_TIME, EXAMPLES, ISS_SUB, JANE, PHONE
from conformance.requirements import requirement
from conformance.sample import Sample
from conformance.vocabulary import CLAIMS_CHANGE, RISC, SESSION_REVOKED, STREAM_UPDATED, VERIFICATION
from harness.daemon import run
from harness.receiver import Receiver

ALIASES = {"format": "aliases", "identifiers": [JANE, PHONE]}
# Of one user, as a producer may name it from case to case.
NAMES = [JANE, PHONE, ISS_SUB, ALIASES, COMPLEX]


@requirement("SSF-8", "SUB-4", "SUB-7")
@pytest.mark.parametrize("profile", ["ssf-1.0", "both", "sse-caep"])
def test_ssf_8_identifiers_are_sent_as_they_were_named_and_never_joined_or_exchanged(open_channel, profile):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    open_channel.admin.change_stream(channel.stream_id, profile=profile)
    for name in NAMES:
        open_channel.admin.emit("session-revoked", name)

    tokens = channel.wait_for(SESSION_REVOKED, len(NAMES))

    told = [token.claims.get("sub_id", token.event.get("subject")) for token in tokens]
    assert sorted(map(str, told)) == sorted(map(str, NAMES))


@requirement("SUB-4")
def test_sub_4_the_command_line_names_a_subject_by_the_most_specific_format(transmitter):
    with Receiver() as receiver:
        transmitter.receiver_api().create_push(receiver.url, events_requested=[SESSION_REVOKED])
        for subject in (["--email", "jane@example.com"], ["--iss-sub", "https://idp.example.com 1234"]):
            state = f"state_directory={transmitter.daemon.state}"
            emitted = run("emit", "session-revoked", *subject, "--set", state)
            assert emitted.returncode == 0, emitted.stderr
        tokens = receiver.wait_for(SESSION_REVOKED, 2)

    assert sorted(token.claims["sub_id"]["format"] for token in tokens) == ["email", "iss_sub"]


@requirement("SSF-88", "PUSH-11")
def test_ssf_88_a_set_tells_nothing_that_was_not_handed_in_for_it(sample: Sample):
    for event_type, subject, members in EXAMPLES:
        [token] = sample.of_type(event_type)
        assert token.claims.keys() == {"iss", "aud", "iat", "jti", "txn", "sub_id", "events"}
        assert token.claims["sub_id"] == subject
        assert token.claims["events"] == {event_type: members}
    for token in sample.of_type(VERIFICATION) + sample.of_type(STREAM_UPDATED):
        assert token.claims["sub_id"] == {"format": "opaque", "id": sample.stream["stream_id"]}
        assert token.event.keys() <= {"state", "status", "reason"}


@requirement("RISC-2")
@pytest.mark.parametrize("scopes", [["ssf.read", "ssf.manage"], ["ssf.read"]], ids=" ".join)
def test_risc_2_a_receiver_cannot_say_that_an_identifier_changed(transmitter, scopes):
    event = {"type": RISC + "identifier-changed", "subject": JANE, "members": {"new-value": "jane.roe@example.com"}}
    token = transmitter.receiver_api(*scopes).session.headers["Authorization"]
    api = type(transmitter.admin)(transmitter.daemon.admin, token.removeprefix("Bearer "))

    refused = api.submit(event)

    assert refused.status_code == 403
    assert 'scope="ssf.emit"' in refused.headers["WWW-Authenticate"]
    assert transmitter.with_token(None).call("POST", "/v1/events", json=event).status_code == 404


@requirement("PUSH-8")
def test_push_8_nobody_elses_set_can_be_handed_in_and_every_issuer_is_us(transmitter, sample: Sample):
    foreign = sample.tokens[0].body
    for options in (
        {"data": foreign, "headers": {"Content-Type": "application/secevent+jwt"}},
        {"json": foreign.decode()},
        {"json": sample.tokens[0].claims},
        {"json": {"type": "session-revoked", "subject": JANE, "iss": "https://somebody-else.example.com"}},
    ):
        assert transmitter.admin.call("POST", "/v1/events", **options).status_code == 400, options
    assert {token.claims["iss"] for token in sample.tokens} == {transmitter.daemon.issuer}


@requirement("SET-11")
def test_set_11_events_of_one_second_about_one_subject_come_in_the_order_of_their_acceptance(open_channel):
    channel = open_channel(events_requested=[CLAIMS_CHANGE])
    for number in range(20):
        open_channel.admin.emit(CLAIMS_CHANGE, JANE, {"claims": {"number": number}})

    tokens = channel.wait_for(CLAIMS_CHANGE, 20)

    assert len({token.claims["iat"] for token in tokens}) < 20
    assert [token.event["claims"]["number"] for token in tokens] == list(range(20))


@requirement("SET-12")
def test_set_12_an_event_that_comes_late_still_says_which_session_and_when(open_channel):
    session = {"format": "complex", "user": JANE, "session": {"format": "opaque", "id": "session 1"}}
    channel = open_channel(events_requested=[SESSION_REVOKED])
    channel.set_status("paused")
    open_channel.admin.emit("session-revoked", session, {"event_timestamp": EVENT_TIME})
    accepted = time.time()
    time.sleep(1.1)
    channel.set_status("enabled")

    [token] = channel.wait_for(SESSION_REVOKED)

    assert token.claims["sub_id"] == session
    assert token.event["event_timestamp"] == EVENT_TIME
    assert token.claims["iat"] <= accepted

"""Event types: what their definitions demand is demanded of producers, so that no SET goes out without it."""

import pytest

from conformance.examples import COMMON, COMPLEX, EVENT_TIME, EXAMPLES, ISS_SUB, JANE, PHONE
from conformance.requirements import requirement
from conformance.sample import Sample
from conformance.vocabulary import CAEP, CREDENTIAL_CHANGE, CUSTOM, RISC, SESSION_PRESENTED, SESSION_REVOKED
from harness.transmitter import AdminAPI, Transmitter

MISSING = object()
MEMBERS = {event_type: members for event_type, _, members in EXAMPLES}
SUBJECTS = {event_type: subject for event_type, subject, _ in EXAMPLES}


def submit(admin: AdminAPI, event_type: str, changes: dict) -> int:
    """The status of the answer to the example of a type with some members changed or taken away."""
    members = {name: value for name, value in (MEMBERS[event_type] | changes).items() if value is not MISSING}
    event = {"type": event_type, "subject": SUBJECTS[event_type], "members": members}
    return admin.submit(event).status_code


@requirement("CAEP-11", "RISC-8", "SSF-55")
def test_caep_11_every_type_is_delivered_over_a_stream(sample: Sample):
    assert {token.event_type for token in sample.about_subjects} == {*MEMBERS}


# CAEP

@requirement("CAEP-1")
def test_caep_1_event_timestamp_stays_the_time_of_the_change(sample: Sample):
    for token in sample.about_subjects:
        if "event_timestamp" in MEMBERS[token.event_type]:
            assert token.event["event_timestamp"] == EVENT_TIME != token.claims["iat"]


@requirement("CAEP-1")
@pytest.mark.parametrize("value", ["1732200000", EVENT_TIME * 1000, None, True])
def test_caep_1_event_timestamp_is_a_number_of_seconds(transmitter, value):
    assert submit(transmitter.admin, SESSION_REVOKED, {"event_timestamp": value}) == 400


@requirement("CAEP-1")
def test_caep_1_none_is_made_up_where_the_producer_gave_none(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    open_channel.admin.emit("session-revoked", JANE)

    assert channel.wait_for(SESSION_REVOKED)[0].event == {}


@requirement("CAEP-2")
@pytest.mark.parametrize(("value", "status"), [
    ("admin", 202), ("user", 202), ("policy", 202), ("system", 202), ("Admin", 400), ("robot", 400), (1, 400)])
def test_caep_2_initiating_entity_is_one_of_four(transmitter, value, status):
    assert submit(transmitter.admin, SESSION_REVOKED, {"initiating_entity": value}) == status


@requirement("CAEP-3")
@pytest.mark.parametrize("member", ["reason_admin", "reason_user"])
@pytest.mark.parametrize(
    "event_type", [SESSION_REVOKED, CREDENTIAL_CHANGE, CAEP + "device-compliance-change"],
    ids=lambda uri: uri.rpartition("/")[2])
@pytest.mark.parametrize("value", ["policy", {}, {"en": 1}, {"not a tag!": "x"}, ["policy"]], ids=str)
def test_caep_3_reasons_are_texts_by_language(transmitter, event_type, member, value):
    assert submit(transmitter.admin, event_type, {member: value}) == 400


@requirement("IOP-13")
def test_iop_13_in_the_profile_no_event_of_its_use_cases_passes_without_a_reason(new_daemon):
    daemon = new_daemon(**{"events.require_reason_admin": "true"}).start()
    admin = Transmitter(daemon).admin
    profiled = ["session-revoked", "credential-change", "device-compliance-change", "risk-level-change"]
    for name in profiled:
        assert submit(admin, CAEP + name, {}) == 202
        assert submit(admin, CAEP + name, {"reason_admin": MISSING}) == 400
        assert submit(admin, CAEP + name, {"reason_admin": {}}) == 400
    assert submit(admin, SESSION_PRESENTED, {"reason_admin": MISSING}) == 202


@requirement("IOP-13", "CAEP-3")
def test_iop_13_the_reason_for_administrators_arrives_as_an_object_that_is_not_empty(sample: Sample):
    for name in ("session-revoked", "credential-change", "device-compliance-change"):
        [token] = sample.of_type(CAEP + name)
        assert token.event["reason_admin"] == COMMON["reason_admin"]


@requirement("CAEP-4")
@pytest.mark.parametrize("value", [MISSING, {}, "role", []], ids=["missing", "{}", "string", "[]"])
def test_caep_4_token_claims_change_has_at_least_one_claim(transmitter, value):
    assert submit(transmitter.admin, CAEP + "token-claims-change", {"claims": value}) == 400


@requirement("CAEP-5")
@pytest.mark.parametrize(("changes", "status"), [
    ({"credential_type": MISSING}, 400), ({"credential_type": ""}, 400), ({"credential_type": "agreed-on"}, 202),
    ({"change_type": MISSING}, 400), ({"change_type": "replace"}, 400), ({"change_type": "revoke"}, 202),
    ({"friendly_name": 1}, 400), ({"fido2_aaguid": 1}, 400), ({"x509_issuer": 1}, 400), ({"x509_serial": 1}, 400),
], ids=str)
def test_caep_5_credential_change(transmitter, changes, status):
    assert submit(transmitter.admin, CREDENTIAL_CHANGE, changes) == status


@requirement("CAEP-6")
@pytest.mark.parametrize(("changes", "status"), [
    ({"namespace": MISSING}, 400), ({"namespace": "agreed-on"}, 202), ({"current_level": MISSING}, 400),
    ({"previous_level": MISSING}, 202), ({"change_direction": "sideways"}, 400),
    ({"change_direction": "decrease"}, 202),
], ids=str)
def test_caep_6_assurance_level_change(transmitter, changes, status):
    assert submit(transmitter.admin, CAEP + "assurance-level-change", changes) == status


@requirement("CAEP-7")
@pytest.mark.parametrize("member", ["previous_status", "current_status"])
@pytest.mark.parametrize(("value", "status"), [
    (MISSING, 400), ("unknown", 400), ("not_compliant", 400), ("compliant", 202), ("not-compliant", 202)], ids=str)
def test_caep_7_device_compliance_change_has_both_statuses(transmitter, member, value, status):
    assert submit(transmitter.admin, CAEP + "device-compliance-change", {member: value}) == status


@requirement("CAEP-8")
@pytest.mark.parametrize("value", ["otp", [1], {"otp": True}], ids=str)
def test_caep_8_amr_is_an_array_of_strings(transmitter, value):
    assert submit(transmitter.admin, CAEP + "session-established", {"amr": value}) == 400


@requirement("CAEP-9")
@pytest.mark.parametrize(("changes", "status"), [
    ({"principal": MISSING}, 400), ({"current_level": MISSING}, 400), ({"current_level": "high"}, 400),
    ({"previous_level": "NONE"}, 400), ({"previous_level": MISSING}, 202), ({"principal": "DEVICE"}, 202),
], ids=str)
def test_caep_9_risk_level_change(transmitter, changes, status):
    assert submit(transmitter.admin, CAEP + "risk-level-change", changes) == status


@requirement("CAEP-10")
def test_caep_10_a_session_is_revoked_for_a_combination_of_principals(sample: Sample):
    [token] = sample.of_type(SESSION_REVOKED)
    assert token.claims["sub_id"] == COMPLEX


# RISC

@requirement("RISC-1", "RISC-3")
@pytest.mark.parametrize("name", ["identifier-changed", "identifier-recycled"])
@pytest.mark.parametrize(
    ("subject", "status"), [(JANE, 202), (PHONE, 202), (ISS_SUB, 400), (COMPLEX, 400)], ids=str)
def test_risc_1_an_identifier_is_a_mail_address_or_a_phone_number(transmitter, name, subject, status):
    assert transmitter.admin.submit({"type": RISC + name, "subject": subject}).status_code == status


@requirement("RISC-1")
def test_risc_1_the_subject_is_the_old_identifier_and_new_value_the_new_one(sample: Sample):
    [token] = sample.of_type(RISC + "identifier-changed")
    assert token.claims["sub_id"] == JANE
    assert token.event == {"new-value": "jane.roe@example.com"}


@requirement("RISC-4")
@pytest.mark.parametrize("value", [MISSING, "", 1], ids=["missing", "empty", "number"])
def test_risc_4_credential_compromise_has_credential_type(transmitter, value):
    assert submit(transmitter.admin, RISC + "credential-compromise", {"credential_type": value}) == 400


@requirement("RISC-5")
def test_risc_5_every_step_of_opting_out_and_in_is_told(sample: Sample):
    for name in ("opt-in", "opt-out-initiated", "opt-out-cancelled", "opt-out-effective"):
        [token] = sample.of_type(RISC + name)
        assert token.claims["sub_id"] == ISS_SUB


@requirement("RISC-6")
def test_risc_6_the_short_name_of_a_revoked_session_is_that_of_caep(open_channel):
    channel = open_channel()
    open_channel.admin.emit("session-revoked", JANE)

    channel.wait_for(SESSION_REVOKED)
    channel.catch_up()

    assert channel.of_type(RISC + "sessions-revoked") == []


# Any type

@requirement("SSF-4")
def test_ssf_4_a_newer_type_with_its_subject_inside_the_event_is_refused(transmitter):
    event = {"type": CUSTOM, "subject": JANE, "members": {"subject": JANE}}

    response = transmitter.admin.submit(event)

    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/members/subject"


@requirement("SSF-4")
def test_ssf_4_the_set_of_a_newer_type_has_its_subject_in_sub_id(sample: Sample):
    [token] = sample.of_type(CUSTOM)
    assert token.claims["sub_id"] == SUBJECTS[CUSTOM]
    assert token.event == MEMBERS[CUSTOM]


@requirement("SSF-23")
def test_ssf_23_members_that_no_definition_knows_are_passed_on(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    members = {"ticket": 4711, "https://example.com/nested": {"a": [1, None, "ü"]}}
    open_channel.admin.emit("session-revoked", JANE, members)

    assert channel.wait_for(SESSION_REVOKED)[0].event == members


@requirement("SET-14")
@pytest.mark.parametrize(
    "uri", ["https://example.com/größe", "https://example.com/a b", "https://example.com/a\"b"])
def test_set_14_a_url_that_is_not_percent_encoded_is_refused(transmitter, uri):
    event = transmitter.admin.submit({"type": uri, "subject": JANE})
    endpoint = transmitter.receiver_api().create(
        {"delivery": {"method": "urn:ietf:rfc:8935", "endpoint_url": uri.replace("https", "http")}})

    assert event.status_code == 400
    assert endpoint.status_code == 400


@requirement("SET-14")
def test_set_14_percent_encoding_is_kept(transmitter):
    url = "http://127.0.0.1:9/a%20b/%C3%BC?q=%26"

    assert transmitter.receiver_api().create_push(url)["delivery"]["endpoint_url"] == url

"""Subjects: what may be one, and that it arrives as it was handed in."""

import pytest

from conformance.examples import COMPLEX, ISS_SUB, JANE, PHONE
from conformance.requirements import requirement
from conformance.vocabulary import CUSTOM, SESSION_REVOKED
from harness.transmitter import AdminAPI, email


def submit(admin: AdminAPI, subject) -> int:
    """The status of the answer to an event about a subject."""
    return admin.submit({"type": "session-revoked", "subject": subject}).status_code


def complex_subject(**members) -> dict:
    return {"format": "complex", **members}


ACCOUNT = {"format": "account", "uri": "acct:jane@service.example.com"}
OPAQUE = {"format": "opaque", "id": "11112222333344445555"}
DID = {"format": "did", "url": "did:example:123456/did/url/path?versionId=1"}
URI = {"format": "uri", "uri": "https://user.example.com/"}
ALIASES = {"format": "aliases", "identifiers": [JANE, PHONE, email("jane+qualifier@example.com")]}
JWT_ID = {"format": "jwt_id", "iss": "https://idp.example.com/", "jti": "B70BA622-9515-4353"}
SAML = {"format": "saml_assertion_id", "issuer": "https://idp.example.com/", "assertion_id": "_8e8dc5f69a98"}
ADDRESSES = {"format": "ip-addresses", "ip-addresses": ["10.29.37.75", "2001:db8:0:0:0:8a2e:0370:7334"]}

VALID = [ACCOUNT, JANE, ISS_SUB, OPAQUE, PHONE, DID, URI, ALIASES, JWT_ID, SAML, ADDRESSES, COMPLEX]


@requirement("SUB-1", "SUB-2", "SSF-9", "SSF-10", "SSF-11", "SSF-12")
def test_sub_1_every_format_arrives_as_it_was_handed_in(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    for subject in VALID:
        assert submit(open_channel.admin, subject) == 202, subject

    tokens = channel.wait_for(SESSION_REVOKED, len(VALID))

    subjects = [token.claims["sub_id"] for token in tokens]
    assert sorted(map(str, subjects)) == sorted(map(str, VALID))


INVALID = {
    "no object": "jane@example.com",
    "no format": {"email": "jane@example.com"},
    "format is no string": {"format": 1, "email": "jane@example.com"},
    "no account URI": {"format": "account", "uri": "https://example.com/jane"},
    "no mail address": {"format": "email", "email": "jane"},
    "no E.164 number": {"format": "phone_number", "phone_number": "+1 206 555 0100"},
    "no DID": {"format": "did", "url": "https://example.com/"},
    "no URI": {"format": "uri", "uri": "not a uri"},
    "aliases of nothing": {"format": "aliases", "identifiers": []},
    "aliases in aliases": {"format": "aliases", "identifiers": [ALIASES]},
}


@requirement("SUB-1")
@pytest.mark.parametrize("subject", INVALID.values(), ids=INVALID.keys())
def test_sub_1_an_identifier_that_does_not_obey_its_format_is_refused(transmitter, subject):
    response = transmitter.admin.submit({"type": "session-revoked", "subject": subject})

    assert response.status_code == 400
    assert all(error["pointer"].startswith("/subject") for error in response.json()["errors"])


@requirement("SUB-2")
@pytest.mark.parametrize(
    "subject", [subject for subject in VALID if subject is not COMPLEX], ids=lambda subject: subject["format"])
def test_sub_2_a_missing_member_and_a_member_too_many_are_refused(transmitter, subject):
    for name in subject.keys() - {"format"}:
        assert submit(transmitter.admin, {key: subject[key] for key in subject if key != name}) == 400, name
        assert submit(transmitter.admin, subject | {name: ""}) == 400, name
        assert submit(transmitter.admin, subject | {name: None}) == 400, name
    assert submit(transmitter.admin, subject | {"extra": "x"}) == 400


@requirement("SUB-3", "SSF-9")
def test_sub_3_an_unknown_format_needs_a_name_that_cannot_collide(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    private = {"format": "https://formats.example.com/badge", "number": "12"}

    assert submit(open_channel.admin, {"format": "badge", "number": "12"}) == 400
    assert submit(open_channel.admin, private) == 202

    assert channel.wait_for(SESSION_REVOKED)[0].claims["sub_id"] == private


@requirement("SSF-10")
@pytest.mark.parametrize("member", ["iss", "jti"])
def test_ssf_10_jwt_id_needs_both_members(transmitter, member):
    assert submit(transmitter.admin, {key: JWT_ID[key] for key in JWT_ID if key != member}) == 400


@requirement("SSF-11")
@pytest.mark.parametrize("member", ["issuer", "assertion_id"])
def test_ssf_11_saml_assertion_id_needs_both_members(transmitter, member):
    assert submit(transmitter.admin, {key: SAML[key] for key in SAML if key != member}) == 400


@requirement("SSF-12")
@pytest.mark.parametrize(
    "addresses", [[], "10.29.37.75", ["10.29.37"], ["10.29.37.75", "example.com"], [1]], ids=str)
def test_ssf_12_ip_addresses_holds_addresses_and_nothing_else(transmitter, addresses):
    assert submit(transmitter.admin, {"format": "ip-addresses", "ip-addresses": addresses}) == 400


@requirement("SSF-6")
@pytest.mark.parametrize("member", [[JANE, PHONE], [], "jane@example.com", {"a": JANE, "b": PHONE}], ids=str)
def test_ssf_6_a_subject_member_is_one_principal(transmitter, member):
    assert submit(transmitter.admin, complex_subject(user=member)) == 400


@requirement("SSF-7")
def test_ssf_7_a_complex_subject_needs_a_member_and_holds_no_complex_one(transmitter):
    assert submit(transmitter.admin, complex_subject()) == 400
    assert submit(transmitter.admin, complex_subject(user=COMPLEX)) == 400
    assert submit(transmitter.admin, {"user": JANE}) == 400, "without format"


@requirement("SSF-7")
def test_ssf_7_a_member_that_stands_twice_is_refused(transmitter):
    subject = '{"format":"complex","user":{"format":"opaque","id":"1"},"user":{"format":"opaque","id":"2"}}'
    body = '{"type":"session-revoked","subject":' + subject + "}"

    assert transmitter.admin.call("POST", "/v1/events", data=body).status_code == 400


@requirement("SSF-7", "SSF-5", "CAEP-10")
def test_ssf_7_all_the_usual_members_and_others_arrive_together(open_channel):
    usual = ["user", "device", "session", "application", "tenant", "org_unit", "group"]
    subject = complex_subject(**{name: {"format": "opaque", "id": name} for name in [*usual, "badge"]})
    channel = open_channel(events_requested=[SESSION_REVOKED])
    assert submit(open_channel.admin, subject) == 202

    assert channel.wait_for(SESSION_REVOKED)[0].claims["sub_id"] == subject


@requirement("SSF-5")
def test_ssf_5_an_event_may_name_further_principals(open_channel):
    channel = open_channel(events_requested=[CUSTOM])
    members = {"finder": JANE, "https://example.com/owner": PHONE}
    open_channel.admin.emit(CUSTOM, OPAQUE, members)

    assert channel.wait_for(CUSTOM)[0].event == members


@requirement("SUB-6")
def test_sub_6_iss_of_a_subject_may_differ_from_iss_of_the_set(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    open_channel.admin.emit("session-revoked", ISS_SUB)

    claims = channel.wait_for(SESSION_REVOKED)[0].claims

    assert claims["sub_id"]["iss"] == ISS_SUB["iss"] != claims["iss"]


@requirement("RISC-7")
def test_risc_7_subject_type_in_place_of_format_is_refused(transmitter):
    assert submit(transmitter.admin, {"subject_type": "email", "email": "jane@example.com"}) == 400
    assert submit(transmitter.admin, JANE | {"subject_type": "email"}) == 400


@requirement("IOP-8")
@pytest.mark.parametrize("subject", [JANE, ISS_SUB], ids=lambda subject: subject["format"])
def test_iop_8_email_and_iss_sub_are_sent_whatever_the_case_of_their_letters(open_channel, subject):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    mixed = subject | {"email": "Jane.Doe@Example.COM"} if subject is JANE else subject
    open_channel.admin.emit("session-revoked", mixed)

    assert channel.wait_for(SESSION_REVOKED)[0].claims["sub_id"] == mixed

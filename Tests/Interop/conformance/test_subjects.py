"""Adding and removing subjects (SSF 1.0 §8.1.3), in streams that begin with all subjects and with none."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from conformance.channels import Channel, Channels
from conformance.conftest import SETTINGS
from conformance.examples import COMPLEX, ISS_SUB, JANE, PHONE
from conformance.requirements import requirement
from conformance.vocabulary import POLL, SESSION_REVOKED, VERIFICATION
from harness.daemon import Daemon, running
from harness.transmitter import Transmitter, email
from harness.waiting import wait_until

JOHN = email("john@example.com")


def opaque(id: str) -> dict:
    return {"format": "opaque", "id": id}


def complex_subject(**members) -> dict:
    return {"format": "complex", **members}


USER, OTHER_USER = opaque("u1"), opaque("u2")
DEVICE, GROUP_1, GROUP_2, TENANT = opaque("d1"), opaque("g1"), opaque("g2"), opaque("t1")


def add(channel: Channel, subject: dict, **members) -> None:
    response = channel.api.add_subject({"stream_id": channel.stream_id, "subject": subject, **members})
    assert (response.status_code, response.content) == (200, b""), response.text


def remove(channel: Channel, subject: dict) -> None:
    response = channel.api.remove_subject({"stream_id": channel.stream_id, "subject": subject})
    assert (response.status_code, response.content) == (204, b""), response.text


def is_sent(channels: Channels, channel: Channel, subject: dict) -> bool:
    """Whether an event about a subject goes to the stream; if so, it has arrived."""
    before = len(channel.of_type(SESSION_REVOKED))
    receipt = channels.admin.emit("session-revoked", subject)
    jtis = [delivery["jti"] for delivery in receipt["deliveries"] if delivery["stream_id"] == channel.stream_id]
    if jtis:
        assert channel.wait_for(SESSION_REVOKED, before + 1)[-1].jti == jtis[0]
    return bool(jtis)


@pytest.fixture(scope="module")
def daemon_with_none(tmp_path_factory) -> Iterator[Daemon]:
    with running(tmp_path_factory.mktemp("none") / "state", SETTINGS | {"subjects.default": "NONE"}) as daemon:
        yield daemon


@pytest.fixture(params=["push", "poll"])
def open_empty(request, daemon_with_none, resources: ExitStack) -> Iterator[Channels]:
    """Opens streams that begin without any subject."""
    transmitter = Transmitter(daemon_with_none)
    yield Channels(request.param, transmitter, resources)
    transmitter.forget_clients()


# Beginning with none

@requirement("SSF-40")
def test_ssf_40_default_subjects_says_what_a_new_stream_begins_with(transmitter, daemon_with_none):
    assert transmitter.with_token(None).metadata["default_subjects"] == "ALL"
    assert Transmitter(daemon_with_none).with_token(None).metadata["default_subjects"] == "NONE"


@requirement("SSF-76", "SSF-77", "SSF-78")
@pytest.mark.parametrize("subject", [JANE, PHONE, ISS_SUB, COMPLEX], ids=lambda subject: subject["format"])
def test_ssf_76_events_are_sent_from_the_addition_of_their_subject_to_its_removal(open_empty, subject):
    channel = open_empty(events_requested=[SESSION_REVOKED])
    assert not is_sent(open_empty, channel, subject)
    add(channel, subject)
    assert is_sent(open_empty, channel, subject)
    add(channel, subject)
    assert not is_sent(open_empty, channel, JOHN)
    remove(channel, subject)
    assert not is_sent(open_empty, channel, subject)
    remove(channel, subject)
    add(channel, subject)
    assert is_sent(open_empty, channel, subject)


# What is added, what an event is about, and whether it is sent.
MATCHES = {
    "identical": (JANE, JANE, True),
    "other letters": (JANE, email("Jane@example.com"), False),
    "members in another order": ({"email": JANE["email"], "format": "email"}, JANE, True),
    "the same name in another format": (opaque("jane@example.com"), JANE, False),
    "a wider subject was added": (complex_subject(tenant=TENANT), complex_subject(tenant=TENANT, user=USER), True),
    "a narrower subject was added": (complex_subject(user=USER, device=DEVICE), complex_subject(user=USER), True),
    "all fields are the same": (
        complex_subject(user=USER, group=GROUP_1), complex_subject(group=GROUP_1, user=USER), True),
    "one field differs": (
        complex_subject(user=USER, group=GROUP_1), complex_subject(user=USER, group=GROUP_2), False),
    "the only shared field differs": (
        complex_subject(user=USER, device=DEVICE), complex_subject(user=OTHER_USER), False),
    "no field is shared": (complex_subject(device=DEVICE), complex_subject(user=USER), False),
    "simple was added, complex happens": (USER, complex_subject(user=USER), False),
    "complex was added, simple happens": (complex_subject(user=USER), USER, False),
}


@requirement("SSF-76")
@pytest.mark.parametrize(("added", "subject", "expected"), MATCHES.values(), ids=MATCHES.keys())
def test_ssf_76_how_subjects_match(open_empty, added, subject, expected):
    channel = open_empty(events_requested=[SESSION_REVOKED])
    add(channel, added)

    assert is_sent(open_empty, channel, subject) is expected


@requirement("SSF-76")
def test_ssf_76_a_subject_is_added_to_its_stream_alone(open_empty):
    first, second = (open_empty(events_requested=[SESSION_REVOKED]) for _ in range(2))
    add(first, JANE)

    assert is_sent(open_empty, first, JANE)
    assert not is_sent(open_empty, second, JANE)


@requirement("SSF-76", "SSF-55")
def test_ssf_76_an_added_subject_has_the_events_that_were_requested_only(open_empty):
    channel = open_empty(events_requested=[])
    add(channel, JANE)

    assert not is_sent(open_empty, channel, JANE)


@requirement("SSF-76")
def test_ssf_76_subjects_stay_when_the_stream_changes_and_when_the_transmitter_starts_again(new_daemon, resources):
    daemon = new_daemon(**{"subjects.default": "NONE"}).start()
    channels = Channels("poll", Transmitter(daemon), resources)
    channel = channels(events_requested=[SESSION_REVOKED])
    add(channel, JANE)
    change = {"stream_id": channel.stream_id, "delivery": {"method": POLL}, "events_requested": [SESSION_REVOKED]}
    assert channel.api.replace(change).status_code == 200
    daemon.kill()
    daemon.restart()

    assert is_sent(channels, channel, JANE)
    assert not is_sent(channels, channel, JOHN)


@requirement("SSF-77")
@pytest.mark.parametrize("verified", [True, False])
def test_ssf_77_verified_is_true_or_false_or_absent(open_empty, verified):
    channel = open_empty(events_requested=[SESSION_REVOKED])
    add(channel, JANE, verified=verified)
    add(channel, PHONE)

    assert is_sent(open_empty, channel, JANE)
    assert is_sent(open_empty, channel, PHONE)


# Beginning with all

@requirement("SSF-78", "SSF-77")
@pytest.mark.parametrize("subject", [JANE, PHONE, ISS_SUB, COMPLEX], ids=lambda subject: subject["format"])
def test_ssf_78_the_events_of_a_removed_subject_stop_until_it_is_added_again(open_channel, subject):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    assert is_sent(open_channel, channel, subject)
    remove(channel, subject)
    assert not is_sent(open_channel, channel, subject)
    assert is_sent(open_channel, channel, JOHN)
    add(channel, subject)
    assert is_sent(open_channel, channel, subject)


# What is removed, what an event is about, and whether it is sent all the same.
REMOVALS = {
    "identical": (JANE, JANE, False),
    "every field and more": (complex_subject(user=USER), complex_subject(user=USER, device=DEVICE), False),
    "fewer fields": (complex_subject(user=USER, device=DEVICE), complex_subject(user=USER), True),
    "one field differs": (
        complex_subject(user=USER, group=GROUP_1), complex_subject(user=USER, group=GROUP_2), True),
    "simple was removed, complex happens": (USER, complex_subject(user=USER), True),
}


@requirement("SSF-78")
@pytest.mark.parametrize(("removed", "subject", "expected"), REMOVALS.values(), ids=REMOVALS.keys())
def test_ssf_78_a_removal_silences_what_has_every_field_of_it(open_channel, removed, subject, expected):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    remove(channel, removed)

    assert is_sent(open_channel, channel, subject) is expected


@requirement("SSF-80")
def test_ssf_80_the_stream_itself_cannot_be_removed(open_channel):
    channel = open_channel(events_requested=[SESSION_REVOKED])
    channel.wait_for(VERIFICATION)
    remove(channel, opaque(channel.stream_id))
    assert channel.api.verify({"stream_id": channel.stream_id, "state": "x"}).status_code == 204

    assert channel.wait_for(VERIFICATION, 2)[1].event == {"state": "x"}


@requirement("SSF-80", "SSF-79")
def test_ssf_80_the_stream_itself_is_in_a_stream_that_begins_with_none(open_empty):
    channel = open_empty(events_requested=[])

    assert channel.wait_for(VERIFICATION)[0].claims["sub_id"] == opaque(channel.stream_id)


# Refusals

@requirement("SSF-77", "SSF-78")
@pytest.mark.parametrize("change", ["add_subject", "remove_subject"])
@pytest.mark.parametrize("members", [
    {}, {"subject": None}, {"subject": "jane@example.com"}, {"subject": {"format": "email"}},
    {"subject": {"format": "email", "email": "jane@example.com", "extra": 1}}, {"subject": {"format": "unknown"}},
    {"subject": {"format": "complex"}}, {"subject": JANE, "verified": "yes"}], ids=str)
def test_ssf_77_a_request_that_cannot_be_is_400(transmitter, change, members):
    api = transmitter.receiver_api()
    stream_id = api.create_poll()["stream_id"]

    response = getattr(api, change)({"stream_id": stream_id, **members})

    if change == "remove_subject" and "verified" in members:
        assert response.status_code in (204, 400), "a removal has no such member"
    else:
        assert response.status_code == 400
        assert response.json()["errors"]


@requirement("SSF-77", "SSF-78", "SSF-46")
@pytest.mark.parametrize("change", ["add_subject", "remove_subject"])
def test_ssf_77_a_missing_or_foreign_stream_is_404_and_a_missing_token_401(transmitter, change):
    api, stranger = transmitter.receiver_api(), transmitter.receiver_api()
    stream_id = api.create_poll()["stream_id"]

    for caller, named, status in (
        (api, "no-such-stream", 404), (stranger, stream_id, 404), (transmitter.with_token(None), stream_id, 401),
        (transmitter.receiver_api("ssf.read"), stream_id, 403),
    ):
        assert getattr(caller, change)({"stream_id": named, "subject": JANE}).status_code == status


@requirement("SSF-87")
@pytest.mark.parametrize("change", ["add_subject", "remove_subject"])
def test_ssf_87_a_subject_that_nobody_has_heard_of_is_answered_like_any_other(open_empty, change):
    channel = open_empty(events_requested=[SESSION_REVOKED])
    known, unknown = email("known@example.com"), email("never-heard-of@example.com")
    open_empty.admin.emit("session-revoked", known)

    answers = [
        getattr(channel.api, change)({"stream_id": channel.stream_id, "subject": subject})
        for subject in (known, unknown)]

    first, second = ((answer.status_code, answer.content, answer.headers.keys()) for answer in answers)
    assert first == second


@requirement("SSF-87")
def test_ssf_87_who_tries_one_subject_after_the_other_is_slowed_down(new_daemon):
    transmitter = Transmitter(new_daemon(**{"limits.subject_changes_per_second": 1}).start())
    api = transmitter.receiver_api()
    stream_id = api.create_poll()["stream_id"]

    answers = [
        api.remove_subject({"stream_id": stream_id, "subject": email(f"user{number}@example.com")})
        for number in range(10)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused and refused[0].headers["Retry-After"]
    assert answers[0].status_code == 204


@requirement("SSF-87", "SSF-78")
def test_ssf_87_with_a_grace_the_events_of_a_removed_subject_go_on_for_a_while(new_daemon, resources):
    transmitter = Transmitter(new_daemon(**{"subjects.removal_grace": "2s"}).start())
    channels = Channels("poll", transmitter, resources)
    channel = channels(events_requested=[SESSION_REVOKED])
    remove(channel, JANE)

    assert is_sent(channels, channel, JANE)
    wait_until(lambda: not is_sent(channels, channel, JANE), "the grace to end")
    assert is_sent(channels, channel, JOHN)

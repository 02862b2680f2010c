"""Subjects: which events reach a receiver, by whom they are about."""

from harness.daemon import Daemon
from harness.receiver import Receiver
from harness.transmitter import Transmitter, email

EVENT = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"
JANE, JOHN = email("jane@example.com"), email("john@example.com")
LAPTOP = {"format": "opaque", "id": "laptop"}


def subjects(receiver: Receiver, count: int) -> list[dict]:
    """Whom the first events that arrive are about, as soon as there are so many."""
    return [delivery.claims["sub_id"] for delivery in receiver.wait_for(EVENT, count)]


def test_ssf_8_1_3_3_events_about_a_removed_subject_reach_the_others_only(transmitter):
    api, other_api = transmitter.receiver_api(), transmitter.receiver_api()
    with Receiver() as receiver, Receiver() as other:
        stream = api.create_push(receiver.url)["stream_id"]
        other_stream = other_api.create_push(other.url)["stream_id"]
        removed = api.remove_subject({"stream_id": stream, "subject": JANE})
        assert (removed.status_code, removed.content) == (204, b"")
        janes = transmitter.admin.emit(EVENT, JANE)["deliveries"]
        assert [delivery["stream_id"] for delivery in janes] == [other_stream]
        transmitter.admin.emit(EVENT, JOHN)
        assert subjects(receiver, 1) == [JOHN]
        assert sorted(subject["email"] for subject in subjects(other, 2)) == [JANE["email"], JOHN["email"]]

        added = api.add_subject({"stream_id": stream, "subject": JANE, "verified": True})
        assert (added.status_code, added.content) == (200, b"")
        transmitter.admin.emit(EVENT, JANE)
        assert subjects(receiver, 2) == [JOHN, JANE]


def test_ssf_8_1_3_1_without_default_subjects_only_what_was_added_arrives(new_daemon):
    daemon: Daemon = new_daemon(**{"subjects.default": "NONE"}).start()
    transmitter = Transmitter(daemon)
    admin, api = transmitter.admin, transmitter.receiver_api("ssf.manage")
    assert api.metadata["default_subjects"] == "NONE"
    with Receiver() as receiver:
        stream = api.create_push(receiver.url)["stream_id"]
        receiver.wait_for(VERIFICATION)
        heard = {"format": "complex", "user": JANE}
        janes_laptop = {"format": "complex", "user": JANE, "device": LAPTOP}
        assert api.add_subject({"stream_id": stream, "subject": janes_laptop}).status_code == 200
        daemon.kill()
        daemon.restart()
        for subject in (JANE, {"format": "complex", "user": JOHN, "device": LAPTOP}, heard):
            admin.emit(EVENT, subject)
        assert subjects(receiver, 1) == [heard]


def test_ssf_8_1_3_of_another_clients_stream_is_404(transmitter):
    api, other_api = transmitter.receiver_api(), transmitter.receiver_api()
    with Receiver() as receiver:
        stream = api.create_push(receiver.url)["stream_id"]
        for change in (other_api.add_subject, other_api.remove_subject):
            assert change({"stream_id": stream, "subject": JANE}).status_code == 404

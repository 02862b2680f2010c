"""Where is this event? Administrators find it by jti or txn, over HTTP and with one command."""

import json
import os

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from harness.receiver import Answer, Receiver
from harness.transmitter import Transmitter, email
from harness.waiting import wait_until

SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"


def deliveries(transmitter: Transmitter, *arguments: str) -> str:
    """What the verb says."""
    result = transmitter.daemon.verb("deliveries", *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def settled(transmitter: Transmitter, jti: str, state: str) -> dict:
    """The delivery, once it is in a state."""

    def look():
        response = transmitter.admin.call("GET", f"/v1/deliveries/{jti}")
        return response.json() if response.json().get("state") == state else None

    return wait_until(look, f"{jti} to be {state}")


@pytest.fixture
def refusing():
    """A receiver that answers 503 once and then refuses."""
    answers = [Answer(503, body=b"busy"), Answer(400, body=b'{"err":"invalid_request","description":"what?"}')]
    with Receiver(lambda _: answers.pop(0) if len(answers) > 1 else answers[0]) as receiver:
        yield receiver


def test_one_command_tells_an_event_from_its_acceptance_to_the_202(transmitter):
    with Receiver() as receiver:
        transmitter.receiver_api().create_push(receiver.url, events_requested=[SESSION_REVOKED])
        receipt = transmitter.admin.emit("session-revoked", email("jane@example.com"))
        jti = receipt["deliveries"][-1]["jti"]
        settled(transmitter, jti, "delivered")
    by_txn = deliveries(transmitter, "--txn", receipt["txn"])
    by_jti = deliveries(transmitter, "--jti", jti)
    for text in (by_txn, by_jti):
        assert f"event {receipt['id']}  session-revoked  accepted 20" in text
        assert f"jti {jti}  delivered 20" in text
        assert "attempt 1  20" in text and "http_202" in text
    for name, value in (("--txn", receipt["txn"]), ("--jti", jti)):
        assert jti in deliveries(transmitter, name, value, "--state", "delivered")
        assert jti not in deliveries(transmitter, name, value, "--state", "dead")


def test_the_exact_set_is_shown_and_every_answer(transmitter, refusing):
    api = transmitter.receiver_api()
    stream = api.create_push(refusing.url, events_requested=[SESSION_REVOKED])
    wait_until(lambda: refusing.deliveries, "the verification event")
    transmitter.admin.emit("session-revoked", email("jane@example.com"))
    sent = refusing.wait_for(SESSION_REVOKED)[0]
    shown = settled(transmitter, sent.claims["jti"], "dead")
    assert shown["set"]["token"].encode() == sent.body
    assert shown["set"]["claims"] == sent.claims
    assert shown["stream_id"] == stream["stream_id"]
    assert shown["last_code"] == "invalid_request"
    assert shown["history"][-1]["answer"] == '{"err":"invalid_request","description":"what?"}'
    assert shown["event"]["subject"] == email("jane@example.com")
    keys = api.key_set()["keys"]
    key = next(RSAKey.import_key(key) for key in keys if key["kid"] == sent.header["kid"])
    assert json.loads(jws.deserialize_compact(shown["set"]["token"], key).payload) == shown["set"]["claims"]
    assert json.loads(deliveries(transmitter, "show", shown["jti"]))["jti"] == shown["jti"]


def test_what_a_receiver_answers_steers_no_terminal(transmitter):
    answer = Answer(413, body="red \u009b31m, \u202eturned".encode())
    with Receiver(lambda _: answer) as receiver:
        transmitter.receiver_api().create_push(receiver.url, events_requested=[SESSION_REVOKED])
        jti = transmitter.admin.emit("session-revoked", email("jane@example.com"))["deliveries"][-1]["jti"]
        shown = settled(transmitter, jti, "dead")

    story, detail = deliveries(transmitter, "--jti", jti), deliveries(transmitter, "show", jti)

    assert shown["history"][-1]["answer"] == answer.body.decode()
    assert json.loads(detail)["history"] == shown["history"]
    for text in (story, detail):
        assert "red \\u009b31m, \\u202eturned" in text
        assert not {"\u009b", "\u202e"} & set(text)


def test_a_list_is_filtered_and_comes_in_parts(transmitter, refusing):
    stream = transmitter.receiver_api().create_push(refusing.url, events_requested=[SESSION_REVOKED])["stream_id"]
    for number in range(5):
        transmitter.admin.emit("session-revoked", email(f"user{number}@example.com"))
    wait_until(lambda: transmitter.admin.totals(stream)["pending"] == 0, "nothing to be pending")
    found, cursor = [], None
    while True:
        query = {"stream_id": stream, "state": "dead", "limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = transmitter.admin.call("GET", "/v1/deliveries", params=query).json()
        found += [delivery["jti"] for delivery in answer["deliveries"]]
        if not (cursor := answer["next"]):
            break
    assert len(found) == len(set(found)) == 6  # with the verification event
    listed = deliveries(transmitter, "--stream", stream, "--state", "dead", "--since", "1h")
    assert all(jti in listed for jti in found)
    assert "invalid_request" in listed


@pytest.mark.parametrize("query, told", [
    ("state=gone", "state"), ("since=yesterday", "since"), ("limit=0", "limit"), ("cursor=x", "cursor"),
    ("stat=dead", "stat"),
])
def test_a_wrong_filter_is_refused(transmitter, query, told):
    response = transmitter.admin.call("GET", f"/v1/deliveries?{query}")
    assert response.status_code == 400
    assert told in response.json()["detail"]


def test_what_is_not_there_is_said_to_be_missing(transmitter):
    assert transmitter.admin.call("GET", "/v1/deliveries/unknown").status_code == 404
    assert transmitter.admin.call("GET", "/v1/deliveries?stream_id=unknown").status_code == 404
    result = transmitter.daemon.verb("deliveries", "--txn", "unknown")
    assert result.returncode == 1 and "unknown" in result.stderr


def test_dead_letters_are_replayed_and_discarded_with_one_command(transmitter):
    answers = {"status": 413}
    with Receiver(lambda _: Answer(answers["status"])) as receiver:
        stream = transmitter.receiver_api().create_push(receiver.url, events_requested=[SESSION_REVOKED])["stream_id"]
        for number in range(3):
            transmitter.admin.emit("session-revoked", email(f"user{number}@example.com"))
        wait_until(lambda: transmitter.admin.totals(stream)["dead"] == 4, "all to be dead")
        sent = [delivery.claims for delivery in receiver.deliveries]
        answers["status"] = 202
        assert deliveries(transmitter, "replay", "--jti", sent[1]["jti"]) == "replayed 1\n"
        settled(transmitter, sent[1]["jti"], "delivered")
        discarded = deliveries(transmitter, "discard", "--jti", sent[2]["jti"], "--reason", "test user")
        assert discarded == "discarded 1\n"
        assert deliveries(transmitter, "replay", "--stream", stream, "--since", "1h") == "replayed 2\n"
        wait_until(lambda: transmitter.admin.totals(stream)["delivered"] == 3, "the rest to be delivered")
        again = [delivery.claims for delivery in receiver.deliveries[4:]]
        assert sorted(again, key=lambda claims: claims["jti"]) == sorted(
            (claims for claims in sent if claims["jti"] != sent[2]["jti"]), key=lambda claims: claims["jti"])
    assert transmitter.admin.totals(stream) == {
        "accepted": 4, "delivered": 3, "pending": 0, "dead": 0, "expired": 0, "dropped": 1}
    assert "test user" in deliveries(transmitter, "--jti", sent[2]["jti"])


@pytest.mark.parametrize("selection", [
    (), ("--jti", "x", "--state", "dead"), ("--jti", "x", "--since", "1h"), ("--jti", "x", "--until", "1h"),
    ("--jti", "x", "--code", "http_503"), ("--jti", "x", "--stream", "y"),
])
@pytest.mark.parametrize("change", [("replay",), ("discard", "--reason", "x")])
def test_a_change_of_one_takes_no_filter_and_a_change_of_many_takes_a_stream(transmitter, change, selection):
    result = transmitter.daemon.verb("deliveries", *change, *selection)
    assert result.returncode == os.EX_USAGE and "say which" in result.stderr


@pytest.mark.parametrize("path, body, status", [
    ("/v1/deliveries/unknown/replay", None, 404),
    ("/v1/deliveries/unknown/discard", {"reason": "x"}, 404),
    ("/v1/deliveries/unknown/discard", {}, 400),
    ("/v1/deliveries/replay", {}, 400),
    ("/v1/deliveries/replay", {"stream_id": "unknown"}, 404),
    ("/v1/deliveries/replay", {"stream_id": "unknown", "state": "pending"}, 400),
    ("/v1/deliveries/replay", {"stream_id": "unknown", "sinc": "2026-01-01T00:00:00Z"}, 400),
    ("/v1/deliveries/replay", {"stream_id": "unknown", "cursor": "1.2.3"}, 400),
    ("/v1/deliveries/discard", {"stream_id": "unknown", "reason": "x", "state": "delivered"}, 400),
])
def test_a_change_that_cannot_be_made_is_refused(transmitter, path, body, status):
    response = transmitter.admin.call("POST", path, json=body)
    assert response.status_code == status, response.text

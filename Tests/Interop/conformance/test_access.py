"""Who may do what: each receiver with its own streams, by the scopes of its token (RFC 6750)."""

import re
from collections.abc import Callable
from http.client import HTTPConnection

import pytest
import requests

from conformance.examples import JANE
from conformance.requirements import requirement
from conformance.vocabulary import PUSH, SESSION_REVOKED
from harness.poller import Poller
from harness.receiver import Receiver
from harness.transmitter import ReceiverAPI, email
from harness.waiting import wait_until

ENDPOINT = "http://127.0.0.1:9/events"
DELIVERY = {"method": PUSH, "endpoint_url": ENDPOINT}

# What one can do to a stream, and whether a token that may only read is enough.
OPERATIONS: dict[str, tuple[Callable[[ReceiverAPI, dict], requests.Response], bool]] = {
    "read": (lambda api, stream: api.read(stream["stream_id"]), True),
    "update": (lambda api, stream: api.update({"stream_id": stream["stream_id"], "description": "x"}), False),
    "replace": (
        lambda api, stream: api.replace({name: stream[name] for name in ("stream_id", "delivery")}), False),
    "read status": (lambda api, stream: api.status(stream["stream_id"]), True),
    "set status": (
        lambda api, stream: api.set_status({"stream_id": stream["stream_id"], "status": "enabled"}), False),
    "verify": (lambda api, stream: api.verify({"stream_id": stream["stream_id"]}), False),
    "remove subject": (
        lambda api, stream: api.remove_subject({"stream_id": stream["stream_id"], "subject": JANE}), False),
    "add subject": (lambda api, stream: api.add_subject({"stream_id": stream["stream_id"], "subject": JANE}), False),
    "poll": (lambda api, stream: Poller(api, stream).poll(returnImmediately=True), True),
    "delete": (lambda api, stream: api.delete(stream["stream_id"]), False),
}


def challenge(response: requests.Response) -> dict[str, str]:
    """The attributes of a Bearer challenge; fails on any other."""
    scheme, _, rest = response.headers["WWW-Authenticate"].partition(" ")
    assert scheme == "Bearer"
    return dict(re.findall(r'(\w+)="([^"\\]*)"', rest))


@pytest.fixture(params=OPERATIONS)
def operation(request):
    return OPERATIONS[request.param]


@requirement("SSF-46")
def test_ssf_46_a_foreign_stream_is_like_one_that_does_not_exist(transmitter, operation):
    call, _ = operation
    owner, stranger = transmitter.receiver_api(), transmitter.receiver_api()
    stream = owner.create_poll()
    before = owner.read(stream["stream_id"]).json()
    elsewhere = stream["delivery"]["endpoint_url"].replace(stream["stream_id"], "no-such-stream")
    missing = {"stream_id": "no-such-stream", "delivery": stream["delivery"] | {"endpoint_url": elsewhere}}

    foreign, none = call(stranger, stream), call(stranger, missing)

    assert foreign.status_code == none.status_code == 404
    same = foreign.json() | {"request_id": ""}
    assert same == none.json() | {"request_id": "", "detail": same["detail"]}
    assert same["detail"] == none.json()["detail"].replace("no-such-stream", stream["stream_id"])
    assert owner.read(stream["stream_id"]).json() == before


@requirement("SSF-46")
def test_ssf_46_a_list_has_nobody_elses_streams(transmitter):
    owner, stranger = transmitter.receiver_api(), transmitter.receiver_api()
    owner.create_poll()

    assert stranger.read().json() == []


@requirement("SSF-46")
def test_ssf_46_an_acknowledgement_counts_for_ones_own_stream_alone(transmitter):
    api, stranger = transmitter.receiver_api(), transmitter.receiver_api()
    mine = Poller(api, api.create_poll(events_requested=[SESSION_REVOKED]))
    theirs = Poller(stranger, stranger.create_poll(events_requested=[SESSION_REVOKED]))
    mine.drain()
    transmitter.admin.emit("session-revoked", email("jane@example.com"))
    [token] = mine.look()

    assert theirs.poll(ack=[token.jti], returnImmediately=True).status_code == 200

    assert [again.jti for again in mine.look()] == [token.jti]


@requirement("SSF-46")
def test_ssf_46_aud_is_that_of_the_client_whatever_the_request_says(transmitter):
    api = transmitter.receiver_api(audience="https://receiver.example.com")

    stream = api.create({"delivery": DELIVERY, "aud": "https://somebody-else.example.com"}).json()

    assert stream["aud"] == "https://receiver.example.com"


@requirement("SSF-48")
def test_ssf_48_one_url_serves_all_receivers_by_their_credentials(transmitter):
    apis = [transmitter.receiver_api() for _ in range(2)]
    streams = [api.create_poll() for api in apis]

    assert apis[0].path("configuration_endpoint") == apis[1].path("configuration_endpoint")
    assert [api.read().json() for api in apis] == [[stream] for stream in streams]


@requirement("IOP-10", "SSF-74", "POLL-9")
def test_iop_10_without_a_token_the_challenge_names_no_error(transmitter, operation):
    stream = transmitter.receiver_api().create_poll()

    response = operation[0](transmitter.with_token(None), stream)

    assert response.status_code == 401
    assert challenge(response).keys() == {"realm", "resource_metadata"}


@requirement("IOP-10", "SSF-74", "POLL-9")
def test_iop_10_a_token_that_is_no_good_is_invalid(transmitter, operation):
    client = transmitter.client()
    revoked = transmitter.admin.create_token(client)
    stream = transmitter.with_token(revoked["token"]).create_poll()
    assert transmitter.admin.call("DELETE", f"/v1/clients/{client}/tokens/{revoked['id']}").status_code == 204

    for token in (revoked["token"], "ssft_unknown", revoked["token"][:-1]):
        response = operation[0](transmitter.with_token(token), stream)
        assert response.status_code == 401
        assert challenge(response)["error"] == "invalid_token"


@requirement("POLL-11")
def test_poll_11_a_token_ends_and_with_it_its_polls(transmitter):
    client = transmitter.client()
    stream = transmitter.with_token(transmitter.admin.create_token(client)["token"]).create_poll()
    expiring = transmitter.admin.create_token(client, expires_in=2)["token"]
    poller = Poller(transmitter.with_token(expiring), stream)
    assert poller.poll(returnImmediately=True).status_code == 200

    wait_until(lambda: poller.poll(returnImmediately=True).status_code == 401, "the token to expire")

    assert challenge(poller.poll(returnImmediately=True))["error"] == "invalid_token"


@requirement("IOP-10")
def test_iop_10_a_token_in_the_query_is_refused(transmitter):
    client = transmitter.client()
    token = transmitter.admin.create_token(client)["token"]
    stream = transmitter.with_token(token).create_poll()
    anonymous = transmitter.with_token(None)

    for method, path in (
        ("GET", anonymous.path("configuration_endpoint")), ("POST", Poller(anonymous, stream).path)
    ):
        response = anonymous.call(method, path, params={"access_token": token})
        assert response.status_code in (400, 401)
        assert challenge(response)["error"] == "invalid_request"


@requirement("IOP-10")
def test_iop_10_two_authorization_fields_are_refused(transmitter):
    token = transmitter.token()
    api = transmitter.with_token(None)

    assert status_of_get(api, [("Authorization", f"Bearer {token}")] * 2) == 400
    assert status_of_get(api, [("Authorization", f"Bearer {token}")]) == 200


def status_of_get(api: ReceiverAPI, fields: list[tuple[str, str]]) -> int:
    """The status of a list of streams, asked for with exactly these header fields, which requests would merge."""
    path = api.path("configuration_endpoint")
    connection = HTTPConnection(api.base.removeprefix("http://"), timeout=5)
    connection.putrequest("GET", path)
    for name, value in fields:
        connection.putheader(name, value)
    connection.endheaders()
    try:
        return connection.getresponse().status
    finally:
        connection.close()


@requirement("IOP-11")
def test_iop_11_ssf_manage_is_enough_for_every_operation(transmitter):
    api = transmitter.receiver_api("ssf.manage")
    stream = api.create_poll()

    for name, (call, _) in OPERATIONS.items():
        assert call(api, stream).ok, name
    assert api.read().status_code == 200


@requirement("IOP-11", "IOP-10")
def test_iop_11_ssf_read_is_enough_to_read_and_for_nothing_else(transmitter, operation):
    call, is_reading = operation
    client = transmitter.client()
    stream = transmitter.with_token(transmitter.admin.create_token(client)["token"]).create_poll()
    reader = transmitter.with_token(transmitter.admin.create_token(client, scopes=["ssf.read"])["token"])

    response = call(reader, stream)

    if is_reading:
        assert response.status_code == 200
    else:
        assert response.status_code == 403
        assert {"error": "insufficient_scope", "scope": "ssf.manage"}.items() <= challenge(response).items()


@requirement("IOP-11")
def test_iop_11_ssf_read_creates_nothing(transmitter):
    response = transmitter.receiver_api("ssf.read").create({"delivery": DELIVERY})

    assert response.status_code == 403
    assert challenge(response)["error"] == "insufficient_scope"


@requirement("IOP-10")
def test_iop_10_a_bad_token_is_refused_before_the_body_is_looked_at(transmitter):
    api = transmitter.with_token("ssft_unknown")

    assert api.call("POST", api.path("configuration_endpoint"), data=b";{ broken").status_code == 401


@requirement("SSF-46", "SSF-31")
def test_ssf_46_the_secret_of_a_receiver_is_shown_to_nobody(transmitter):
    secret = "Bearer very-secret-of-the-receiver"
    with Receiver() as receiver:
        api = transmitter.receiver_api()
        stream = api.create_push(receiver.url, secret)
        answers = [
            str(stream), api.read(stream["stream_id"]).text, api.read().text,
            api.update({"stream_id": stream["stream_id"], "description": "x"}).text,
            transmitter.admin.call("GET", f"/v1/streams/{stream['stream_id']}").text,
            transmitter.daemon.log.read_text()]

    assert not [answer for answer in answers if "very-secret" in answer]

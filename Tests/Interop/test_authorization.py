"""Who may call, and what the challenge says to those who may not (RFC 6750 §3, §3.1)."""

import re

import pytest

from harness.receiver import Receiver
from harness.transmitter import API
from harness.waiting import wait_until

MANAGEMENT = [
    ("POST", "configuration_endpoint"), ("GET", "configuration_endpoint"), ("PATCH", "configuration_endpoint"),
    ("PUT", "configuration_endpoint"), ("DELETE", "configuration_endpoint"), ("GET", "status_endpoint"),
    ("POST", "status_endpoint"), ("POST", "verification_endpoint"),
]


def challenge(response) -> dict[str, str]:
    """The attributes of a Bearer challenge; fails on any other."""
    scheme, _, rest = response.headers["WWW-Authenticate"].partition(" ")
    assert scheme == "Bearer"
    assert re.fullmatch(r'\w+="[^"\\]*"(, \w+="[^"\\]*")*', rest)
    return dict(re.findall(r'(\w+)="([^"\\]*)"', rest))


@pytest.mark.parametrize(("method", "endpoint"), MANAGEMENT)
def test_rfc_6750_3_without_a_token_the_challenge_names_no_error(transmitter, method, endpoint):
    api = transmitter.with_token(None)

    response = api.call(method, api.path(endpoint))

    assert response.status_code == 401
    assert challenge(response).keys() == {"realm", "resource_metadata"}


@pytest.mark.parametrize(("method", "endpoint"), MANAGEMENT)
def test_rfc_6750_3_1_a_bad_token_is_401_even_on_a_broken_body(transmitter, method, endpoint):
    api = transmitter.with_token("ssft_not-a-token-of-ours")

    response = api.call(method, api.path(endpoint), data=b";{ broken")

    assert response.status_code == 401
    assert challenge(response)["error"] == "invalid_token"
    assert response.headers["Content-Type"] == "application/problem+json"


def test_rfc_6750_3_1_a_read_only_token_may_read_and_not_create(transmitter):
    api = transmitter.receiver_api("ssf.read")

    assert api.read().status_code == 200
    refused = api.create({})

    assert refused.status_code == 403
    metadata = transmitter.daemon.issuer + "/.well-known/oauth-protected-resource"
    assert challenge(refused) == {
        "realm": "ssf-transmitter", "resource_metadata": metadata, "error": "insufficient_scope",
        "scope": "ssf.manage"}


def test_a_token_without_the_scope_to_emit_cannot_submit_events(transmitter):
    token = transmitter.token()

    refused = API(transmitter.daemon.admin, token).call("POST", "/v1/events", json={})

    assert refused.status_code == 403
    assert challenge(refused)["scope"] == "ssf.emit"


@pytest.mark.parametrize("authorization", ["Bearer {}", "bearer {}", "Bearer{}", "SSWS {}", "SSWS{}"])
def test_every_spelling_of_the_authorization_header_in_the_field_is_understood(transmitter, authorization):
    token = transmitter.token()
    api = transmitter.with_token(None)

    response = api.call(
        "GET", api.path("configuration_endpoint"), headers={"Authorization": authorization.format(token)})

    assert response.status_code == 200
    assert response.json() == []


@pytest.mark.parametrize("authorization", ["Basic YTpi", "Bearer", "Bearer ", "Negotiate x", "Bear er x"])
def test_another_scheme_or_no_token_is_like_no_credentials(transmitter, authorization):
    api = transmitter.with_token(None)

    response = api.call("GET", api.path("configuration_endpoint"), headers={"Authorization": authorization})

    assert response.status_code == 401
    assert challenge(response).keys() == {"realm", "resource_metadata"}


def test_rfc_6750_2_3_a_token_in_the_query_is_refused(transmitter):
    token = transmitter.token()
    api = transmitter.with_token(None)

    response = api.call("GET", api.path("configuration_endpoint"), params={"access_token": token})

    assert response.status_code in (400, 401)
    assert challenge(response)["error"] == "invalid_request"
    assert token not in response.text
    assert token not in transmitter.daemon.log.read_text()


def test_a_revoked_token_and_an_expired_one_are_worth_nothing(transmitter):
    client = transmitter.client()
    revoked = transmitter.admin.create_token(client)
    expiring = transmitter.admin.create_token(client, expires_in=1)
    assert transmitter.with_token(revoked["token"]).read().status_code == 200
    path = f"/v1/clients/{client}/tokens/{revoked['id']}"
    assert transmitter.admin.call("DELETE", path).status_code == 204

    for token in (revoked, expiring):
        api = transmitter.with_token(token["token"])
        wait_until(lambda: api.read().status_code == 401, "a refusal", 5)
        assert challenge(api.read())["error"] == "invalid_token"


def test_ssf_8_a_foreign_stream_is_like_a_missing_one(transmitter):
    with Receiver() as receiver:
        stream_id = transmitter.receiver_api().create_push(receiver.url)["stream_id"]
        stranger = transmitter.receiver_api()
        for unknown in (stream_id, "no-such-stream"):
            delivery = {"method": "urn:ietf:rfc:8935", "endpoint_url": receiver.url}
            for response in (
                stranger.read(unknown), stranger.update({"stream_id": unknown}),
                stranger.replace({"stream_id": unknown, "delivery": delivery}), stranger.delete(unknown),
                stranger.status(unknown), stranger.set_status({"stream_id": unknown, "status": "paused"}),
                stranger.verify({"stream_id": unknown}),
            ):
                assert response.status_code == 404
                assert response.json()["detail"] == f"there is no stream '{unknown}'"
        assert stranger.read().json() == []


def test_the_public_listener_serves_nothing_of_the_admin_listener(transmitter):
    public = API(transmitter.daemon.public, transmitter.daemon.admin_token)

    for path in ("/v1/events", "/v1/clients", "/v1/streams", "/v1/keys"):
        assert public.call("GET", path).status_code == 404

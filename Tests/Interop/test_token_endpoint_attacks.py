"""Requests of the token endpoint as an attacker makes them: each is refused, and tells nothing."""

import base64
import http.client
import json
import time
from urllib.parse import urlencode, urlsplit

import pytest

from harness.forgery import RSASigner, hs256, raw_token, token
from harness.token_attacks import RSA, STRANGER, client, told
from harness.token_client import TOKEN_PATH


def assertion(**options):
    return lambda client: client.assertion(**options)


def headed(**header):
    return lambda client: client.assertion(header=header)


def in_time(**offsets: int):
    return lambda client: client.assertion(**{name: int(time.time()) + offset for name, offset in offsets.items()})


def raw(header: str, payload=None):
    return lambda client: raw_token(header.encode(), payload or client.assertion_claims(), RSA.sign)


def used(client) -> str:
    spent = client.assertion()
    assert client.ask(client.assertion_form(spent)).status_code == 200
    return spent


def of_another_client(client) -> str:
    return client.assertion(iss="somebody", sub="somebody")


def duplicated(client) -> str:
    good = json.dumps(client.assertion_claims())
    return token((good[:-1] + f', "sub": "{client.id}"}}').encode(), RSA, typ="JWT")


ASSERTIONS = {
    "nonsense": lambda _: "nonsense",
    "three empty segments": lambda _: "..",
    "longer than 8 KiB": assertion(filler="x" * 8192),
    # replayed
    "used before": used,
    # for whom
    "another audience": assertion(aud="https://other.example.com/oauth/token"),
    "the resource": lambda client: client.assertion(aud=client.issuer + "/ssf/stream"),
    "the other token endpoint": lambda client: client.assertion(aud=client.issuer + "/oauth2/v1/token"),
    "us and others": lambda client: client.assertion(aud=[client.issuer, "https://other.example.com"]),
    "us in a list": lambda client: client.assertion(aud=[client.issuer + TOKEN_PATH]),
    "us with a slash": lambda client: client.assertion(aud=client.issuer + "/"),
    "nobody": assertion(aud=None),
    # whose
    "an unknown client": of_another_client,
    "another issuer": assertion(iss="somebody"),
    "another subject": assertion(sub="somebody"),
    "no issuer": assertion(iss=None),
    "no subject": assertion(sub=None),
    "a subject that is no text": assertion(sub=["app"]),
    # when
    "expired": in_time(exp=-61),
    "too long": in_time(exp=3700),
    "not yet": in_time(nbf=120),
    "issued in the future": in_time(iat=120),
    "no exp": assertion(exp=None),
    "exp as text": assertion(exp="9999999999"),
    "exp beyond all time": assertion(exp=10**18),
    "no jti": assertion(jti=None),
    "jti of no text": assertion(jti=7),
    "jti too long": assertion(jti="x" * 257),
    # what
    "an access token": headed(typ="at+jwt"),
    "a SET": headed(typ="secevent+jwt"),
    "a proof": headed(typ="dpop+jwt"),
    # algorithms
    "none": assertion(header={"alg": "none"}, sign=lambda _: b""),
    "HS256 with the public key": assertion(header={"alg": "HS256"}, sign=hs256(RSA.pem)),
    "ES256 claimed for an RSA key": headed(alg="ES256"),
    "PS256": headed(alg="PS256"),
    "no alg": headed(alg=None),
    # keys
    "a stranger's key": assertion(signer=STRANGER, header={"kid": None}),
    "a stranger's key under the kid": assertion(signer=RSASigner("rsa-key")),
    "an unknown kid": headed(kid="elsewhere"),
    "kid of a path": headed(kid="../../../etc/passwd"),
    "kid of SQL": headed(kid="x' OR '1'='1"),
    "kid too long": headed(kid="x" * 129),
    "kid of no text": headed(kid=["rsa-key"]),
    "its own key in the header": assertion(signer=STRANGER, header={"kid": None, "jwk": STRANGER.jwk}),
    "its own key elsewhere": assertion(signer=STRANGER, header={"kid": None, "jku": "http://127.0.0.1:1/"}),
    # form
    "crit": headed(crit=["exp"], exp=1),
    "b64 false": headed(b64=False),
    "duplicate header members": raw('{"alg":"RS256","alg":"RS256","typ":"JWT"}'),
    "duplicate claims": duplicated,
    "a header that is no object": raw('["RS256"]'),
    "claims that are no object": raw('{"alg":"RS256"}', b"[]"),
    "claims too deep": raw('{"alg":"RS256"}', b'{"a":' * 9 + b"1" + b"}" * 9),
    "padded base64url": lambda client: client.assertion() + "=",
    "another character behind": lambda client: client.assertion() + ".x",
    "a changed payload": lambda client: client.assertion()[:-400] + "A" + client.assertion()[-399:],
}


@pytest.fixture(scope="module")
def refusal(client):
    """What a wrong secret gets: every other failed authentication must look the same."""
    return told(client.ask(client.secret_form | {"client_secret": "wrong"}))


@pytest.mark.parametrize("attack", ASSERTIONS)
def test_a_bad_assertion_is_refused_as_a_wrong_secret_is(client, refusal, attack):
    answer = client.ask(client.assertion_form(ASSERTIONS[attack](client)))

    assert told(answer) == refusal
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def basic(user: str, password: str) -> dict:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


SECRETS = {
    "a wrong secret": lambda client: (client.id, client.secret[:-1] + "x"),
    "a longer secret": lambda client: (client.id, client.secret + "x"),
    "an unknown client": lambda client: ("nobody", client.secret),
    "a client without secrets": lambda client: ("admin", client.secret),
    "another case": lambda client: (client.id.upper(), client.secret),
    "its id": lambda client: (client.id, client.id),
    "a very long secret": lambda client: (client.id, "x" * 8000),
}


@pytest.mark.parametrize("attack", SECRETS)
def test_a_bad_secret_is_refused_in_the_header_as_in_the_body(client, refusal, attack):
    user, password = SECRETS[attack](client)
    grant = {"grant_type": "client_credentials"}

    in_header = client.ask(grant, headers=basic(user, password))
    in_body = client.ask(grant | {"client_id": user, "client_secret": password})

    assert told(in_header) == told(in_body) == refusal


TWO_WAYS = {
    "header and body": lambda client: (client.secret_form, basic(client.id, client.secret)),
    "header and assertion": lambda client: (client.assertion_form(), basic(client.id, client.secret)),
    "secret and assertion": lambda client: (client.assertion_form() | client.secret_form, {}),
    "two clients": lambda client: (
        {"grant_type": "client_credentials", "client_id": "other"}, basic(client.id, client.secret)),
    "two secrets": lambda client: (
        [*client.secret_form.items(), ("client_secret", client.secret)], {}),
    "two grants": lambda client: ([*client.secret_form.items(), ("grant_type", "client_credentials")], {}),
}


@pytest.mark.parametrize("attack", TWO_WAYS)
def test_rfc_6749_2_3_more_than_one_way_to_authenticate_is_400(client, attack):
    form, headers = TWO_WAYS[attack](client)

    answer = client.ask(form, headers=headers)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_two_authorization_fields_and_parameters_in_the_url_are_400(client):
    connection = http.client.HTTPConnection(urlsplit(client.public).netloc, timeout=10)
    body = urlencode({"grant_type": "client_credentials"}).encode()
    connection.putrequest("POST", TOKEN_PATH)
    for name, value in [("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", str(len(body)))]:
        connection.putheader(name, value)
    for _ in range(2):
        connection.putheader("Authorization", basic(client.id, client.secret)["Authorization"])
    connection.endheaders(body)
    assert connection.getresponse().status == 400
    connection.close()
    for query in (urlencode(client.secret_form), "client_secret=x", "x"):
        assert client.ask(client.secret_form, TOKEN_PATH + "?" + query).status_code == 400


def test_a_body_beyond_the_limit_is_413_in_the_words_of_oauth(client):
    for path in (TOKEN_PATH, "/oauth2/v1/token"):
        answer = client.ask("x=" + "y" * 20_000, path)
        assert (answer.status_code, answer.json()["error"]) == (413, "invalid_request")

"""DPoP proofs that are forged, stale, used, or for something else (RFC 9449 §4.3): none of them opens anything."""

import http.client
import json
import time
from urllib.parse import urlsplit

import pytest

from harness.forgery import ECSigner, RSASigner, encode, hs256, raw_token
from harness.token_attacks import ORDER, RSA, WEAK, client, es256, told
from harness.token_client import TOKEN_PATH, public


@pytest.fixture(scope="module")
def bound(client):
    return client.bound_token()


def proving(path: str = "/ssf/stream", method: str = "GET", **options):
    return lambda client, bound: client.proof(method, path, bound, **options)


def with_nonce_of_elsewhere(client, bound):
    return client.proof("GET", "/ssf/stream", bound, nonce="bm9uY2Ugb2YgZWxzZXdoZXJl")


def used_proof(client, bound):
    spent = client.proof("GET", "/ssf/stream", bound)
    assert client.use(bound, spent).status_code == 200
    return spent


def raw_proof(header: str):
    return lambda client, bound: raw_token(
        header.replace("JWK", json.dumps(public(RSA))).encode(),
        client.proof_claims("GET", "/ssf/stream", bound), RSA.sign)


OTHER_KEY = RSASigner("other")
EC_KEY = ECSigner("proofs")
PROOFS = {
    "none at all": lambda client, bound: None,
    "nonsense": lambda client, bound: "nonsense",
    "empty": lambda client, bound: "",
    "used before": used_proof,
    # the request
    "another method": proving(method="POST"),
    "the method in lower case": proving(htm="get"),
    "no method": proving(htm=None),
    "another path": proving(path="/ssf/status"),
    "the token endpoint": proving(path=TOKEN_PATH, method="POST"),
    "another host": proving(htu="https://elsewhere.example.com/ssf/stream"),
    "another port": proving(htu="http://127.0.0.1:1/ssf/stream"),
    "no URL": proving(htu=None),
    "a relative URL": proving(htu="/ssf/stream"),
    # the token
    "another token": proving(ath=encode(bytes(32))),
    "no token": proving(ath=None),
    # the time
    "stale": lambda client, bound: client.proof("GET", "/ssf/stream", bound, iat=int(time.time()) - 90),
    "from the future": lambda client, bound: client.proof("GET", "/ssf/stream", bound, iat=int(time.time()) + 90),
    "no time": proving(iat=None),
    "time as text": lambda client, bound: client.proof("GET", "/ssf/stream", bound, iat=str(int(time.time()))),
    # the key
    "another key": proving(signer=OTHER_KEY),
    "another key, the token's in the header": proving(signer=OTHER_KEY, header={"jwk": public(RSA)}),
    "an EC key": proving(signer=EC_KEY),
    "a weak key": proving(signer=WEAK),
    "the private key in the header": proving(header={"jwk": public(RSA) | {"d": "AQAB"}}),
    "no key": proving(header={"jwk": None}),
    "a symmetric key": proving(header={"alg": "HS256", "jwk": {"kty": "oct", "k": "c2VjcmV0"}}, sign=hs256(b"secret")),
    "a key by reference": proving(header={"jwk": None, "jku": "http://127.0.0.1:1/"}),
    # algorithms
    "none": proving(header={"alg": "none"}, sign=lambda _: b""),
    "HS256 with the public key": proving(header={"alg": "HS256"}, sign=hs256(RSA.pem)),
    "ES256 with r = 0": proving(signer=EC_KEY, sign=es256(0, 1)),
    "ES256 with s = 0": proving(signer=EC_KEY, sign=es256(1, 0)),
    "ES256 with s = n": proving(signer=EC_KEY, sign=es256(1, ORDER)),
    "ES256 as DER": proving(signer=EC_KEY, sign=EC_KEY.der),
    # what
    "a plain JWT": proving(header={"typ": "JWT"}),
    "no typ": proving(header={"typ": None}),
    "the access token": lambda client, bound: bound,
    "no jti": proving(jti=None),
    "an empty jti": proving(jti=""),
    "jti too long": proving(jti="x" * 257),
    "crit": proving(header={"crit": ["exp"]}),
    "duplicate header members": raw_proof('{"typ":"dpop+jwt","alg":"RS256","alg":"RS256","jwk":JWK}'),
    "two proofs in one field": lambda client, bound: ", ".join(
        client.proof("GET", "/ssf/stream", bound) for _ in range(2)),
}


@pytest.mark.parametrize("attack", PROOFS)
def test_rfc_9449_7_1_a_bound_token_with_a_bad_proof_is_invalid_token(client, bound, attack):
    answer = client.use(bound, PROOFS[attack](client, bound))

    assert answer.status_code == 401
    assert told_of(answer) == told_of(client.use("nonsense", None))
    assert answer.headers["WWW-Authenticate"].startswith("DPoP ")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def told_of(response):
    status, body, headers = told(response)
    return status, {name: value for name, value in body.items() if name != "request_id"}, headers


def test_two_proof_fields_are_refused(client, bound):
    connection = http.client.HTTPConnection(urlsplit(client.public).netloc, timeout=10)
    connection.putrequest("GET", "/ssf/stream")
    connection.putheader("Authorization", f"DPoP {bound}")
    for _ in range(2):
        connection.putheader("DPoP", client.proof("GET", "/ssf/stream", bound))
    connection.endheaders()
    assert connection.getresponse().status == 401
    connection.close()


def test_rfc_9449_7_2_a_bound_token_is_nothing_for_a_mere_bearer(client, bound):
    for scheme in ("Bearer", "SSWS"):
        for proof in (None, client.proof("GET", "/ssf/stream", bound)):
            assert client.use(bound, proof, scheme=scheme).status_code == 401


def test_a_token_that_is_bound_to_nothing_is_refused_with_a_proof(client, transmitter):
    static = transmitter.token()
    for unbound in (client.token(), static):
        assert client.use(unbound, client.proof("GET", "/ssf/stream", unbound)).status_code == 401


def test_a_good_proof_opens_each_family_and_each_time_a_new_one(client, bound):
    for path in ("/ssf/stream", "/api/v1/ssf/stream", "/ssf/v1/streams", "/ssf/stream?stream_id=none"):
        answer = client.use(bound, client.proof("GET", path.split("?")[0], bound), path)
        assert answer.status_code in (200, 404), answer.text


def test_the_admin_listener_takes_no_bound_token(client, bound, transmitter):
    headers = {"Authorization": f"DPoP {bound}", "DPoP": client.proof("GET", "/v1/clients", bound)}
    admin = type(transmitter.admin)(transmitter.daemon.admin, None)
    assert admin.call("GET", "/v1/clients", headers=headers).status_code == 401


def test_rfc_9449_9_an_old_nonce_is_answered_with_a_new_one(client, bound):
    refused = client.use(bound, with_nonce_of_elsewhere(client, bound))

    assert refused.status_code == 401
    assert 'error="use_dpop_nonce"' in refused.headers["WWW-Authenticate"]
    again = client.proof("GET", "/ssf/stream", bound, nonce=refused.headers["DPoP-Nonce"])
    assert client.use(bound, again).status_code == 200


AT_THE_ENDPOINT = {
    "nonsense": lambda client, nonce: "nonsense",
    "another method": lambda client, nonce: client.proof("GET", TOKEN_PATH, nonce=nonce),
    "another URL": lambda client, nonce: client.proof("POST", "/oauth2/v1/token", nonce=nonce),
    "stale": lambda client, nonce: client.proof("POST", TOKEN_PATH, nonce=nonce, iat=int(time.time()) - 90),
    "another key's signature": lambda client, nonce: client.proof(
        "POST", TOKEN_PATH, nonce=nonce, signer=OTHER_KEY, header={"jwk": public(RSA)}),
    "no key": lambda client, nonce: client.proof("POST", TOKEN_PATH, nonce=nonce, header={"jwk": None}),
    "none": lambda client, nonce: client.proof(
        "POST", TOKEN_PATH, nonce=nonce, header={"alg": "none"}, sign=lambda _: b""),
}


@pytest.mark.parametrize("attack", AT_THE_ENDPOINT)
def test_rfc_9449_5_a_bad_proof_at_the_token_endpoint_is_invalid_dpop_proof(client, attack):
    answer = client.ask(client.secret_form, headers={"DPoP": AT_THE_ENDPOINT[attack](client, client.nonce())})

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")


def test_rfc_9449_8_a_proof_needs_a_nonce_of_ours_and_is_used_once(client):
    for nonce in (None, "", "bm9uY2U"):
        answer = client.ask(client.secret_form, headers={"DPoP": client.proof("POST", TOKEN_PATH, nonce=nonce)})
        if nonce == "":
            assert answer.json()["error"] == "invalid_dpop_proof"
        else:
            assert (answer.status_code, answer.json()["error"]) == (400, "use_dpop_nonce")
    proof = client.proof("POST", TOKEN_PATH, nonce=client.nonce())
    assert client.ask(client.secret_form, headers={"DPoP": proof}).status_code == 200
    assert client.ask(client.secret_form, headers={"DPoP": proof}).json()["error"] == "invalid_dpop_proof"


def test_an_assertion_outlives_a_request_that_lacked_the_nonce(client):
    form = client.assertion_form()
    first = client.ask(form, headers={"DPoP": client.proof("POST", TOKEN_PATH)})
    assert first.json()["error"] == "use_dpop_nonce"

    again = client.proof("POST", TOKEN_PATH, nonce=first.headers["DPoP-Nonce"])

    assert client.ask(form, headers={"DPoP": again}).json()["token_type"] == "DPoP"


def test_no_secret_and_no_token_reaches_the_log(client, shared_daemon, bound):
    log = shared_daemon.log.read_text()

    for secret in (client.secret, bound, client.token()):
        assert secret not in log
    assert '"cause"' in log

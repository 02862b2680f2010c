"""Requests of the token endpoint, and proofs, as an attacker makes them: each is refused, and tells nothing."""

import base64
import http.client
import json
import time
from urllib.parse import urlencode, urlsplit

import pytest

from harness.forgery import ECSigner, RSASigner, encode, hs256, raw_token, token
from harness.token_client import TOKEN_PATH, TokenClient, public

ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
RSA, WEAK, STRANGER = RSASigner("rsa-key"), RSASigner("weak", bits=1024), ECSigner("client-key")


@pytest.fixture(scope="module")
def client(shared_daemon):
    from harness.transmitter import Transmitter

    transmitter = Transmitter(shared_daemon)
    client = TokenClient(transmitter, jwks={"keys": [public(RSA)]})
    client.signer = RSA
    yield client
    transmitter.admin.delete_client(client.id)


def es256(r: int, s: int):
    return lambda _: r.to_bytes(32, "big") + s.to_bytes(32, "big")


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


def told(response):
    headers = {name: value for name, value in response.headers.items() if name not in ("Date", "X-Okta-Request-Id")}
    return response.status_code, response.json(), headers


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


# MARK: proofs

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
    static = transmitter.admin.create_token(transmitter.client())["token"]
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

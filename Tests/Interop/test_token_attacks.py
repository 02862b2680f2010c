"""Forged access tokens against the running daemon: every one gets the very same 401, and reaches nothing."""

import http.client
import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from machine import resident_bytes

from harness.daemon import DEVELOPMENT, Daemon, running
from harness.foreign_issuer import running_issuer
from harness.forgery import AUDIENCE, ECSigner, RSASigner, claims, encode, hs256, raw_token, token
from harness.transmitter import Transmitter

STRICT, LENIENT = "https://strict.example.com", "https://lenient.example.com"
ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
HOUR = 3600

RSA, EC, WEAK, STRANGER = RSASigner("rsa"), ECSigner("ec"), RSASigner("weak", bits=1024), RSASigner("rsa")


@dataclass
class Target:
    daemon: Daemon
    transmitter: Transmitter
    set: str
    """A SET of the daemon's own."""

    @property
    def issuer(self) -> str:
        return self.daemon.issuer


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    directory = tmp_path_factory.mktemp("attacks")
    keys = directory / "jwks.json"
    keys.write_text(json.dumps({"keys": [signer.jwk for signer in (RSA, EC, WEAK)]}))
    issuers = [
        {"name": "strict", "issuer": STRICT, "audience": AUDIENCE, "jwks_file": str(keys)},
        {"name": "lenient", "issuer": LENIENT, "audience": AUDIENCE, "jwks_file": str(keys), "lenient": True},
        {"name": "es", "issuer": "https://es.example.com", "audience": AUDIENCE, "jwks_file": str(keys),
         "algorithms": ["ES256"]},
    ]
    settings = DEVELOPMENT | {"access.issuers": json.dumps(issuers)}
    with running(directory / "state", settings) as daemon:
        transmitter = Transmitter(daemon)
        api = transmitter.receiver_api()
        stream = api.create_poll()
        poll = urlsplit(stream["delivery"]["endpoint_url"]).path
        sets = api.call("POST", poll, json={"returnImmediately": True}).json()["sets"]
        yield Target(daemon, transmitter, next(iter(sets.values())))


def changed(issuer: str = STRICT, signer=RSA, **changes):
    return lambda target: token(claims(issuer, **changes), signer)


def headed(payload: dict | None = None, signer=RSA, sign=None, **header):
    return lambda target: token(payload or claims(STRICT), signer, sign, **header)


def respelled(target) -> str:
    """The last character of the signature carries bits that belong to no byte: another text for the same bytes."""
    good = token(claims(STRICT), RSA)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return good[:-1] + alphabet[alphabet.index(good[-1]) + 1]


def es256(r: int, s: int):
    return lambda message: r.to_bytes(32, "big") + s.to_bytes(32, "big")


def duplicated(target) -> str:
    good = json.dumps(claims(STRICT, scope="ssf.read"))
    return token((good[:-1] + ', "scope": "ssf.manage"}').encode(), RSA)


def with_raw_header(text: str):
    return lambda target: raw_token(text.encode(), claims(STRICT), RSA.sign)


ATTACKS = {
    "no JWT at all": lambda target: "nonsense",
    "three empty segments": lambda target: "..",
    # algorithms
    "none": headed(alg="none", sign=lambda message: b""),
    "None with a signature": headed(alg="None"),
    "HS256 with the public key": headed(alg="HS256", sign=hs256(RSA.pem)),
    "HS256 with the JWK": headed(alg="HS256", sign=hs256(json.dumps(RSA.jwk).encode())),
    "RS256 claimed for an EC key": headed(alg="RS256", signer=EC),
    "ES256 claimed for an RSA key": headed(alg="ES256"),
    "an algorithm that this issuer may not use": lambda target: token(claims("https://es.example.com"), RSA),
    "PS256": headed(alg="PS256"),
    "no alg": headed(alg=None),
    # whose
    "a foreign issuer": changed("https://elsewhere.example.com"),
    "an issuer that differs in its last slash": changed(STRICT + "/"),
    "no issuer": changed(iss=None),
    "an issuer that is no text": changed(iss=[STRICT]),
    "our own issuer with a foreign key": lambda target: token(
        claims(target.issuer, aud=target.issuer), STRANGER),
    "a stranger's key under a known kid": changed(signer=STRANGER),
    "an RSA key below 2048 bits": changed(signer=WEAK),
    # for whom
    "a foreign audience": changed(aud="https://other.example.com"),
    "no audience": changed(aud=None),
    "an empty audience": changed(aud=[]),
    "an audience that is no text": changed(aud=[AUDIENCE, 5]),
    "an audience that only begins as ours": changed(aud=AUDIENCE + ".evil.example.com"),
    # when
    "expired": changed(exp=int(time.time()) - HOUR),
    "no exp": changed(exp=None),
    "exp as text": changed(exp="9999999999"),
    "not yet valid": changed(nbf=int(time.time()) + HOUR),
    "issued in the future": changed(iat=int(time.time()) + HOUR),
    # what
    "an ID token": headed(typ="JWT"),
    "no typ": headed(typ=None),
    "a SET's type": headed(typ="secevent+jwt"),
    "our own SET": lambda target: target.set,
    "no client_id": changed(client_id=None),
    "no jti": changed(jti=None),
    "no sub": changed(sub=None),
    "a certificate-bound token": changed(cnf={"x5t#S256": "x"}),
    "a DPoP-bound token as bearer": changed(cnf={"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}),
    "an ID token, at a lenient issuer": lambda target: token(
        claims(LENIENT, scope=None, at_hash="x", nonce="n"), RSA, typ="JWT"),
    "a SET, at a lenient issuer": lambda target: token(claims(LENIENT, events={}), RSA, typ="JWT"),
    "a SET's type, at a lenient issuer": lambda target: token(claims(LENIENT), RSA, typ="secevent+jwt"),
    # header tricks
    "crit": headed(crit=["exp"]),
    "crit of nothing": headed(crit=[]),
    "b64 false": headed(b64=False, crit=["b64"]),
    "b64 false without crit": headed(b64=False),
    "an embedded jwk": headed(signer=STRANGER, jwk=STRANGER.jwk, kid=None),
    "an embedded jwk under its own kid": headed(signer=STRANGER, jwk=STRANGER.jwk, kid="mine"),
    "jku": headed(signer=STRANGER, jku="http://127.0.0.1:1/jwks", kid="mine"),
    "x5u": headed(signer=STRANGER, x5u="http://127.0.0.1:1/chain", kid="mine"),
    "x5c": headed(signer=STRANGER, x5c=["AAAA"], kid="mine"),
    "duplicate members in the header": with_raw_header('{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"rsa"}'),
    "duplicate members in the claims": duplicated,
    "a deep header": with_raw_header('{"alg":"RS256","typ":"at+jwt","kid":"rsa","x":' + "[" * 50 + "]" * 50 + "}"),
    # kid
    "kid is a path": headed(kid="../../../../dev/null"),
    "kid is SQL": headed(kid="rsa' OR '1'='1"),
    "kid is a URL": headed(kid="http://127.0.0.1:1/jwks"),
    "kid is empty": headed(kid=""),
    "kid is no text": headed(kid=["rsa"]),
    "kid has a NUL": headed(kid="rsa\0"),
    "kid of 129 bytes": headed(kid="k" * 129),
    # encoding
    "padded base64url": lambda target: token(claims(STRICT), RSA) + "==",
    "plain base64": lambda target: token(claims(STRICT), RSA).replace("-", "+").replace("_", "/") + "+",
    "a respelled signature": respelled,
    "a line feed inside": lambda target: token(claims(STRICT), RSA)[:-4] + "%0A",
    "claims that are no object": headed(payload=b"[]"),
    "claims that are deep": headed(payload=b'{"iss":"%s","x":%s%s}' % (STRICT.encode(), b"[" * 9, b"]" * 9)),
    "a token over 8 KiB": changed(padding="x" * 8192),
    "five segments, as of a JWE": lambda target: token(claims(STRICT), RSA) + ".e30.e30",
    # signatures
    "no signature": headed(sign=lambda message: b""),
    "a signature that is cut": headed(sign=lambda message: RSA.sign(message)[:-1]),
    "ES256 with r = 0": headed(signer=EC, sign=es256(0, 1)),
    "ES256 with s = 0": headed(signer=EC, sign=es256(1, 0)),
    "ES256 with r = s = 0": headed(signer=EC, sign=es256(0, 0)),
    "ES256 with r = n": headed(signer=EC, sign=es256(ORDER, 1)),
    "ES256 as DER": headed(signer=EC, sign=EC.der),
    "ES256 of 63 bytes": headed(signer=EC, sign=lambda message: EC.sign(message)[1:]),
    "ES256 of 65 bytes": headed(signer=EC, sign=lambda message: b"\0" + EC.sign(message)),
}

# In each family one operation that reads and one that changes.
OPERATIONS = [
    ("GET", "/ssf/stream"), ("POST", "/ssf/stream"), ("GET", "/api/v1/ssf/stream"), ("POST", "/api/v1/ssf/stream"),
    ("GET", "/ssf/v1/streams"), ("POST", "/ssf/v1/streams"),
]
CREATION = {"delivery": {"method": "urn:ietf:rfc:8936"}}


def answer(target: Target, text: str, method: str, path: str):
    """What can be told apart from outside: all but date and request ids."""
    response = target.transmitter.with_token(text).call(
        method, path, json=CREATION if method == "POST" else None)
    body = response.json()
    for name in ("request_id", "errorId", "trackingId"):
        body.pop(name, None)
    fields = {name: value for name, value in response.headers.items() if name not in ("Date", "X-Okta-Request-Id")}
    return response.status_code, body, fields


@pytest.fixture(scope="module")
def refusals(target):
    """What a static token gets that was never ours."""
    return {operation: answer(target, "ssft_nobody", *operation) for operation in OPERATIONS}


def settings_of_streams(target):
    """All that is told of the streams but how their deliveries fare, which time changes too."""
    figures = ("deliveries", "oldest_pending_seconds", "receiver")
    streams = target.transmitter.admin.call("GET", "/v1/streams").json()["streams"]
    return [{name: value for name, value in stream.items() if name not in figures} for stream in streams]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_forged_token_is_refused_as_any_other_bad_one_and_reaches_nothing(target, refusals, attack):
    forged = ATTACKS[attack](target)
    before = settings_of_streams(target)

    for operation in OPERATIONS:
        assert answer(target, forged, *operation) == refusals[operation]

    assert refusals["GET", "/ssf/stream"][0] == 401
    assert settings_of_streams(target) == before
    clients = target.transmitter.admin.call("GET", "/v1/clients").json()["clients"]
    assert not any("mallory" in client["id"] for client in clients)
    assert forged not in target.daemon.log.read_text()


@pytest.mark.parametrize("attack", ["no JWT at all", "expired", "a stranger's key under a known kid"])
def test_the_log_tells_what_the_answer_does_not(target, attack):
    response = target.transmitter.with_token(ATTACKS[attack](target)).call("GET", "/ssf/stream")

    lines = [line for line in target.daemon.log.read_text().splitlines() if response.json()["request_id"] in line]
    assert any('"cause"' in line for line in lines)


GOOD = {
    "RS256": changed(),
    "ES256": changed(signer=EC),
    "the long media type": headed(typ="application/at+jwt"),
    "another case of the type": headed(typ="AT+JWT"),
    "without a kid": headed(kid=None),
    "one audience of several": changed(aud=["https://other.example.com", AUDIENCE]),
    "a lenient issuer's plain JWT": lambda target: token(
        claims(LENIENT, sub=None, jti=None, iat=None, client_id=None, azp="mallory"), RSA, typ="JWT"),
    "a lenient issuer's JWT without typ, with scp": lambda target: token(
        claims(LENIENT, scope=None, scp=["ssf.read"]), RSA, typ=None),
    "jwk, jku and x5u are not looked at": headed(
        jwk=STRANGER.jwk, jku="http://127.0.0.1:1/jwks", x5u="http://127.0.0.1:1/chain"),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_good_is_let_in(target, name):
    response = target.transmitter.with_token(GOOD[name](target)).call("GET", "/ssf/stream")

    assert response.status_code == 200, response.text
    assert response.json() == []


def test_the_admin_listener_takes_no_token_of_a_foreign_issuer(target):
    forged = token(claims(STRICT, scope="ssf.admin ssf.emit ssf.read ssf.manage"), RSA)
    admin = type(target.transmitter.admin)(target.daemon.admin, forged)

    for path in ("/v1/clients", "/v1/streams", "/v1/keys"):
        assert admin.call("GET", path).status_code == 401
    assert admin.submit({}).status_code == 401


def test_a_token_in_query_or_form_or_two_at_once_is_refused(target):
    good = token(claims(STRICT), RSA)
    nobody, somebody = target.transmitter.with_token(None), target.transmitter.with_token(good)
    form = {"data": {"access_token": good}}

    assert nobody.call("GET", "/ssf/stream", params={"access_token": good}).status_code == 400
    assert somebody.call("GET", "/ssf/stream", params={"access_token": good}).status_code == 400
    assert nobody.call("POST", "/ssf/stream", **form).status_code == 401
    both = somebody.call("POST", "/ssf/stream", **form)
    assert both.status_code == 400
    assert 'error="invalid_request"' in both.headers["WWW-Authenticate"]
    twice = http.client.HTTPConnection(urlsplit(target.daemon.public).netloc, timeout=10)
    twice.putrequest("GET", "/ssf/stream")
    for _ in range(2):
        twice.putheader("Authorization", f"Bearer {good}")
    twice.endheaders()
    assert twice.getresponse().status == 400
    twice.close()


def test_ten_thousand_unknown_kids_cost_the_issuer_one_question(tmp_path):
    with running_issuer(AUDIENCE) as issuer:
        trusted = {"name": "idp", "issuer": issuer.issuer, "audience": AUDIENCE}
        settings = DEVELOPMENT | {"access.issuers": json.dumps([trusted]), "log.level": "error"}
        with running(tmp_path / "state", settings) as daemon:
            connection = http.client.HTTPConnection(urlsplit(daemon.public).netloc, timeout=30)
            payload = encode(json.dumps(claims(issuer.issuer)).encode())
            began, before, memory = time.monotonic(), issuer.count("/jwks"), resident_bytes(daemon.process.pid)
            for index in range(10_000):
                header = encode(b'{"alg":"RS256","typ":"at+jwt","kid":"unknown-%d"}' % index)
                connection.request(
                    "GET", "/ssf/stream", headers={"Authorization": f"Bearer {header}.{payload}.{encode(bytes(256))}"})
                response = connection.getresponse()
                response.read()
                assert response.status == 401
            connection.close()

            elapsed = time.monotonic() - began
            assert issuer.count("/jwks") - before <= 1 + elapsed // 30
            assert resident_bytes(daemon.process.pid) - memory < 16 << 20
            assert Transmitter(daemon).with_token(issuer.token()).read().status_code == 200

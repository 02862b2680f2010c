"""Forged assertions and proofs of possession against the running daemon: each kind gets one and the same refusal."""

import hashlib
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import requests

from harness.daemon import Daemon
from harness.forgery import ECSigner, RSASigner, encode, hs256, token
from harness.transmitter import Transmitter

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MINUTE = 60

KEY, RSA, WEAK, STRANGER = ECSigner("key"), RSASigner("rsa"), RSASigner("weak", bits=1024), ECSigner("key")
RECEIVER, OTHER = "attacked", "attacked-too"


def now() -> int:
    return int(time.time())


@dataclass
class Target:
    daemon: Daemon
    session: requests.Session = field(default_factory=requests.Session)

    def url(self, path: str) -> str:
        """As clients know it: below the issuer."""
        return self.daemon.issuer + path

    def ask(self, assertion: str, path: str = "/oauth/token", proof: str | None = None, **form) -> requests.Response:
        return self.session.post(
            self.daemon.public + path, timeout=10, headers={"DPoP": proof} if proof else {},
            data={"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE,
                  "client_assertion": assertion, **form})

    def use(
        self, access_token: str, proof: str | None = None, scheme: str = "DPoP", path: str = "/ssf/stream",
    ) -> requests.Response:
        return self.session.get(
            self.daemon.public + path, timeout=10,
            headers={"Authorization": f"{scheme} {access_token}"} | ({"DPoP": proof} if proof else {}))


@pytest.fixture(scope="module")
def target(shared_daemon):
    transmitter = Transmitter(shared_daemon)
    transmitter.client(id=RECEIVER, jwks={"keys": [KEY.jwk, RSA.jwk]})
    transmitter.client(id=OTHER, jwks={"keys": [STRANGER.jwk]})
    yield Target(shared_daemon)
    transmitter.forget_clients()


def told(response: requests.Response) -> tuple:
    """What can be told apart from outside: all but date, nonce and request ids."""
    body = response.json()
    for name in ("request_id", "errorId", "trackingId"):
        body.pop(name, None)
    ignored = ("Date", "X-Okta-Request-Id")
    return response.status_code, body, {name: text for name, text in response.headers.items() if name not in ignored}


# MARK: assertions


def assertion(target: Target, signer=KEY, sign=None, header: dict | None = None, **changes) -> str:
    """A good one, with changes; None takes a claim out."""
    good = {
        "iss": RECEIVER, "sub": RECEIVER, "aud": target.daemon.issuer, "iat": now(), "exp": now() + 5 * MINUTE,
        "jti": str(uuid.uuid4())}
    claims = {name: value for name, value in (good | changes).items() if value is not None}
    return token(claims, signer, sign, **({"typ": "JWT"} | (header or {})))


def changed(**changes) -> Callable[[Target], str]:
    return lambda target: assertion(target, **changes)


def headed(**header) -> Callable[[Target], str]:
    return lambda target: assertion(target, header=header)


ASSERTIONS = {
    "no JWT at all": lambda target: "nonsense",
    "none": lambda target: assertion(target, sign=lambda message: b"", header={"alg": "none"}),
    "HS256 with the public key": lambda target: assertion(
        target, RSA, sign=hs256(RSA.pem), header={"alg": "HS256"}),
    "an algorithm that is not the key's": headed(alg="RS256"),
    "another client's key": lambda target: assertion(target, STRANGER),
    "a key of its own, embedded": lambda target: assertion(target, STRANGER, header={"jwk": STRANGER.jwk, "kid": None}),
    "a weak key, embedded": lambda target: assertion(target, WEAK, header={"jwk": WEAK.jwk}),
    "jku": lambda target: assertion(target, STRANGER, header={"jku": "http://127.0.0.1:1/jwks", "kid": "mine"}),
    "crit": headed(crit=["exp"]),
    "b64 false": headed(b64=False),
    "kid is a path": headed(kid="../../../dev/null"),
    "an access token's type": headed(typ="at+jwt"),
    "a SET's type": headed(typ="secevent+jwt"),
    "a proof's type": headed(typ="dpop+jwt"),
    "another audience": changed(aud="https://other.example.com"),
    "the audience of another endpoint": lambda target: assertion(target, aud=target.url("/oauth2/v1/token")),
    "several audiences, ours among them": lambda target: assertion(
        target, aud=[target.daemon.issuer, "https://other.example.com"]),
    "our issuer with a slash": lambda target: assertion(target, aud=target.daemon.issuer + "/"),
    "no audience": changed(aud=None),
    "expired": lambda target: assertion(target, exp=now() - 2 * MINUTE),
    "good for ever": lambda target: assertion(target, exp=now() + 120 * MINUTE),
    "no exp": changed(exp=None),
    "not yet valid": lambda target: assertion(target, nbf=now() + 3 * MINUTE),
    "issued in the future": lambda target: assertion(target, iat=now() + 3 * MINUTE),
    "no jti": changed(jti=None),
    "a jti without end": changed(jti="j" * 300),
    "no sub": changed(sub=None),
    "another's iss": changed(iss=OTHER),
    "nobody's": changed(iss="nobody", sub="nobody"),
    "longer than 8 KiB": changed(padding="x" * 8192),
    "ES256 with r = s = 0": lambda target: assertion(target, sign=lambda message: bytes(64)),
    "ES256 as DER": lambda target: assertion(target, sign=KEY.der),
}


@pytest.mark.parametrize("attack", ASSERTIONS)
def test_a_forged_assertion_is_refused_as_a_wrong_secret_is(target, attack):
    forged = ASSERTIONS[attack](target)
    wrong_secret = target.session.post(
        target.daemon.public + "/oauth/token", timeout=10, auth=(RECEIVER, "wrong"),
        data={"grant_type": "client_credentials"})

    refused = target.ask(forged)

    assert refused.status_code == 401
    assert refused.json()["error"] == "invalid_client"
    assert told(refused) == told(wrong_secret)
    assert forged not in target.daemon.log.read_text()


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth2/v1/token"])
def test_what_is_good_is_let_in_once_at_either_endpoint(target, path):
    good = assertion(target, aud=target.url(path), exp=now() + 3000)

    assert target.ask(good, path).status_code == 200
    for again in ("/oauth/token", "/oauth2/v1/token"):
        assert target.ask(good, again).json()["error"] == "invalid_client"


def test_of_many_at_the_same_moment_one_uses_an_assertion(target):
    for _ in range(5):
        good = assertion(target)
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _, good=good: Target(target.daemon).ask(good).status_code, range(8)))
        assert sorted(answers) == [200] + [401] * 7


def test_rfc_6749_2_3_two_ways_to_authenticate_are_one_too_many(target):
    twice = target.ask(assertion(target), client_id=RECEIVER, client_secret="wrong")

    assert (twice.status_code, twice.json()["error"]) == (400, "invalid_request")
    assert target.ask(assertion(target), client_id=OTHER).json()["error"] == "invalid_client"


# MARK: proofs


def digest(text: str) -> str:
    return encode(hashlib.sha256(text.encode()).digest())


def proof(target: Target, access_token: str, signer=KEY, sign=None, header: dict | None = None, **changes) -> str:
    """A good one for reading the streams, with changes; None takes a claim out."""
    good = {
        "htm": "GET", "htu": target.url("/ssf/stream"), "iat": now(), "jti": str(uuid.uuid4()),
        "ath": digest(access_token)}
    claims = {name: value for name, value in (good | changes).items() if value is not None}
    return token(claims, signer, sign, **({"typ": "dpop+jwt", "kid": None, "jwk": signer.jwk} | (header or {})))


@pytest.fixture(scope="module")
def bound(target) -> str:
    """An access token that is bound to `KEY`."""
    asked = {"htm": "POST", "htu": target.url("/oauth/token"), "ath": None}
    refused = target.ask(assertion(target), proof=proof(target, "", **asked))
    assert (refused.status_code, refused.json()["error"]) == (400, "use_dpop_nonce")

    granted = target.ask(assertion(target), proof=proof(target, "", nonce=refused.headers["DPoP-Nonce"], **asked))

    assert granted.status_code == 200, granted.text
    assert granted.json()["token_type"] == "DPoP"
    return granted.json()["access_token"]


PROOFS = {
    "no JWT at all": lambda target, bound: "nonsense",
    "none": lambda target, bound: proof(target, bound, sign=lambda message: b"", header={"alg": "none"}),
    "another key": lambda target, bound: proof(target, bound, STRANGER),
    "another key under the name of ours": lambda target, bound: proof(
        target, bound, STRANGER, header={"jwk": KEY.jwk}),
    "a weak key": lambda target, bound: proof(target, bound, WEAK),
    "a symmetric key": lambda target, bound: proof(
        target, bound, sign=hs256(b"k"), header={"alg": "HS256", "jwk": {"kty": "oct", "k": "aw"}}),
    "a private key": lambda target, bound: proof(target, bound, header={"jwk": KEY.jwk | {"d": "AAAA"}}),
    "no key": lambda target, bound: proof(target, bound, header={"jwk": None}),
    "an access token's type": lambda target, bound: proof(target, bound, header={"typ": "at+jwt"}),
    "another method": lambda target, bound: proof(target, bound, htm="POST"),
    "a method in lower case": lambda target, bound: proof(target, bound, htm="get"),
    "another path": lambda target, bound: proof(target, bound, htu=target.url("/ssf/status")),
    "another host": lambda target, bound: proof(target, bound, htu="https://other.example.com/ssf/stream"),
    "a path with dots": lambda target, bound: proof(target, bound, htu=target.url("/x/../ssf/stream")),
    "another access token": lambda target, bound: proof(target, bound, ath=digest("another")),
    "no access token": lambda target, bound: proof(target, bound, ath=None),
    "made too long ago": lambda target, bound: proof(target, bound, iat=now() - 2 * MINUTE),
    "made in the future": lambda target, bound: proof(target, bound, iat=now() + 2 * MINUTE),
    "iat as text": lambda target, bound: proof(target, bound, iat=str(now())),
    "no iat": lambda target, bound: proof(target, bound, iat=None),
    "no jti": lambda target, bound: proof(target, bound, jti=None),
    "a jti without end": lambda target, bound: proof(target, bound, jti="j" * 300),
    "longer than 8 KiB": lambda target, bound: proof(target, bound, padding="x" * 8192),
}

FAMILIES = ["/ssf/stream", "/api/v1/ssf/stream", "/ssf/v1/streams"]


@pytest.mark.parametrize("attack", PROOFS)
def test_rfc_9449_4_3_a_forged_proof_is_refused_as_a_bad_token_is(target, bound, attack):
    for path in FAMILIES:
        refused = target.use(bound, PROOFS[attack](target, bound), path=path)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("DPoP ")
        assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
        assert told(refused) == told(target.use("nonsense", "nonsense", path=path))


def test_rfc_9449_4_3_a_proof_is_good_once(target, bound):
    good = proof(target, bound)

    assert target.use(bound, good).status_code == 200
    assert target.use(bound, good).status_code == 401
    with ThreadPoolExecutor(8) as threads:
        one = proof(target, bound)
        answers = list(threads.map(lambda _: Target(target.daemon).use(bound, one).status_code, range(8)))
    assert sorted(answers) == [200] + [401] * 7


def test_rfc_9449_7_2_a_bound_token_is_nothing_for_a_bearer(target, bound):
    for beside in (None, proof(target, bound)):
        refused = target.use(bound, beside, scheme="Bearer")
        assert refused.status_code == 401
        assert told(refused) == told(target.use("nonsense", scheme="Bearer"))
    assert target.use(bound).status_code == 401, "without a proof"


def test_a_token_that_is_bound_to_no_key_is_shown_as_bearer_only(target):
    granted = target.ask(assertion(target)).json()

    assert granted["token_type"] == "Bearer"
    assert target.use(granted["access_token"], scheme="Bearer").status_code == 200
    unbound = granted["access_token"]
    assert target.use(unbound, proof(target, unbound)).status_code == 401


def test_rfc_9449_9_an_old_nonce_asks_for_the_new_one(target, bound):
    refused = target.use(bound, proof(target, bound, nonce="of-yesterday"))

    assert refused.status_code == 401
    assert 'error="use_dpop_nonce"' in refused.headers["WWW-Authenticate"]
    assert target.use(bound, proof(target, bound, nonce=refused.headers["DPoP-Nonce"])).status_code == 200


def test_the_admin_listener_takes_no_bound_token(target, bound):
    url = target.daemon.admin + "/v1/clients"

    refused = target.session.get(
        url, timeout=10, headers={"Authorization": f"DPoP {bound}", "DPoP": proof(target, bound, htu=url)})

    assert refused.status_code == 401

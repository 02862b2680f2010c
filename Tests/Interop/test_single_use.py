"""What is good once is good once also where many show it at the same moment."""

import hashlib
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests

from harness.forgery import ECSigner, encode, token
from harness.transmitter import Transmitter

KEY, CLIENT, CROWD = ECSigner("key"), "hasty", 8


class HastyClient:
    def __init__(self, transmitter: Transmitter):
        self.public, self.issuer = transmitter.daemon.public, transmitter.daemon.issuer

    def assertion(self) -> str:
        now = int(time.time())
        return token(
            {"iss": CLIENT, "sub": CLIENT, "aud": self.issuer, "exp": now + 60, "jti": str(uuid.uuid4())}, KEY, typ="JWT")

    def ask(self, assertion: str, proof: str | None = None) -> requests.Response:
        return requests.post(
            self.public + "/oauth/token", timeout=10, headers={"DPoP": proof} if proof else {},
            data={
                "grant_type": "client_credentials", "client_assertion": assertion,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"})

    def proof(self, method: str, path: str, **claims: str) -> str:
        return token(
            {"htm": method, "htu": self.issuer + path, "iat": int(time.time()), "jti": str(uuid.uuid4())} | claims, KEY,
            typ="dpop+jwt", kid=None, jwk=KEY.jwk)

    def bound_token(self) -> str:
        nonce = self.ask(self.assertion(), self.proof("POST", "/oauth/token")).headers["DPoP-Nonce"]
        return self.ask(self.assertion(), self.proof("POST", "/oauth/token", nonce=nonce)).json()["access_token"]

    def use(self, access_token: str, proof: str) -> requests.Response:
        return requests.get(
            self.public + "/ssf/stream", timeout=10, headers={"Authorization": f"DPoP {access_token}", "DPoP": proof})


@pytest.fixture
def client(transmitter) -> HastyClient:
    transmitter.client(id=CLIENT, jwks={"keys": [KEY.jwk]})
    return HastyClient(transmitter)


def at_once(call: Callable[[], requests.Response]) -> list[int]:
    """The answers to one call that is made several times at the same moment."""
    barrier = Barrier(CROWD)

    def run(_: int) -> int:
        barrier.wait(10)
        return call().status_code

    with ThreadPoolExecutor(CROWD) as threads:
        return sorted(threads.map(run, range(CROWD)))


def test_rfc_7523_3_of_many_at_once_one_uses_an_assertion(client):
    for _ in range(5):
        assertion = client.assertion()
        assert at_once(lambda assertion=assertion: client.ask(assertion)) == [200] + [401] * (CROWD - 1)


def test_rfc_9449_11_1_of_many_at_once_one_uses_a_proof(client):
    bound = client.bound_token()
    digest = encode(hashlib.sha256(bound.encode()).digest())
    for _ in range(5):
        proof = client.proof("GET", "/ssf/stream", ath=digest)
        assert at_once(lambda proof=proof: client.use(bound, proof)) == [200] + [401] * (CROWD - 1)

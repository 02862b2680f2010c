"""What the attacks on the token endpoint have in common with those on proofs."""

import pytest

from harness.forgery import ECSigner, RSASigner
from harness.token_client import TokenClient, public
from harness.transmitter import Transmitter

# Of the group P-256.
ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
RSA, WEAK, STRANGER = RSASigner("rsa-key"), RSASigner("weak", bits=1024), ECSigner("client-key")


@pytest.fixture(scope="module")
def client(shared_daemon):
    """A client that authenticates with a key."""
    transmitter = Transmitter(shared_daemon)
    client = TokenClient(transmitter, jwks={"keys": [public(RSA)]})
    client.signer = RSA
    yield client
    transmitter.admin.delete_client(client.id)


def es256(r: int, s: int):
    """Signs with a signature of these two numbers, whatever is to be signed."""
    return lambda _: r.to_bytes(32, "big") + s.to_bytes(32, "big")


def told(response):
    """All that an answer tells its caller."""
    headers = {name: value for name, value in response.headers.items() if name not in ("Date", "X-Okta-Request-Id")}
    return response.status_code, response.json(), headers

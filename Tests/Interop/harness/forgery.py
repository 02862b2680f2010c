"""Access tokens as an attacker makes them: every byte is the test's to choose."""

import base64
import hashlib
import hmac
import json
import time
import uuid

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

AUDIENCE = "https://ssf.example.com"


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    return encode(value.to_bytes((value.bit_length() + 7) // 8 or 1, "big"))


class RSASigner:
    algorithm = "RS256"

    def __init__(self, kid: str, bits: int = 2048):
        self.kid = kid
        self.key = rsa.generate_private_key(65537, bits)

    @property
    def jwk(self) -> dict:
        numbers = self.key.public_key().public_numbers()
        return {"kty": "RSA", "kid": self.kid, "use": "sig", "n": number(numbers.n), "e": number(numbers.e)}

    @property
    def pem(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())


class ECSigner:
    algorithm = "ES256"

    def __init__(self, kid: str):
        self.kid = kid
        self.key = ec.generate_private_key(ec.SECP256R1())

    @property
    def jwk(self) -> dict:
        numbers = self.key.public_key().public_numbers()
        x, y = (encode(value.to_bytes(32, "big")) for value in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "kid": self.kid, "x": x, "y": y}

    def der(self, message: bytes) -> bytes:
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self.der(message))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def claims(issuer: str, **changes) -> dict:
    """Good claims, with changes; None takes a claim out."""
    now = int(time.time())
    good = {
        "iss": issuer, "aud": AUDIENCE, "sub": "mallory", "client_id": "mallory", "iat": now, "exp": now + 300,
        "jti": str(uuid.uuid4()), "scope": "ssf.read ssf.manage"}
    return {name: value for name, value in (good | changes).items() if value is not None}


def token(payload: dict | bytes, signer, sign=None, **header) -> str:
    """A compact JWS; header members that are None are left out."""
    members = {"alg": signer.algorithm, "typ": "at+jwt", "kid": signer.kid} | header
    raw = json.dumps({name: value for name, value in members.items() if value is not None}).encode()
    return raw_token(raw, payload, sign or signer.sign)


def raw_token(header: bytes, payload: dict | bytes, sign) -> str:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    message = f"{encode(header)}.{encode(body)}"
    return f"{message}.{encode(sign(message.encode()))}"


def hs256(secret: bytes):
    return lambda message: hmac.new(secret, message, hashlib.sha256).digest()

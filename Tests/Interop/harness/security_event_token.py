"""What must be so for every SET, checked with libraries that the transmitter does not use."""

import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from joserfc import jws
from joserfc.jwk import KeySet

from harness.receiver import Delivery
from harness.signed_token import SignedToken, decode

# How far the two clocks (one machine, whole seconds) may be apart.
CLOCK_SECONDS = 2


def check_push(delivery: Delivery, authorization: str | None) -> None:
    """RFC 8935 §2.1, SSF §6.1.1: the request around the SET."""
    assert delivery.headers["Content-Type"] == "application/secevent+jwt"
    assert delivery.headers["Accept"] == "application/json"
    assert delivery.headers.get_all("Authorization") == ([authorization] if authorization else None)


def check_token(token: SignedToken, key_set: dict, stream: dict, subject: dict) -> dict:
    """SSF §4, RFC 8417 §2.2–2.3, CAEP interop profile §2.6 and §2.8: returns the claims."""
    jws.deserialize_compact(token.body, KeySet.import_key_set(key_set), algorithms=["RS256"])
    check_with_bare_cryptography(token, key_set)
    header, claims = token.header, token.claims
    assert header["typ"] == "secevent+jwt"
    assert header["alg"] == "RS256"
    assert header["kid"] in [key["kid"] for key in key_set["keys"]]
    assert claims["iss"] == stream["iss"]
    assert claims["aud"] == stream["aud"]
    assert claims["sub_id"] == subject
    assert isinstance(claims["jti"], str) and len(claims["jti"]) >= 22, "128 random bits do not fit in less"
    assert isinstance(claims["txn"], str)
    assert type(claims["iat"]) is int and abs(time.time() - claims["iat"]) < 60 + CLOCK_SECONDS
    assert claims["iat"] <= time.time() + CLOCK_SECONDS, "iat is in the future"
    assert len(claims["events"]) == 1
    assert not {"sub", "exp", "nonce"} & claims.keys()
    return claims


def check_with_bare_cryptography(token: SignedToken, key_set: dict) -> None:
    """RFC 7515 §5.2 by hand: raises InvalidSignature if the published key did not sign these bytes."""
    signed, _, signature = token.body.rpartition(b".")
    key = next(key for key in key_set["keys"] if key["kid"] == token.header["kid"])
    modulus, exponent = (int.from_bytes(decode(key[name].encode())) for name in ("n", "e"))
    assert modulus.bit_length() >= 2048
    rsa.RSAPublicNumbers(exponent, modulus).public_key().verify(
        decode(signature), signed, padding.PKCS1v15(), hashes.SHA256())

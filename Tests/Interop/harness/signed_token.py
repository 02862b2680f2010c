"""A SET as it arrived, by push or by poll."""

import base64
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class SignedToken:
    """A compact JWS. What it says is read without verification: that is the tests' business."""

    body: bytes

    @property
    def header(self) -> dict:
        return json.loads(decode(self.body.split(b".")[0]))

    @property
    def claims(self) -> dict:
        return json.loads(decode(self.body.split(b".")[1]))

    @property
    def jti(self) -> str:
        return self.claims["jti"]

    @property
    def event_type(self) -> str:
        return next(iter(self.claims["events"]))

    @property
    def event(self) -> dict:
        return self.claims["events"][self.event_type]


def decode(text: bytes) -> bytes:
    assert b"=" not in text, "base64url of JOSE is not padded (RFC 7515 §2)"
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))

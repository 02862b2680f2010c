"""Okta's SDK for clients that get their tokens with a key: what its tests share."""

import pytest
from jwcrypto.jwk import JWK

from harness.okta_sdk import OktaSDK


@pytest.fixture(scope="session")
def key() -> JWK:
    """The key of every client: how one is made is not what is tested."""
    return JWK.generate(kty="RSA", size=2048)


def keyed_sdk(transmitter, key: JWK, *scopes: str, **options) -> OktaSDK:
    """An SDK client that gets its tokens with a key."""
    client = transmitter.client(*scopes, jwks={"keys": [key.export_public(as_dict=True)]})
    pem = key.export_to_pem(private_key=True, password=None).decode()
    return OktaSDK.with_key(transmitter.daemon.public, client, pem, list(scopes), **options)

"""Okta's SDK gets its tokens from our own endpoint, with a key and with proofs, or is told why not."""

import pytest
from jwcrypto.jwk import JWK

from harness.okta_keys import key, keyed_sdk
from harness.okta_sdk import OktaSDK
from harness.receiver import Receiver
from harness.transmitter import Transmitter

SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"

pytestmark = pytest.mark.usefixtures("sdk_environment")


def test_a_key_that_is_not_the_client_s_gets_no_token(transmitter, key):
    client = transmitter.client(jwks={"keys": [key.export_public(as_dict=True)]})
    stranger = JWK.generate(kty="RSA", size=2048).export_to_pem(private_key=True, password=None).decode()
    sdk = OktaSDK.with_key(transmitter.daemon.public, client, stranger, ["ssf.read"])

    token, _, error = sdk.get_token()

    assert token is None
    assert (error.status, error.error_code) == (401, "invalid_client")


def test_scopes_that_the_client_does_not_have_get_no_token(transmitter, key):
    client = transmitter.client("ssf.read", jwks={"keys": [key.export_public(as_dict=True)]})
    pem = key.export_to_pem(private_key=True, password=None).decode()
    sdk = OktaSDK.with_key(transmitter.daemon.public, client, pem, ["ssf.manage"])

    token, _, error = sdk.get_token()

    assert token is None
    assert (error.status, error.error_code) == (400, "invalid_scope")


def test_the_sdk_goes_on_with_its_token_after_a_restart_that_ended_its_nonce(new_daemon, key):
    daemon = new_daemon().start()
    sdk = keyed_sdk(Transmitter(daemon), key, "ssf.read", "ssf.manage", proves=True)
    with Receiver() as receiver:
        assert sdk.create(receiver.url, [SESSION_REVOKED]).status == 201
    token, kind, _ = sdk.get_token()
    assert kind == "DPoP"
    daemon.terminate()
    daemon.restart()

    answer = sdk.streams()

    assert (answer.status, answer.error) == (200, None)
    assert sdk.get_token()[0] == token

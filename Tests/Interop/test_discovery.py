"""Discovery and keys, as a receiver finds them."""

import pytest
from joserfc.jwk import KeySet

from harness.transmitter import ReceiverAPI


def test_ssf_7_2_metadata_is_public_json_without_empty_arrays(transmitter):
    response = transmitter.with_token(None).discover()

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    metadata = response.json()
    assert metadata["spec_version"] == "1_0"
    assert metadata["issuer"] == transmitter.daemon.issuer
    assert "urn:ietf:rfc:8935" in metadata["delivery_methods_supported"]
    assert {"spec_urn": "urn:ietf:rfc:6749"} in metadata["authorization_schemes"]
    assert metadata["default_subjects"] in ("ALL", "NONE")
    assert [] not in metadata.values()


def test_ssf_7_1_every_endpoint_that_is_announced_exists(transmitter):
    api = transmitter.with_token(None)
    endpoints = [name for name in api.metadata if name.endswith("_endpoint")]

    assert {"configuration_endpoint", "status_endpoint", "verification_endpoint"} <= set(endpoints)
    for name in endpoints:
        assert api.call("POST", api.path(name)).status_code == 401, name


def test_keys_are_strong_and_named_by_their_rfc_7638_thumbprint(transmitter):
    key_set = transmitter.with_token(None).key_set()

    assert {key["alg"] for key in key_set["keys"]} == {"RS256", "ES256"}
    for key, published in zip(KeySet.import_key_set(key_set).keys, key_set["keys"], strict=True):
        assert published["use"] == "sig"
        if published["alg"] == "RS256":
            assert published["kty"] == "RSA" and key.raw_value.key_size >= 2048
        else:
            assert published["kty"] == "EC" and published["crv"] == "P-256"
        assert key.thumbprint() == published["kid"]
        assert not {"d", "p", "q", "dp", "dq", "qi"} & published.keys(), "a private part is published"


@pytest.mark.parametrize("issuer", [
    "https://signals.example.com",
    "https://signals.example.com/tenant-1",
    "https://signals.example.com/tenant-1/",
])
def test_ssf_7_2_1_behind_a_proxy_all_urls_come_from_the_issuer(new_daemon, issuer):
    daemon = new_daemon(development="false", issuer=issuer).start()
    api = ReceiverAPI(daemon.public, None, issuer)

    metadata = api.metadata

    assert metadata["issuer"] == issuer
    assert all(metadata[name].startswith(issuer) for name in metadata if name.endswith(("_endpoint", "_uri")))
    with_prefix, without_prefix = api.path("jwks_uri"), "/ssf/jwks"
    assert api.call("GET", with_prefix).json() == api.call("GET", without_prefix).json()


def test_the_metadata_follows_the_issuer_and_not_the_host_header(transmitter):
    api = transmitter.with_token(None)

    metadata = api.call("GET", "/.well-known/ssf-configuration", headers={"Host": "evil.example"}).json()

    assert metadata == api.metadata

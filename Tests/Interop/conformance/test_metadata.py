"""Discovery: the metadata of a transmitter, in development and behind a proxy."""

import re

import pytest
import requests

from conformance.requirements import requirement
from conformance.vocabulary import POLL, PUSH
from harness.daemon import ROOT, Daemon, run
from harness.poller import Poller
from harness.transmitter import ReceiverAPI, Transmitter

ORIGIN = "https://signals.example.com"
WELL_KNOWN = "/.well-known/ssf-configuration"
ENDPOINTS = ["configuration_endpoint", "status_endpoint", "verification_endpoint"]


@pytest.fixture
def behind_proxy(new_daemon):
    """Starts a daemon as in production, with an issuer; answers it with what a receiver calls."""

    def start(issuer: str) -> tuple[Daemon, ReceiverAPI]:
        daemon = new_daemon(development="false", issuer=issuer).start()
        return daemon, ReceiverAPI(daemon.public, None, issuer)

    return start


@requirement("SSF-33", "SSF-34", "SSF-36")
def test_ssf_33_everything_is_https_below_the_issuer(behind_proxy):
    _, api = behind_proxy(ORIGIN)
    urls = {name: url for name, url in api.metadata.items() if name.endswith(("_endpoint", "_uri"))}

    assert {"jwks_uri", *ENDPOINTS} <= urls.keys()
    assert all(url.startswith(ORIGIN + "/") for url in urls.values()), urls
    assert api.metadata["issuer"] == ORIGIN


@requirement("SSF-33")
@pytest.mark.parametrize("issuer", [
    "http://signals.example.com", "https://signals.example.com/?tenant=1", "https://signals.example.com/#one"])
def test_ssf_33_an_issuer_without_tls_or_with_query_or_fragment_does_not_start(tmp_path, issuer):
    result = run("check-config", "--set", f"state_directory={tmp_path}", "--set", f"issuer={issuer}")

    assert result.returncode != 0
    assert "issuer" in result.stderr


@requirement("POLL-10")
def test_poll_10_a_stream_is_polled_below_the_https_issuer_and_nowhere_else(behind_proxy):
    daemon, _ = behind_proxy(ORIGIN)
    api = Transmitter(daemon).receiver_api()

    stream = api.create_poll()

    assert stream["delivery"]["endpoint_url"].startswith(ORIGIN + "/ssf/poll/")
    elsewhere = stream["delivery"] | {"endpoint_url": stream["delivery"]["endpoint_url"].replace("https", "http")}
    assert api.update({"stream_id": stream["stream_id"], "delivery": elsewhere}).status_code == 400


@requirement("POLL-10", "IOP-1")
def test_poll_10_the_proxy_that_we_ship_takes_tls_1_2_and_newer_alone():
    [protocols] = re.findall(r"^\s*ssl_protocols\s+(.*);$", (ROOT / "config/nginx.conf.example").read_text(), re.M)

    assert set(protocols.split()) == {"TLSv1.2", "TLSv1.3"}


@requirement("SSF-35", "IOP-3")
def test_ssf_35_both_delivery_methods_are_announced(transmitter):
    assert set(transmitter.with_token(None).metadata["delivery_methods_supported"]) == {PUSH, POLL}


@requirement("SSF-37", "SSF-44")
def test_ssf_44_the_metadata_is_a_json_object_without_empty_arrays(transmitter):
    response = transmitter.with_token(None).discover()

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    metadata = response.json()
    assert not [name for name, value in metadata.items() if value == [] or value is None]
    assert all(isinstance(name, str) for name in metadata.get("critical_subject_members", ["user"]))


@requirement("SSF-38", "IOP-4")
def test_ssf_38_the_schemes_of_authorization_can_be_read_without_one(transmitter):
    schemes = transmitter.with_token(None).metadata["authorization_schemes"]

    assert {"spec_urn": "urn:ietf:rfc:6749"} in schemes
    assert all(scheme["spec_urn"].startswith("urn:") for scheme in schemes)


@requirement("SSF-39")
def test_ssf_39_the_token_for_management_is_the_token_for_polls_and_none_is_none(transmitter):
    api = transmitter.receiver_api()
    stream = api.create_poll()

    assert Poller(api, stream).poll(returnImmediately=True).status_code == 200
    assert Poller(transmitter.with_token(None), stream).poll(returnImmediately=True).status_code == 401


@requirement("SSF-40")
def test_ssf_40_default_subjects_has_one_of_its_two_values(transmitter):
    assert transmitter.with_token(None).metadata["default_subjects"] in ("ALL", "NONE")


@requirement("SSF-41", "SSF-42", "SSF-45")
@pytest.mark.parametrize(("path", "inserted"), [("", ""), ("/", ""), ("/a/b", "/a/b"), ("/a/b/", "/a/b")])
def test_ssf_42_the_metadata_is_between_host_and_path_of_the_issuer(behind_proxy, path, inserted):
    daemon, _ = behind_proxy(ORIGIN + path)

    response = requests.get(daemon.public + WELL_KNOWN + inserted, timeout=5)

    assert response.status_code == 200
    assert response.json()["issuer"] == ORIGIN + path, "it is not the same letter by letter"


@requirement("SSF-41")
def test_ssf_41_the_metadata_is_nowhere_else(transmitter):
    api = transmitter.with_token(None)

    assert api.call("GET", WELL_KNOWN + "/other").status_code == 404
    assert api.call("POST", WELL_KNOWN).status_code == 405


@requirement("SSF-43")
def test_ssf_43_there_is_no_risc_configuration(transmitter):
    assert transmitter.with_token(None).call("GET", "/.well-known/risc-configuration").status_code == 404


@requirement("SSF-34", "IOP-3")
def test_ssf_34_jwks_uri_resolves_to_public_keys_for_signatures(transmitter):
    response = transmitter.with_token(None).call("GET", transmitter.with_token(None).path("jwks_uri"))

    keys = response.json()["keys"]
    assert response.status_code == 200
    assert len({key["kid"] for key in keys}) == len(keys)
    assert "RS256" in [key["alg"] for key in keys]
    assert all(key["use"] == "sig" and not {"d", "p", "q", "k"} & key.keys() for key in keys)


@requirement("IOP-2")
def test_iop_2_the_version_is_that_of_the_final_specification(transmitter):
    assert transmitter.with_token(None).metadata["spec_version"] == "1_0"


@requirement("SSF-47", "IOP-3", "IOP-6")
def test_ssf_47_every_endpoint_that_is_announced_is_there(transmitter):
    api = transmitter.receiver_api()
    stream_id = api.create_poll()["stream_id"]

    assert set(ENDPOINTS) <= api.metadata.keys()
    assert api.read(stream_id).status_code == 200
    assert api.status(stream_id).status_code == 200
    assert api.verify({"stream_id": stream_id}).status_code == 204
    assert api.delete(stream_id).status_code == 204

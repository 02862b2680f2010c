"""Push over https: certificates are checked, by a production configuration behind a proxy."""

import datetime

import pytest

from harness.authority import Authority
from harness.daemon import Daemon
from harness.receiver import Receiver
from harness.security_event_token import check_push, check_token
from harness.transmitter import AdminAPI, Transmitter, email
from harness.waiting import wait_until

ISSUER = "https://signals.example.com/tenant-1"
SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"


@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(tmp_path / "authority", "Interop test authority")


@pytest.fixture
def daemon(new_daemon, authority) -> Daemon:
    return new_daemon(**{
        "development": "false", "issuer": ISSUER, "delivery.ca_file": authority.certificate,
        "delivery.allowed_networks": "127.0.0.0/8,::1/128",
    }).start()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_receiver_with_a_certificate_of_the_configured_authority_gets_its_events(daemon, authority, host):
    api, admin = Transmitter(daemon).receiver_api(), AdminAPI(daemon.admin, daemon.admin_token)
    with Receiver(tls=authority.server_context(host), host=host) as receiver:
        stream = api.create_push(receiver.url, "Bearer over-tls")
        receiver.wait_for(VERIFICATION)
        admin.emit("session-revoked", email("jane@example.com"))
        [delivery] = receiver.wait_for(SESSION_REVOKED)

    check_push(delivery, "Bearer over-tls")
    claims = check_token(delivery, api.key_set(), stream, email("jane@example.com"))
    assert claims["iss"] == ISSUER
    assert receiver.failed_handshakes == 0


def untrusted(authority: Authority, tmp_path):
    return Authority(tmp_path / "stranger", "Somebody else").server_context("localhost")


def wrong_name(authority: Authority, tmp_path):
    return authority.server_context("other.example.com")


def expired(authority: Authority, tmp_path):
    return authority.server_context("localhost", lifetime=datetime.timedelta(days=-1))


@pytest.mark.parametrize("certificate", [untrusted, wrong_name, expired])
def test_rfc_8935_3_a_receiver_that_is_not_who_it_should_be_gets_nothing(
    daemon, authority, tmp_path, certificate
):
    api, admin = Transmitter(daemon).receiver_api(), AdminAPI(daemon.admin, daemon.admin_token)
    with Receiver(tls=certificate(authority, tmp_path), host="localhost") as receiver:
        stream_id = api.create_push(receiver.url)["stream_id"]
        wait_until(lambda: receiver.failed_handshakes >= 2, "two refused handshakes", 20)
        totals = admin.totals(stream_id)

    assert receiver.deliveries == []
    assert totals["pending"] == 1 and totals["delivered"] == 0


def test_in_production_a_receiver_over_plain_http_is_refused(daemon):
    response = Transmitter(daemon).receiver_api().create(
        {"delivery": {"method": "urn:ietf:rfc:8935", "endpoint_url": "http://127.0.0.1:9/events"}})

    assert response.status_code == 400
    assert "https" in response.json()["detail"]

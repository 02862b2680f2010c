"""Limits for clients and for strangers, with the SDKs from PyPI and through what a reverse proxy sends."""

import socket
import time
from urllib.parse import urlsplit

import pytest
import requests

from harness.daemon import Daemon
from harness.metrics import Scrape
from harness.okta_sdk import OktaSDK
from harness.sailpoint_sdk import SailPointSDK
from harness.transmitter import AdminAPI, ReceiverAPI, Transmitter, email
from harness.waiting import wait_until

# Four calls at once, then two a second.
SLOW = {"limits.management_per_second": 2}
BEHIND_PROXY = {"public.trusted_proxies": "127.0.0.0/8"}

pytestmark = pytest.mark.usefixtures("sdk_environment")


def call(daemon: Daemon, token: str, client: str | None = None, **headers) -> requests.Response:
    if client:
        headers["X-Forwarded-For"] = client
    return requests.get(
        daemon.public + "/ssf/stream", headers={"Authorization": f"Bearer {token}", **headers}, timeout=10)


# MARK: clients

def test_oktas_sdk_waits_for_the_limit_and_is_let_through(new_daemon):
    daemon = new_daemon(**SLOW).start()
    sdk = OktaSDK(daemon.public, Transmitter(daemon).token(), retries=2)

    start = time.monotonic()
    answers = [sdk.streams() for _ in range(6)]

    assert [answer.status for answer in answers] == [200] * 6
    assert time.monotonic() - start > 1, "the SDK had nothing to wait for"


def test_oktas_sdk_tells_of_the_limit_where_it_may_not_wait(new_daemon):
    daemon = new_daemon(**SLOW).start()
    sdk = OktaSDK(daemon.public, Transmitter(daemon).token(), retries=0)

    answers = [sdk.streams() for _ in range(5)]

    assert [answer.status for answer in answers] == [200] * 4 + [429]
    allowed, refused = answers[0], answers[-1]
    assert allowed.headers["X-Rate-Limit-Limit"] == refused.headers["X-Rate-Limit-Limit"] == "4"
    assert (allowed.headers["X-Rate-Limit-Remaining"], refused.headers["X-Rate-Limit-Remaining"]) == ("3", "0")
    assert int(refused.headers["X-Rate-Limit-Reset"]) >= int(time.time())
    assert refused.headers["Date"]
    assert refused.error.error_code == "E0000047"


def test_sailpoints_sdk_waits_for_the_limit_and_is_let_through(new_daemon):
    daemon = new_daemon(**SLOW).start()
    sdk = SailPointSDK(daemon.public, Transmitter(daemon).token())

    start = time.monotonic()
    answers = [sdk.streams() for _ in range(6)]

    assert [answer.status for answer in answers] == [200] * 6
    assert time.monotonic() - start > 1, "the SDK had nothing to wait for"


def test_sailpoints_sdk_tells_of_the_limit_where_it_does_not_wait(new_daemon):
    daemon = new_daemon(**SLOW).start()
    sdk = SailPointSDK(daemon.public, Transmitter(daemon).token())
    for _ in range(4):
        assert sdk.streams().status == 200

    refused = sdk.create("http://127.0.0.1:9/events")

    assert refused.status == 429
    assert refused.data.message.startswith("this client calls too often")
    assert int(refused.headers["Retry-After"]) >= 1


def test_a_client_changes_no_more_in_a_day_than_it_may_and_repeats_itself_as_it_likes(new_daemon):
    transmitter = Transmitter(new_daemon(**{"limits.changes_per_day": 1}).start())
    api = transmitter.receiver_api()
    stream = api.create_poll()["stream_id"]

    def remove(number: int) -> requests.Response:
        return api.remove_subject({"stream_id": stream, "subject": email(f"user{number}@example.com")})

    assert [remove(number).status_code for number in range(99)] == [204] * 99
    refused = remove(99)

    assert refused.status_code == 429
    assert 86_000 < int(refused.headers["Retry-After"]) <= 86_400
    assert remove(0).status_code == 204, "nothing changes"
    entries = transmitter.admin.call("GET", f"/v1/audit?target=stream/{stream}&limit=200").json()["entries"]
    assert len(entries) == 100, "the making of the stream and 99 removals"


# MARK: strangers

def test_an_address_that_fails_too_often_is_refused_and_its_neighbours_are_not(new_daemon):
    daemon = new_daemon(**BEHIND_PROXY).start()
    good = Transmitter(daemon).token()

    codes = [call(daemon, "bad", "198.51.100.1").status_code for _ in range(22)]

    assert codes == [401] * 20 + [429] * 2
    refused = call(daemon, "bad", "198.51.100.1")
    assert 1 <= int(refused.headers["Retry-After"]) <= 3
    assert refused.headers["RateLimit"].startswith('"authentication-failures";r=0;t=')
    assert call(daemon, good, "198.51.100.1").status_code == 200
    assert call(daemon, "bad", "198.51.100.2").status_code == 401
    assert call(daemon, "bad", "203.0.113.9, 198.51.100.1").status_code == 429
    assert call(daemon, "bad", Forwarded="for=198.51.100.1").status_code == 429


def test_a_proxy_that_is_not_trusted_is_not_believed(new_daemon):
    daemon = new_daemon().start()

    codes = {call(daemon, "bad", f"198.51.100.{number}").status_code for number in range(30)}
    codes |= {call(daemon, "bad", "198.51.100.1").status_code for _ in range(30)}

    assert codes == {401}, "loopback is exempt, whatever it says"


def test_a_client_has_64_requests_under_way_behind_a_proxy_and_its_neighbour_is_served(new_daemon):
    daemon = new_daemon(**BEHIND_PROXY, **{"poll.longest_wait": "8s", "streams.verify_on_create": "false"}).start()
    transmitter = Transmitter(daemon)
    token = transmitter.token()
    api = ReceiverAPI(daemon.public, token, daemon.issuer)
    streams = [api.create_poll() for _ in range(64)]
    before = public_requests(transmitter.admin)
    polls = [waiting_poll(daemon, token, stream, "198.51.100.1") for stream in streams]
    try:
        # Not asked by calls of the same client: one of them could take a poll's place.
        wait_until(lambda: public_requests(transmitter.admin) - before == 64, "64 polls to be under way", 5)
        assert call(daemon, "bad", "198.51.100.1").status_code == 503
        assert call(daemon, "bad", "198.51.100.2").status_code == 401
        wait_until(lambda: call(daemon, "bad", "198.51.100.1").status_code == 401, "a poll to end", 20)
    finally:
        for poll in polls:
            poll.close()


def public_requests(admin: AdminAPI) -> float:
    """How many the public listener has had, each read whole."""
    return Scrape(admin).value("ssf_http_requests_total", listener="public")


def waiting_poll(daemon: Daemon, token: str, stream: dict, client: str) -> socket.socket:
    """A poll under way on a connection of its own."""
    url = urlsplit(stream["delivery"]["endpoint_url"])
    connection = socket.create_connection((url.hostname, url.port), timeout=10)
    connection.sendall(
        f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Bearer {token}\r\n"
        f"X-Forwarded-For: {client}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}".encode())
    return connection

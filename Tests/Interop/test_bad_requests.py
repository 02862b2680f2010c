"""Bad requests: each gets the right status and an answer that names the cause; the daemon lives on."""

import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest

from harness.receiver import Receiver
from harness.transmitter import API, email

MEBIBYTE = 1 << 20
EVENT = {"type": "session-revoked", "subject": email("jane@example.com")}
PUSH = {"method": "urn:ietf:rfc:8935", "endpoint_url": "http://127.0.0.1:9/events"}


def check_problem(response, status: int, *texts: str) -> None:
    """RFC 9457, with every one of `texts` in its detail."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status and problem["title"] and problem["type"] and problem["request_id"]
    for text in texts:
        assert text in problem["detail"]


def numbered(rows: list[tuple]) -> list[str]:
    """Names of test cases: the row's number and what it is about."""
    return [f"{number}{row[1]}" for number, row in enumerate(rows)]


BROKEN = [
    (b";{ broken", "line 1, column 1"),
    (b"", "line 1, column 1"),
    (b'{"type":"session-revoked",\n "subject":}', "line 2, column 12"),
    (b'{"type":"session-revoked","type":"session-revoked"}', '"type"'),
    (b'{"subject":{"format":"email","email":"a@b.c","email":"d@e.f"}}', '"email"'),
    (b'{"type":"\xff"}', "line 1"),
    (b'{"type":"\\ud800"}', "line 1"),
    (b"[" * 5000, "line 1, column 33"),
    (b"{} {}", "line 1, column 4"),
]


@pytest.mark.parametrize(("body", "text"), BROKEN, ids=range(len(BROKEN)))
def test_a_body_that_is_not_json_is_400_and_says_where(transmitter, body, text):
    api = transmitter.receiver_api()

    check_problem(transmitter.admin.call("POST", "/v1/events", data=body), 400, "not valid JSON", text)
    for endpoint in ("configuration_endpoint", "status_endpoint", "verification_endpoint"):
        check_problem(api.call("POST", api.path(endpoint), data=body), 400, "not valid JSON", text)


@pytest.mark.parametrize("body", [b"null", b"5", b'"text"', b"[]", b"[{}]", b"true"])
def test_a_body_that_is_json_but_no_object_is_400(transmitter, body):
    api = transmitter.receiver_api()

    for endpoint in ("configuration_endpoint", "status_endpoint", "verification_endpoint"):
        check_problem(api.call("POST", api.path(endpoint), data=body), 400, "object")
    assert transmitter.admin.call("POST", "/v1/events", data=body).status_code == 400


EVENTS = [
    ({"subject": EVENT["subject"]}, "/type"),
    ({"type": "session-revoked"}, "/subject"),
    (EVENT | {"type": 5}, "/type"),
    (EVENT | {"type": "session revoked"}, "/type"),
    (EVENT | {"type": "sesion-revoked"}, "/type"),
    (EVENT | {"type": "https://schemas.openid.net/secevent/ssf/event-type/verification"}, "/type"),
    (EVENT | {"subject": "jane@example.com"}, "/subject"),
    (EVENT | {"subject": {"email": "jane@example.com"}}, "/subject/format"),
    (EVENT | {"subject": {"format": "email"}}, "/subject/email"),
    (EVENT | {"subject": {"format": "email", "email": 1}}, "/subject/email"),
    (EVENT | {"subject": {"format": "email", "email": "jane"}}, "/subject/email"),
    (EVENT | {"subject": {"format": "complex", "user": {"format": "opaque"}}}, "/subject/user/id"),
    (EVENT | {"members": []}, "/members"),
    (EVENT | {"members": {"event_timestamp": "now"}}, "/members/event_timestamp"),
    (EVENT | {"members": {"initiating_entity": "robot"}}, "/members/initiating_entity"),
    (EVENT | {"members": {"reason_admin": "because"}}, "/members/reason_admin"),
    (EVENT | {"txn": ""}, "/txn"),
    (EVENT | {"event_timestamp": 1}, "/event_timestamp"),
    (EVENT | {"type": "credential-change"}, "/members/credential_type"),
    (EVENT | {"type": "credential-change", "members": {"credential_type": "pin", "change_type": "eat"}},
     "/members/change_type"),
    (EVENT | {"type": "device-compliance-change", "members": {"current_status": "compliant"}},
     "/members/previous_status"),
    (EVENT | {"type": "risk-level-change", "members": {"principal": "USER", "current_level": "low"}},
     "/members/current_level"),
    (EVENT | {"type": "token-claims-change", "members": {"claims": {}}}, "/members/claims"),
    (EVENT | {"type": "identifier-changed", "subject": {"format": "opaque", "id": "1"}}, "/subject/format"),
]


@pytest.mark.parametrize(("event", "pointer"), EVENTS, ids=numbered(EVENTS))
def test_an_event_with_a_fault_is_400_and_names_the_member(transmitter, event, pointer):
    response = transmitter.admin.submit(event)

    check_problem(response, 400, pointer)
    assert pointer in [fault["pointer"] for fault in response.json()["errors"]]


def test_an_array_with_one_bad_event_is_refused_whole(transmitter):
    with Receiver() as receiver:
        stream_id = transmitter.receiver_api().create_push(receiver.url)["stream_id"]
        response = transmitter.admin.submit([EVENT, EVENT | {"type": "nonsense"}])

        check_problem(response, 400, "/1/type")
        assert transmitter.admin.totals(stream_id)["accepted"] == 1, "the verification event alone"


ENDPOINTS = [
    ("https://user:secret@receiver.example.com/", "user name or password"),
    ("https://receiver.example.com/#events", "fragment"),
    ("ftp://receiver.example.com/", "https://"),
    ("file:///etc/passwd", "https://"),
    ("javascript:alert(1)", "https://"),
    ("receiver.example.com/events", "https://"),
    ("", "empty"),
    ("https:///events", "host"),
    ("https://10.0.0.1/", "private"),
    ("https://192.168.1.1/", "private"),
    ("https://172.16.0.1/", "private"),
    ("https://169.254.169.254/latest/meta-data/", "cloud metadata"),
    ("https://[fd00::1]/", ""),
    ("https://[fe80::1]/", "link-local"),
    ("https://[::ffff:10.0.0.1]/", "private"),
    ("https://0.0.0.0/", ""),
    ("https://224.0.0.1/", "multicast"),
    ("https://2130706433/", "IPv4"),
    ("https://0177.0.0.1/", "IPv4"),
    ("https://receiver.example.com:99999/", "port"),
    ("https://receiver.example.com/a b", "space"),
    ("https://receiver.example.com/\r\nX-Injected: 1", "control"),
]


@pytest.mark.parametrize(("url", "text"), ENDPOINTS, ids=[repr(endpoint[0]) for endpoint in ENDPOINTS])
def test_an_endpoint_url_that_must_not_be_called_is_400(transmitter, url, text):
    response = transmitter.receiver_api().create({"delivery": PUSH | {"endpoint_url": url}})

    check_problem(response, 400, "/delivery/endpoint_url", text)


@pytest.mark.parametrize("header", [
    "Bearer a\r\nX-Injected: 1", "Bearer a\n", "Bearer a\x00", "Bearer ü", " x", "", 5])
def test_an_authorization_header_that_could_inject_another_is_400(transmitter, header):
    response = transmitter.receiver_api().create({"delivery": PUSH | {"authorization_header": header}})

    check_problem(response, 400, "/delivery/authorization_header")


CREATIONS = [
    ({"delivery": "push"}, "/delivery"),
    ({"delivery": {}}, "/delivery/method"),
    ({"delivery": {"method": "urn:ietf:rfc:8935"}}, "/delivery/endpoint_url"),
    ({"delivery": PUSH | {"method": "carrier-pigeon"}}, "/delivery/method"),
    ({"delivery": PUSH | {"method": 8935}}, "/delivery/method"),
    ({"delivery": PUSH | {"endpoint_url": ["x"]}}, "/delivery/endpoint_url"),
    ({"delivery": PUSH, "events_requested": "all"}, "/events_requested"),
    ({"delivery": PUSH, "events_requested": [1]}, "/events_requested/0"),
    ({"delivery": PUSH, "description": 1}, "/description"),
]


@pytest.mark.parametrize(("body", "pointer"), CREATIONS, ids=numbered(CREATIONS))
def test_a_create_with_a_wrong_member_is_400_and_names_it(transmitter, body, pointer):
    api = transmitter.receiver_api()

    check_problem(api.create(body), 400, pointer)
    assert api.read().json() == []


@pytest.mark.parametrize("member", [
    {"iss": "https://other.example.com"}, {"aud": "https://other.example.com"}, {"events_delivered": []},
    {"events_supported": ["https://example.com/x"]}, {"min_verification_interval": 1},
])
def test_ssf_8_1_1_3_a_transmitter_supplied_member_that_is_not_current_is_400(transmitter, member):
    api = transmitter.receiver_api()
    with Receiver() as receiver:
        stream = api.create_push(receiver.url)
        [name] = member
        change = {"stream_id": stream["stream_id"], "description": "x"}

        check_problem(api.update(change | member), 400, f"/{name}")
        check_problem(api.replace(change | {"delivery": stream["delivery"]} | member), 400, f"/{name}")
        assert api.update(change | {name: stream[name]}).status_code == 200


def test_a_status_or_verification_with_a_fault_is_400(transmitter):
    api = transmitter.receiver_api()
    with Receiver() as receiver:
        stream_id = api.create_push(receiver.url)["stream_id"]

        check_problem(api.set_status({"status": "paused"}), 400, "/stream_id")
        check_problem(api.set_status({"stream_id": stream_id}), 400, "/status")
        check_problem(api.set_status({"stream_id": stream_id, "status": "asleep"}), 400, "/status", "enabled")
        check_problem(api.verify({"stream_id": 5}), 400, "/stream_id")
        check_problem(api.verify({"stream_id": stream_id, "state": 5}), 400, "/state")
        check_problem(api.call("GET", api.path("status_endpoint")), 400, "stream_id")
        check_problem(api.call("DELETE", api.path("configuration_endpoint")), 400, "stream_id")


def test_one_stream_too_many_is_409_and_names_the_limit(new_daemon):
    daemon = new_daemon(**{"limits.streams_per_client": 1}).start()
    admin = API(daemon.admin, daemon.admin_token)
    client = admin.call("POST", "/v1/clients", json={}).json()["id"]
    token = admin.call("POST", f"/v1/clients/{client}/tokens").json()["token"]
    receiver = API(daemon.public, token)

    assert receiver.call("POST", "/ssf/stream", json={"delivery": PUSH}).status_code == 201
    check_problem(
        receiver.call("POST", "/ssf/stream", json={"delivery": PUSH}), 409, "limits.streams_per_client")


# MARK: sizes

def test_a_body_of_1_mib_is_413_on_a_management_endpoint(transmitter):
    api = transmitter.receiver_api()

    check_problem(api.call("POST", api.path("configuration_endpoint"), data=b" " * MEBIBYTE), 413, "too large")


def test_a_body_of_just_1_mib_is_read_on_the_events_endpoint_and_one_more_byte_is_not(transmitter):
    event = json.dumps(EVENT).encode()
    padding = b" " * (MEBIBYTE - len(event))

    assert transmitter.admin.call("POST", "/v1/events", data=event + padding).status_code == 202
    check_problem(transmitter.admin.call("POST", "/v1/events", data=event + padding + b" "), 413, "too large")


def test_a_body_that_is_announced_too_large_is_413_before_it_is_sent(transmitter):
    address = urlsplit(transmitter.daemon.admin)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    connection.putrequest("POST", "/v1/events")
    connection.putheader("Content-Length", str(1 << 40))
    connection.endheaders()

    assert connection.getresponse().status == 413
    connection.close()


# MARK: messages

MESSAGES = [
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
    (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-Long: " + b"a" * 17000 + b"\r\n\r\n", 431),
]


@pytest.mark.parametrize(("message", "status"), MESSAGES, ids=range(len(MESSAGES)))
def test_a_message_that_is_not_good_http_is_refused(transmitter, message, status):
    address = urlsplit(transmitter.daemon.public)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(message)
        answer = b""
        while part := connection.recv(65536):
            answer += part

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


def test_an_unknown_path_is_404_and_a_wrong_method_405_with_allow(transmitter):
    api = transmitter.receiver_api()

    check_problem(api.call("GET", "/nowhere"), 404, "/nowhere")
    refused = api.call("DELETE", api.path("verification_endpoint"))
    check_problem(refused, 405)
    assert "POST" in refused.headers["Allow"]

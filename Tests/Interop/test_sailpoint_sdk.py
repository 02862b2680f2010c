"""SailPoint's SDK from PyPI, unmodified, against the SailPoint family: every operation, done and refused."""

import datetime
import json
import re

import pytest

from harness.receiver import Receiver
from harness.sailpoint_sdk import PUSH, Answer, SailPointSDK
from harness.security_event_token import check_push, check_token
from harness.transmitter import Transmitter, email

CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
SESSION_REVOKED = CAEP + "session-revoked"
VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"
POLL = "urn:ietf:rfc:8936"
UNKNOWN = "550e8400-e29b-41d4-a716-446655440000"

pytestmark = pytest.mark.usefixtures("sdk_environment")


@pytest.fixture(params=["a token", "client credentials"])
def new_sdk(transmitter, request):
    """Makes SDK clients, each for a client of its own: with a token that it is given, or with a secret to get one."""

    def make(*scopes: str) -> SailPointSDK:
        client = transmitter.client(*scopes)
        if request.param == "a token":
            return SailPointSDK(transmitter.daemon.public, transmitter.admin.create_token(client)["token"])
        secret = transmitter.admin.create_secret(client)
        return SailPointSDK(transmitter.daemon.public, client_id=client, client_secret=secret)

    return make


@pytest.fixture
def sdk(new_sdk):
    return new_sdk("sp:ssf-transmitter-streams:manage")


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def stream(sdk, receiver):
    """A stream made by the SDK, as the SDK reads it."""
    return sdk.create(
        receiver.url, "Bearer push secret", events_requested=[SESSION_REVOKED], description="before").data


def check_error(answer: Answer, status: int, code: str, *parts: str) -> None:
    """An ErrorResponseDto that the SDK has typed; where it knows no type for the status, one by its members."""
    assert answer.status == status
    dto = answer.data.to_dict() if answer.data else json.loads(answer.error.body)
    assert dto["detailCode"] == code
    assert re.fullmatch("[0-9a-f]{32}", dto["trackingId"])
    [message] = dto["messages"]
    for told in (message, *dto["causes"]):
        assert (told["locale"], told["localeOrigin"]) == ("en-US", "DEFAULT")
    for part in parts:
        assert part in " ".join(told["text"] for told in (message, *dto["causes"]))


# MARK: what is done

def test_the_metadata_is_read(transmitter, sdk):
    answer = sdk.call("get_ssf_configuration_v1")

    assert (answer.status, answer.error) == (200, None)
    base = transmitter.daemon.issuer + "/ssf/v1"
    assert answer.data.issuer == transmitter.daemon.issuer
    assert answer.data.spec_version == "1_0"
    assert answer.data.jwks_uri == base + "/jwks"
    assert answer.data.configuration_endpoint == base + "/streams"
    assert answer.data.status_endpoint == base + "/streams/status"
    assert answer.data.verification_endpoint == base + "/streams/verify"
    assert answer.data.delivery_methods_supported == [PUSH, POLL]
    assert [scheme.spec_urn for scheme in answer.data.authorization_schemes] == [
        "urn:ietf:rfc:6749", "urn:ietf:rfc:6750"]


def test_the_keys_are_read(transmitter, sdk):
    answer = sdk.call("get_jwks_data_v1")

    assert (answer.status, answer.error) == (200, None)
    published = transmitter.with_token(None).key_set()["keys"]
    assert {"RS256"} <= {key.alg for key in answer.data.keys}
    assert [key.kid for key in answer.data.keys] == [key["kid"] for key in published]
    for key in answer.data.keys:
        assert key.use == "sig"
        assert key.kty != "RSA" or key.e == "AQAB" and len(key.n) >= 342


def test_a_stream_is_created(transmitter, sdk, receiver):
    events = [SESSION_REVOKED, "https://example.com/not-supported"]

    answer = sdk.create(receiver.url, "Bearer secret", events_requested=events, description="Interop")

    assert (answer.status, answer.error) == (201, None)
    made = answer.data
    assert made.stream_id
    assert made.iss == transmitter.daemon.issuer
    assert made.aud == receiver.origin
    assert (made.delivery.method, made.delivery.endpoint_url) == (PUSH, receiver.url)
    assert made.events_requested == events
    assert made.events_delivered == [SESSION_REVOKED]
    assert SESSION_REVOKED in made.events_supported
    assert made.description == "Interop"
    assert made.min_verification_interval == 60
    assert made.inactivity_timeout is None


def test_a_stream_that_names_no_events_gets_all(sdk, receiver):
    made = sdk.create(receiver.url).data

    assert made.events_requested is None
    assert made.events_delivered == made.events_supported


def test_streams_are_listed_and_read(sdk, new_sdk, stream):
    listed, read, none = sdk.streams(), sdk.streams(stream.stream_id), new_sdk().streams()

    assert (listed.status, listed.data.actual_instance) == (200, [stream])
    assert (read.status, read.data.actual_instance) == (200, stream)
    assert (none.status, none.data.actual_instance) == (200, [])


def test_a_list_is_filtered_by_audience(transmitter):
    api = transmitter.receiver_api(audience="https://receiver.example.com/web")
    with Receiver() as receiver:
        stream_id = api.create_push(receiver.url)["stream_id"]

        for part, found in (("example.com/web", [stream_id]), ("other", [])):
            listed = api.call("GET", "/ssf/v1/streams", params={"aud": part}).json()
            assert [stream["stream_id"] for stream in listed] == found


def test_an_update_changes_what_it_names(sdk, receiver, stream):
    before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=1)

    answer = sdk.update(stream.stream_id, description="after")

    assert (answer.status, answer.error) == (200, None)
    assert before < answer.data.updated_at < before + datetime.timedelta(minutes=1)
    assert answer.data.to_dict() | {"updatedAt": None} == stream.to_dict() | {
        "description": "after", "updatedAt": None}


def test_an_update_of_the_endpoint_keeps_the_rest_of_the_delivery(sdk, receiver, stream):
    with Receiver() as other:
        answer = sdk.update(stream.stream_id, {"endpoint_url": other.url})
        assert sdk.verify(stream.stream_id, "moved").status == 204
        [verification] = [
            delivery for delivery in other.wait_for(VERIFICATION)
            if delivery.claims["events"][VERIFICATION] == {"state": "moved"}]

    assert (answer.data.delivery.method, answer.data.delivery.endpoint_url) == (PUSH, other.url)
    assert answer.data.aud == receiver.origin
    check_push(verification, "Bearer push secret")


def test_a_replacement_deletes_what_it_leaves_out(sdk, receiver, stream):
    receiver.wait_for(VERIFICATION)

    answer = sdk.replace(stream.stream_id, receiver.url)

    assert (answer.status, answer.error) == (200, None)
    assert answer.data.updated_at is not None
    assert answer.data.description is None
    assert answer.data.events_requested is None
    assert answer.data.events_delivered == stream.events_supported
    sdk.verify(stream.stream_id)
    check_push(receiver.wait_for(VERIFICATION, 2)[1], authorization=None)


@pytest.mark.parametrize("status", ["enabled", "paused", "disabled"])
def test_a_status_is_changed_and_read(sdk, stream, status):
    changed = sdk.set_status(stream.stream_id, status, "manually")

    assert (changed.status, changed.error) == (200, None)
    assert (changed.data.stream_id, changed.data.status, changed.data.reason) == (
        stream.stream_id, status, "manually")
    assert sdk.status(stream.stream_id).data == changed.data


def test_a_verification_echoes_its_state(sdk, receiver, stream):
    answer = sdk.verify(stream.stream_id, "verification-challenge-state-123")

    assert (answer.status, answer.data, answer.error) == (204, None, None)
    [_, verification] = receiver.wait_for(VERIFICATION, 2)
    assert verification.claims["events"] == {VERIFICATION: {"state": "verification-challenge-state-123"}}


def test_an_event_reaches_a_stream_that_the_sdk_made(transmitter, receiver, stream):
    subject = email("jane@example.com")
    transmitter.admin.emit(SESSION_REVOKED, subject)

    [delivered] = receiver.wait_for(SESSION_REVOKED)

    check_push(delivered, "Bearer push secret")
    keys = transmitter.with_token(None).call("GET", "/ssf/v1/jwks").json()
    check_token(delivered, keys, {"iss": stream.iss, "aud": stream.aud}, subject)


def test_a_stream_of_the_sdk_can_be_polled(transmitter):
    api = transmitter.receiver_api()
    sdk = SailPointSDK(transmitter.daemon.public, api.session.headers["Authorization"].removeprefix("Bearer "))
    made = sdk.create("https://ignored.example.com/", method=POLL, events_requested=[SESSION_REVOKED]).data
    assert made.delivery.endpoint_url == f"{transmitter.daemon.issuer}/ssf/poll/{made.stream_id}"
    receipt = transmitter.admin.emit(SESSION_REVOKED, email("jane@example.com"))

    polled = api.call("POST", f"/ssf/poll/{made.stream_id}", json={"returnImmediately": True}).json()

    jtis = [delivery["jti"] for delivery in receipt["deliveries"] if delivery["stream_id"] == made.stream_id]
    assert set(jtis) < set(polled["sets"]), "the event and the automatic verification"


def test_a_stream_is_deleted(sdk, stream):
    answer = sdk.delete(stream.stream_id)

    assert (answer.status, answer.data, answer.error) == (204, None, None)
    assert sdk.streams().data.actual_instance == []


# MARK: what is refused

OPERATIONS = {
    "get_stream_v1": lambda sdk, stream_id: sdk.streams(stream_id),
    "get_stream_status_v1": lambda sdk, stream_id: sdk.status(stream_id),
    "update_stream_configuration_v1": lambda sdk, stream_id: sdk.update(stream_id, description="changed"),
    "set_stream_configuration_v1": lambda sdk, stream_id: sdk.replace(stream_id, "https://receiver.example.com/"),
    "update_stream_status_v1": lambda sdk, stream_id: sdk.set_status(stream_id, "disabled"),
    "send_stream_verification_v1": lambda sdk, stream_id: sdk.verify(stream_id),
    "delete_stream_v1": lambda sdk, stream_id: sdk.delete(stream_id),
    "create_stream_v1": lambda sdk, _: sdk.create("https://receiver.example.com/"),
}
READING = ["get_stream_v1", "get_stream_status_v1"]
ON_ONE_STREAM = [name for name in OPERATIONS if name != "create_stream_v1"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_bad_token_is_401(transmitter, operation):
    sdk = SailPointSDK(transmitter.daemon.public, "ssft_not-a-token-of-ours")

    answer = OPERATIONS[operation](sdk, UNKNOWN)

    assert answer.status == 401
    assert "not valid" in answer.data.error
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_wrong_secret_gets_no_token(transmitter, capsys):
    with pytest.raises(TypeError):
        SailPointSDK(transmitter.daemon.public, client_id=transmitter.client(), client_secret="wrong").streams()

    assert "Unauthorized when retrieving access token" in capsys.readouterr().out


@pytest.mark.parametrize("operation", ["get_ssf_configuration_v1", "get_jwks_data_v1"])
def test_public_documents_do_not_look_at_the_token(transmitter, operation):
    sdk = SailPointSDK(transmitter.daemon.public, "ssft_not-a-token-of-ours")

    assert sdk.call(operation).status == 200


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_token_without_the_scope_is_403(new_sdk, operation):
    sdk = new_sdk("ssf.emit" if operation in READING else "ssf.read")

    wanted = "ssf.read" if operation in READING else "ssf.manage"
    check_error(OPERATIONS[operation](sdk, UNKNOWN), 403, "403 Forbidden", wanted)


@pytest.mark.parametrize("operation", ON_ONE_STREAM)
def test_no_such_stream_is_404(sdk, stream, operation):
    check_error(OPERATIONS[operation](sdk, UNKNOWN), 404, "404 Not found", UNKNOWN)


@pytest.mark.parametrize("operation", ON_ONE_STREAM)
def test_a_stream_of_another_client_is_404(sdk, new_sdk, stream, operation):
    check_error(OPERATIONS[operation](new_sdk(), stream.stream_id), 404, "404 Not found", stream.stream_id)

    assert sdk.streams(stream.stream_id).data.actual_instance == stream


def test_what_cannot_be_accepted_is_400(sdk, stream):
    code, stream_id = "400.1 Bad Request Content", stream.stream_id

    for answer in (
        sdk.create("javascript:alert(1)"), sdk.update(stream_id, {"endpoint_url": "https://10.0.0.1/"}),
        sdk.replace(stream_id, "https://user@receiver.example.com/"),
    ):
        check_error(answer, 400, code, "delivery.endpoint_url: ")
    check_error(sdk.create("https://receiver.example.com/", method="carrier-pigeon"), 400, code, "delivery.method")
    with pytest.warns(UserWarning, match="enum"):
        asleep = sdk.set_status(stream_id, "asleep")
    check_error(asleep, 400, code, "status: must be enabled, paused or disabled")
    check_error(sdk.verify(stream_id, "s" * 1025), 400, code, "state: ")
    check_error(sdk.status(""), 400, code, "stream_id")
    check_error(sdk.delete(""), 400, code, "stream_id")
    assert sdk.streams(stream_id).data.actual_instance == stream


def test_a_second_stream_is_409(new_daemon, receiver):
    daemon = new_daemon(**{"limits.streams_per_client": 1}).start()
    sdk = SailPointSDK(daemon.public, Transmitter(daemon).token("sp:ssf-transmitter-streams:manage"))

    assert sdk.create(receiver.url).status == 201
    check_error(sdk.create(receiver.url), 409, "409 Conflict", "limits.streams_per_client")


def test_a_verification_too_soon_is_429_with_the_time_to_wait(sdk, stream):
    assert sdk.verify(stream.stream_id).status == 204

    refused = sdk.verify(stream.stream_id)

    assert refused.status == 429
    assert "min_verification_interval" in refused.data.message
    assert 0 < int(refused.headers["Retry-After"]) <= 60

"""Okta's SDK from PyPI, unmodified, against the Okta family: every operation, done and refused."""

import pytest
from Cryptodome.PublicKey import RSA

from harness.okta_keys import key, keyed_sdk
from harness.okta_sdk import PUSH, OktaSDK, check_error, configuration, delivery
from harness.receiver import Receiver
from harness.security_event_token import check_push, check_token
from harness.transmitter import Transmitter, email

CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
SESSION_REVOKED = CAEP + "session-revoked"
CREDENTIAL_CHANGE = CAEP + "credential-change"
VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"
UNKNOWN = "escUnknownUnknownUn0g5"

pytestmark = pytest.mark.usefixtures("sdk_environment")


@pytest.fixture(scope="session")
def proof_key():
    return RSA.generate(3072)


@pytest.fixture(params=["Bearer", "SSWS", "PrivateKey", "PrivateKey with DPoP"])
def mode(request) -> str:
    """How the SDK authenticates: with a token that it is given, or with tokens that it gets by its key."""
    return request.param


@pytest.fixture
def new_sdk(transmitter, mode, key, proof_key, monkeypatch):
    """Makes SDK clients, each for a client of its own."""
    monkeypatch.setattr("okta.dpop.RSA.generate", lambda _: proof_key)

    def make(*scopes: str) -> OktaSDK:
        scopes = scopes or ("ssf.read", "ssf.manage")
        if not mode.startswith("PrivateKey"):
            return OktaSDK(transmitter.daemon.public, transmitter.token(*scopes), mode)
        return keyed_sdk(transmitter, key, *scopes, proves=mode.endswith("DPoP"))

    return make


@pytest.fixture
def sdk(new_sdk):
    return new_sdk()


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def stream(sdk, receiver):
    """A stream made by the SDK, as the SDK reads it."""
    return sdk.create(receiver.url, [SESSION_REVOKED], "Bearer push secret").data


# MARK: what is done

def test_the_metadata_is_read(transmitter, sdk):
    answer = sdk.call("get_wellknown_ssf_metadata")

    assert (answer.status, answer.error) == (200, None)
    issuer = transmitter.daemon.issuer
    assert answer.data.issuer == issuer
    assert answer.data.spec_version == "1_0"
    assert answer.data.jwks_uri == issuer + "/ssf/jwks"
    assert answer.data.configuration_endpoint == issuer + "/ssf/stream"
    assert answer.data.verification_endpoint == issuer + "/ssf/verify"
    assert answer.data.delivery_methods_supported == [PUSH, "urn:ietf:rfc:8936"]
    assert answer.data.default_subjects == "ALL"
    assert [scheme.spec_urn for scheme in answer.data.authorization_schemes] == [
        "urn:ietf:rfc:6749", "urn:ietf:rfc:6750"]


def test_a_stream_is_created(transmitter, sdk, receiver):
    events = [SESSION_REVOKED, "https://example.com/not-supported"]

    answer = sdk.create(receiver.url, events, "Bearer secret", format="iss_sub")

    assert (answer.status, answer.error) == (201, None)
    assert answer.headers["X-Okta-Request-Id"]
    made = answer.data
    assert made.stream_id
    assert made.iss == transmitter.daemon.issuer
    assert made.aud.actual_instance == receiver.origin
    assert made.delivery.method == PUSH
    assert made.delivery.endpoint_url == receiver.url
    assert made.delivery.authorization_header is None
    assert made.events_requested == events
    assert made.events_delivered == [SESSION_REVOKED]
    assert {SESSION_REVOKED, CREDENTIAL_CHANGE} <= set(made.events_supported)
    assert made.format == "iss_sub"
    assert made.min_verification_interval == 60


def test_streams_are_listed_and_read(sdk, new_sdk, stream):
    listed, read, none = sdk.streams(), sdk.streams(stream.stream_id), new_sdk().streams()

    assert (listed.status, listed.error) == (200, None)
    [item] = listed.data.actual_instance
    assert item == stream.model_copy(update={"aud": None})
    assert (read.status, read.error) == (200, None)
    assert read.data.actual_instance == stream
    assert (none.status, none.error, none.data.actual_instance) == (200, None, [])


def test_a_stream_that_asks_for_everything_is_read(transmitter, receiver):
    api = transmitter.receiver_api()
    stream = api.create_push(receiver.url)
    sdk = OktaSDK(transmitter.daemon.public, api.session.headers["Authorization"].removeprefix("Bearer "))

    assert sdk.streams(stream["stream_id"]).data.actual_instance.events_requested == stream["events_delivered"]
    assert len(sdk.streams().data.actual_instance) == 1


def test_streams_that_are_polled_are_not_there(transmitter):
    api = transmitter.receiver_api()
    polled = api.create({}).json()["stream_id"]
    sdk = OktaSDK(transmitter.daemon.public, api.session.headers["Authorization"].removeprefix("Bearer "))

    assert sdk.streams().data.actual_instance == []
    check_error(sdk.streams(polled), 404, "E0000007", polled)
    check_error(sdk.delete(), 404, "E0000007")


@pytest.mark.parametrize(("status", "shown"), [
    ("enabled", "enabled"), ("paused", "disabled"), ("disabled", "disabled")])
def test_a_status_is_one_of_the_two_that_okta_knows(transmitter, sdk, stream, status, shown):
    changed = transmitter.admin.call("PATCH", f"/v1/streams/{stream.stream_id}", json={"status": status})
    assert changed.status_code == 200, changed.text

    answer = sdk.status(stream.stream_id)

    assert (answer.status, answer.error) == (200, None)
    assert answer.data.stream_id == stream.stream_id
    assert answer.data.status == shown


@pytest.mark.parametrize("operation", ["update", "replace"])
@pytest.mark.parametrize("is_named", [True, False])
def test_a_stream_is_changed_by_writing_back_what_was_read(sdk, receiver, stream, operation, is_named):
    changed = sdk.streams(stream.stream_id).data.actual_instance
    changed.events_requested = [CREDENTIAL_CHANGE]
    changed.stream_id = stream.stream_id if is_named else None

    answer = getattr(sdk, operation)(changed)

    assert (answer.status, answer.error) == (200, None)
    assert answer.data == stream.model_copy(
        update={"events_requested": [CREDENTIAL_CHANGE], "events_delivered": [CREDENTIAL_CHANGE]})
    assert sdk.verify(stream.stream_id, "after").status == 204
    check_push(receiver.wait_for(VERIFICATION, 2)[1], "Bearer push secret")


@pytest.mark.parametrize("operation", ["update", "replace"])
def test_a_stream_moves_to_another_endpoint_without_its_authorization_header(sdk, receiver, stream, operation):
    receiver.wait_for(VERIFICATION)
    with Receiver() as other:
        moved = configuration(other.url, [SESSION_REVOKED], stream_id=stream.stream_id)
        answer = getattr(sdk, operation)(moved)
        sdk.verify(stream.stream_id)
        [verification] = other.wait_for(VERIFICATION)

    assert answer.data.delivery == delivery(other.url)
    assert answer.data.aud.actual_instance == receiver.origin
    check_push(verification, authorization=None)


def test_a_verification_echoes_its_state(transmitter, sdk, receiver, stream):
    answer = sdk.verify(stream.stream_id, "VGhpcyBpcyBhbiBleGFtcGxlIHN0YXRlIHZhbHVlLgo=")

    assert (answer.status, answer.data, answer.error) == (204, None, None)
    [_, verification] = receiver.wait_for(VERIFICATION, 2)
    assert verification.claims["events"] == {
        VERIFICATION: {"state": "VGhpcyBpcyBhbiBleGFtcGxlIHN0YXRlIHZhbHVlLgo="}}


def test_an_event_reaches_a_stream_that_the_sdk_made(transmitter, receiver, stream):
    subject = email("jane@example.com")
    transmitter.admin.emit(SESSION_REVOKED, subject)

    [delivered] = receiver.wait_for(SESSION_REVOKED)

    check_push(delivered, "Bearer push secret")
    keys = transmitter.with_token(None).call("GET", "/oauth2/v1/keys").json()
    check_token(delivered, keys, {"iss": stream.iss, "aud": receiver.origin}, subject)


@pytest.mark.parametrize("is_named", [True, False])
def test_a_stream_is_deleted(sdk, stream, is_named):
    answer = sdk.delete(stream.stream_id if is_named else None)

    assert (answer.status, answer.data, answer.error) == (204, None, None)
    assert sdk.streams().data.actual_instance == []


# MARK: what is refused

# Each operation on a stream by its id; reading ones first.
OPERATIONS = {
    "get_ssf_streams": lambda sdk, stream_id: sdk.streams(stream_id),
    "get_ssf_stream_status": lambda sdk, stream_id: sdk.status(stream_id),
    "update_ssf_stream": lambda sdk, stream_id: sdk.update(
        configuration("https://receiver.example.com/", [SESSION_REVOKED], stream_id=stream_id)),
    "replace_ssf_stream": lambda sdk, stream_id: sdk.replace(
        configuration("https://receiver.example.com/", [SESSION_REVOKED], stream_id=stream_id)),
    "verify_ssf_stream": lambda sdk, stream_id: sdk.verify(stream_id),
    "delete_ssf_stream": lambda sdk, stream_id: sdk.delete(stream_id),
    "create_ssf_stream": lambda sdk, _: sdk.create("https://receiver.example.com/", [SESSION_REVOKED]),
}
READING = ["get_ssf_streams", "get_ssf_stream_status"]
ON_ONE_STREAM = [name for name in OPERATIONS if name != "create_ssf_stream"]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("mode", ["Bearer", "SSWS"])
def test_a_bad_token_is_401(transmitter, operation, mode):
    sdk = OktaSDK(transmitter.daemon.public, "ssft_not-a-token-of-ours", mode)

    check_error(OPERATIONS[operation](sdk, UNKNOWN), 401, "E0000011", "Invalid token provided")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_token_without_the_scope_is_403(new_sdk, operation):
    sdk = new_sdk("ssf.emit" if operation in READING else "ssf.read")

    wanted = "ssf.read" if operation in READING else "ssf.manage"
    check_error(OPERATIONS[operation](sdk, UNKNOWN), 403, "E0000006", wanted)


@pytest.mark.parametrize("operation", ON_ONE_STREAM)
def test_no_such_stream_is_404(sdk, stream, operation):
    check_error(OPERATIONS[operation](sdk, UNKNOWN), 404, "E0000007", "Not found", UNKNOWN)


@pytest.mark.parametrize("operation", ON_ONE_STREAM)
def test_a_stream_of_another_client_is_404(sdk, new_sdk, stream, operation):
    check_error(OPERATIONS[operation](new_sdk(), stream.stream_id), 404, "E0000007", stream.stream_id)

    assert sdk.streams(stream.stream_id).data.actual_instance == stream


@pytest.mark.parametrize("operation", ["update", "replace", "delete"])
def test_a_client_without_a_stream_that_names_none_is_404(sdk, operation):
    nowhere = configuration("https://receiver.example.com/", [SESSION_REVOKED])

    check_error(sdk.delete() if operation == "delete" else getattr(sdk, operation)(nowhere), 404, "E0000007")


def test_what_cannot_be_accepted_is_400(sdk, stream):
    stream_id = stream.stream_id
    contradicting = stream.model_copy(update={"iss": "https://other.example.com"})

    for answer in (
        sdk.create("javascript:alert(1)", [SESSION_REVOKED]), sdk.create("https://10.0.0.1/", [SESSION_REVOKED]),
        sdk.update(configuration("https://user@receiver.example.com/", [SESSION_REVOKED], stream_id=stream_id)),
        sdk.replace(configuration("ftp://receiver.example.com/", [SESSION_REVOKED], stream_id=stream_id)),
    ):
        check_error(answer, 400, "E0000001", "Api validation failed: delivery.endpoint_url")
    for operation in (sdk.update, sdk.replace):
        check_error(operation(contradicting), 400, "E0000001", "Api validation failed: iss")
    check_error(sdk.verify(stream_id, "s" * 1025), 400, "E0000001", "Api validation failed: state")
    check_error(sdk.status(""), 400, "E0000001", "stream_id")
    check_error(sdk.delete(""), 400, "E0000001", "stream_id")
    assert sdk.streams(stream_id).data.actual_instance == stream


def test_empty_lists_arrive_as_missing_and_are_refused(sdk, stream, receiver):
    check_error(sdk.create(receiver.url, []), 400, "E0000001", "Api validation failed: events_requested")
    emptied = stream.model_copy(update={"events_requested": []})
    check_error(sdk.replace(emptied), 400, "E0000001", "Api validation failed: events_requested")


def test_a_second_stream_is_409(new_daemon, receiver):
    daemon = new_daemon(**{"limits.streams_per_client": 1}).start()
    sdk = sdk_of(daemon)

    assert sdk.create(receiver.url, [SESSION_REVOKED]).status == 201
    check_error(
        sdk.create(receiver.url, [SESSION_REVOKED]), 409, "E0000195", "conflict", "limits.streams_per_client")


def test_a_verification_too_soon_is_429_with_the_time_to_wait(sdk, stream):
    assert sdk.verify(stream.stream_id).status == 204

    refused = sdk.verify(stream.stream_id)

    check_error(refused, 429, "E0000047", "rate limit")
    assert int(refused.headers["X-Rate-Limit-Reset"]) > 0
    assert refused.headers["Date"]
    assert refused.headers["X-Rate-Limit-Limit"] == "1"
    assert refused.headers["X-Rate-Limit-Remaining"] == "0"


def test_the_sdk_waits_as_long_as_it_is_told_and_is_let_through(new_daemon, receiver):
    daemon = new_daemon(**{"streams.min_verification_interval": "1s"}).start()
    sdk = sdk_of(daemon, retries=2)
    stream_id = sdk.create(receiver.url, [SESSION_REVOKED]).data.stream_id

    first, second = sdk.verify(stream_id), sdk.verify(stream_id)

    assert [first.status, second.status] == [204, 204]
    assert len(receiver.wait_for(VERIFICATION, 3)) == 3


def sdk_of(daemon, **options) -> OktaSDK:
    """An SDK client of a daemon of its own."""
    return OktaSDK(daemon.public, Transmitter(daemon).token(), **options)

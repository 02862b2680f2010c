"""Okta's Identity Source API, through Okta's own SDK: every operation, done and refused."""

import itertools

import pytest

from harness.identity_sdk import IdentitySDK
from harness.imports import caller
from harness.okta_sdk import check_error

READ, MANAGE = "okta.identitySources.read", "okta.identitySources.manage"
UNKNOWN = "aps1aaaaaaaaaaaaaaaa"
JANE = {"userName": "jane@example.com", "email": "jane@example.com", "firstName": "Jane", "lastName": "Doe"}
numbers = itertools.count()

pytestmark = pytest.mark.usefixtures("sdk_environment")


@pytest.fixture
def source(transmitter):
    """A source of its own for each test."""
    name = f"source-{next(numbers)}"
    response = transmitter.admin.call("POST", "/v1/identity-sources", json={"id": name})
    assert response.status_code == 201, response.text
    yield name
    assert transmitter.admin.call("DELETE", f"/v1/identity-sources/{name}").status_code == 204


@pytest.fixture
def sdk(transmitter, source):
    return sdk_for(transmitter, source)


def sdk_for(transmitter, source: str, *scopes: str, **options) -> IdentitySDK:
    token = transmitter.token(*(scopes or (READ, MANAGE)))
    return IdentitySDK(transmitter.daemon.public, token, source, **options)


# MARK: what is done

@pytest.mark.parametrize("mode", ["Bearer", "SSWS"])
def test_a_session_is_created_read_and_listed(transmitter, source, mode):
    sdk = sdk_for(transmitter, source, mode=mode)

    created = sdk.create_session()

    assert (created.status, created.error) == (200, None)
    session = created.data
    assert session.id
    assert session.identity_source_id == source
    assert session.status.value == "CREATED"
    assert session.import_type == "INCREMENTAL"
    assert session.created == session.last_updated
    assert sdk.session(session.id).data == session
    assert sdk.sessions().data == [session]


def test_a_session_is_deleted_and_stays_to_be_seen(sdk):
    session_id = sdk.new_session()

    answer = sdk.delete_session(session_id)

    assert (answer.status, answer.error) == (204, None)
    assert sdk.session(session_id).data.status.value == "CLOSED"
    check_error(sdk.delete_session(session_id), 400, "E0000001", "CLOSED")
    assert sdk.new_session() != session_id


def test_users_groups_and_members_are_uploaded_and_imported(sdk):
    first = sdk.new_session()
    for answer in (
        sdk.upsert(first, {"1": JANE, "2": JANE | {"email": "joe@example.com"}}), sdk.upsert_groups(first, {"g1": "Staff"}),
        sdk.upsert_members(first, "g1", ["1", "2"]),
    ):
        assert (answer.status, answer.error) == (202, None)
    assert sdk.run(first) == "COMPLETED"

    second = sdk.new_session()
    for answer in (
        sdk.delete_members(second, "g1", ["1"]), sdk.delete(second, ["2", "nobody"]), sdk.delete_groups(second, ["g1"]),
    ):
        assert (answer.status, answer.error) == (202, None)
    assert sdk.run(second) == "COMPLETED"

    assert sdk.user("1").data.profile.email == "jane@example.com"
    check_error(sdk.user("2"), 404, "E0000007")
    assert [session.id for session in sdk.sessions().data] == [second, first]


def test_the_start_of_an_import_is_answered_with_the_session(sdk):
    session_id = sdk.new_session()
    sdk.upsert(session_id, {"1": JANE})

    answer = sdk.start(session_id)

    assert (answer.status, answer.error) == (200, None)
    assert answer.data.id == session_id
    assert answer.data.status.value == "TRIGGERED"


def attributes(answer) -> dict:
    """The attributes that a user has; the SDK's model fills others with None."""
    return {name: value for name, value in answer.data.profile.to_dict().items() if value is not None}


@pytest.mark.parametrize("external_id", ["4711", "a/b c", "jos\u00e9@example.com"])
def test_single_users_are_created_read_changed_and_deleted(sdk, external_id):
    created = sdk.create_user(external_id, JANE)
    assert (created.status, created.error) == (200, None)

    read = sdk.user(external_id)
    assert (read.status, read.error) == (200, None)
    assert read.data.external_id == external_id
    assert read.data.id
    assert read.data.created == read.data.last_updated
    assert attributes(read) == JANE

    updated = sdk.update_user(external_id, {"email": "new@example.com"})
    assert (updated.status, updated.error) == (200, None)
    assert attributes(updated) == JANE | {"email": "new@example.com"}

    replaced = sdk.replace_user(external_id, {"email": "other@example.com"})
    assert attributes(replaced) == {"email": "other@example.com"}
    assert replaced.data.id == read.data.id

    deleted = sdk.delete_user(external_id)
    assert (deleted.status, deleted.error) == (204, None)
    check_error(sdk.user(external_id), 404, "E0000007", external_id)


def test_a_session_is_answered_as_a_list_or_with_201_where_that_is_configured(new_daemon):
    daemon = new_daemon(**{
        "identity_sources.sources": "hr", "identity_sources.session_answer": "list",
        "identity_sources.session_status": 201}).start()
    call = caller(daemon)

    created = call("POST", "sessions")
    assert created.status_code == 201
    [session] = created.json()
    upload = {"entityType": "USERS", "profiles": [{"externalId": "1", "profile": {}}]}
    assert call("POST", f"sessions/{session['id']}/bulk-upsert", json=upload).status_code == 202
    [started] = call("POST", f"sessions/{session['id']}/start-import").json()
    assert started["id"] == session["id"]


# MARK: what is refused

OPERATIONS = {
    "create_session": lambda sdk, session: sdk.create_session(),
    "sessions": lambda sdk, session: sdk.sessions(),
    "session": lambda sdk, session: sdk.session(session),
    "delete_session": lambda sdk, session: sdk.delete_session(session),
    "upsert": lambda sdk, session: sdk.upsert(session, {"1": JANE}),
    "delete": lambda sdk, session: sdk.delete(session, ["1"]),
    "upsert_groups": lambda sdk, session: sdk.upsert_groups(session, {"g": "G"}),
    "delete_groups": lambda sdk, session: sdk.delete_groups(session, ["g"]),
    "upsert_members": lambda sdk, session: sdk.upsert_members(session, "g", ["1"]),
    "delete_members": lambda sdk, session: sdk.delete_members(session, "g", ["1"]),
    "start": lambda sdk, session: sdk.start(session),
    "create_user": lambda sdk, session: sdk.create_user("1", JANE),
    "user": lambda sdk, session: sdk.user("1"),
    "replace_user": lambda sdk, session: sdk.replace_user("1", JANE),
    "update_user": lambda sdk, session: sdk.update_user("1", JANE),
    "delete_user": lambda sdk, session: sdk.delete_user("1"),
}
READING = ["sessions", "session", "user"]
ON_ONE_SESSION = [
    "session", "delete_session", "upsert", "delete", "upsert_groups", "delete_groups", "upsert_members",
    "delete_members", "start"]
UPLOADS = ON_ONE_SESSION[2:-1]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("mode", ["Bearer", "SSWS"])
def test_a_bad_token_is_401(transmitter, source, operation, mode):
    sdk = IdentitySDK(transmitter.daemon.public, "ssft_not-a-token-of-ours", source, mode=mode)

    check_error(OPERATIONS[operation](sdk, UNKNOWN), 401, "E0000011", "Invalid token provided")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_token_without_the_scope_is_403(transmitter, source, operation):
    wanted, other = (READ, MANAGE) if operation in READING else (MANAGE, READ)

    check_error(OPERATIONS[operation](sdk_for(transmitter, source, other), UNKNOWN), 403, "E0000006", wanted)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_unknown_source_is_404(transmitter, operation):
    check_error(OPERATIONS[operation](sdk_for(transmitter, "nowhere"), UNKNOWN), 404, "E0000007", "nowhere")


@pytest.mark.parametrize("operation", ON_ONE_SESSION)
def test_an_unknown_session_is_404(sdk, operation):
    check_error(OPERATIONS[operation](sdk, UNKNOWN), 404, "E0000007", UNKNOWN)


@pytest.mark.parametrize("operation", ["user", "replace_user", "update_user", "delete_user"])
def test_an_unknown_user_is_404(sdk, operation):
    check_error(OPERATIONS[operation](sdk, UNKNOWN), 404, "E0000007", "1")


@pytest.mark.parametrize("operation", ON_ONE_SESSION[1:])
def test_a_session_that_was_started_takes_nothing_more(sdk, operation):
    session_id = sdk.new_session()
    sdk.upsert(session_id, {"1": JANE})
    sdk.run(session_id)

    check_error(OPERATIONS[operation](sdk, session_id), 400, "E0000001", "COMPLETED")


def test_a_session_of_another_source_is_404(transmitter, sdk):
    session_id = sdk.new_session()
    transmitter.admin.call("POST", "/v1/identity-sources", json={"id": "other"})

    check_error(sdk_for(transmitter, "other").session(session_id), 404, "E0000007")

    transmitter.admin.call("DELETE", "/v1/identity-sources/other")


def test_a_second_open_session_is_refused(sdk):
    session_id = sdk.new_session()

    check_error(sdk.create_session(), 400, "E0000001", session_id)


def test_an_import_without_data_is_refused(sdk):
    check_error(sdk.start(sdk.new_session()), 400, "E0000001", "no data")


def test_a_user_that_is_there_is_not_created_again(sdk):
    sdk.create_user("1", JANE)

    check_error(sdk.create_user("1", JANE), 409, "E0000195", "'1'")

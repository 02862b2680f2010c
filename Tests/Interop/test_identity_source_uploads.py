"""What an import session of Okta's Identity Source API takes, and what it refuses: uploads that the SDK would not send."""

import pytest

from harness.daemon import DEVELOPMENT, running
from harness.imports import caller
from harness.waiting import wait_until

USER = {"externalId": "1", "profile": {"email": "jane@example.com"}}
BAD_UPLOADS = {
    "nothing": (b"", 400, "E0000003"),
    "no JSON": (b"{", 400, "E0000003"),
    "no object": (b"[]", 400, "E0000001"),
    "another entity type": ({"entityType": "GROUPS", "profiles": [USER]}, 400, "E0000003"),
    "no profiles": ({"entityType": "USERS"}, 400, "E0000001"),
    "no profile in them": ({"entityType": "USERS", "profiles": []}, 400, "E0000001"),
    "201 profiles": ({"entityType": "USERS", "profiles": [USER] * 201}, 400, "E0000001"),
    "no external id": ({"entityType": "USERS", "profiles": [{"profile": {}}]}, 400, "E0000001"),
    "an empty external id": ({"profiles": [{"externalId": "", "profile": {}}]}, 400, "E0000001"),
    "a long external id": ({"profiles": [{"externalId": "x" * 513, "profile": {}}]}, 400, "E0000001"),
    "a number as external id": ({"profiles": [{"externalId": 1, "profile": {}}]}, 400, "E0000001"),
    "no profile": ({"profiles": [{"externalId": "1"}]}, 400, "E0000001"),
    "a number in the profile": ({"profiles": [{"externalId": "1", "profile": {"age": 7}}]}, 400, "E0000001"),
    "an object in the profile": ({"profiles": [{"externalId": "1", "profile": {"a": {}}}]}, 400, "E0000001"),
    "a short e-mail": ({"profiles": [{"externalId": "1", "profile": {"email": "a@b"}}]}, 400, "E0000001"),
    "a long first name": ({"profiles": [{"externalId": "1", "profile": {"firstName": "x" * 51}}]}, 400, "E0000001"),
    "more than 200 KB": (b'{"profiles":[' + b" " * 210_000 + b"]}", 413, "E0000003"),
}


@pytest.fixture(scope="module")
def hr(tmp_path_factory):
    settings = DEVELOPMENT | {"identity_sources.sources": "hr", "identity_sources.uploads_per_session": 2}
    with running(tmp_path_factory.mktemp("hr") / "state", settings) as daemon:
        yield caller(daemon)


@pytest.mark.parametrize("name", BAD_UPLOADS)
def test_a_bad_upload_is_refused_and_leaves_nothing(hr, name):
    body, status, code = BAD_UPLOADS[name]
    session = hr("POST", "sessions").json()
    options = {"data": body} if isinstance(body, bytes) else {"json": body}

    answer = hr("POST", f"sessions/{session['id']}/bulk-upsert", **options)

    assert answer.status_code == status, answer.text
    assert answer.json()["errorCode"] == code
    assert answer.json()["errorSummary"]
    assert hr("GET", f"sessions/{session['id']}").json()["progress"]["uploads"] == 0
    assert hr("DELETE", f"sessions/{session['id']}").status_code == 204


@pytest.mark.parametrize(("path", "body"), [
    ("bulk-delete", {"entityType": "USERS", "profiles": [{}]}),
    ("bulk-groups-upsert", {"profiles": [{"externalId": "g", "profile": {}}]}),
    ("bulk-groups-upsert", {"profiles": [{"externalId": "g" * 256, "profile": {"displayName": "G"}}]}),
    ("bulk-groups-delete", {"externalIds": []}),
    ("bulk-groups-delete", {"externalIds": [1]}),
    ("bulk-group-memberships-upsert", {"memberships": [{"groupExternalId": "g"}]}),
    ("bulk-group-memberships-delete", {"memberships": [{"memberExternalIds": ["1"]}]}),
])
def test_other_bad_uploads_are_refused(hr, path, body):
    session = hr("POST", "sessions").json()

    answer = hr("POST", f"sessions/{session['id']}/{path}", json=body)

    assert (answer.status_code, answer.json()["errorCode"]) == (400, "E0000001"), answer.text
    hr("DELETE", f"sessions/{session['id']}")


def test_there_are_only_so_many_uploads(hr):
    session = hr("POST", "sessions").json()
    upload = {"entityType": "USERS", "profiles": [USER]}

    answers = [hr("POST", f"sessions/{session['id']}/bulk-upsert", json=upload) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [202, 202, 400]
    assert "2 uploads" in answers[2].json()["errorSummary"]
    hr("DELETE", f"sessions/{session['id']}")


def test_uploads_are_no_management_calls(hr):
    """A client that imports as fast as it can is not told that it calls too often."""
    session = hr("POST", "sessions")
    upload = hr("POST", f"sessions/{session.json()['id']}/bulk-upsert", json={"profiles": [USER]})

    assert '"management"' in session.headers["RateLimit-Policy"]
    assert "RateLimit-Policy" not in upload.headers
    hr("DELETE", f"sessions/{session.json()['id']}")


def test_of_two_records_for_one_user_the_last_counts(hr):
    session = hr("POST", "sessions").json()
    profiles = [{"externalId": "dup", "profile": {"city": city}} for city in ("Rome", "Oslo")]
    hr("POST", f"sessions/{session['id']}/bulk-upsert", json={"profiles": profiles})

    dry_run = hr("POST", f"sessions/{session['id']}/start-import?dry_run=true").json()
    hr("POST", f"sessions/{session['id']}/start-import")

    assert dry_run["status"] == "CREATED"
    assert dry_run["dryRun"]["created"] == 1
    user = wait_until(lambda: found if (found := hr("GET", "users/dup")).status_code == 200 else None, "the user")
    assert user.json()["profile"] == {"city": "Oslo"}

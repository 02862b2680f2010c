"""Identity sources under callers that race each other, mistype, or mean harm."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from harness.imports import Imports, caller, user
from harness.waiting import wait_until

CALLERS = 20


@pytest.fixture(scope="module")
def pool():
    with ThreadPoolExecutor(CALLERS) as pool:
        yield pool


@pytest.fixture
def hr(new_daemon):
    """A daemon, and calls of the source hr."""
    daemon = new_daemon(**{
        "identity_sources.sources": "hr", "identity_sources.brake_people": 0, "identity_sources.brake_percent": 0}).start()
    call = caller(daemon)
    call.imports = Imports(daemon)
    return call


def statuses(pool: ThreadPoolExecutor, count: int, call) -> Counter:
    return Counter(answer.status_code for answer in pool.map(call, range(count)))


def people(*external_ids: str) -> dict:
    return {"entityType": "USERS", "profiles": [{"externalId": key, "profile": {}} for key in external_ids]}


def test_of_callers_at_once_one_makes_starts_and_closes_a_session(hr, pool):
    assert statuses(pool, 30, lambda _: hr("POST", "sessions")) == {200: 1, 400: 29}
    [session] = hr("GET", "sessions").json()
    path = f"sessions/{session['id']}"

    uploads = statuses(pool, 80, lambda _: hr("POST", f"{path}/bulk-upsert", json=people("1", "2")))
    assert uploads == {202: 50, 400: 30}
    assert hr("GET", path).json()["progress"]["records"] == 100
    assert statuses(pool, 20, lambda _: hr("POST", f"{path}/start-import")) == {200: 1, 400: 19}
    assert hr.imports.settled(session["id"])["report"]["created"] == 2

    other = hr("POST", "sessions").json()["id"]
    assert statuses(pool, 20, lambda _: hr("DELETE", f"sessions/{other}")) == {204: 1, 400: 19}


def test_a_held_import_is_decided_on_once(hr, pool):
    imports = hr.imports
    imports.run([user(n) for n in range(5)])
    held = imports.run([user(n, status="left") for n in range(5)])

    def decide(number: int) -> requests.Response:
        return imports.admin.call("POST", f"/v1/imports/{held['id']}/{('approve', 'discard')[number % 2]}")

    assert statuses(pool, 20, decide) == {200: 1, 409: 19}
    ended = imports.settled(held["id"])
    assert (ended["status"], ended["report"]["events"]) in [("COMPLETED", 10), ("CLOSED", 0)]


def test_changes_of_one_identity_at_once_come_one_after_the_other(hr, pool):
    imports = hr.imports

    def change(number: int) -> dict:
        record = user(1, status=("active", "left")[number % 2])
        return imports.call("POST", "/v1/identity-sources/hr/changes", 202, json=record)

    change(0)
    done = [answer for answer in pool.map(change, range(100)) if answer["kind"]]

    # Each tells of what the one before it has left: leaving makes two events, coming back one.
    left = sum(answer["changes"][0]["new"] == "left" for answer in done)
    assert all(answer["changes"][0]["old"] != answer["changes"][0]["new"] for answer in done)
    assert left - (len(done) - left) in (0, 1)
    assert sum(answer["events"] for answer in done) == 2 * left + (len(done) - left)


def test_a_source_goes_with_the_import_that_runs(hr):
    imports = hr.imports
    running = imports.start([user(n) for n in range(5000)])
    wait_until(lambda: imports.show(running)["status"] != "TRIGGERED", "the import to begin")

    imports.call("DELETE", "/v1/identity-sources/hr", 204)

    imports.call("GET", f"/v1/imports/{running}", 404)
    imports.call("POST", "/v1/identity-sources", 201, json={"id": "hr"})
    assert imports.run([user(1)])["report"]["created"] == 1
    assert imports.call("GET", "/v1/identity-sources/hr")["identities"] == 1


@pytest.mark.parametrize("query", ["dryrun=true", "dry_run=maybe", "dry_run=false&dry_run=true", "dry_run=true&x"])
def test_a_mistyped_dry_run_starts_nothing(hr, query):
    session = hr("POST", "sessions").json()["id"]
    hr("POST", f"sessions/{session}/bulk-upsert", json=people("1"))

    refused = hr("POST", f"sessions/{session}/start-import?{query}")

    assert (refused.status_code, refused.json()["errorCode"]) == (400, "E0000001")
    assert "dry_run" in refused.json()["errorSummary"]
    assert hr("GET", f"sessions/{session}").json()["status"] == "CREATED"


@pytest.mark.parametrize("external_id", ["a\0b", "a\nb", "\x1b[2J", "\x7f", "\u0085"])
def test_an_id_with_control_characters_is_refused(hr, external_id):
    """It could not be asked for by its path, and would command the terminals that it is shown on."""
    session = hr("POST", "sessions").json()["id"]

    refused = hr("POST", f"sessions/{session}/bulk-upsert", json=people(external_id))

    assert (refused.status_code, refused.json()["errorCode"]) == (400, "E0000001")
    change = {"external_id": external_id, "profile": {}}
    hr.imports.call("POST", "/v1/identity-sources/hr/changes", 400, json=change)

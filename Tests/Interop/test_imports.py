"""Imports from upload to SET: everything that is to be sent is sent once, whatever happens in between."""

import json
import time
from collections import Counter

import pytest
import requests

from harness.daemon import Daemon, run
from harness.identity_sdk import IdentitySDK
from harness.poller import Poller
from harness.receiver import Receiver
from harness.transmitter import AdminAPI, ReceiverAPI
from harness.waiting import wait_until
from test_okta_sdk import sdk_environment  # noqa: F401

RISC = "https://schemas.openid.net/secevent/risc/event-type/"
SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
DISABLED, IDENTIFIER_CHANGED = RISC + "account-disabled", RISC + "identifier-changed"
HELD = 75


class Imports:
    """The administrator's side of imports into the source hr."""

    def __init__(self, daemon: Daemon):
        self.daemon = daemon
        self.admin = AdminAPI(daemon.admin, daemon.admin_token)

    def call(self, method: str, path: str, expected: int = 200, **options) -> dict:
        response = self.admin.call(method, path, **options)
        assert response.status_code == expected, response.text
        return response.json() if response.content else {}

    def create(self, records: list[dict], full: bool = False) -> str:
        created = self.call("POST", "/v1/imports", 201, json={"source": "hr", "full": full})
        for start in range(0, len(records), 2000):
            part = "\n".join(json.dumps(record) for record in records[start:start + 2000])
            self.call("POST", f"/v1/imports/{created['id']}/records", 202, data=part,
                      headers={"Content-Type": "application/x-ndjson"})
        return created["id"]

    def start(self, records: list[dict], full: bool = False) -> str:
        import_id = self.create(records, full)
        self.call("POST", f"/v1/imports/{import_id}/start", 202)
        return import_id

    def show(self, import_id: str) -> dict:
        return self.call("GET", f"/v1/imports/{import_id}")

    def settled(self, import_id: str, seconds: float = 60) -> dict:
        """The import as soon as it has ended or is held."""
        def end() -> dict | None:
            found = self.show(import_id)
            is_over = found["status"] not in ("TRIGGERED", "IN_PROGRESS") or found.get("phase") == "held"
            return found if is_over else None

        return wait_until(end, f"the end of the import {import_id}", seconds)

    def run(self, records: list[dict], full: bool = False) -> dict:
        return self.settled(self.start(records, full))


def user(number: int, **attributes) -> dict:
    profile = {"email": f"user{number}@example.com", "userName": f"user{number}@example.com", "status": "active"}
    return {"external_id": f"e{number:05}", "profile": profile | attributes}


def email_subject(delivery) -> str:
    return delivery.claims["sub_id"]["email"]


def receiver_api(daemon: Daemon) -> ReceiverAPI:
    admin = AdminAPI(daemon.admin, daemon.admin_token)
    token = admin.create_token(admin.create_client(["ssf.read", "ssf.manage"]))["token"]
    return ReceiverAPI(daemon.public, token, daemon.issuer)


@pytest.fixture
def daemon(new_daemon):
    return new_daemon(**{
        "identity_sources.sources": "hr", "streams.verify_on_create": "false"})


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


def test_from_the_sdk_to_the_receivers(daemon, receiver):
    """5,000 people; then 25 leave and 3 change their address, and others leave by status."""
    daemon.start()
    push, poll = receiver_api(daemon), receiver_api(daemon)
    push.create_push(receiver.url)
    poller = Poller(poll, poll.create_poll())
    admin = AdminAPI(daemon.admin, daemon.admin_token)
    scopes = ["okta.identitySources.read", "okta.identitySources.manage"]
    token = admin.create_token(admin.create_client(scopes))["token"]
    sdk = IdentitySDK(daemon.public, token, "hr")

    first = sdk.new_session()
    for start in range(0, 5000, 200):
        profiles = {f"e{n}": {"userName": f"user{n}", "email": f"user{n}@example.com"} for n in range(start, start + 200)}
        assert sdk.upsert(first, profiles).status == 202
    assert sdk.run(first) == "COMPLETED"
    assert receiver.deliveries == []

    second = sdk.new_session()
    sdk.delete(second, [f"e{n}" for n in range(25)])
    sdk.upsert(second, {f"e{n}": {"email": f"new{n}@example.com"} for n in range(100, 103)})
    assert sdk.run(second) == "COMPLETED"

    # The SDK's profile has no status.
    headers = {"Authorization": f"SSWS {token}"}
    base = f"{daemon.public}/api/v1/identity-sources/hr/sessions"
    third = requests.post(base, headers=headers, timeout=10).json()["id"]
    leavers = [{"externalId": f"e{n}", "profile": {"status": "terminated"}} for n in range(200, 205)]
    requests.post(f"{base}/{third}/bulk-upsert", json={"entityType": "USERS", "profiles": leavers}, headers=headers, timeout=10)
    assert sdk.run(third) == "COMPLETED"

    gone = {f"user{n}@example.com" for n in [*range(25), *range(200, 205)]}
    moved = {f"user{n}@example.com" for n in range(100, 103)}
    for channel in (receiver, poller):
        assert Counter(map(email_subject, channel.wait_for(DISABLED, 30))) == Counter(gone)
        assert Counter(map(email_subject, channel.wait_for(SESSION_REVOKED, 30))) == Counter(gone)
        changed = channel.wait_for(IDENTIFIER_CHANGED, 3)
        assert Counter(map(email_subject, changed)) == Counter(moved)
        assert {token.claims["events"][IDENTIFIER_CHANGED]["new-value"] for token in changed} == {
            f"new{n}@example.com" for n in range(100, 103)}
    assert len(receiver.deliveries) == 63
    transactions = Counter(delivery.claims["txn"] for delivery in receiver.deliveries)
    assert Counter(transactions.values()) == Counter({2: 30, 1: 3})


@pytest.mark.parametrize("moment", ["uploaded", "TRIGGERED", "comparing", "applying", "random"])
def test_sigkill_in_any_phase_loses_and_repeats_nothing(daemon, receiver, moment):
    """Each identity's two events arrive, each once as an event (a push may be repeated, with the same jti)."""
    daemon.settings["identity_sources.brake_people"] = 100_000
    daemon.start()
    receiver_api(daemon).create_push(receiver.url, events_requested=[DISABLED])
    imports = Imports(daemon)
    people = 3000
    imports.run([user(n) for n in range(people)])
    changes = [user(n, status="terminated") for n in range(0, people, 2)]
    changes += [{"external_id": f"e{n:05}", "deleted": True} for n in range(1, people, 2)]

    import_id = imports.create(changes)
    if moment != "uploaded":
        imports.call("POST", f"/v1/imports/{import_id}/start", 202)
    kill(daemon, imports, import_id, moment)
    if moment == "uploaded":
        Imports(daemon).call("POST", f"/v1/imports/{import_id}/start", 202)
    else:
        for pause in (0.05, 0.1, 0.2, 0.4) if moment == "random" else ():
            time.sleep(pause)
            daemon.kill()
            daemon.restart()
    ended = Imports(daemon).settled(import_id, 120)

    assert ended["status"] == "COMPLETED"
    report = ended["report"]
    assert (report["updated"], report["deleted"], report["people"]) == (people // 2, people // 2, people)
    expected = Counter({f"user{n}@example.com": 1 for n in range(people)})
    wait_until(lambda: len({delivery.jti for delivery in receiver.of_type(DISABLED)}) >= people, "all SETs", 120)
    by_id = {delivery.jti: email_subject(delivery) for delivery in receiver.of_type(DISABLED)}
    assert Counter(by_id.values()) == expected
    source = Imports(daemon).call("GET", "/v1/identity-sources/hr")
    assert source["identities"] == people // 2


def kill(daemon: Daemon, imports: Imports, import_id: str, moment: str) -> None:
    """Kills the daemon when the import has reached the moment, or has passed it, and starts it again."""
    def reached() -> bool:
        found = imports.show(import_id)
        if moment == "comparing":
            return found.get("phase") == "comparing" or found["status"] == "COMPLETED"
        if moment == "applying":
            return found["report"]["events"] > 0 or found["status"] == "COMPLETED"
        return True

    wait_until(reached, moment, 60)
    daemon.kill()
    daemon.restart()


def test_deliveries_and_intake_go_on_beside_an_import(daemon, receiver):
    daemon.start()
    receiver_api(daemon).create_push(receiver.url, events_requested=[SESSION_REVOKED])
    imports = Imports(daemon)

    import_id = imports.start([user(n) for n in range(20_000)])
    waits = []
    while imports.show(import_id)["status"] != "COMPLETED":
        start = time.monotonic()
        imports.admin.emit("session-revoked", {"format": "email", "email": f"beside{len(waits)}@example.com"})
        waits.append(time.monotonic() - start)

    assert waits
    assert max(waits) < 2
    assert len(receiver.wait_for(SESSION_REVOKED, len(waits), 30)) == len(waits)


def test_the_brake_holds_until_an_administrator_decides(daemon, receiver):
    daemon.start()
    receiver_api(daemon).create_push(receiver.url)
    imports = Imports(daemon)
    imports.run([user(n) for n in range(200)])

    held = imports.run([user(n, status="terminated") for n in range(51)])

    assert (held["status"], held["phase"]) == ("IN_PROGRESS", "held")
    assert held["report"]["held"] == {"people": 51, "limit": 50}
    passing = imports.start([user(199, city="Oslo")])
    assert imports.show(passing)["status"] == "TRIGGERED"
    daemon.kill()
    daemon.restart()
    imports = Imports(daemon)
    assert imports.show(held["id"])["phase"] == "held"
    assert receiver.deliveries == []
    assert imports.admin.call("POST", f"/v1/imports/{passing}/approve").status_code == 409

    shown = verb(daemon, "import", "approve", held["id"], "--watch")

    assert shown.returncode == 0, shown.stderr
    assert "51 updated" in shown.stdout
    assert imports.settled(passing)["status"] == "COMPLETED"
    assert len(receiver.wait_for(DISABLED, 51)) == 51


def test_a_held_import_is_discarded(daemon, receiver):
    daemon.settings["identity_sources.brake_people"] = 0
    daemon.start()
    receiver_api(daemon).create_push(receiver.url)
    imports = Imports(daemon)
    imports.run([user(n) for n in range(3)])
    held = imports.run([], full=True)

    shown = verb(daemon, "import", "discard", held["id"])

    assert shown.returncode == 0, shown.stderr
    assert imports.show(held["id"])["status"] == "CLOSED"
    assert imports.call("GET", "/v1/identity-sources/hr")["identities"] == 3
    assert receiver.deliveries == []


def test_a_single_change_is_told_at_once(daemon, receiver):
    daemon.start()
    receiver_api(daemon).create_push(receiver.url)
    imports = Imports(daemon)
    path = "/v1/identity-sources/hr/changes"
    imports.call("POST", path, 202, json=user(1))

    answer = imports.call("POST", path, 202, json=user(1, status="terminated"))

    assert answer["changes"] == [{"kind": "updated", "attribute": "status", "old": "active", "new": "terminated"}]
    assert answer["events"] == 2
    [disabled], [revoked] = receiver.wait_for(DISABLED), receiver.wait_for(SESSION_REVOKED)
    assert disabled.claims["txn"] == revoked.claims["txn"]


# MARK: the command line

def verb(daemon: Daemon, *arguments: str):
    return run(*arguments, "--set", f"state_directory={daemon.state}")


CSV = """\ufeffNo,Mail,State,Remark
1,ann@example.com,active,"says ""hello"", twice"
2,bob@example.com,active,
3,"cat@example.com",active,"two
lines"
"""
MAPPED = ("--id", "No", "--map", "email=Mail", "--map", "status=State", "--map", "remark=Remark")


@pytest.fixture
def hr(daemon, tmp_path):
    """A daemon whose source was made by the verb, and a way to import a file."""
    daemon.settings["identity_sources.sources"] = ""
    daemon.start()
    assert verb(daemon, "source", "create", "hr").returncode == 0

    def run_import(name: str, content: str, *options: str):
        path = tmp_path / name
        path.write_text(content)
        return verb(daemon, "import", str(path), "--source", "hr", "--watch", *options)

    run_import.imports = Imports(daemon)
    return run_import


def profiles(hr) -> dict:
    imports = hr.imports
    admin = imports.admin
    token = admin.create_token(admin.create_client(["okta.identitySources.read"]))["token"]
    base = f"{imports.daemon.public}/api/v1/identity-sources/hr/users/"
    found = {}
    for external_id in "123":
        answer = requests.get(base + external_id, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        if answer.status_code == 200:
            found[external_id] = answer.json()["profile"]
    return found


def test_a_table_is_imported_with_its_columns_mapped(hr):
    done = hr("people.csv", CSV, *MAPPED)

    assert done.returncode == 0, done.stderr
    assert "3 created" in done.stdout
    assert profiles(hr) == {
        "1": {"email": "ann@example.com", "status": "active", "remark": 'says "hello", twice'},
        "2": {"email": "bob@example.com", "status": "active"},
        "3": {"email": "cat@example.com", "status": "active", "remark": "two\nlines"}}


@pytest.mark.parametrize(("name", "content"), [
    ("people.json", '[{"id": 1, "email": "ann@example.com", "vip": true}, {"id": "2", "note": null}]'),
    ("people.ndjson", '{"id": 1, "email": "ann@example.com", "vip": true}\n\n{"id": "2", "note": null}'),
])
def test_json_is_imported(hr, name, content):
    done = hr(name, content)

    assert done.returncode == 0, done.stderr
    assert profiles(hr) == {"1": {"email": "ann@example.com", "vip": "true"}, "2": {}}


def test_a_full_import_deletes_who_is_absent(hr):
    hr("people.csv", CSV, *MAPPED)

    tried = hr("fewer.csv", "No,Mail,State,Remark\n1,ann@example.com,active,\n", "--full", "--dry-run", *MAPPED)
    kept = profiles(hr)
    done = hr("fewer.csv", "No,Mail,State,Remark\n1,ann@example.com,active,\n", "--full", *MAPPED)

    assert tried.returncode == 0, tried.stderr
    assert "2 deleted" in tried.stdout
    assert "account-disabled" in tried.stdout
    assert "bob@example.com" in tried.stdout
    assert len(kept) == 3
    assert done.returncode == 0, done.stderr
    assert profiles(hr) == {"1": {"email": "ann@example.com", "status": "active"}}


def test_a_held_import_ends_the_verb_with_75(hr):
    rows = "".join(f"{n},user{n}@example.com,active,\n" for n in range(100))
    hr("people.csv", "No,Mail,State,Remark\n" + rows, *MAPPED)

    done = hr("leavers.csv", "No,Mail,State,Remark\n" + rows.replace("active", "left"), *MAPPED)

    assert done.returncode == HELD
    assert "import approve" in done.stderr


@pytest.mark.parametrize(("name", "content", "complaint"), [
    ("people.csv", "", "first line"),
    ("people.csv", "Mail\na@example.com\n", "--id"),
    ("people.csv", "id,mail\n1\n", "row 1"),
    ("people.csv", 'id,mail\n1,"open\n', "never closed"),
    ("people.json", "{}", "no JSON array"),
    ("people.json", '[{"id": 1},', "no JSON array"),
    ("people.ndjson", '{"id": 1}\n{"id"', "record 2"),
    ("people.ndjson", '{"name": "x"}', "record 1 has no externalId"),
    ("people.ndjson", '{"id": "1", "address": {}}', "address"),
    ("people.txt", "", "--format"),
])
def test_a_bad_file_is_refused_and_nothing_is_imported(hr, name, content, complaint):
    done = hr(name, content)

    assert done.returncode != 0
    assert complaint in done.stderr
    assert all(item["status"] == "CLOSED" for item in hr.imports.call("GET", "/v1/imports")["imports"])


def test_sources_are_listed_shown_and_deleted(hr):
    daemon = hr.imports.daemon
    hr("people.csv", CSV, *MAPPED)

    assert "hr" in verb(daemon, "source", "list").stdout
    assert json.loads(verb(daemon, "source", "show", "hr").stdout)["identities"] == 3
    assert verb(daemon, "source", "delete", "hr").returncode == 0
    assert verb(daemon, "source", "show", "hr").returncode == 1
    assert verb(daemon, "source", "create", "hr").returncode == 0
    assert json.loads(verb(daemon, "source", "show", "hr").stdout)["identities"] == 0
    assert verb(daemon, "source", "create", "-bad").returncode != 0

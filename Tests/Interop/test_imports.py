"""Imports from upload to SET: everything that is to be sent is sent once, whatever happens in between."""

import re
import shutil
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from harness.daemon import Daemon
from harness.identity_sdk import IdentitySDK
from harness.imports import Imports, caller, user
from harness.poller import Poller
from harness.receiver import Receiver
from harness.transmitter import Transmitter, email
from harness.waiting import wait_until

RISC = "https://schemas.openid.net/secevent/risc/event-type/"
SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
DISABLED, IDENTIFIER_CHANGED = RISC + "account-disabled", RISC + "identifier-changed"


def email_subject(delivery) -> str:
    return delivery.claims["sub_id"]["email"]


@pytest.fixture
def daemon(new_daemon):
    return new_daemon(**{
        "identity_sources.sources": "hr", "streams.verify_on_create": "false"})


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.mark.usefixtures("sdk_environment")
def test_from_the_sdk_to_the_receivers(daemon, receiver):
    """5,000 people; then 25 leave and 3 change their address, and others leave by status."""
    daemon.start()
    began = int(time.time())
    transmitter = Transmitter(daemon)
    push, poll = transmitter.receiver_api(), transmitter.receiver_api()
    push.create_push(receiver.url)
    poller = Poller(poll, poll.create_poll())
    token = transmitter.token("okta.identitySources.read", "okta.identitySources.manage")
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
    call, third = caller(daemon), sdk.new_session()
    leavers = [{"externalId": f"e{n}", "profile": {"status": "terminated"}} for n in range(200, 205)]
    call("POST", f"sessions/{third}/bulk-upsert", json={"entityType": "USERS", "profiles": leavers})
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
    poller.drain()
    pushed, polled = ([token.claims for token in tokens] for tokens in (receiver.deliveries, poller.tokens))
    assert len(pushed) == len(polled) == 63
    causes = [{(claims["txn"], claims["sub_id"]["email"]) for claims in sets} for sets in (pushed, polled)]
    assert causes[0] == causes[1]
    transactions = Counter(claims["txn"] for claims in pushed)
    assert Counter(transactions.values()) == Counter({2: 30, 1: 3})
    for claims in pushed + polled:
        [event] = claims["events"].values()
        assert began <= event["event_timestamp"] <= time.time()
    reasons = [claims["events"][SESSION_REVOKED] for claims in pushed if SESSION_REVOKED in claims["events"]]
    assert Counter(reason["reason_admin"]["en"] for reason in reasons) == {
        "Deleted from hr": 25, "No longer active in hr": 5}
    check_trace(daemon, receiver.of_type(DISABLED)[0].claims, second)


def check_trace(daemon: Daemon, claims: dict, session: str) -> None:
    """The chain from the upload to the receiver's 202, in one command."""
    [number] = re.findall(r"\d+", claims["sub_id"]["email"])

    story = daemon.verb("deliveries", "--txn", claims["txn"]).stdout

    for part in (f"import {session}  uploaded", f"from rule deleted  source hr  identity e{number}", "http_202"):
        assert part in story, story


@pytest.mark.parametrize("moments", [
    ["uploaded"], ["TRIGGERED"], ["comparing"], ["applying"], ["comparing", "applying", "applying", "applying"],
], ids=" ".join)
def test_sigkill_in_any_phase_loses_and_repeats_nothing(daemon, receiver, moments):
    """Each identity's two events arrive, each once as an event (a push may be repeated, with the same jti)."""
    daemon.settings["identity_sources.brake_people"] = 100_000
    daemon.start()
    Transmitter(daemon).receiver_api().create_push(receiver.url, events_requested=[DISABLED])
    imports = Imports(daemon)
    people = 3000
    imports.run([user(n) for n in range(people)])
    changes = [user(n, status="terminated") for n in range(0, people, 2)]
    changes += [{"external_id": f"e{n:05}", "deleted": True} for n in range(1, people, 2)]

    import_id = imports.create(changes)
    if moments == ["uploaded"]:
        kill(daemon, import_id, moments.pop())
    Imports(daemon).call("POST", f"/v1/imports/{import_id}/start", 202)
    for moment in moments:
        kill(daemon, import_id, moment)
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


def kill(daemon: Daemon, import_id: str, moment: str) -> None:
    """Kills the daemon once the import has reached the moment, and not its end, and starts it again."""
    imports = Imports(daemon)
    told = imports.show(import_id)["report"]["events"]
    is_there = {
        "uploaded": lambda shown: shown["status"] == "CREATED",
        "TRIGGERED": lambda shown: shown["status"] != "CREATED",
        "comparing": lambda shown: shown.get("phase") == "comparing",
        "applying": lambda shown: shown["report"]["events"] > told,
    }[moment]
    wait_until(lambda: is_there(imports.show(import_id)), moment, 60)
    daemon.kill()
    assert committed_status(daemon, import_id) != "COMPLETED", "it was killed too late; import more people"
    daemon.restart()


def committed_status(daemon: Daemon, import_id: str) -> str:
    """The status of an import in the files of a killed daemon: in a copy, since to read them is to recover them."""
    with TemporaryDirectory() as copy:
        for file in daemon.state.glob(f"{daemon.database.name}*"):
            shutil.copy(file, copy)
        with closing(sqlite3.connect(Path(copy) / daemon.database.name)) as database:
            [[status]] = database.execute("SELECT status FROM import_session WHERE id = ?", [import_id])
    return status


def test_a_stop_does_not_wait_for_the_end_of_an_import(daemon):
    daemon.start()
    imports = Imports(daemon)
    import_id = imports.start([user(n) for n in range(20_000)])
    wait_until(lambda: imports.show(import_id)["report"]["created"] > 0, "the first changes", 60)

    assert daemon.terminate() == 0
    daemon.restart()

    imports = Imports(daemon)
    assert imports.show(import_id)["status"] == "IN_PROGRESS"
    assert imports.settled(import_id, 120)["report"]["created"] == 20_000


def test_deliveries_and_intake_go_on_beside_an_import(daemon, receiver):
    daemon.start()
    Transmitter(daemon).receiver_api().create_push(receiver.url, events_requested=[SESSION_REVOKED])
    imports = Imports(daemon)

    import_id = imports.start([user(n) for n in range(20_000)])
    waits = []

    def is_over() -> bool:
        start = time.monotonic()
        imports.admin.emit("session-revoked", email(f"beside{len(waits)}@example.com"))
        waits.append(time.monotonic() - start)
        return imports.show(import_id)["status"] == "COMPLETED"

    wait_until(is_over, "the end of the import", 120)
    assert len(waits) > 1, "nothing was submitted beside it"
    assert max(waits) < 2
    assert len(receiver.wait_for(SESSION_REVOKED, len(waits), 30)) == len(waits)


def test_the_brake_holds_until_an_administrator_decides(daemon, receiver):
    daemon.start()
    Transmitter(daemon).receiver_api().create_push(receiver.url)
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

    shown = daemon.verb("import", "approve", held["id"], "--watch")

    assert shown.returncode == 0, shown.stderr
    assert "51 updated" in shown.stdout
    assert imports.settled(passing)["status"] == "COMPLETED"
    assert len(receiver.wait_for(DISABLED, 51)) == 51


def test_a_held_import_is_discarded(daemon, receiver):
    daemon.settings["identity_sources.brake_people"] = 0
    daemon.start()
    Transmitter(daemon).receiver_api().create_push(receiver.url)
    imports = Imports(daemon)
    imports.run([user(n) for n in range(3)])
    held = imports.run([], full=True)

    shown = daemon.verb("import", "discard", held["id"])

    assert shown.returncode == 0, shown.stderr
    assert imports.show(held["id"])["status"] == "CLOSED"
    assert imports.call("GET", "/v1/identity-sources/hr")["identities"] == 3
    assert receiver.deliveries == []


def test_a_single_change_is_told_at_once(daemon, receiver):
    daemon.start()
    Transmitter(daemon).receiver_api().create_push(receiver.url)
    imports = Imports(daemon)
    path = "/v1/identity-sources/hr/changes"
    imports.call("POST", path, 202, json=user(1))

    answer = imports.call("POST", path, 202, json=user(1, status="terminated"))

    assert answer["changes"] == [{"kind": "updated", "attribute": "status", "old": "active", "new": "terminated"}]
    assert answer["events"] == 2
    [disabled], [revoked] = receiver.wait_for(DISABLED), receiver.wait_for(SESSION_REVOKED)
    assert disabled.claims["txn"] == revoked.claims["txn"]

"""Rules of one's own in a running daemon: what they make of imports and webhooks, and what becomes of those that fail."""

import json
import signal

import pytest

from harness.imports import Imports, user
from harness.receiver import Receiver
from harness.transmitter import Transmitter
from harness.waiting import wait_until

CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
CREDENTIAL_CHANGE, SESSION_REVOKED = CAEP + "credential-change", CAEP + "session-revoked"
BADGE_LOST = "https://example.com/events/badge-lost"

RULES = [
    {
        "name": "contract-ended", "source": "hr",
        "when": 'changed.status pr and new.status eq "terminated" and not (groups co "contractors")',
        "emit": [
            {"type": "session-revoked", "members": {"reason_admin": {"en": "{old.status|unknown} to {new.status}"}}},
            {"type": BADGE_LOST, "members": {"badge": "{new.badge}", "rooms": ["{new.room|none}"]},
             "subject": {
                 "format": "complex", "user": {"format": "email", "email": "{new.email}"},
                 "group": {"format": "opaque", "id": "{source}"}}}],
        "subject": {"format": "email", "email": "{new.email}"}, "event_time": "new.end",
    },
    {
        "name": "credential", "when": "changed.credential pr",
        "emit": [{"type": "credential-change", "members": {"credential_type": "password", "change_type": "{new.credential}"}}],
        "subject": {"format": "email", "email": "{new.email}"},
    },
]


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def imports(new_daemon, receiver):
    """Imports into a daemon with these rules, and a receiver of all that they tell."""
    daemon = new_daemon(**{
        "identity_sources.sources": "hr", "streams.verify_on_create": "false", "rules": json.dumps(RULES),
        "events.custom_types": BADGE_LOST})
    daemon.start()
    Transmitter(daemon).receiver_api().create_push(
        receiver.url, events_requested=[CREDENTIAL_CHANGE, SESSION_REVOKED, BADGE_LOST])
    return Imports(daemon)


def test_members_subjects_and_times_are_built_from_the_identity(imports, receiver):
    imports.run([user(1, badge="B-7", room="101"), user(2, badge="B-8")])

    imports.run([user(1, status="terminated", end="2026-03-31T17:00:00+02:00"), user(2, status="terminated", end="1774969200")])

    revoked = {token.claims["sub_id"]["email"]: token.claims for token in receiver.wait_for(SESSION_REVOKED, 2)}
    lost = {token.claims["sub_id"]["user"]["email"]: token.claims for token in receiver.wait_for(BADGE_LOST, 2)}
    assert revoked.keys() == lost.keys() == {"user1@example.com", "user2@example.com"}
    for email, claims in revoked.items():
        assert claims["events"][SESSION_REVOKED] == {
            "reason_admin": {"en": "active to terminated"}, "event_timestamp": 1774969200}
        assert lost[email]["txn"] == claims["txn"]
        assert lost[email]["sub_id"]["group"] == {"format": "opaque", "id": "hr"}
    assert lost["user1@example.com"]["events"][BADGE_LOST] == {"badge": "B-7", "rooms": ["101"]}
    assert lost["user2@example.com"]["events"][BADGE_LOST] == {"badge": "B-8", "rooms": ["none"]}


def test_a_filter_looks_at_groups(imports, receiver):
    contractor = user(1, badge="B-7", status="active") | {"groups": ["contractors-it"]}
    imports.run([contractor, user(2, badge="B-8")])

    imports.run([user(1, status="terminated"), user(2, status="terminated")])

    [told] = receiver.wait_for(SESSION_REVOKED)
    assert told.claims["sub_id"]["email"] == "user2@example.com"


def test_an_event_that_does_not_satisfy_its_schema_stops_its_rule_and_not_the_import(imports, receiver):
    imports.run([user(n, badge="B") for n in range(3)])
    changes = [
        user(0, credential="revoke", status="terminated"), user(1, credential="banana", status="terminated"),
        user(2, credential="banana")]

    ended = imports.run(changes)

    assert ended["status"] == "COMPLETED"
    [fault] = ended["report"]["faults"]
    assert (fault["rule"], fault["count"]) == ("credential", 2)
    assert "change_type" in fault["reason"]
    assert len(receiver.wait_for(SESSION_REVOKED, 2)) == 2
    assert [token.claims["sub_id"]["email"] for token in receiver.wait_for(CREDENTIAL_CHANGE)] == ["user0@example.com"]
    metrics = imports.admin.call("GET", "/metrics").text
    assert 'ssf_rule_faults_total{rule="credential"} 2\n' in metrics
    assert 'ssf_rule_events_total{rule="credential"} 1\n' in metrics
    assert "credential" in imports.daemon.verb("import", "show", ended["id"]).stdout


def test_an_attribute_that_is_missing_stops_all_events_of_its_rule(imports, receiver):
    """Half of what a rule says would tell something else."""
    imports.run([user(1)])

    answer = imports.call(
        "POST", "/v1/identity-sources/hr/changes", 202, json=user(1, status="terminated", credential="revoke"))

    assert answer["events"] == 1
    [fault] = answer["faults"]
    assert fault["rule"] == "contract-ended"
    assert "new.badge" in fault["reason"]
    receiver.wait_for(CREDENTIAL_CHANGE)
    assert receiver.of_type(SESSION_REVOKED) == []


def test_a_reload_puts_all_new_rules_in_force_or_leaves_the_old(new_daemon, tmp_path):
    def rule(name: str, when: str) -> dict:
        return {"name": name, "when": when, "emit": ["session-revoked"], "subject": {"format": "opaque", "id": "{externalId}"}}

    def reload(*rules: dict) -> None:
        before = len(daemon.log.read_text())
        daemon.config.write_text(json.dumps({"rules": rules}))
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "reloaded" in daemon.log.read_text()[before:], "the reload")

    def told() -> dict:
        names = ("first", "second", "third")
        text = Imports(daemon).admin.call("GET", "/metrics").text
        return {name for name in names if f'ssf_rule_events_total{{rule="{name}"}} 1\n' in text}

    daemon = new_daemon(**{"identity_sources.sources": "hr"})
    daemon.config = tmp_path / "config.json"
    daemon.config.write_text(json.dumps({"rules": [rule("first", 'new.city eq "Rome"')]}))
    daemon.start()
    Imports(daemon).run([user(1, city="Rome")])
    assert told() == {"first"}

    reload(rule("second", 'new.city eq "Oslo"'))
    Imports(daemon).run([user(1, city="Oslo"), user(2, city="Rome")])
    assert told() == {"first", "second"}

    reload(rule("third", 'new.city eq "Bonn"'), rule("broken", "new.city is"))
    Imports(daemon).run([user(1, city="Bonn")])
    assert told() == {"first", "second"}

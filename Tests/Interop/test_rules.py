"""`rules test` shows what lifecycle rules make of sample changes, without a daemon; wrong rules are told by their place."""

import json
import os
from pathlib import Path

import pytest

from harness.daemon import run

LEAVER = {
    "name": "leaver", "when": 'changed.status pr and new.status eq "terminated"',
    "emit": [
        "account-disabled",
        {"type": "session-revoked", "members": {"reason_admin": {"en": "{old.status} -> {new.status}"}}}],
    "subject": {"format": "email", "email": "{new.email}"}}

JANE = {
    "externalId": "e1", "old": {"status": "active"},
    "new": {"status": "Terminated", "email": "jane@example.com"}}


@pytest.fixture
def trial(tmp_path: Path):
    """Runs `rules test` on rules (a value or text) and a sample (text)."""
    def trial(rules, sample: str, *flags: str):
        text = rules if isinstance(rules, str) else json.dumps(rules)
        (tmp_path / "rules.json").write_text(text)
        (tmp_path / "sample.json").write_text(sample)
        return run("rules", "test", str(tmp_path / "rules.json"), "--sample", str(tmp_path / "sample.json"), *flags)
    return trial


def test_events_are_shown_by_rule(trial):
    ended = trial([LEAVER], json.dumps(JANE))
    assert ended.returncode == 0, ended.stderr
    heading, disabled, revoked, summary = ended.stdout.splitlines()
    assert heading.split() == ["IDENTITY", "RULE", "EVENT", "SUBJECT", "MEMBERS"]
    assert disabled.split()[:3] == ["e1", "leaver", "account-disabled"]
    assert '{"en":"active -> Terminated"}' in revoked
    assert summary.startswith("1 changes, 1 rules: 2 events, 0 faults;")


def test_json_has_a_member_for_each_change(trial):
    sample = "\n".join(json.dumps(change) for change in [JANE, {"externalId": "e2", "new": {"status": "active"}}])
    leaver, joiner = json.loads(trial({"rules": [LEAVER]}, sample, "--json").stdout)
    assert [event["rule"] for event in leaver["events"]] == ["leaver", "leaver"]
    assert leaver["events"][0]["subject"] == {"format": "email", "email": "jane@example.com"}
    assert leaver["changes"] == [
        {"kind": "created", "attribute": "email", "new": "jane@example.com"},
        {"kind": "updated", "attribute": "status", "old": "active", "new": "Terminated"}]
    assert (joiner["kind"], joiner["events"]) == ("created", [])


def test_a_rule_that_cannot_be_carried_out_is_a_failure(trial):
    nameless = {**JANE, "new": {"status": "terminated"}}
    ended = trial([LEAVER], json.dumps(nameless))
    assert ended.returncode == 1
    assert "FAULT" in ended.stdout and "the identity has no new.email" in ended.stdout


def test_the_shipped_rules_can_be_tried(trial):
    shipped = run("rules", "shipped")
    ended = trial(shipped.stdout, json.dumps({"old": {"email": "jane@example.com"}}))
    assert "account-disabled" in ended.stdout and "session-revoked" in ended.stdout


def test_a_configuration_that_requires_reasons_requires_them_of_rules(trial):
    """As it does of producers: the rule could only ever fail."""
    configuration = {"events": {"require_reason_admin": True}, "rules": [{**LEAVER, "emit": ["session-revoked"]}]}
    refused = trial(json.dumps(configuration, indent=1), "[]")
    assert refused.returncode == os.EX_CONFIG
    assert "line 10, column 5" in refused.stderr and "/rules/0/emit/0/members: needs reason_admin" in refused.stderr
    assert trial(configuration | {"rules": [LEAVER]}, json.dumps(JANE)).returncode == 0


@pytest.mark.parametrize("change, place, words", [
    ({"when": "new.status is 1"}, "line 4, column 3", "/0/when: character 12: 'is' is no operator"),
    ({"whenn": "kind pr"}, "line 12, column 3", "did you mean when?"),
    ({"emit": ["session-revokd"]}, "line 6, column 4", "did you mean session-revoked?"),
    ({"subject": {"format": "email", "email": "{new.email"}}, "line 10, column 4", "a brace that is not closed"),
])
def test_a_wrong_rule_is_told_with_line_and_column(trial, change, place, words):
    ended = trial(json.dumps([{**LEAVER, "emit": ["account-disabled"], **change}], indent=1), "[]")
    assert ended.returncode == os.EX_CONFIG
    assert f"rules.json, {place}:" in ended.stderr and words in ended.stderr, ended.stderr


@pytest.mark.parametrize("rules, sample, words", [
    ('[{"name": "x",\n "when": "kind pr"}]', "[]", "rules.json, line 1, column 2: /0/emit"), ("{", "[]", "line 1"), ('{"rule": []}', "[]", "neither an array of rules nor"), ("[]", "[1]", "change 1 must be an object"),
    ("[]", '[{"olds": {}}]', "change 1 must be an object of externalId"), ("[]", '{"new": 5}', "change 1 must be an object"),
    ("[]", '{"new": {}}\n{"new": {}', "sample.json, line 2"),
])
def test_what_cannot_be_read_is_told(trial, rules, sample, words):
    ended = trial(rules, sample)
    assert ended.returncode == os.EX_CONFIG
    assert words in ended.stderr, ended.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    ended = run("rules", "test", str(tmp_path / "none.json"), "--sample", "x")
    assert ended.returncode == os.EX_CONFIG
    assert "none.json: No such file" in ended.stderr

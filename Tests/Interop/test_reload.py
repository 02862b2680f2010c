"""SIGHUP reads the configuration again: all of it is good, and its rules are in force, or nothing changes."""

import json
import signal
from pathlib import Path

import pytest

from harness.daemon import Daemon
from harness.waiting import wait_until

RULE = {
    "name": "leaver", "when": 'kind eq "deleted"', "emit": ["session-revoked"],
    "subject": {"format": "opaque", "id": "{externalId}"}}


@pytest.fixture
def configured(new_daemon, tmp_path: Path):
    """Makes a daemon with a configuration file, and a function that changes the file and sends SIGHUP."""
    daemon = new_daemon()
    daemon.config = tmp_path / "config.json"
    daemon.config.write_text(json.dumps({"rules": []}))
    daemon.start()

    def reload(text: str) -> str:
        before = len(daemon.log.read_text())
        daemon.config.write_text(text)
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "reloaded" in daemon.log.read_text()[before:], "the reload in the log")
        return daemon.log.read_text()[before:]

    return daemon, reload


def test_changed_rules_are_applied(configured: tuple[Daemon, callable]):
    daemon, reload = configured
    entry = json.loads(reload(json.dumps({"rules": [RULE]})).splitlines()[0])
    assert (entry["message"], entry["rules"]) == ("reloaded", "1")
    assert daemon.is_ready()


def test_what_else_has_changed_is_named(configured):
    daemon, reload = configured
    reload(json.dumps({"rules": [], "poll": {"longest_wait": "7s"}}))
    wait_until(lambda: "wait for a restart" in daemon.log.read_text(), "the warning")
    assert "poll.longest_wait" in daemon.log.read_text()


def test_rules_are_held_to_what_was_asked_of_events_at_the_start(configured):
    """`events.require_reason_admin` waits for a restart, and so do rules that only its new value allows."""
    daemon, reload = configured
    daemon.terminate()
    daemon.config.write_text(json.dumps({"rules": [], "events": {"require_reason_admin": True}}))
    daemon.restart()
    log = reload(json.dumps({"rules": [RULE], "events": {"require_reason_admin": False}}))
    assert "not reloaded" in log and "needs reason_admin" in log, log


@pytest.mark.parametrize("text, words", [
    ('{"rules": [}', "line 1"), ('{"rulez": []}', "did you mean 'rules'"),
    ('{\n"rules": [\n{"name": "x", "when": "kind is 1", "emit": ["session-revoked"]}]}', "line 3, column 15"),
    ('{"rules": [], "poll": {"longest_wait": "1y"}}', "poll.longest_wait must be"),
])
def test_a_fault_changes_nothing_and_is_told(configured, text: str, words: str):
    daemon, reload = configured
    log = reload(text)
    assert "not reloaded" in log and words in log, log
    assert daemon.is_ready()
    assert "not reloaded" not in reload(json.dumps({"rules": [RULE]}))

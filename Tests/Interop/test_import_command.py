"""The verbs source and import: files in, decisions, and the answers to mistakes."""

import json
import os
import pty
import subprocess

import pytest

from harness.daemon import ENVIRONMENT, binary
from harness.imports import Imports, caller


@pytest.fixture
def daemon(new_daemon):
    return new_daemon(**{"streams.verify_on_create": "false"})


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
    daemon.start()
    assert daemon.verb("source", "create", "hr").returncode == 0

    def run_import(name: str, content: str, *options: str):
        path = tmp_path / name
        path.write_text(content)
        return daemon.verb("import", str(path), "--source", "hr", "--watch", *options)

    run_import.imports = Imports(daemon)
    return run_import


def profiles(hr) -> dict:
    call = caller(hr.imports.daemon)
    answers = {external_id: call("GET", f"users/{external_id}") for external_id in "123"}
    return {key: answer.json()["profile"] for key, answer in answers.items() if answer.status_code == 200}


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


def test_a_table_may_have_another_separator(hr):
    done = hr("people.csv", "id;email\n1;ann@example.com\n", "--separator", ";")

    assert done.returncode == 0, done.stderr
    assert profiles(hr) == {"1": {"email": "ann@example.com"}}


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


@pytest.mark.parametrize(("name", "content"), [
    ("people.csv", "No,Mail,State,Remark\n"), ("people.json", "[]"), ("people.ndjson", "\n"),
])
def test_an_export_of_nobody_deletes_nobody(hr, name, content):
    hr("people.csv", CSV, *MAPPED)

    done = hr(name, content, "--full", *MAPPED)

    assert done.returncode == os.EX_DATAERR
    assert "holds no records" in done.stderr
    assert len(profiles(hr)) == 3


def test_a_held_import_ends_the_verb_with_75_and_so_does_one_behind_it(hr):
    rows = "".join(f"{n},user{n}@example.com,active,\n" for n in range(100))
    hr("people.csv", "No,Mail,State,Remark\n" + rows, *MAPPED)

    done = hr("leavers.csv", "No,Mail,State,Remark\n" + rows.replace("active", "left"), *MAPPED)
    behind = hr("one.csv", "No,Mail,State,Remark\n1,ann@example.com,active,\n", *MAPPED)

    [held] = [item["id"] for item in hr.imports.call("GET", "/v1/imports")["imports"] if item.get("phase") == "held"]
    assert (done.returncode, behind.returncode) == (os.EX_TEMPFAIL, os.EX_TEMPFAIL)
    assert f"the import is held: it affects 100 people, more than 50; run import approve {held}" in done.stderr
    assert f"the import waits behind {held}, which is held: it affects 100 people" in behind.stderr


@pytest.mark.parametrize(("name", "content", "complaint"), [
    ("people.csv", "", "first line"),
    ("people.csv", "Mail\na@example.com\n", "--id"),
    ("people.csv", "id,mail\n1\n", "row 1"),
    ("people.csv", 'id,mail\n1,"open\n', "never closed"),
    ("people.csv", "id,mail,mail\n1,a,b\n", "two columns are called 'mail'"),
    ("people.csv", "id;mail\n1;a@example.com\n", "there are id;mail"),
    ("people.json", "{}", "no JSON array"),
    ("people.json", '[{"id": 1},', "no JSON array"),
    ("people.ndjson", '{"id": 1}\n{"id"', "record 2"),
    ("people.ndjson", '{"name": "x"}', "record 1 has no externalId"),
    ("people.ndjson", '{"id": "1", "address": {}}', "address"),
    ("people.txt", "", "--format"),
])
def test_a_bad_file_is_refused_and_nothing_is_imported(hr, name, content, complaint):
    done = hr(name, content)

    assert done.returncode == os.EX_DATAERR
    assert complaint in done.stderr
    assert all(item["status"] == "CLOSED" for item in hr.imports.call("GET", "/v1/imports")["imports"])


def test_a_terminal_shows_how_far_an_import_is(hr, tmp_path):
    daemon = hr.imports.daemon
    path = tmp_path / "many.csv"
    path.write_text("id,email\n" + "".join(f"{n},user{n}@example.com\n" for n in range(3000)))
    controller, terminal = pty.openpty()
    command = [binary(), "import", path, "--source", "hr", "--watch", "--set", f"state_directory={daemon.state}"]

    done = subprocess.run(command, stderr=terminal, stdout=subprocess.PIPE, env=ENVIRONMENT, timeout=60)
    os.close(terminal)

    shown = os.read(controller, 100_000).decode()
    os.close(controller)
    assert done.returncode == 0, shown
    assert shown.startswith("\r[")
    assert "[" + 30 * "#" + "] COMPLETED 3000/3000" in shown


def test_sources_are_listed_shown_and_deleted(hr):
    daemon = hr.imports.daemon
    hr("people.csv", CSV, *MAPPED)

    assert "hr" in daemon.verb("source", "list").stdout
    assert json.loads(daemon.verb("source", "show", "hr").stdout)["identities"] == 3
    assert daemon.verb("source", "delete", "hr").returncode == 0
    assert daemon.verb("source", "show", "hr").returncode == 1
    assert daemon.verb("source", "create", "hr").returncode == 0
    assert json.loads(daemon.verb("source", "show", "hr").stdout)["identities"] == 0
    assert daemon.verb("source", "create", "-bad").returncode != 0

"""`check-config` finds what would keep `serve` from starting, beside a running daemon too, and changes nothing."""

import os
import socket
import sqlite3
from pathlib import Path

import pytest

from harness.daemon import run

APPLICATION_ID = int.from_bytes(b"SSFT", "big")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def verb(state: Path):
    """Runs a verb on the state directory of the test."""
    def verb(name: str, *arguments: str):
        listen = ("--set", "public.listen=127.0.0.1:0", "--set", "admin.listen=127.0.0.1:0")
        return run(name, "--set", "development=true", "--set", f"state_directory={state}", *listen, *arguments)

    return verb


def everything_in(directory: Path) -> dict[str, tuple]:
    """Names, contents, modes and times of all files."""
    return {
        str(path): (
            path.read_bytes() if path.is_file() else None, path.stat().st_mode, path.stat().st_mtime_ns)
        for path in [directory, *directory.rglob("*")]}


def new_database(state: Path, application_id: int, schema: int) -> None:
    state.mkdir(mode=0o700)
    database = sqlite3.connect(state / "transmitter.sqlite")
    database.executescript(
        f"PRAGMA application_id = {application_id}; PRAGMA user_version = {schema}; CREATE TABLE t (x)")
    database.close()


def check_both(verb, state: Path, code: int, *texts: str) -> None:
    """`check-config` says what `serve` says, and leaves everything as it is."""
    before = everything_in(state.parent)
    for name in ("check-config", "serve"):
        result = verb(name)
        assert result.returncode == code, result.stderr
        assert all(text in result.stderr for text in texts), result.stderr
        assert everything_in(state.parent) == before, name


def test_a_good_configuration_is_good_and_nothing_is_made(verb, state):
    before = everything_in(state.parent)

    result = verb("check-config")

    assert (result.returncode, result.stdout) == (0, "the configuration is good\n"), result.stderr
    assert everything_in(state.parent) == before


def test_a_path_below_a_file_is_refused(verb, state):
    state.write_text("")

    result = verb("check-config", "--set", f"state_directory={state}/below")

    assert result.returncode == os.EX_CANTCREAT
    assert "is not a directory" in result.stderr


@pytest.mark.parametrize("listener", ["public", "admin"])
def test_a_port_that_is_in_use_is_named(verb, listener):
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        result = verb("check-config", "--set", f"{listener}.listen={address}")

    assert result.returncode == os.EX_TEMPFAIL
    assert address in result.stderr


def test_one_address_for_both_listeners_is_refused(verb):
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"

    result = verb("check-config", "--set", f"public.listen={address}", "--set", f"admin.listen={address}")

    assert result.returncode == os.EX_TEMPFAIL


def test_another_programs_database_is_refused_and_left_as_it_is(verb, state):
    new_database(state, 0x1234, 1)

    check_both(verb, state, os.EX_DATAERR, "transmitter.sqlite", "belongs to another program")


def test_a_newer_releases_database_is_refused_and_left_as_it_is(verb, state):
    new_database(state, APPLICATION_ID, 1_000_000)

    check_both(verb, state, os.EX_DATAERR, "schema 1000000", "start the newer release")


def test_what_is_no_database_is_refused_and_left_as_it_is(verb, state):
    state.mkdir(mode=0o700)
    (state / "transmitter.sqlite").write_bytes(b"this is not a database" * 100)

    check_both(verb, state, os.EX_DATAERR, "transmitter.sqlite", "not a database")


def test_a_key_encryption_key_that_cannot_be_used_is_refused(verb, state):
    state.mkdir(mode=0o700)
    key = state / "key-encryption-key"
    key.write_text("short\n")
    key.chmod(0o600)
    check_both(verb, state, os.EX_CONFIG, str(key), "64 hexadecimal digits")
    key.chmod(0o644)
    check_both(verb, state, os.EX_CANTCREAT, f"chmod 600 {key}")


def test_beside_a_running_daemon_everything_but_the_addresses_is_checked(new_daemon):
    daemon = new_daemon().start()
    before = everything_in(daemon.state)
    addresses = (
        "--set", f"public.listen={daemon.public.removeprefix('http://')}",
        "--set", f"admin.listen={daemon.admin.removeprefix('http://')}")

    result = run("check-config", *daemon.flags(), *addresses)

    assert (result.returncode, result.stdout) == (0, "the configuration is good\n"), result.stderr
    assert f"process {daemon.process.pid}" in result.stderr
    assert "addresses" in result.stderr
    assert everything_in(daemon.state) == before
    assert daemon.terminate() == 0
    assert run("check-config", *daemon.flags()).stderr == ""

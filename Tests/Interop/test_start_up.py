"""Start-up that cannot succeed: the message names cause and remedy, and the exit code tells them apart."""

import json
import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from harness.daemon import ENVIRONMENT, binary, run


@pytest.fixture
def serve(tmp_path: Path):
    """Runs `serve` to its end: a start that must fail."""
    state = tmp_path / "state"

    def serve(*arguments: str):
        listen = ("--set", "public.listen=127.0.0.1:0", "--set", "admin.listen=127.0.0.1:0")
        return run("serve", "--set", "development=true", "--set", f"state_directory={state}", *listen, *arguments)

    return serve


def check_failure(result, code: int, *texts: str) -> None:
    assert result.returncode == code, result.stderr
    for text in texts:
        assert text in result.stderr
    assert result.stderr.count("\n") == 1, "one line says it"


FILES = [
    ('{\n  "development": tru,\n}', ["line 2, column"]),
    ('{\n  "development": true\n', ["line 3, column"]),
    ('{\n  "issuer": "https://a.example",\n  "issuer": "https://b.example"\n}', ["line 3, column", '"issuer"']),
    ('{\n  "developmnt": true\n}', ["line 2, column", "'developmnt'", "did you mean 'development'"]),
    ('{\n  "public": {\n    "listn": "x"\n  }\n}', ["line 3, column", "'public.listn'", "'public.listen'"]),
    ('{\n  "development": "yes"\n}', ["line 2, column", "development", "true or false"]),
    ('{\n  "limits": { "streams": 0 }\n}', ["line 2, column", "limits.streams", "integer from 1"]),
    ('{ "development": true,\n  "public": { "listen": "here" }\n}', ["line 2, column", "public.listen"]),
    ('[1]', ["line 1, column 1"]),
    ("", ["line 1, column 1"]),
]


@pytest.mark.parametrize(("text", "expected"), FILES, ids=range(len(FILES)))
def test_a_broken_configuration_file_is_refused_with_line_and_column(tmp_path, text, expected):
    file = tmp_path / "transmitter.json"
    file.write_text(text)

    for verb in ("serve", "check-config"):
        check_failure(run(verb, "--config", str(file)), os.EX_CONFIG, str(file), *expected)


def test_a_missing_configuration_file_is_refused(tmp_path):
    result = run("serve", "--config", str(tmp_path / "none.json"))

    check_failure(result, os.EX_CONFIG, "none.json", "No such file")


@pytest.mark.parametrize(("setting", "text"), [
    ("issuer=https://a.example/?q=1", "issuer"),
    ("issuer=https://a.example/#f", "issuer"),
    ("issuer=signals", "issuer"),
    ("delivery.allowed_networks=10.0.0.0/99", "delivery.allowed_networks"),
    ("delivery.ca_file=/nonexistent.pem", "/nonexistent.pem"),
    ("delivery.attempt_timeout=soon", "delivery.attempt_timeout"),
    ("log.level=loud", "log.level"),
    ("nonsense=1", "nonsense"),
])
def test_a_value_that_cannot_be_used_is_refused(serve, setting, text):
    check_failure(serve("--set", setting), os.EX_CONFIG, text)


def test_a_production_start_needs_an_https_issuer(tmp_path):
    state = ("--set", f"state_directory={tmp_path}")
    check_failure(run("serve", *state), os.EX_CONFIG, "issuer")
    check_failure(run("serve", *state, "--set", "issuer=http://a.example"), os.EX_CONFIG, "issuer", "https")


def test_an_unknown_variable_is_refused_with_the_nearest_name(tmp_path):
    result = subprocess.run(
        [binary(), "check-config"], env=ENVIRONMENT | {"SSF_STATE_DIRECTRY": str(tmp_path)}, capture_output=True,
        text=True)

    check_failure(result, os.EX_CONFIG, "SSF_STATE_DIRECTRY", "SSF_STATE_DIRECTORY")


def test_a_state_directory_that_cannot_be_written_is_refused(tmp_path):
    state = tmp_path / "state"
    state.mkdir(mode=0o500)
    command = [binary(), "serve", "--set", "development=true", "--set", f"state_directory={state}"]
    if os.geteuid() == 0:
        # Root without its power over permissions: in all else this is the same user.
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]

    result = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=30)

    check_failure(result, os.EX_CANTCREAT, str(state), "Permission denied", "chown")


def test_a_state_directory_that_is_a_file_or_open_to_all_is_refused(serve, tmp_path):
    state = tmp_path / "state"
    state.write_text("")
    check_failure(serve(), os.EX_CANTCREAT, "not a directory")
    state.unlink()
    state.mkdir()
    state.chmod(0o777)
    check_failure(serve(), os.EX_CANTCREAT, "chmod 700")


def test_a_second_daemon_on_the_same_state_directory_is_refused(transmitter, serve):
    daemon = transmitter.daemon

    result = serve("--set", f"state_directory={daemon.state}")

    process = f"process {daemon.process.pid}"
    check_failure(result, os.EX_TEMPFAIL, str(daemon.state), process, "stop it first")


@pytest.mark.parametrize("listener", ["public", "admin"])
def test_a_port_that_is_in_use_is_named(serve, listener):
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"

        check_failure(serve("--set", f"{listener}.listen={address}"), os.EX_TEMPFAIL, address, "in use")


def test_a_database_that_is_no_database_is_refused_and_left_as_it_is(serve, tmp_path):
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    database = state / "transmitter.sqlite"
    database.write_bytes(b"this is not a database" * 1000)

    result = serve()

    check_failure(result, os.EX_DATAERR, "transmitter.sqlite")
    assert database.read_bytes().startswith(b"this is not a database")


def test_a_lost_key_encryption_key_is_refused(new_daemon):
    daemon = new_daemon().start()
    assert daemon.terminate() == 0
    (daemon.state / "key-encryption-key").unlink()

    result = run("serve", *daemon.flags())

    assert result.returncode != 0
    assert "key-encryption-key" in result.stderr
    assert not (daemon.state / "key-encryption-key").exists(), "a new key was made over the lost one"


def test_secrets_are_for_their_owner_only(transmitter):
    for name in ("admin-token", "key-encryption-key", "transmitter.sqlite"):
        assert (transmitter.daemon.state / name).stat().st_mode & 0o077 == 0


def test_the_log_tells_which_libraries_run(new_daemon):
    ready = next(line for line in new_daemon().start().log.read_text().splitlines() if '"message":"ready"' in line)
    found = json.loads(ready)
    assert re.fullmatch(r"3\.\d+\.\d+", found["sqlite"])
    assert found["openssl"].startswith("OpenSSL 3.")
    assert found["version"] in run("version").stdout

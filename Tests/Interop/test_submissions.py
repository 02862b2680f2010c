"""The verbs that send much: what they do when the daemon limits them, refuses them, or fails them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.daemon import run
from harness.imports import Imports

EVENT = '{"type":"session-revoked","subject":{"format":"email","email":"a@example.com"},"txn":"%06d"}\n'


@pytest.fixture
def limited(new_daemon):
    """A daemon that takes two submissions at once, and then one a second."""
    return new_daemon(**{"limits.submissions_per_second": 1, "identity_sources.sources": "hr"}).start()


def test_an_import_that_is_limited_goes_on_when_it_may(limited, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("id,email\n" + "".join(f"{n},user{n}@example.com\n" for n in range(15_001)))

    done = limited.verb("import", str(path), "--source", "hr", "--watch")

    assert done.returncode == 0, done.stderr
    assert "15001 created" in done.stdout
    [item] = Imports(limited).call("GET", "/v1/imports")["imports"]
    assert item["records"] == 15_001


def test_emit_that_is_limited_goes_on_when_it_may(limited):
    lines = [EVENT % number for number in range(3 * (512 << 10) // len(EVENT % 0) + 1)]

    done = limited.verb("emit", "-", stdin="".join(lines), seconds=120)

    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["line"] for result in results] == list(range(1, len(lines) + 1))
    assert {result["status"] for result in results} == {202}


@contextmanager
def failing_daemon(*failing: tuple[str, str]) -> Iterator[tuple[str, list]]:
    """An admin listener on which some calls fail, each told as (method, path). Yields its URL and the calls."""
    calls = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            calls.append((self.command, self.path))
            fails = calls[-1] in failing
            body = json.dumps({"detail": f"no {self.command} now"} if fails else {"id": "i1"}).encode()
            self.send_response(503 if fails else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_DELETE = answer

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", calls
        finally:
            server.shutdown()
            thread.join()


RECORDS, START = ("POST", "/v1/imports/i1/records"), ("POST", "/v1/imports/i1/start")
TRY, CLOSE = ("POST", "/v1/imports/i1/start?dry_run=true"), ("DELETE", "/v1/imports/i1")


@pytest.mark.parametrize(("failing", "options"), [(RECORDS, ()), (START, ()), (TRY, ("--dry-run",))])
@pytest.mark.parametrize("closes", [True, False])
def test_an_import_that_fails_is_closed_and_its_own_reason_told_first(tmp_path, failing, options, closes):
    path, token = tmp_path / "people.csv", tmp_path / "token"
    path.write_text("id\n1\n")
    token.write_text("ssft_x\n")
    token.chmod(0o600)
    also = () if closes else (CLOSE,)
    with failing_daemon(failing, *also) as (url, calls):
        done = run("import", str(path), "--source", "hr", "--admin-url", url, "--token-file", str(token), *options)

    assert done.returncode == 1
    assert calls[-2:] == [failing, CLOSE]
    told = done.stderr.splitlines()
    assert told[0] == "ssf-transmitter: no POST now"
    assert told[1:] == ([] if closes else ["ssf-transmitter: the import i1 stays: no DELETE now"])

"""The verbs as processes: the tour of the README, and the answers to mistakes."""

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from joserfc import jws
from joserfc.jwk import RSAKey

from harness.daemon import ENVIRONMENT, binary, run
from harness.transmitter import email
from harness.waiting import wait_until

SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"


class ReceiveVerb:
    """`ssf-transmitter receive` as a process; what it prints is parsed as it comes."""

    def __init__(self, *arguments: str):
        self.process = subprocess.Popen(
            [binary(), "receive", "--port", "0", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        announcement = self.process.stderr.readline()
        assert (found := re.search(r"http://127\.0\.0\.1:\d+/", announcement)), announcement
        self.url = found[0]
        self.printed = ""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        while part := os.read(self.process.stdout.fileno(), 65536):
            self.printed += part.decode()

    @property
    def claims(self) -> list[dict]:
        decoder, values, rest = json.JSONDecoder(), [], self.printed.lstrip()
        while rest:
            try:
                value, end = decoder.raw_decode(rest)
            except json.JSONDecodeError:
                break  # the end of it is not printed yet
            values.append(value)
            rest = rest[end:].lstrip()
        return values

    def of_type(self, uri: str) -> list[dict]:
        return [claims for claims in self.claims if uri in claims["events"]]

    def stop(self) -> int:
        self.process.terminate()
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()
            self._reader.join()
            self.process.stdout.close()
            self.process.stderr.close()


@contextmanager
def receive(*arguments: str) -> Iterator[ReceiveVerb]:
    verb = ReceiveVerb(*arguments)
    try:
        yield verb
    except BaseException:
        verb.stop()
        raise
    assert verb.stop() == 0


@pytest.fixture
def verb(transmitter):
    return transmitter.daemon.verb


def test_the_tour_of_the_readme(transmitter, verb):
    client = verb("client", "create", "--description", "tour").stdout.strip()
    token = verb("token", "create", client).stdout.strip()
    assert re.fullmatch(r"ssft_[\w-]{43,}", token)
    try:
        with receive("--issuer", transmitter.daemon.issuer, "--authorization-header", "Bearer push") as receiver:
            stream = transmitter.with_token(token).create_push(receiver.url, "Bearer push")
            wait_until(lambda: receiver.of_type(VERIFICATION), "the verification")

            emitted = verb(
                "emit", "session-revoked", "--email", "jane@example.com", "--reason-admin", "laptop stolen",
                "--json")
            assert emitted.returncode == 0, emitted.stderr
            [claims] = wait_until(lambda: receiver.of_type(SESSION_REVOKED), "the event")

        receipt = json.loads(emitted.stdout)
        assert receipt["deliveries"] == [{"stream_id": stream["stream_id"], "jti": claims["jti"]}]
        assert claims["sub_id"] == email("jane@example.com")
        assert claims["events"][SESSION_REVOKED] == {"reason_admin": {"en": "laptop stolen"}}
        assert stream["stream_id"] in verb("stream", "list").stdout
        shown = json.loads(verb("stream", "show", stream["stream_id"]).stdout)
        assert shown["deliveries"]["delivered"] == 2
        kids = [key["kid"] for key in transmitter.with_token(None).key_set()["keys"]]
        assert all(kid in verb("keys", "list").stdout for kid in kids)
    finally:
        assert verb("client", "delete", client).returncode == 0
    assert transmitter.with_token(token).read().status_code == 401


def test_emit_reads_ndjson_and_says_what_became_of_each_line(verb):
    good = '{"type":"session-revoked","subject":{"format":"email","email":"a@example.com"}}\n'

    assert verb("emit", "-", stdin=good * 3).returncode == 0
    mixed = verb("emit", "-", stdin=good + "{}\n")
    assert mixed.returncode == 1
    assert [json.loads(line)["status"] for line in mixed.stdout.splitlines()] == [202, 400]


def test_emit_sends_any_number_of_lines_and_numbers_them_as_they_stand(verb):
    line = '{"type":"session-revoked","subject":{"format":"email","email":"a@example.com"},"txn":"%06d"}\n'
    lines = [line % number for number in range(1, 3 * (1 << 20) // len(line % 0) + 1)]
    lines[20_000:20_000] = ["\n", "{}\n"]

    first, second = (
        verb("emit", "-", "--idempotency-key", "many", stdin="".join(lines), seconds=120) for _ in range(2))

    assert first.returncode == second.returncode == 1, first.stderr
    results = [json.loads(result) for result in first.stdout.splitlines()]
    assert [result["line"] for result in results] == [n for n in range(1, len(lines) + 1) if n != 20_001]
    assert [result["line"] for result in results if result["status"] != 202] == [20_002]
    assert results[-1]["txn"] == f"{len(lines) - 2:06d}"
    assert second.stdout == first.stdout, "the repetition was not recognised"


def test_emit_of_nothing_is_refused(verb):
    nothing = verb("emit", "-", stdin="\n \n")

    assert nothing.returncode == 1
    assert "holds no event" in nothing.stderr


def test_emit_passes_the_daemons_refusal_on(verb):
    refused = verb("emit", "credential-change", "--email", "jane@example.com", "--member", "change_type=update")

    assert refused.returncode == 1
    assert "/members/credential_type" in refused.stderr


def test_usage_is_64_no_daemon_69_and_a_bad_token_77(verb, tmp_path):
    token = tmp_path / "token"
    token.write_text("ssft_wrong\n")

    assert verb("emit", "session-revoked").returncode == os.EX_USAGE
    assert verb("stream", "list", "--token-file", str(token)).returncode == os.EX_NOPERM
    nobody = run("stream", "list", "--set", f"state_directory={tmp_path}")
    assert nobody.returncode == os.EX_UNAVAILABLE
    assert "is the daemon running" in nobody.stderr


def test_health_tells_by_its_exit_code(new_daemon):
    daemon = new_daemon().start()
    arguments = ("health", "--set", f"state_directory={daemon.state}")

    assert run(*arguments).returncode == 0
    assert daemon.terminate() == 0
    assert run(*arguments).returncode == os.EX_UNAVAILABLE


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0"])
def test_the_verbs_find_a_daemon_that_listens_on_every_address(new_daemon, address):
    daemon = new_daemon(**{"public.listen": address, "admin.listen": address}).start()
    state = ("--set", f"state_directory={daemon.state}")

    assert run("health", *state).returncode == 0
    assert run("stream", "list", *state).returncode == 0
    assert requests.get(daemon.issuer + "/.well-known/ssf-configuration", timeout=10).status_code == 200


def test_the_receiver_refuses_what_the_transmitter_did_not_sign(transmitter):
    issuer = transmitter.daemon.issuer
    kid = transmitter.with_token(None).key_set()["keys"][0]["kid"]
    claims = {
        "iss": issuer, "aud": "x", "iat": 1, "jti": "1", "sub_id": email("jane@example.com"),
        "events": {SESSION_REVOKED: {}}}
    header = {"alg": "RS256", "typ": "secevent+jwt", "kid": kid}
    stranger = RSAKey.generate_key(2048)

    def signed(header: dict) -> str:
        return jws.serialize_compact(header, json.dumps(claims), stranger, algorithms=["RS256"])

    with receive("--issuer", issuer) as receiver:
        def post(body: str) -> requests.Response:
            return requests.post(
                receiver.url, data=body, headers={"Content-Type": "application/secevent+jwt"}, timeout=10)

        for body, error in [
            (signed(header), "invalid_key"),
            (signed(header | {"kid": "unknown"}), "invalid_key"),
            (signed(header | {"typ": "JWT"}), "invalid_request"),
            ("eyJhbGciOiJub25lIn0.e30.", "invalid_request"),
            ("not a token", "invalid_request"),
        ]:
            response = post(body)
            assert (response.status_code, response.json()["err"]) == (400, error)
            assert response.headers["Content-Language"]
    assert receiver.claims == []


def test_the_receiver_asks_for_a_repetition_when_it_cannot_get_the_keys(new_daemon):
    daemon = new_daemon().start()
    header = {"alg": "RS256", "typ": "secevent+jwt", "kid": "made-after-the-receiver-started"}
    token = jws.serialize_compact(header, b"{}", RSAKey.generate_key(2048), algorithms=["RS256"])
    with receive("--issuer", daemon.issuer) as receiver:
        daemon.terminate()
        response = requests.post(
            receiver.url, data=token, headers={"Content-Type": "application/secevent+jwt"}, timeout=10)

    assert response.status_code == 503


def test_the_receiver_says_what_is_wrong_with_the_issuer(transmitter):
    nobody = run("receive", "--port", "0", "--issuer", "http://127.0.0.1:1")
    assert nobody.returncode == os.EX_UNAVAILABLE
    assert "http://127.0.0.1:1" in nobody.stderr

    other_name = transmitter.daemon.issuer.replace("127.0.0.1", "localhost")
    mismatch = run("receive", "--port", "0", "--issuer", other_name)
    assert mismatch.returncode != 0
    assert transmitter.daemon.issuer in mismatch.stderr

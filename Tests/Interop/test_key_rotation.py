"""Keys come and go while SETs are delivered, and no receiver notices."""

import json
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from harness.daemon import Daemon, run
from harness.key_sets import KeySetHistory
from harness.poller import Poller
from harness.receiver import Answer, Delivery, Receiver
from harness.signed_token import SignedToken
from harness.transmitter import AdminAPI, ReceiverAPI, email
from harness.waiting import wait_until

EVENT = "https://schemas.openid.net/secevent/caep/event-type/session-presented"
USES = [("set", "RS256"), ("set", "ES256"), ("token", "RS256"), ("token", "ES256")]


@dataclass(frozen=True)
class Schedule:
    """How long to rotate, how often, and how long receivers may keep a key set; in seconds."""

    length: float
    interval: float
    max_age: int


# With SSF_ROTATION=full: a rotation every 5 s for 2 minutes. Else as fast as keys may follow each other.
SCHEDULE = Schedule(120, 5, 2) if os.environ.get("SSF_ROTATION") == "full" else Schedule(15, 2.4, 1)


class Keys:
    """The keys of a daemon, over its admin API."""

    def __init__(self, daemon: Daemon):
        self.api = AdminAPI(daemon.admin, daemon.admin_token)

    def list(self, **members) -> list[dict]:
        keys = self.api.call("GET", "/v1/keys").json()["keys"]
        return [key for key in keys if members.items() <= key.items()]

    def active(self, purpose: str, alg: str) -> str:
        [key] = self.list(purpose=purpose, alg=alg, state="active")
        return key["kid"]

    def change(self, path: str, **body) -> dict:
        response = self.api.call("POST", f"/v1/keys/{path}", json=body)
        assert response.status_code in (200, 201), response.text
        return response.json()


class Arrivals:
    """SETs with the time of their arrival, from pushes and polls."""

    def __init__(self):
        self.tokens: list[tuple[SignedToken, float]] = []

    def take(self, token: SignedToken) -> Answer:
        self.tokens.append((token, time.monotonic()))
        return Answer()

    def jtis(self) -> set[str]:
        return {token.jti for token, _ in list(self.tokens)}

    def kids(self, algorithm: str) -> Counter[str]:
        headers = [token.header for token, _ in self.tokens]
        return Counter(header["kid"] for header in headers if header["alg"] == algorithm)


class Load:
    """A producer that submits one event after the other, and a receiver that polls for its share of them."""

    def __init__(self, daemon: Daemon, poller: Poller, arrivals: Arrivals):
        self.promised: set[str] = set()
        self._admin = AdminAPI(daemon.admin, daemon.admin_token)
        self._poller = poller
        self._arrivals = arrivals
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=work) for work in (self._produce, self._poll)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _produce(self) -> None:
        number = 0
        while not self._stopped.wait(0.01):
            number += 1
            receipt = self._admin.emit(EVENT, email(f"user{number}@example.com"))
            self.promised |= {delivery["jti"] for delivery in receipt["deliveries"]}

    def _poll(self) -> None:
        while not self._stopped.wait(0.05):
            self.poll()

    def poll(self) -> None:
        for token in self._poller.take():
            self._arrivals.take(token)


def receiver_api(daemon: Daemon) -> ReceiverAPI:
    admin = AdminAPI(daemon.admin, daemon.admin_token)
    token = admin.create_token(admin.create_client(["ssf.read", "ssf.manage"]))["token"]
    return ReceiverAPI(daemon.public, token, daemon.issuer)


def test_p10_no_receiver_meets_a_key_that_it_cannot_know(new_daemon):
    """F20: also one that keeps the key set for its max-age and does not ask again for an unknown kid."""
    daemon = new_daemon(**{"jwks.max_age": f"{SCHEDULE.max_age}s"}).start()
    api, arrivals = receiver_api(daemon), Arrivals()
    with Receiver(arrivals.take) as receiver, KeySetHistory(daemon.public + "/ssf/jwks") as history:
        assert history.max_age == SCHEDULE.max_age
        api.create_push(receiver.url)
        elliptic = api.create_push(receiver.url)
        AdminAPI(daemon.admin, daemon.admin_token).change_stream(elliptic["stream_id"], signing_alg="ES256")
        load = Load(daemon, Poller(api, api.create_poll()), arrivals)
        try:
            rotations = rotate_for(Keys(daemon))
        finally:
            load.end()
        wait_until(lambda: load.poll() or load.promised <= arrivals.jtis(), "every event", 30)

        failures = [reason for token, arrived in arrivals.tokens if (reason := refusal(history, token, arrived))]
        print(f"\n{len(arrivals.tokens)} SETs, {rotations} rotations, {len(history.seen)} keys seen, "
              f"{len(failures)} verification failures")
        assert not failures, failures[:5]
    for algorithm in ("RS256", "ES256"):
        assert len(arrivals.kids(algorithm)) >= rotations, "every key has signed"


def rotate_for(keys: Keys) -> int:
    """Rotates by the schedule; returns how many keys of each algorithm have become active by that."""
    end = time.monotonic() + SCHEDULE.length
    rotations = 0
    while time.monotonic() + SCHEDULE.interval < end:
        began = time.monotonic()
        successors = {key["kid"] for key in keys.change("rotate")["keys"]}
        wait_until(
            lambda: successors <= {key["kid"] for key in keys.list(state="active")}, "the next keys",
            SCHEDULE.interval + 5)
        rotations += 1
        time.sleep(max(began + SCHEDULE.interval - time.monotonic(), 0))
    return rotations


def refusal(history: KeySetHistory, token: SignedToken, arrived: float) -> str | None:
    try:
        history.check(token, arrived)
    except Exception as error:  # whatever a library raises, the receiver would not have taken the SET
        return f"{type(error).__name__}: {error}"
    return None


def test_what_was_pushed_with_a_withdrawn_key_is_signed_again_by_the_next(new_daemon):
    daemon = new_daemon().start()
    keys = Keys(daemon)
    leaked = keys.active("set", "RS256")
    recovered = threading.Event()

    def answer(delivery: Delivery) -> Answer:
        return Answer() if recovered.is_set() else Answer(503)

    with Receiver(answer) as receiver:
        api = receiver_api(daemon)
        api.create_push(receiver.url)
        AdminAPI(daemon.admin, daemon.admin_token).emit(EVENT, email("jane@example.com"))
        [first] = receiver.wait_for(EVENT)[:1]
        assert first.header["kid"] == leaked

        left = keys.change(f"{leaked}/retire", now=True)["keys"]
        assert [key["state"] for key in left] == ["active"]
        published = [key["kid"] for key in api.key_set()["keys"]]
        assert leaked not in published and left[0]["kid"] in published
        recovered.set()
        [last] = wait_until(
            lambda: [delivery for delivery in receiver.of_type(EVENT) if delivery.header["kid"] != leaked],
            "the same SET by another key", 60)
        assert last.header["kid"] == left[0]["kid"]
        assert last.claims == first.claims
        KeySetHistory(daemon.public + "/ssf/jwks").check(last, time.monotonic())


def test_what_was_polled_with_a_withdrawn_key_is_signed_again_by_the_next(new_daemon):
    daemon = new_daemon(**{"streams.verify_on_create": "false"}).start()
    keys = Keys(daemon)
    leaked = keys.active("set", "RS256")
    api = receiver_api(daemon)
    poller = Poller(api, api.create_poll())
    AdminAPI(daemon.admin, daemon.admin_token).emit(EVENT, email("jane@example.com"))
    [first], [second] = poller.look(), poller.look()
    assert first.body == second.body
    assert first.header["kid"] == leaked

    keys.change(f"{leaked}/retire", now=True)
    [third] = poller.look()
    assert third.header["kid"] == keys.active("set", "RS256") != leaked
    assert third.claims == first.claims


def test_a_key_rotates_by_its_age(new_daemon):
    daemon = new_daemon(**{"jwks.max_age": "1s", "keys.rotate_after": "1s"}).start()
    keys = Keys(daemon)
    first = {key["kid"] for key in keys.list(state="active")}
    wait_until(lambda: first.isdisjoint(key["kid"] for key in keys.list(state="active")), "the next keys", 30)


@pytest.mark.parametrize("moment", range(5))
def test_kill_9_in_the_middle_of_a_rotation_leaves_one_active_key_of_each_use(new_daemon, moment):
    daemon = new_daemon(**{"jwks.max_age": "1s"}).start()
    changes = threading.Thread(target=change_without_end, args=(daemon,))
    changes.start()
    time.sleep(0.7 * (moment + 1))
    daemon.kill()
    changes.join()

    daemon.restart()
    keys = Keys(daemon)
    listed = keys.list()
    active = [(key["purpose"], key["alg"]) for key in listed if key["state"] == "active"]
    assert sorted(active) == sorted(USES)
    published = {key["kid"] for key in requests.get(daemon.public + "/ssf/jwks", timeout=10).json()["keys"]}
    assert published == {key["kid"] for key in listed if key["purpose"] == "set"}
    for key in listed:
        assert ("until" in key) == (key["state"] != "active")
    wait_until(lambda: not keys.list(state="pending"), "the end of the rotation that was cut short", 30)


def change_without_end(daemon: Daemon) -> None:
    """Rotates, and withdraws what is active, until the daemon is gone."""
    keys = Keys(daemon)
    try:
        while True:
            keys.change("rotate")
            keys.change(f"{keys.active('set', 'ES256')}/retire", now=True)
            keys.change("rotate", purpose="token", alg="ES256")
    except requests.RequestException:
        return


# --- The verbs


@pytest.fixture
def verb(new_daemon):
    """Runs a verb of `keys` against a daemon of its own."""
    daemon = new_daemon().start()

    def call(name: str, *arguments: str):
        return run("keys", name, "--set", f"state_directory={daemon.state}", *arguments)

    call.daemon = daemon
    return call


def pem(key, password: bytes | None = None) -> bytes:
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def test_the_verbs_of_the_readme(verb, tmp_path):
    keys = Keys(verb.daemon)
    file = tmp_path / "key.pem"
    file.write_bytes(pem(ec.generate_private_key(ec.SECP256R1())))
    file.chmod(0o600)

    imported = verb("import", str(file), "--now")
    assert imported.returncode == 0, imported.stderr
    kid = imported.stdout.strip()
    assert keys.active("set", "ES256") == kid
    assert json.loads(verb("export", "--", kid).stdout)["kid"] == kid
    exported = json.loads(verb("export").stdout)
    assert exported == requests.get(verb.daemon.public + "/ssf/jwks", timeout=10).json()
    assert not any("d" in key for key in exported["keys"])

    rotated = verb("rotate", "--alg", "RS256")
    assert rotated.stdout.splitlines()[0].split() == ["KID", "PURPOSE", "ALG", "STATE", "SINCE", "UNTIL"]
    assert rotated.stdout.splitlines()[1].split()[1:4] == ["set", "RS256", "pending"]
    assert verb("retire", "--now", "--", kid).returncode == 0
    assert kid not in verb("list").stdout
    again = verb("import", str(file))
    assert again.returncode == 1
    assert "was withdrawn" in again.stderr


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (pem(rsa.generate_private_key(65537, 1024)), "the RSA key has 1024 bits; 2048 to 4096 are accepted"),
        (pem(ec.generate_private_key(ec.SECP384R1())), "only P-256 is accepted"),
        (pem(ec.generate_private_key(ec.SECP256R1()), b"secret"), "not an unencrypted PEM private key"),
        (b"nothing", "not an unencrypted PEM private key"),
    ],
    ids=["small", "other curve", "encrypted", "no key"])
def test_a_key_that_will_not_do_is_refused_with_the_reason(verb, tmp_path, key, reason):
    file = tmp_path / "key.pem"
    file.write_bytes(key)
    file.chmod(0o600)
    outcome = verb("import", str(file))
    assert outcome.returncode == 1
    assert reason in outcome.stderr
    assert len(Keys(verb.daemon).list()) == len(USES)


def test_a_key_file_that_others_may_read_or_that_is_a_link_is_not_read(verb, tmp_path):
    file, link = tmp_path / "key.pem", tmp_path / "link.pem"
    file.write_bytes(pem(ec.generate_private_key(ec.SECP256R1())))
    file.chmod(0o640)
    link.symlink_to(file)
    for path, reason in [(file, "chmod 600"), (link, "not a regular file"), (tmp_path / "none", "cannot open")]:
        outcome = verb("import", str(path))
        assert outcome.returncode == 77
        assert reason in outcome.stderr


def test_an_imported_rsa_key_signs_and_verifies(verb, tmp_path):
    file = tmp_path / "key.pem"
    file.write_bytes(pem(rsa.generate_private_key(65537, 3072)))
    file.chmod(0o600)
    kid = verb("import", str(file), "--now").stdout.strip()
    with Receiver() as receiver:
        api = receiver_api(verb.daemon)
        api.create_push(receiver.url)
        AdminAPI(verb.daemon.admin, verb.daemon.admin_token).emit(EVENT, email("jane@example.com"))
        [delivery] = receiver.wait_for(EVENT)
    assert delivery.header["kid"] == kid
    KeySetHistory(verb.daemon.public + "/ssf/jwks").check(delivery, time.monotonic())

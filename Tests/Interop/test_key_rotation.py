"""Keys come and go while SETs are delivered, and no receiver notices."""

import os
import threading
import time
from collections import Counter
from dataclasses import dataclass

import pytest
import requests

from harness.daemon import Daemon
from harness.key_sets import KeySetHistory
from harness.keys import USES, Keys
from harness.poller import Poller
from harness.receiver import Answer, Delivery, Receiver
from harness.signed_token import SignedToken
from harness.transmitter import AdminAPI, Transmitter, email
from harness.waiting import wait_until

EVENT = "https://schemas.openid.net/secevent/caep/event-type/session-presented"


@dataclass(frozen=True)
class Schedule:
    """How long to rotate, how often, and how long receivers may keep a key set; in seconds."""

    length: float
    interval: float
    max_age: int


# With SSF_ROTATION=full: a rotation every 5 s for 2 minutes. Else as fast as keys may follow each other.
SCHEDULE = Schedule(120, 5, 2) if os.environ.get("SSF_ROTATION") == "full" else Schedule(15, 2.4, 1)


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


def test_p10_no_receiver_meets_a_key_that_it_cannot_know(new_daemon):
    """F20: also one that keeps the key set for its max-age and does not ask again for an unknown kid."""
    daemon = new_daemon(**{"jwks.max_age": f"{SCHEDULE.max_age}s"}).start()
    api, arrivals = Transmitter(daemon).receiver_api(), Arrivals()
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
        api = Transmitter(daemon).receiver_api()
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
    api = Transmitter(daemon).receiver_api()
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

"""Events, streams and keys change while SETs are on their way."""

import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from harness.daemon import Daemon
from harness.load import EVENT, jtis
from harness.metrics import Scrape
from harness.receiver import Answer, Delivery
from harness.transmitter import email
from harness.waiting import wait_until

from faults.fault import fault
from faults.lab import Lab
from faults.scripted import Exchange


@fault("F20", "P10", "keys rotate during a backlog")
def rotation(lab: Lab) -> None:
    """As the tests have it, with a rotation every 5 seconds for 2 minutes."""
    tests = Path(__file__).parents[1]
    command = [
        sys.executable, "-m", "pytest", "-q", "-c", tests / "pytest.ini", "--rootdir", tests,
        tests / "test_key_rotation.py", "-k", "no_receiver_meets"]
    done = subprocess.run(command, env=os.environ | {"SSF_ROTATION": "full"}, capture_output=True, text=True)
    lab.check("every SET verifies with the keys that its receiver can have", done.stdout.strip().splitlines()[-1],
              "passed", done.returncode == 0)


# MARK: - F21


POISON = email("poison@example.com")


@fault("F21", "P6", "an event that its receiver rejects")
def poison(lab: Lab) -> None:
    def answer(delivery: Delivery) -> Answer:
        return Answer(400) if delivery.claims["sub_id"] == POISON else Answer()

    daemon = lab.start()
    receiver = lab.receiver(answer)
    lab.stream(daemon, receiver)
    lab.repeatable = None
    before = _neighbours_delay(lab, daemon)
    [jti] = lab.emit(daemon, POISON["email"]).values()
    lab.check_slower("neighbours' delay", _neighbours_delay(lab, daemon), before, 2)
    # A quarter of an hour goes by in seconds.
    lab.shim(daemon).set_speed(300)
    record = wait_until(
        lambda: found if (found := lab.delivery(daemon, jti))["state"] == "dead" else None, "its end", 60)
    lab.shim(daemon).set_speed(1)
    lab.check_equal("attempts at it", record["attempts"], 3)
    lab.check_equal("the last answer is kept", record["last_code"], "http_400")


def _neighbours_delay(lab: Lab, daemon: Daemon) -> float:
    delays = [lab.deliver(daemon, lab.receivers[0], f"user-{number}@example.com")[1] for number in range(20)]
    return statistics.median(delays)


# MARK: - F23


TIMEOUT = 1
CHANGES = {
    "paused": lambda api, stream, _: api.set_status({"stream_id": stream, "status": "paused"}),
    "disabled": lambda api, stream, _: api.set_status({"stream_id": stream, "status": "disabled"}),
    "sent elsewhere": lambda api, stream, url: api.update(
        {"stream_id": stream, "delivery": {"method": "urn:ietf:rfc:8935", "endpoint_url": url}}),
    "deleted": lambda api, stream, _: api.delete(stream),
}


QUEUED = 400
# So slow that most are still waiting when a change that has no effect would be noticed.
ANSWER = 0.2


def _taking_its_time(exchange: Exchange) -> None:
    exchange.closing.wait(ANSWER)
    exchange.accept()


@fault("F23", "P2 P3", "streams change with SETs on their way", quick=True)
def changed(lab: Lab) -> None:
    daemon = lab.start(**{"delivery.attempt_timeout": f"{TIMEOUT}s"})
    elsewhere = lab.receiver()
    lab.repeatable = None
    receivers = {name: lab.scripted(_taking_its_time) for name in CHANGES}
    clients = {name: lab.client(daemon) for name in CHANGES}
    streams = {name: lab.push(clients[name], receiver.url) for name, receiver in receivers.items()}
    lab.emit_many(daemon, QUEUED)
    # Nothing is promised of what is stopped or deleted: it is counted as dropped.
    lab.accepted = set()
    acknowledged = {}
    for name, change in CHANGES.items():
        receiver = receivers[name]
        wait_until(lambda: len(receiver.of_type(EVENT)) >= 20, "some SETs")
        response = change(clients[name], streams[name], elsewhere.url)
        assert response.status_code < 300, response.text
        acknowledged[name] = time.monotonic()
        lab.check_least(
            f"{name}: waiting when the change was acknowledged", QUEUED - len(receiver.of_type(EVENT)), QUEUED / 2)
    _check_effects(lab, daemon, streams)
    for name, receiver in receivers.items():
        lab.check_none(f"{name}: SETs to the old place after that and the deadline", [
            exchange for exchange in receiver.exchanges if exchange.began > acknowledged[name] + TIMEOUT])
    lab.wait_until_settled(daemon, streams["sent elsewhere"])
    arrived = jtis(receivers["sent elsewhere"].of_type(EVENT)) | jtis(elsewhere.of_type(EVENT))
    lab.check_equal("sent elsewhere: SETs that arrived at either place", len(arrived), QUEUED)


def _check_effects(lab: Lab, daemon: Daemon, streams: dict[str, str]) -> None:
    """What became of the SETs that waited. Takes longer than an attempt may."""
    admin = lab.admin(daemon)
    paused, disabled = streams["paused"], streams["disabled"]
    time.sleep(TIMEOUT)
    before = Scrape(admin).states(paused)["pending"]
    time.sleep(1)
    scrape = Scrape(admin)
    lab.check_least("paused: pending", before, QUEUED / 2)
    lab.check_equal("paused: pending a second later", scrape.states(paused)["pending"], before)
    lab.check_least("disabled: dropped", scrape.states(disabled)["dropped"], QUEUED / 2)
    lab.check_equal("disabled: pending", scrape.states(disabled)["pending"], 0)
    gone = scrape.value("ssf_deleted_stream_deliveries", state="dropped")
    lab.check_least("deleted: dropped", gone, QUEUED / 2)


# MARK: - F24


@fault("F24", "P1 P2", "the same submission again, and after a kill", quick=True)
def submitted_again(lab: Lab) -> None:
    daemon = lab.start()
    receiver = lab.receiver()
    stream = lab.stream(daemon, receiver)
    event = {"type": EVENT, "subject": email("jane@example.com")}
    answers: list[tuple[int, str]] = []

    def submit(body: dict = event) -> None:
        response = lab.admin(daemon).call(
            "POST", "/v1/events", json=body, headers={"Idempotency-Key": "ticket-4711"})
        answers.append((response.status_code, response.text))

    threads = [threading.Thread(target=submit) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    receiver.wait_for(EVENT)
    daemon.kill()
    daemon.restart()
    submit()
    lab.check_equal("different answers to eleven submissions", len(set(answers)), 1)
    lab.check_equal("their status", answers[0][0], 202)
    submit(event | {"subject": email("john@example.com")})
    lab.check_equal("the same key with another body", answers[-1][0], 422)
    lab.wait_until_settled(daemon, stream)
    lab.check_equal("SETs for all of them", len(jtis(receiver.of_type(EVENT))), 1)
    # The outcome may have been under way when the kill came.
    lab.repeatable = 1

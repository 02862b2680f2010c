"""The process is told to end, is stopped, or runs out of descriptors."""

import resource
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import machine
import requests

from harness.daemon import Daemon
from harness.load import EVENT, WINDOW, Load, wait_for_all
from harness.metrics import Scrape
from harness.poller import Poller
from harness.receiver import Gate, slow
from harness.waiting import wait_until

from faults.fault import fault
from faults.lab import Lab

SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
INTERRUPTED = 130


class WaitingPoll:
    """A long poll of a stream that nothing comes for."""

    def __init__(self, lab: Lab, daemon: Daemon):
        client = lab.client(daemon)
        self._poller = Poller(client, client.create_poll(events_requested=[SESSION_REVOKED]))
        wait_until(self._poller.take, "the verification event")
        self.answered: float | None = None
        self.sets: dict | None = None
        self._thread = threading.Thread(target=self._poll)
        admin = lab.admin(daemon)
        heard = Scrape(admin).value("ssf_http_requests_total", listener="public")
        self._thread.start()
        wait_until(
            lambda: Scrape(admin).value("ssf_http_requests_total", listener="public") > heard, "the poll to be heard")

    def _poll(self) -> None:
        self.sets = self._poller.poll(returnImmediately=False).json()["sets"]
        self.answered = time.monotonic()

    def wait(self) -> None:
        self._thread.join(20)


def _in_flight(lab: Lab, gate: Gate, count: int) -> Daemon:
    """A daemon with so many SETs under way, and half as many that wait."""
    daemon = lab.start(**{
        "delivery.in_flight_per_stream": count,
        # One stream has no more than half of all slots.
        "delivery.in_flight": 2 * count, "log.level": "info"})
    receiver = lab.receiver(gate.answer)
    lab.stream(daemon, receiver)
    lab.emit_many(daemon, count + count // 2)
    wait_until(lambda: len(receiver.of_type(EVENT)) >= count, "all that may be under way", 30)
    return daemon


@fault("F19", "P2", "SIGTERM with SETs in flight", quick=True)
def terminated(lab: Lab) -> None:
    count, gate = 200 if lab.is_full else 50, Gate(EVENT)
    daemon = _in_flight(lab, gate, count)
    poll = WaitingPoll(lab, daemon)
    opener = threading.Timer(1, gate.open)
    began = time.monotonic()
    opener.start()
    lab.check_equal(f"exit code with {count} in flight", daemon.terminate(), 0)
    lab.check_most("ends within", time.monotonic() - began, 20, " s")
    poll.wait()
    lab.check_equal("what a waiting poll is answered", poll.sets, {})
    lab.check_most("a waiting poll is answered after", poll.answered - began, 1, " s")
    daemon.restart()
    wait_for_all(lab.receivers[0], lab.accepted)


@fault("F19", "P2", "a second SIGTERM", quick=True)
def terminated_twice(lab: Lab) -> None:
    count, gate = 50, Gate(EVENT)
    daemon = _in_flight(lab, gate, count)
    daemon.process.send_signal(signal.SIGTERM)
    wait_until(lambda: "stopping" in daemon.log.read_text(), "the first signal to be taken")
    began = time.monotonic()
    daemon.process.send_signal(signal.SIGTERM)
    lab.check_equal("exit code", daemon.process.wait(10), INTERRUPTED)
    lab.check_most("ends within", time.monotonic() - began, 1, " s")
    gate.open()
    daemon.restart()
    wait_for_all(lab.receivers[0], lab.accepted)
    lab.repeatable = count


@fault("F19", "P1", "SIGHUP under load")
def reloaded(lab: Lab) -> None:
    daemon = lab.start()
    receiver = lab.receiver()
    lab.stream(daemon, receiver)
    load = Load(daemon, batch=5, rate=25)
    for number in range(1, 11):
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: daemon.log.read_text().count('"reloaded"') >= number, "a reload")
    before = len(load.accepted)
    wait_until(lambda: len(load.accepted) >= before + 100, "events after the last reload")
    lab.accepted |= load.end()
    lab.check_none("requests without answer, or not accepted", [
        status for _, status, _ in load.answers if status != 202])
    wait_for_all(receiver, lab.accepted)


@fault("F28", "P2 P8", "SIGSTOP for longer than every deadline")
def stopped(lab: Lab) -> None:
    daemon = lab.start(**{"delivery.attempt_timeout": "1s"})
    receiver = lab.receiver(lambda _: slow(0.05))
    lab.stream(daemon, receiver)
    load = Load(daemon, batch=5, rate=25, persistent=True)
    wait_until(lambda: len(load.accepted) >= 100, "some accepted events")
    daemon.process.send_signal(signal.SIGSTOP)
    time.sleep(30)
    daemon.process.send_signal(signal.SIGCONT)
    went_on = time.monotonic()
    accepted = len(load.accepted)
    wait_until(lambda: len(load.accepted) > accepted, "further accepted events")
    lab.check_most("accepts again after", time.monotonic() - went_on, 2, " s")
    lab.accepted |= load.end()
    wait_for_all(receiver, lab.accepted, 60)
    lab.repeatable = WINDOW


# MARK: - F17


FILES, FLOOD = 256, 2000


@contextmanager
def _flood(daemon: Daemon) -> Iterator[None]:
    """Holds more connections to the public listener than the daemon may have files."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65536), most))
    host, port = daemon.public.removeprefix("http://").split(":")
    with ExitStack() as stack:
        for _ in range(FLOOD):
            connection = stack.enter_context(socket.socket())
            connection.setblocking(False)
            connection.connect_ex((host, int(port)))
        yield


def _emit_in_the_end(lab: Lab, daemon: Daemon, address: str) -> None:
    """A producer whose connection finds no descriptor is cut off before it is heard, and tries again."""
    def is_accepted() -> bool:
        try:
            return bool(lab.emit(daemon, address))
        except requests.ConnectionError:
            return False

    wait_until(is_accepted, "the event to be accepted")


@fault("F17", "P5 P13", "no file descriptors left", quick=True)
def exhausted(lab: Lab) -> None:
    daemon = lab.start(wrapper=("prlimit", f"--nofile={FILES}:{FILES}"))
    receiver = lab.receiver()
    lab.stream(daemon, receiver)
    # Connects before the flood.
    admin = lab.admin(daemon)
    admin.call("GET", "/metrics")
    with _flood(daemon):
        share = machine.cpu_share(daemon.process.pid, 1)
        lab.check_most(f"processor under {FLOOD} idle connections", share, 0.2)
        scrape = Scrape(admin)
        turned_away = sum(scrape.value(f"ssf_http_{how}_total", listener="public") for how in ("refused", "shed"))
        lab.check_least("connections that were turned away", turned_away, 1)
        for number in range(20):
            _emit_in_the_end(lab, daemon, f"user-{number}@example.com")
        began = time.monotonic()
        wait_for_all(receiver, lab.accepted)
        lab.check_most("deliveries under them take", time.monotonic() - began, 2, " s")
    began = time.monotonic()
    wait_until(lambda: lab.is_served(daemon), "the public listener", 20)
    lab.check_most("the public listener answers again after", time.monotonic() - began, 5, " s")

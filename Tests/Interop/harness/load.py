"""Producers, and what must be true of the events that were accepted of them."""

import threading
import time
from collections import Counter

import requests

from harness.daemon import Daemon
from harness.receiver import Delivery, Receiver
from harness.transmitter import AdminAPI, ReceiverAPI, email
from harness.waiting import wait_until

EVENT = "https://schemas.openid.net/secevent/caep/event-type/session-presented"
VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"
# The default of delivery.in_flight_per_stream.
WINDOW = 16


class Load:
    """Producers that submit events, one request after the other each.

    They end at the first that is not accepted, unless they are `persistent`: then they go on through refusals and
    restarts. Each request has `batch` events; each producer makes `rate` requests a second at most.
    """

    def __init__(
        self, daemon: Daemon, producers: int = 4, batch: int = 1, persistent: bool = False,
        rate: float | None = None,
    ):
        self.daemon = daemon
        self.batch = batch
        self.persistent = persistent
        self.rate = rate
        self.accepted: list[str] = []
        # When each request was answered, with what, and with which Retry-After. Status 0 is no answer.
        self.answers: list[tuple[float, int, str | None]] = []
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._produce, args=(number,)) for number in range(producers)]
        for thread in self._threads:
            thread.start()

    def _produce(self, producer: int) -> None:
        admin = AdminAPI(self.daemon.admin, self.daemon.admin_token)
        number = 0
        while not self._stopped.is_set():
            number += 1
            is_accepted = self._submit(admin, f"user{number}", f"p{producer}.example")
            if not is_accepted and not self.persistent:
                return
            pause = 0.02 if not is_accepted else 1 / self.rate if self.rate else 0
            self._stopped.wait(pause)

    def _submit(self, admin: AdminAPI, user: str, domain: str) -> bool:
        """Keeps the jti of each event whose 202 arrived; of the others nothing is promised."""
        events = [
            {"type": EVENT, "subject": email(f"{user}-{index}@{domain}")} for index in range(self.batch)]
        try:
            response = admin.submit(events)
        except requests.RequestException:
            self.answers.append((time.monotonic(), 0, None))
            return False
        self.answers.append((time.monotonic(), response.status_code, response.headers.get("Retry-After")))
        if response.status_code != 202:
            return False
        for receipt in response.json():
            self.accepted += [delivery["jti"] for delivery in receipt["deliveries"]]
        return True

    def end(self) -> set[str]:
        """The events that a 202 promises to deliver."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        return set(self.accepted)


def new_stream(daemon: Daemon, receiver: Receiver, **members) -> str:
    """A push stream of a client of its own, which the receiver has heard of."""
    admin = AdminAPI(daemon.admin, daemon.admin_token)
    token = admin.create_token(admin.create_client(["ssf.read", "ssf.manage"]))["token"]
    stream = ReceiverAPI(daemon.public, token, daemon.issuer).create_push(receiver.url, **members)
    receiver.wait_for(VERIFICATION)
    return stream["stream_id"]


def wait_until_settled(admin: AdminAPI, stream_id: str, seconds: float = 30) -> dict[str, int]:
    """The totals of a stream, as soon as nothing waits."""
    return wait_until(
        lambda: totals if (totals := admin.totals(stream_id))["pending"] == 0 else None, "an empty queue", seconds)


def jtis(deliveries: list[Delivery]) -> set[str]:
    return {delivery.jti for delivery in deliveries}


def wait_for_all(receiver: Receiver, accepted: set[str], seconds: float = 30) -> None:
    wait_until(lambda: accepted <= jtis(list(receiver.answered)), "every accepted event", seconds)


def repetitions(receiver: Receiver) -> int:
    """How many SETs came that had come before; each time with the same claims."""
    deliveries = receiver.of_type(EVENT)
    claims: dict[str, dict] = {}
    for delivery in deliveries:
        assert claims.setdefault(delivery.jti, delivery.claims) == delivery.claims
    return sum(count - 1 for count in Counter(delivery.jti for delivery in deliveries).values())

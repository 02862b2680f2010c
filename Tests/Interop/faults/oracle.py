"""What must be true after every fault, whatever it was."""

import base64
import threading
import time
from collections.abc import Iterable

from harness.daemon import Daemon
from harness.load import jtis
from harness.metrics import Scrape
from harness.receiver import Receiver
from harness.transmitter import AdminAPI

from faults.scripted import ScriptedReceiver


def lost(daemon: Daemon, accepted: set[str], receivers: Iterable[Receiver | ScriptedReceiver]) -> list[str]:
    """The accepted events that no receiver took, and that are neither dead or expired with a reason, nor pending."""
    admin = AdminAPI(daemon.admin, daemon.admin_token)
    # A receiver may be about to note what it has answered.
    deadline = time.monotonic() + 1
    while True:
        taken = set().union(*(jtis(list(receiver.answered)) for receiver in receivers))
        missing = [jti for jti in accepted - taken if not _is_accounted_for(admin, jti)]
        if not missing or time.monotonic() > deadline:
            return missing
        time.sleep(0.05)


def _is_accounted_for(admin: AdminAPI, jti: str) -> bool:
    """Of what was never taken."""
    response = admin.call("GET", f"/v1/deliveries/{jti}")
    if response.status_code != 200:
        return False
    delivery = response.json()
    is_over_with_reason = delivery["state"] in ("dead", "expired") and bool(delivery.get("last_code"))
    return delivery["state"] == "pending" or is_over_with_reason


class BalanceWatch:
    """Looks once a second whether what a daemon's streams accepted is where it says (P3), until it is ended.

    While the daemon is down, or has no answer to give, there is nothing to look at.
    """

    def __init__(self, daemon: Daemon):
        self.looks = 0
        self.unbalanced: list[str] = []
        self._daemon = daemon
        self._admin: AdminAPI | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(1):
            self._look()

    def _look(self) -> None:
        if not self._daemon.admin:
            return
        try:
            # One connection for all looks: a daemon whose descriptors are exhausted has no other.
            self._admin = self._admin or AdminAPI(self._daemon.admin, self._daemon.admin_token)
            scrape = Scrape(self._admin)
        except OSError:
            return
        self.looks += 1
        self.unbalanced += scrape.unbalanced()

    def end(self, last_look: bool = False) -> None:
        self._ended.set()
        self._thread.join()
        if last_look:
            self._look()
        if self._admin:
            self._admin.session.close()
            self._admin = None


def leaks(log: bytes, secrets: Iterable[str]) -> list[str]:
    """The secrets that the log has, as they are or inside something in base64."""
    return [secret for secret in secrets if any(spelling in log for spelling in _spellings(secret))]


def _spellings(text: str) -> list[bytes]:
    shifted = (base64.b64encode(b" " * shift + text.encode())[4:-4] for shift in range(3))
    return [text.encode(), *shifted]

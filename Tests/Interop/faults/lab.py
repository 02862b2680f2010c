"""Where one fault happens: a daemon whose surroundings fail on demand, its receivers, and the questions after it."""

import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import machine
import requests

from harness.daemon import DEVELOPMENT, Daemon
from harness.load import EVENT, new_stream, repetitions
from harness.receiver import Receiver
from harness.transmitter import AdminAPI, ReceiverAPI, email
from harness.waiting import wait_until

from faults import oracle
from faults.fault import Fault
from faults.scoreboard import Score, Scoreboard
from faults.scripted import Script, ScriptedReceiver
from faults.shim import Shim

# The default of delivery.in_flight_per_stream.
WINDOW = 16
CANARY = "canary-push-authorization-4711"
MIB = 1 << 20


@dataclass(frozen=True)
class Extent:
    """How much of each fault: a short version of those that have one, or all of it."""

    is_full: bool = True
    kills: int = 200


class Lab:
    """Made for one fault; ended by `close`, also where the fault went wrong."""

    def __init__(self, fault: Fault, board: Scoreboard, library: Path, parent: Path, extent: Extent):
        self.is_full = extent.is_full
        self.kills = extent.kills
        self.random = random.Random(4711)
        self.accepted: set[str] = set()
        # SETs that may come twice: those whose answers a fault took away. None where being sent again is the point.
        self.repeatable: int | None = 0
        self._fault = fault
        self._board = board
        self._library = library
        self.directory = Path(tempfile.mkdtemp(prefix=f"{fault.name}-", dir=parent))
        self._stack = ExitStack()
        self.receivers: list[Receiver | ScriptedReceiver] = []
        self._daemons: list[tuple[Daemon, Shim]] = []
        self._secrets = [CANARY]
        self._baseline: tuple[int, int] | None = None

    # MARK: - What the fault happens to

    def prepare(self, state: Path | None = None, **settings) -> Daemon:
        """A daemon that has not been started, under a shim of its own."""
        number = len(self._daemons)
        surroundings = self.directory / f"shim-{number}"
        surroundings.mkdir()
        state = state or self.directory / f"state-{number}"
        state.mkdir(mode=0o700)
        shim = Shim(self._library, surroundings, state)
        daemon = Daemon(state, DEVELOPMENT | {"log.level": "debug"} | settings)
        daemon.log = surroundings / "log"
        daemon.environment |= shim.environment
        self._daemons.append((daemon, shim))
        self._stack.callback(daemon.close)
        return daemon

    def start(self, state: Path | None = None, **settings) -> Daemon:
        daemon = self.prepare(state, **settings).start()
        self._secrets.append(daemon.admin_token)
        return daemon

    def shim(self, daemon: Daemon) -> Shim:
        [shim] = [shim for known, shim in self._daemons if known is daemon]
        return shim

    def receiver(self, *arguments, **options) -> Receiver:
        return self._enter(Receiver(*arguments, **options))

    def scripted(self, script: Script) -> ScriptedReceiver:
        return self._enter(ScriptedReceiver(script))

    def _enter(self, receiver):
        self.receivers.append(receiver)
        return self._stack.enter_context(receiver)

    def stream(self, daemon: Daemon, receiver: Receiver | ScriptedReceiver, **members) -> str:
        stream = new_stream(daemon, receiver, authorization=f"Bearer {CANARY}", **members)
        if self._baseline is None:
            self.note_baseline(daemon)
        return stream

    def client(self, daemon: Daemon) -> ReceiverAPI:
        """A client of its own, for streams whose receivers cannot answer."""
        admin = self.admin(daemon)
        token = admin.create_token(admin.create_client(["ssf.read", "ssf.manage"]))["token"]
        self._secrets.append(token)
        return ReceiverAPI(daemon.public, token, daemon.issuer)

    @staticmethod
    def admin(daemon: Daemon) -> AdminAPI:
        return AdminAPI(daemon.admin, daemon.admin_token)

    def emit(self, daemon: Daemon, address: str = "jane@example.com") -> dict[str, str]:
        """Submits one event; returns its jti by stream."""
        receipt = self.admin(daemon).emit(EVENT, email(address))
        found = {delivery["stream_id"]: delivery["jti"] for delivery in receipt["deliveries"]}
        self.accepted |= set(found.values())
        return found

    def emit_many(self, daemon: Daemon, count: int, batch: int = 500) -> None:
        """Submits events of different subjects."""
        admin = self.admin(daemon)
        for start in range(0, count, batch):
            events = [
                {"type": EVENT, "subject": email(f"user-{number}@example.com")}
                for number in range(start, min(start + batch, count))]
            response = admin.submit(events)
            assert response.status_code == 202, response.text
            self.accepted |= {d["jti"] for receipt in response.json() for d in receipt["deliveries"]}

    @staticmethod
    def delivery(daemon: Daemon, jti: str) -> dict:
        return Lab.admin(daemon).call("GET", f"/v1/deliveries/{jti}").json()

    @staticmethod
    def is_served(daemon: Daemon) -> bool:
        """Whether the public listener answers."""
        try:
            return requests.get(daemon.public + "/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    @staticmethod
    def wait_until_settled(daemon: Daemon, stream_id: str, seconds: float = 30) -> dict[str, int]:
        admin = Lab.admin(daemon)
        return wait_until(
            lambda: totals if (totals := admin.totals(stream_id))["pending"] == 0 else None, "an empty queue",
            seconds)

    def note_baseline(self, daemon: Daemon) -> None:
        """What the daemon takes before the fault: after it memory and files must come back to it."""
        pid = daemon.process.pid
        self._baseline = machine.resident_bytes(pid), self._open_files(pid)

    def _open_files(self, pid: int) -> int:
        """Without the connections that are kept for the next delivery, a minute at most."""
        return oracle.open_files(pid, beside=[int(r.origin.rpartition(":")[2]) for r in self.receivers])

    @contextmanager
    def file_system(self, size: int) -> Iterator[Path | None]:
        """A file system in memory of so many bytes; None where none may be mounted."""
        mount = self.directory / "mount"
        mount.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(mount)]
        if subprocess.run(command, capture_output=True).returncode != 0:
            yield None
            return
        try:
            yield mount
        finally:
            self._stack.close()
            subprocess.run(["umount", "-l", str(mount)], check=True)

    # MARK: - Scores

    def check(self, test: str, seen: object, bar: str, passes: bool) -> None:
        self._board.add(Score(self._fault.name, self._fault.promise, test, str(seen), bar, passes))

    def check_most(self, test: str, seen: float, most: float, unit: str = "") -> None:
        self.check(test, f"{seen:.3g}{unit}", f"≤ {most:g}{unit}", seen <= most)

    def check_none(self, test: str, found: list) -> None:
        self.check(test, len(found) if len(found) != 1 else f"1: {found[0]}", "0", not found)

    def check_equal(self, test: str, seen: object, wanted: object) -> None:
        self.check(test, seen, f"= {wanted}", seen == wanted)

    # MARK: - After the fault

    def conclude(self) -> None:
        """Puts the questions that every fault has to stand."""
        running = [daemon for daemon, _ in self._daemons if daemon.process and daemon.exit_code is None]
        if running:
            daemon = running[-1]
            self.check_none("acknowledged events lost", oracle.lost(daemon, self.accepted, self.receivers))
            self.check_none("streams out of balance", oracle.unbalanced(daemon))
            if self._baseline:
                self._check_baseline(daemon)
        if self.repeatable is not None:
            repeated = sum(repetitions(receiver) for receiver in self.receivers)
            self.check_most("SETs that came twice", repeated, self.repeatable)
        for daemon in running:
            self.check_equal("exit code of SIGTERM", daemon.terminate(), 0)
            self.check_none("integrity_check", oracle.damage(daemon.state / "transmitter.sqlite"))
        self.check_none("secrets in logs", self._leaks())

    def _check_baseline(self, daemon: Daemon) -> None:
        memory, files = self._baseline
        pid = daemon.process.pid
        deadline = time.monotonic() + 5
        while self._open_files(pid) > files + 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.check_most("open files more than before", self._open_files(pid) - files, 2)
        self.check_most("resident memory more than before", (machine.resident_bytes(pid) - memory) / MIB, 24, " MiB")

    def _leaks(self) -> list[str]:
        return [
            f"{secret} in {daemon.log}" for daemon, _ in self._daemons if daemon.log.exists()
            for secret in oracle.leaks(daemon.log.read_bytes(), self._secrets)]

    def close(self) -> None:
        self._stack.close()
        shutil.rmtree(self.directory, ignore_errors=True)

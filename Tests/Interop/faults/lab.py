"""Where one fault happens: a daemon whose surroundings fail on demand, its receivers, and the questions after it."""

import random
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import machine
import requests

from harness import load
from harness.daemon import DEVELOPMENT, Daemon
from harness.load import EVENT, VERIFICATION, repetitions
from harness.receiver import Delivery, Receiver
from harness.transmitter import AdminAPI, ReceiverAPI, email
from harness.waiting import wait_until

from faults import database, oracle
from faults.fault import Fault
from faults.scoreboard import Scoreboard, Sheet
from faults.scripted import Script, ScriptedReceiver
from faults.shim import Shim

CANARY = "canary-push-authorization-4711"
MIB = 1 << 20


@dataclass(frozen=True)
class Extent:
    """How much of each fault: a short version of those that have one, or all of it."""

    is_full: bool = True
    kills: int = 200


class Lab(Sheet):
    """Made for one fault; ended by `close`, also where the fault went wrong."""

    def __init__(self, fault: Fault, board: Scoreboard, library: Path, parent: Path, extent: Extent):
        super().__init__(board, fault.name, fault.promise)
        self.is_full = extent.is_full
        self.kills = extent.kills
        self.random = random.Random(4711)
        self.accepted: set[str] = set()
        # SETs that may come twice: those whose answers a fault took away. None where being sent again is the point.
        self.repeatable: int | None = 0
        self._library = library
        self.directory = Path(tempfile.mkdtemp(prefix=f"{fault.name}-", dir=parent))
        self._stack = ExitStack()
        self.receivers: list[Receiver | ScriptedReceiver] = []
        self._daemons: list[tuple[Daemon, Shim]] = []
        self._watches: list[oracle.BalanceWatch] = []
        self._secrets = [CANARY]
        # Memory and files before the fault. None where what it leaves behind has to take more.
        self.baseline: tuple[int, int] | None = None

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
        self._watches.append(oracle.BalanceWatch(daemon))
        self._stack.callback(self._watches[-1].end)
        return daemon

    def start(self, state: Path | None = None, wrapper: tuple[str, ...] = (), **settings) -> Daemon:
        daemon = self.prepare(state, **settings)
        daemon.wrapper = list(wrapper)
        daemon.start()
        self.note_baseline(daemon)
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
        """A stream of a client of its own, which the receiver has heard of."""
        stream = self.push(self.client(daemon), receiver.url, **members)
        receiver.wait_for(VERIFICATION)
        return stream

    @staticmethod
    def push(client: ReceiverAPI, url: str, **members) -> str:
        """A stream whose receiver may not be able to answer."""
        return client.create_push(url, authorization=f"Bearer {CANARY}", **members)["stream_id"]

    def client(self, daemon: Daemon) -> ReceiverAPI:
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

    def deliver(self, daemon: Daemon, receiver: Receiver, address: str) -> tuple[Delivery, float]:
        """Submits one event; returns it as it arrived, and after how many seconds."""
        began = time.monotonic()
        sent = set(self.emit(daemon, address).values())
        [arrived] = wait_until(
            lambda: [delivery for delivery in list(receiver.deliveries) if delivery.jti in sent], "the event", 60)
        return arrived, arrived.arrived - began

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
        return load.wait_until_settled(Lab.admin(daemon), stream_id, seconds)

    def note_baseline(self, daemon: Daemon) -> None:
        """What the daemon takes before the fault: after it memory and files must come back to it."""
        self._secrets.append(daemon.admin_token)
        pid = daemon.process.pid
        self.baseline = machine.resident_bytes(pid), self._open_files(pid)

    def _open_files(self, pid: int) -> int:
        """Without the connections that are kept for the next delivery, a minute at most."""
        return machine.open_files(pid, beside=[int(r.origin.rpartition(":")[2]) for r in self.receivers])

    def file_system(self, size: int) -> Path | None:
        """A file system in memory of so many bytes, for as long as the daemons run; None where none may be mounted."""
        mount = self.directory / "mount"
        mount.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(mount)]
        if subprocess.run(command, capture_output=True).returncode != 0:
            return None
        self._stack.callback(subprocess.run, ["umount", "-l", str(mount)], check=True)
        return mount

    # MARK: - After the fault

    def conclude(self) -> None:
        """Puts the questions that every fault has to stand."""
        running = [daemon for daemon, _ in self._daemons if daemon.process and daemon.exit_code is None]
        daemon = running[-1] if running else None
        self._check_events(daemon)
        self._check_balance(daemon)
        self._check_baseline(daemon)
        for daemon in running:
            self.check_equal("exit code of SIGTERM", daemon.terminate(), 0)
        self.check_none("integrity_check", [
            line for daemon, _ in self._daemons for line in database.damage(daemon.state / database.NAME)])
        self.check_none("secrets in logs", [
            f"{secret} in {daemon.log}" for daemon, _ in self._daemons if daemon.log.exists()
            for secret in oracle.leaks(daemon.log.read_bytes(), self._secrets)])

    def _check_events(self, daemon: Daemon | None) -> None:
        if not self.accepted or not daemon:
            self.leave_unasked("acknowledged events lost", "no event is promised")
        else:
            self.check_none("acknowledged events lost", oracle.lost(daemon, self.accepted, self.receivers))
        if self.repeatable is None or not self.accepted:
            why = "to be sent again is the point" if self.accepted else "none came"
            self.leave_unasked("SETs that came twice", why)
        else:
            self.check_most("SETs that came twice", sum(map(repetitions, self.receivers)), self.repeatable)

    def _check_balance(self, daemon: Daemon | None) -> None:
        for watch in self._watches:
            watch.end(last_look=daemon is not None)
        if not self._watches:
            return self.leave_unasked("streams out of balance", "no daemon is the fault's own")
        looks = sum(watch.looks for watch in self._watches)
        out = [stream for watch in self._watches for stream in watch.unbalanced]
        self.check(f"streams out of balance, looks: {looks}", len(out), "0", looks > 0 and not out)

    def _check_baseline(self, daemon: Daemon | None) -> None:
        if not self.baseline or not daemon:
            why = "what waits is still there" if daemon else "no daemon is left"
            return self.leave_unasked("memory and files more than before", why)
        memory, files = self.baseline
        pid = daemon.process.pid
        deadline = time.monotonic() + 5
        # The look that counts is the one that was content: attempts go on meanwhile, each with a connection.
        while (more := self._open_files(pid) - files) > 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.check_most("open files more than before", more, 2)
        self.check_most("resident memory more than before", (machine.resident_bytes(pid) - memory) / MIB, 24, " MiB")

    def close(self) -> None:
        self._stack.close()
        shutil.rmtree(self.directory, ignore_errors=True)

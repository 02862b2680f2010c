"""The built daemon as a process that this test owns: started, stopped, killed by its own pid."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from harness.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]

# The daemon refuses variables that begin with SSF_ and that it does not know, so it gets a clean environment.
ENVIRONMENT = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

# Over loopback, and with room for many tests on one daemon.
DEVELOPMENT = {"development": "true", "limits.streams": 1000, "limits.streams_per_client": 100}

# The time that SIGTERM allows for what is under way.
DRAIN_SECONDS = 20


def binary() -> Path:
    """The executable under test: SSF_BINARY, else what was built last."""
    if named := os.environ.get("SSF_BINARY"):
        return Path(named).resolve()
    builds = [ROOT / ".build" / kind / "ssf-transmitter" for kind in ("debug", "release")]
    if not any(path.exists() for path in builds):
        raise FileNotFoundError("build the daemon first (swift build), or name it in SSF_BINARY")
    return max(filter(Path.exists, builds), key=lambda path: path.stat().st_mtime)


def run(
    *arguments: str, stdin: str | None = None, seconds: float = 30, **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Runs one verb to its end."""
    return subprocess.run(
        [binary(), *arguments], input=stdin, capture_output=True, text=True, env=ENVIRONMENT | environment,
        timeout=seconds)


class Daemon:
    """`ssf-transmitter serve` on a state directory of its own and on free ports."""

    def __init__(self, state: Path, settings: dict):
        self.state = state
        self.settings = {
            "state_directory": str(state),
            "public.listen": "127.0.0.1:0",
            "admin.listen": "127.0.0.1:0",
            **settings,
        }
        self.environment = dict(ENVIRONMENT)
        # A command that runs the daemon in its own place, such as prlimit.
        self.wrapper: list[str] = []
        # A configuration file, beside which the settings stand as flags.
        self.config: Path | None = None
        self.log = state.with_name(state.name + ".log")
        self.process: subprocess.Popen | None = None
        self.public = self.admin = self.issuer = ""

    def start(self) -> "Daemon":
        """Returns when the daemon is ready."""
        self.launch()
        wait_until(self.is_ready, "the daemon to be ready")
        return self

    def launch(self) -> None:
        """Returns when the daemon listens."""
        listen = self.state / "listen.json"
        listen.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.wrapper, binary(), "serve", *self.flags()], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.environment)
        wait_until(lambda: listen.exists() or self.exit_code is not None, "listen.json", 20)
        assert self.exit_code is None, f"the daemon ended with {self.exit_code}: {self.log.read_text()}"
        bound = json.loads(listen.read_text())
        self.public, self.admin, self.issuer = bound["public"], bound["admin"], bound["issuer"]

    def restart(self) -> "Daemon":
        """Starts again on the addresses of before, so that the issuer stays what it was."""
        self.keep_addresses()
        return self.start()

    def keep_addresses(self) -> None:
        """Lets the next start have the addresses of this one."""
        self.settings["public.listen"] = self.public.removeprefix("http://")
        self.settings["admin.listen"] = self.admin.removeprefix("http://")

    def flags(self) -> list[str]:
        config = ["--config", str(self.config)] if self.config else []
        return config + [part for key, value in self.settings.items() for part in ("--set", f"{key}={value}")]

    def verb(self, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
        """Runs a verb against it to its end, as its administrator."""
        return run(*arguments, SSF_STATE_DIRECTORY=str(self.state), **options)

    @property
    def exit_code(self) -> int | None:
        return self.process.poll()

    @property
    def database(self) -> Path:
        return self.state / "transmitter.sqlite"

    @property
    def admin_token(self) -> str:
        return (self.state / "admin-token").read_text().strip()

    def is_ready(self) -> bool:
        try:
            return requests.get(self.admin + "/readyz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait(10)

    def terminate(self) -> int:
        """SIGTERM; returns the exit code, which must come within the time to drain."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(DRAIN_SECONDS)

    def close(self) -> None:
        """Ends the process if it still runs, whatever state the test left it in."""
        if self.process and self.exit_code is None:
            self.process.terminate()
            try:
                self.process.wait(DRAIN_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def running(state: Path, settings: dict) -> Iterator[Daemon]:
    """A daemon on a new state directory, until the end of the block."""
    state.mkdir(mode=0o700)
    daemon = Daemon(state, settings)
    try:
        yield daemon.start()
    finally:
        daemon.close()

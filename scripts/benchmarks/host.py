"""The machine under the benchmark: its tools, and the processes that a benchmark starts."""

import os
import platform
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile

import machine

ROOT = Path(__file__).resolve().parents[2]


class BenchmarkError(Exception):
    """A measurement that cannot be trusted, or could not be made."""


def die_gracefully() -> None:
    """Lets a termination unwind the stack, so that every started process and temporary file goes."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def raise_file_limit() -> None:
    """Lets this process, and those that it starts, have as many open files as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def require_tools(**packages: str) -> None:
    """Installs the Debian packages of the named commands that are missing."""
    missing = [package for command, package in packages.items() if not find(command)]
    if not missing:
        return
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    run(*as_root, "apt-get", "update", "-qq")
    # RUNLEVEL=1 keeps nginx's package from starting a web server of its own.
    run(*as_root, "env", "RUNLEVEL=1", "DEBIAN_FRONTEND=noninteractive",
        "apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing)


def find(command: str) -> str | None:
    """The path of a command; Debian keeps nginx out of an ordinary user's PATH."""
    return shutil.which(command, path=os.environ["PATH"] + ":/usr/sbin:/sbin")


def c_compiler() -> str:
    try:
        return machine.c_compiler()
    except FileNotFoundError as error:
        raise BenchmarkError(str(error)) from None


def run(*command: str) -> str:
    """Runs a command to its end and returns what it printed.

    Raises BenchmarkError with what it complained about if it fails.
    """
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise BenchmarkError(f"{' '.join(command)} failed:\n{done.stderr or done.stdout}")
    return done.stdout


class Server:
    """A started process that dies with this one, whatever ends it; must be stopped."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str] | None = None):
        self._name = Path(command[0]).name
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *command],
                env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=25)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """Ends the process as a crash does."""
        # The started process is the daemon itself: setpriv has become it.
        self._process.kill()
        self._process.wait()

    def wait_until(self, condition: Callable[[], bool], what: str, seconds: float) -> None:
        """Raises BenchmarkError if the condition does not come true in time or the process ends before."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self._process.poll() is not None:
                raise BenchmarkError(f"{self._name} ended while waiting for {what}:\n{self._log.read_text()}")
            if time.monotonic() > deadline:
                raise BenchmarkError(f"waited {seconds:.0f} s in vain for {what}:\n{self._log.read_text()}")
            time.sleep(0.02)

    def wait_until_idle(self, what: str, seconds: float) -> None:
        """Waits until the process has used no CPU for half a second."""
        def is_idle() -> bool:
            before = self.cpu_seconds()
            time.sleep(0.5)
            return self.cpu_seconds() == before

        self.wait_until(is_idle, what, seconds)

    def cpu_seconds(self) -> float:
        return machine.cpu_seconds(self._process.pid)

    def resident_bytes(self) -> int:
        return machine.resident_bytes(self._process.pid)

    def peak_resident_bytes(self) -> int:
        return machine.peak_resident_bytes(self._process.pid)


def seconds_of_sync(directory: Path) -> float:
    """The median time that the disk takes to write down a page of a file that does not grow."""
    samples = []
    with NamedTemporaryFile(dir=directory, buffering=0) as file:
        for round in range(200):
            os.pwrite(file.fileno(), bytes([round]) * 4096, 0)
            start = time.monotonic()
            os.fdatasync(file.fileno())
            samples.append(time.monotonic() - start)
    return median(samples)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def description() -> str:
    """Where and with what was measured."""
    nginx = subprocess.run([find("nginx"), "-v"], capture_output=True, text=True).stderr.rpartition("/")[2].strip()
    wrk = subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout.split()[1]
    openssl = run("openssl", "version").split()[1]
    return f"nginx {nginx}, wrk {wrk}, openssl {openssl}, {os.cpu_count()} cores, {platform.machine()}"

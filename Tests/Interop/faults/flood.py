"""Clients that are slow on purpose, or come without end."""

import math
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from harness.daemon import Daemon
from harness.waiting import wait_until

from faults import attacker
from faults.fault import fault
from faults.lab import Lab


@contextmanager
def _under(attack: str, daemon: Daemon, connections: int) -> Iterator[None]:
    """In a process of its own: in ours the health checks would wait for the attack."""
    host, port = daemon.public.removeprefix("http://").split(":")
    command = [sys.executable, Path(attacker.__file__), attack, host, port, str(connections)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"under way\n", f"{attack} did not come about"
        yield
        assert process.poll() is None, f"{attack} ended with {process.returncode}"
        process.kill()


def _health(daemon: Daemon, seconds: float) -> list[float]:
    """How long answers to health checks take; for each a new connection, and none without."""
    times: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        try:
            is_healthy = requests.get(daemon.public + "/healthz", timeout=5).status_code == 200
        except requests.RequestException:
            is_healthy = False
        times.append(time.monotonic() - began if is_healthy else math.inf)
        time.sleep(0.01)
    return times


@fault("F25", "P13", "clients that are slow, or come without end", quick=True)
def flooded(lab: Lab) -> None:
    daemon = lab.start(**{"log.level": "info"})
    receiver = lab.receiver()
    stream = lab.stream(daemon, receiver)
    # Fewer than the limit for all, over which everybody is turned away; longer than a request's header may take.
    connections, seconds = (2000, 12) if lab.is_full else (500, 1)
    for number, attack in enumerate(attacker.ATTACKS):
        with _under(attack, daemon, connections):
            times = _health(daemon, seconds)
            _, took = lab.deliver(daemon, receiver, f"user-{number}@example.com")
        lab.check_none(f"{attack}: health checks without answer", [each for each in times if each == math.inf])
        p99 = 1000 * sorted(times)[len(times) * 99 // 100]
        if lab.is_full:
            lab.check_most(f"{attack}: p99 of {len(times)} health checks", p99, 100, " ms")
        else:
            lab.leave_unasked(
                f"{attack}: p99 of {len(times)} health checks", f"{p99:.3g} ms", "≤ 100 ms in the full run")
        lab.check_most(f"{attack}: an event is delivered after", took, 1, " s")
        wait_until(lambda: lab.is_served(daemon), "the public listener")
    lab.wait_until_settled(daemon, stream)

"""The library that makes clock, disk, network and resolver of one process fail, and what it is told to do."""

import mmap
import struct
import subprocess
import time
from pathlib import Path

import machine

SOURCES = sorted(Path(__file__).with_name("preload").glob("*.c"))
NANO = 1_000_000_000


def build(directory: Path) -> Path:
    """Compiles the library into a directory; returns its path."""
    library = directory / "libfaults.so"
    subprocess.run(
        [machine.c_compiler(), "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", library, *SOURCES],
        check=True)
    return library


class Shim:
    """The faults of one daemon. Each attribute is read by the daemon at its next call."""

    # As in `struct control`.
    _FIELDS = (
        "clock_offset", "clock_scale", "scale_from", "scale_shown", "space", "space_refusals", "sync_failure",
        "write_failure", "keeps_synced", "sync_delay", "syncs", "unsynced")

    def __init__(self, library: Path, directory: Path, state: Path):
        self._library = library
        self._state = state
        self.synced = directory / "synced"
        self.synced.mkdir()
        self._hosts = directory / "hosts"
        self._hosts.touch()
        self._dialed = directory / "dialed"
        self._dialed.touch()
        self._path = directory / "control"
        self._path.write_bytes(bytes(8 * len(self._FIELDS)))
        with self._path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 0)
        self["clock_scale"] = 1
        self["space"] = -1

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self._library), "FAULTS_CONTROL": str(self._path), "FAULTS_STATE": str(self._state),
            "FAULTS_SYNCED": str(self.synced), "FAULTS_HOSTS": str(self._hosts),
            "FAULTS_DIALED": str(self._dialed),
        }

    def __getitem__(self, name: str) -> int:
        return struct.unpack_from("=q", self._shared, 8 * self._FIELDS.index(name))[0]

    def __setitem__(self, name: str, value: int) -> None:
        struct.pack_into("=q", self._shared, 8 * self._FIELDS.index(name), value)

    def step_clock(self, seconds: float) -> None:
        """Sets the daemon's wall clock forward or back."""
        self["clock_offset"] += int(seconds * NANO)

    def set_clock(self, unix_time: float) -> None:
        self["clock_offset"] = int((unix_time - time.time()) * NANO)

    def set_speed(self, factor: int) -> None:
        """From now on the daemon's clocks, and its timers, go faster by a factor."""
        now = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        since = self["scale_from"]
        shown = self["scale_shown"] + (now - since) * self["clock_scale"] if since else now
        self["scale_shown"], self["scale_from"], self["clock_scale"] = shown, now, factor

    def fill_disk(self, left: int = 0) -> None:
        """Leaves so many bytes, of which only what is given back makes more."""
        self["space"] = left

    def free_disk(self) -> None:
        self["space"] = -1

    def fail_sync(self, number: int) -> None:
        """The sync of this number from now on fails, and only that: the next ones claim success."""
        self["sync_failure"] = number

    def slow_sync(self, seconds: float) -> None:
        """From now on each sync takes so much longer."""
        self["sync_delay"] = int(seconds * NANO)

    def fail_write(self, number: int) -> None:
        self["write_failure"] = number

    def resolve(self, name: str, *answers: str, delay: float = 0) -> None:
        """What the next look-up of a name is answered, and those after it until the next such line."""
        with self._hosts.open("a") as hosts:
            hosts.write(f"{name} {int(delay * 1000)} {' '.join(answers)}\n")

    @property
    def dialed(self) -> list[tuple[str, int]]:
        """The addresses that connections were begun to."""
        lines = map(str.split, self._dialed.read_text().splitlines())
        return [(address, int(port)) for address, port in lines]

"""The machine under tests and benchmarks: its C compiler, and what a process takes of it. Needs nothing but Python."""

import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path


def c_compiler() -> str:
    """The path of a C compiler, whatever it is called here."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if not compiler:
        raise FileNotFoundError("there is no C compiler: install gcc")
    return compiler


def cpu_seconds(pid: int) -> float:
    """The user and system time that a process has used so far, all threads together, in steps of a hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """The memory that a process takes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def peak_resident_bytes(pid: int) -> int:
    """The most memory that it took since its start, or since `forget_peak`."""
    status = Path(f"/proc/{pid}/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def forget_peak(pid: int) -> None:
    """From now on the peak is that of what comes."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def cpu_share(pid: int, seconds: float) -> float:
    """How much of one core it uses over a time."""
    before = cpu_seconds(pid)
    time.sleep(seconds)
    return (cpu_seconds(pid) - before) / seconds


def open_files(pid: int, beside: Iterable[int] = ()) -> int:
    """How many files a process has open, without connections to the ports `beside`."""
    left_out = {f"socket:[{inode}]" for inode in _connections_to(set(beside))}
    return sum(_target(entry) not in left_out for entry in Path(f"/proc/{pid}/fd").iterdir())


def _connections_to(ports: set[int]) -> list[str]:
    """The inodes of all sockets that are connected to a port, or were until the other end closed them."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [row[9] for row in rows if int(row[2].rpartition(":")[2], 16) in ports]


def _target(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except FileNotFoundError:
        return ""  # closed since it was listed

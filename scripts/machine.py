"""The machine under tests and benchmarks: its C compiler, and what a process takes of it. Needs nothing but Python."""

import os
import shutil
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

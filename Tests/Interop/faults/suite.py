"""Runs faults, each in a lab of its own, and keeps the score."""

import traceback
from pathlib import Path

from faults import (  # noqa: F401 (they register their faults)
    answers, change, clock, crash, disk, endless, flood, memory, neighbours, network, outage, process,
    replacement, tls)
from faults.fault import FAULTS, Fault
from faults.lab import Extent, Lab
from faults.scoreboard import Scoreboard


def number(fault: Fault) -> int:
    return int(fault.name.removeprefix("F"))


def ordered() -> list[Fault]:
    return sorted(FAULTS, key=number)


def run(fault: Fault, board: Scoreboard, library: Path, parent: Path, extent: Extent) -> None:
    """A fault that cannot be brought about, or ends in a mess, is a failure like any other."""
    lab = Lab(fault, board, library, parent, extent)
    try:
        fault.run(lab)
        lab.conclude()
    except Exception as error:
        traceback.print_exc()
        lab.check(fault.title, f"{type(error).__name__}: {error}"[:200], "no error", False)
    finally:
        lab.close()


def names() -> list[str]:
    return list(dict.fromkeys(fault.name for fault in ordered()))

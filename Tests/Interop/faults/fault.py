"""A fault: its number in the list of faults, which promises it puts to the test, and how it is brought about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faults.lab import Lab


@dataclass(frozen=True)
class Fault:
    name: str
    promise: str
    title: str
    run: Callable[["Lab"], None]
    # Fast enough for every run of the tests.
    is_quick: bool


FAULTS: list[Fault] = []


def fault(name: str, promise: str, title: str, quick: bool = False):
    """Registers a function that brings a fault about in a lab."""

    def register(run: Callable[["Lab"], None]) -> Callable[["Lab"], None]:
        FAULTS.append(Fault(name, promise, title, run, quick))
        return run

    return register

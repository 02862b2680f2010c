"""The requirements that bind a transmitter (ids.txt), and how a test says which of them it proves."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

IDS = Path(__file__).with_name("ids.txt")


@dataclass(frozen=True)
class Requirement:
    id: str
    clause: str
    level: str
    rule: str
    # Whom it binds instead of the transmitter: then there is no test.
    left_out: str | None = None


def read(text: str) -> dict[str, Requirement]:
    """The requirements by id, in the order of the file."""
    requirements: dict[str, Requirement] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        requirement = Requirement(*(column.strip() for column in line.split("|")))
        assert requirement.id not in requirements, f"{requirement.id} stands twice in {IDS.name}"
        requirements[requirement.id] = requirement
    return requirements


REQUIREMENTS = read(IDS.read_text())


def requirement(*ids: str) -> Callable[[Callable], Callable]:
    """Marks a test that would fail if the transmitter did not meet these requirements."""
    unknown = set(ids) - REQUIREMENTS.keys()
    assert not unknown, f"{', '.join(unknown)}: not in {IDS.name}"
    return pytest.mark.requirement(*ids)


def proved_by(test: Callable) -> tuple[str, ...]:
    """The ids that a test function is marked with."""
    marks = getattr(test, "pytestmark", [])
    return tuple(id for mark in marks if mark.name == "requirement" for id in mark.args)

"""The suite itself: nothing that binds a transmitter is left without a test in silence."""

import importlib
import inspect
from pathlib import Path

from conformance.requirements import REQUIREMENTS, proved_by


def proved_ids() -> dict[str, list[str]]:
    """The tests of this folder by the ids that they prove, whatever part of them was selected to run."""
    tests: dict[str, list[str]] = {}
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        module = importlib.import_module(f"conformance.{file.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            for id in proved_by(function):
                tests.setdefault(id, []).append(name)
    return tests


def test_every_requirement_has_a_test_or_a_reason_why_not():
    proved = proved_ids()

    missing = [id for id, requirement in REQUIREMENTS.items() if not requirement.left_out and id not in proved]

    assert missing == []


def test_no_requirement_that_is_left_out_is_tested():
    left_out = {id for id, requirement in REQUIREMENTS.items() if requirement.left_out}

    assert left_out & proved_ids().keys() == set()


def test_every_reason_says_whom_the_requirement_binds():
    known = ("the receiver", "a document")

    for requirement in REQUIREMENTS.values():
        assert requirement.left_out is None or requirement.left_out.startswith(known), requirement

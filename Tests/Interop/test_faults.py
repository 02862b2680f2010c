"""The fast ones of the faults that scripts/faults runs, each with the questions that every fault has to stand."""

from pathlib import Path

import pytest

from faults import shim, suite
from faults.lab import Extent
from faults.scoreboard import Scoreboard


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shim.build(tmp_path_factory.mktemp("shim"))


@pytest.mark.parametrize(
    "fault", [fault for fault in suite.ordered() if fault.is_quick],
    ids=lambda fault: f"{fault.name} {fault.title}")
def test_fault(fault, library, tmp_path):
    board = Scoreboard()

    suite.run(fault, board, library, tmp_path, Extent(is_full=False))

    assert board.scores and not board.failures, board.table()

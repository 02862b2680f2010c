"""The table at the end of a run: each requirement with its tests and what they came to."""

from collections import defaultdict

import pytest

from conformance.requirements import REQUIREMENTS

# Where a report carries the ids that its test proves.
PROPERTY = "requirement"


class CoverageTable:
    """Collects the outcome of every test that proves a requirement."""

    def __init__(self):
        self._tests: dict[str, list[str]] = defaultdict(list)
        self._failed: dict[str, list[str]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        name = report.nodeid.rpartition("::")[2]
        for key, id in report.user_properties:
            if key == PROPERTY:
                (self._tests if report.passed else self._failed)[id].append(name)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._tests and not self._failed:
            return
        write = terminalreporter.write_line
        terminalreporter.section("conformance")
        for requirement in REQUIREMENTS.values():
            if not requirement.left_out:
                write(f"{requirement.id:8} {requirement.level:15} {self._result(requirement.id)}")
        terminalreporter.section("conformance: left out")
        for requirement in REQUIREMENTS.values():
            if requirement.left_out:
                write(f"{requirement.id:8} {requirement.level:15} {requirement.left_out}")
        write(self._count())

    def _result(self, id: str) -> str:
        passed, failed = self._tests[id], self._failed[id]
        if failed:
            return f"FAILED  {', '.join(failed)}"
        if not passed:
            return "not run"
        return f"passed  {functions(passed)}"

    def _count(self) -> str:
        tested = [id for id in REQUIREMENTS if self._tests[id] and not self._failed[id]]
        failed = [id for id in REQUIREMENTS if self._failed[id]]
        left_out = [id for id, requirement in REQUIREMENTS.items() if requirement.left_out]
        return (
            f"{len(REQUIREMENTS)} requirements: {len(tested)} passed, {len(failed)} failed, "
            f"{len(left_out)} left out")


def functions(tests: list[str]) -> str:
    """The tests by the names of their functions, with how often each ran."""
    counts: dict[str, int] = defaultdict(int)
    for test in tests:
        counts[test.partition("[")[0]] += 1
    return ", ".join(name if count == 1 else f"{name} ×{count}" for name, count in counts.items())

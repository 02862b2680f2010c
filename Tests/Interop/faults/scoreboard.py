"""What was measured against what must be: one line for each number."""

from collections.abc import Callable
from dataclasses import dataclass, field

# Differences in time below this are those of the machine.
NOISE = 0.005
OUTCOMES = {True: "pass", False: "FAIL", None: "not asked"}


@dataclass(frozen=True)
class Score:
    fault: str
    promise: str
    # What was looked at, and of it what was seen and what must be.
    test: str
    seen: str
    bar: str
    # None where the question could not be put.
    passes: bool | None

    def row(self) -> tuple[str, ...]:
        return self.fault, self.promise, self.test, self.seen, self.bar, OUTCOMES[self.passes]


@dataclass
class Scoreboard:
    scores: list[Score] = field(default_factory=list)
    # Told of each score as it comes.
    listener: Callable[[Score], None] = lambda _: None

    def add(self, score: Score) -> None:
        self.scores.append(score)
        self.listener(score)

    @property
    def failures(self) -> list[Score]:
        return [score for score in self.scores if score.passes is False]

    def table(self) -> str:
        rows = [("fault", "promise", "test", "seen", "bar", ""), *(score.row() for score in self.scores)]
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)
        return "\n".join(lines)

    def summary(self) -> str:
        counts = {outcome: sum(score.passes is passes for score in self.scores) for passes, outcome in OUTCOMES.items()}
        return f"{counts['pass']} passed, {counts['FAIL']} failed, {counts['not asked']} not asked"


class Sheet:
    """The lines of one fault."""

    def __init__(self, board: Scoreboard, fault: str, promise: str):
        self._board, self._fault, self._promise = board, fault, promise

    def check(self, test: str, seen: object, bar: str, passes: bool | None) -> None:
        self._board.add(Score(self._fault, self._promise, test, str(seen), bar, passes))

    def check_most(self, test: str, seen: float, most: float, unit: str = "") -> None:
        self.check(test, f"{seen:.3g}{unit}", f"≤ {most:g}{unit}", seen <= most)

    def check_least(self, test: str, seen: float, least: float, unit: str = "") -> None:
        self.check(test, f"{seen:g}{unit}", f"≥ {least:g}{unit}", seen >= least)

    def check_none(self, test: str, found: list) -> None:
        self.check(test, len(found) if len(found) != 1 else f"1: {found[0]}", "0", not found)

    def check_equal(self, test: str, seen: object, wanted: object) -> None:
        self.check(test, seen, f"= {wanted}", seen == wanted)

    def check_slower(self, test: str, seconds: float, before: float, factor: float) -> None:
        """That something takes no more than `factor` times as long as before, in seconds, noise aside."""
        most = max(factor * before, before + NOISE)
        self.check(
            f"{test} ({before * 1000:.1f} ms before)", f"{seconds * 1000:.1f} ms", f"≤ {most * 1000:.1f} ms",
            seconds <= most)

    def leave_unasked(self, test: str, why: str, bar: str = "") -> None:
        """What cannot be known here, or not in the short version, is no pass."""
        self.check(test, why, bar, None)

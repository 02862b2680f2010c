"""What was measured against what must be: one line for each number."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Score:
    fault: str
    promise: str
    # What was looked at, and of it what was seen and what must be.
    test: str
    seen: str
    bar: str
    passes: bool

    def row(self) -> tuple[str, ...]:
        return self.fault, self.promise, self.test, self.seen, self.bar, "pass" if self.passes else "FAIL"


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
        return [score for score in self.scores if not score.passes]

    def table(self) -> str:
        rows = [("fault", "promise", "test", "seen", "bar", ""), *(score.row() for score in self.scores)]
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)
        return "\n".join(lines)

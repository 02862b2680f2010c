"""What was measured: figures, which have bars, and plain numbers, which explain them."""

from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Bar:
    """What a figure must reach, or must not exceed."""

    limit: float
    is_ceiling: bool = False

    def holds(self, value: float) -> bool:
        return value <= self.limit if self.is_ceiling else value >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.is_ceiling else '≥'} {self.limit:g}"


@dataclass
class Figure:
    """A ratio, one sample a round; the median counts. Without a bar it is for information."""

    name: str
    bar: Bar | None
    samples: list[float] = field(default_factory=list)

    @property
    def is_missed(self) -> bool:
        return self.bar is not None and not self.bar.holds(median(self.samples))

    def row(self) -> tuple[str, ...]:
        spread = f"({min(self.samples):.2f}–{max(self.samples):.2f})"
        return self.name, str(self.bar or "–"), f"{median(self.samples):.2f}", spread, "MISS" if self.is_missed else ""


@dataclass
class Number:
    """An absolute measurement behind the figures, which depends on the machine."""

    name: str
    unit: str
    samples: list[float] = field(default_factory=list)

    def row(self) -> tuple[str, ...]:
        return self.name, f"{median(self.samples):,.0f} {self.unit}"


@dataclass
class Results:
    figures: list[Figure] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)

    def __add__(self, other: "Results") -> "Results":
        return Results(self.figures + other.figures, self.numbers + other.numbers)

    @property
    def misses(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.is_missed]

    def table(self) -> str:
        heading = ("figure", "bar", "measured", "(min–max)", "")
        figures = aligned([heading, *(figure.row() for figure in self.figures)])
        return figures + "\n\n" + aligned([number.row() for number in self.numbers])


def aligned(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)

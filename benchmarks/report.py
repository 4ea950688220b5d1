"""The result of a benchmark: a table for people, JSON for programs, and aims that are met or
missed.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Aim:
    """A figure and its limit: at most `limit`, or at least `limit` if `at_least` is true."""

    text: str
    figure: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    def __str__(self) -> str:
        verdict = "met   " if self.met else "MISSED"
        bound = "at least" if self.at_least else "at most"
        return (
            f"{verdict}  {self.text}: {_format(self.figure)} (aim: {bound} {_format(self.limit)})"
        )


@dataclass(frozen=True)
class Measurement:
    """The result of one benchmark; every row has the same columns, in the same order."""

    name: str
    title: str
    rows: Sequence[dict]
    aims: Sequence[Aim] = ()
    notes: Sequence[str] = ()


def format_measurement(measurement: Measurement) -> str:
    """The measurement as text: title, table, aims, notes."""
    rows = [
        list(measurement.rows[0]),
        *([_format(value) for value in row.values()] for row in measurement.rows),
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "  ".join(
            _align(text, width, place)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    rule = "  ".join("-" * width for width in widths)
    below = [*map(str, measurement.aims), *measurement.notes]
    gap = [""] if below else []
    return "\n".join([measurement.title, "", lines[0], rule, *lines[1:], *gap, *below])


def save(measurement: Measurement, folder: Path = RESULTS) -> Path:
    """Writes the measurement as JSON to `<name>.json` in the folder, and returns the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{measurement.name}.json"
    document = asdict(measurement) | {
        "aims": [asdict(aim) | {"met": aim.met} for aim in measurement.aims]
    }
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return path


def _align(text: str, width: int, place: int) -> str:
    return text.rjust(width) if place else text.ljust(width)


def _format(value: object) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
    return str(int(value)) if isinstance(value, float) else str(value)

"""What a benchmark found: a table for people, JSON for programs, and aims that are met or missed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Aim:
    """A figure beside the most (or, `at_least`, the least) that it should be."""

    text: str
    figure: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    def __str__(self) -> str:
        verdict, bound = (
            "met   " if self.met else "MISSED",
            "at least" if self.at_least else "at most",
        )
        return f"{verdict}  {self.text}: {_text(self.figure)} (aim: {bound} {_text(self.limit)})"


@dataclass(frozen=True)
class Found:
    """One measure. Every row names the same columns; `notes` say what the figures do not."""

    name: str
    title: str
    rows: Sequence[dict]
    aims: Sequence[Aim] = ()
    notes: Sequence[str] = ()


def table(found: Found) -> str:
    """Title, aligned columns, aims, notes."""
    rows = [list(found.rows[0]), *([_text(value) for value in row.values()] for row in found.rows)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "  ".join(
            _cell(text, width, place)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    rule = "  ".join("-" * width for width in widths)
    below = [*map(str, found.aims), *found.notes]
    return "\n".join(
        [found.title, "", lines[0], rule, *lines[1:], *([""] if below else []), *below]
    )


def keep(found: Found, folder: Path = RESULTS) -> Path:
    """Write one measure as JSON, named after it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{found.name}.json"
    document = asdict(found) | {"aims": [asdict(aim) | {"met": aim.met} for aim in found.aims]}
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return path


def _cell(text: str, width: int, place: int) -> str:
    return text.rjust(width) if place else text.ljust(width)


def _text(value: object) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
    return str(int(value)) if isinstance(value, float) else str(value)

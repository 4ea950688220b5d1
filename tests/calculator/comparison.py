"""Calculator and backtest asked about one history, and the shortest history on which they differ."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from shared.backtest.history import parse_event
from shared.backtest.result import run_backtest
from shared.domain.programs.program_document import parse_program
from tests.calculator.answer import answer

Document = dict[str, Any]


def differences(program: Document, history: list[Document]) -> list[str]:
    """A line for each number or word on which the two do not agree."""
    asked = dict(run_backtest(parse_program(program), [parse_event(line) for line in history]))
    calculated = answer(program, history)
    return sorted(_compare(flat(asked), flat(calculated)))


def flat(result: Document) -> Document:
    """An answer as one dictionary of numbers and words."""
    rows = {
        f"reward {row['order']} {row['member']} {row['level']} {row['code']}": row["amount"]
        for row in result["rewards"]
    }
    refusals = Counter(
        f"refusal {row['order']} {row['member']} {row['level']} {row['code']}"
        for row in result["refusals"]
    )
    rows |= refusals
    for member, fields in result["members"].items():
        rows |= {f"member {member} {name}": value for name, value in fields.items()}
    for month in result["by_month"]:
        rows |= {f"month {month['month']} {name}": month[name] for name in month if name != "month"}
    rows |= {f"total {name}": value for name, value in result["totals"].items()}
    rows |= {f"skipped {name}": value for name, value in result["skipped"].items()}
    return rows


def _compare(asked: Document, calculated: Document) -> list[str]:
    return [
        f"{name}: backtest {asked.get(name)}, calculator {calculated.get(name)}"
        for name in asked.keys() | calculated.keys()
        if (asked.get(name) or 0) != (calculated.get(name) or 0)
    ]


def shrunk(history: list[Document], disagrees: Callable[[list[Document]], bool]) -> list[Document]:
    """A history from which no line can be dropped while the disagreement stays."""
    size = len(history) // 2
    while size:
        start = 0
        while start < len(history):
            shorter = history[:start] + history[start + size :]
            if shorter and disagrees(shorter):
                history = shorter
            else:
                start += size
        size //= 2
    return history

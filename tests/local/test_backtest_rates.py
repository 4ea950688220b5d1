"""`grapevine backtest --rates`: orders in other currencies are converted by a table of daily rates."""

import io
import json
from pathlib import Path

import pytest

from local.cli.backtest_processes import write_json_in_processes
from local.cli.commands.backtest import write_json, write_report
from local.cli.input_files import UnreadableFile, read_program, read_rates

PROGRAM = {
    "id": "default",
    "name": "Test",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
}
HISTORY = [
    {"type": "member", "id": "A", "at": "2026-01-01T00:00:00Z"},
    {"type": "member", "id": "B", "at": "2026-01-01T00:00:00Z", "advocate": "A"},
    *(
        {
            "type": "order",
            "at": f"2026-03-0{day}T10:00:00Z",
            "order": {
                "id": str(day),
                "customer": {"id": "B"},
                "status": "completed",
                "placed_at": f"2026-03-0{day}T10:00:00Z",
                "currency": "JPY",
                "items_total": 10_000,
            },
        }
        for day in (1, 8)
    ),
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    program, history, rates = (tmp_path / name for name in ("p.json", "h.jsonl", "rates.csv"))
    program.write_text(json.dumps(PROGRAM))
    history.write_text("".join(json.dumps(event) + "\n" for event in HISTORY))
    rates.write_text("Date;Currency;Rate\n27.02.2026;JPY;0,0061\n")
    return program, history, rates


def silent(bytes_read: int, size: int) -> None:
    """Shows no progress."""


def test_a_rate_of_the_table_makes_an_order_earn(files):
    program, history, rates = files
    programs, target = [read_program(program)], io.StringIO()
    write_json(programs, history, target, silent, rates)
    result = json.loads(target.getvalue())
    assert [(row["order"], row["amount"]) for row in result["rewards"]] == [("1", 610)]
    assert result["skipped"] == {"no_exchange_rate": 1}

    in_two = io.StringIO()
    write_json_in_processes(programs, history, in_two, silent, 2, rates)
    assert json.loads(in_two.getvalue()) == result

    report = io.StringIO()
    write_report(programs, history, report, silent, rates=rates)
    assert "6.10" in report.getvalue()


@pytest.mark.parametrize(
    ("text", "why"),
    [("date;currency;rate\n27.02.2026;JPY;x\n", "line 2: 'x'"), ("a;b\n1;2\n", "has no rates")],
)
def test_a_table_that_cannot_be_used_ends_the_command(files, text, why):
    program, _, rates = files
    rates.write_text(text)
    with pytest.raises(UnreadableFile, match=why):
        read_rates(rates, read_program(program))


def test_a_file_that_is_not_there_is_named(files, tmp_path):
    with pytest.raises(UnreadableFile, match="missing"):
        read_rates(tmp_path / "missing.csv", read_program(files[0]))

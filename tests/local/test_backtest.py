"""`grapevine backtest`: every acceptance case, the report, the chart, and histories that cannot be read."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.cli.commands.backtest import show_progress_on, write_json
from local.cli.input_files import read_program
from local.cli.main import main

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "cases" / "cases.jsonl"


def silent(bytes_read: int, size: int) -> None:
    """No progress."""


def cases() -> list:
    if not CASES.exists():
        return [
            pytest.param(
                None,
                marks=pytest.mark.skip(
                    reason=f"the acceptance cases are not at {CASES.name} beside the project"
                ),
            )
        ]
    documents = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    return [pytest.param(document, id=document["id"]) for document in documents]


def write_files(folder: Path, case: dict) -> tuple[Path, Path]:
    program, history = folder / "program.json", folder / "history.jsonl"
    program.write_text(json.dumps(case["program"]))
    history.write_text("".join(json.dumps(event) + "\n" for event in case["history"]))
    return program, history


def check(case: dict, result: dict) -> None:
    """Compares what a case expects with the result of the backtest."""
    expect = case["expect"]
    amounts: dict[tuple, int] = {}
    for row in result["rewards"]:
        key = row["order"], row["member"], row["level"]
        amounts[key] = amounts.get(key, 0) + row["amount"]
    expected = {
        (row["order"], row["member"], row["level"]): row["amount"]
        for row in expect["rewards"]
        if row["amount"]
    }
    if expect.get("partial"):
        amounts = {key: amount for key, amount in amounts.items() if key in expected}
    assert amounts == expected
    for row in expect.get("refusals", []):
        assert any(row.items() <= refusal.items() for refusal in result["refusals"]), row
    for member, fields in expect.get("members", {}).items():
        assert {name: result["members"][member][name] for name in fields} == fields, member


@pytest.mark.parametrize("case", cases())
def test_case(case: dict, tmp_path: Path) -> None:
    target = io.StringIO()
    program, history = write_files(tmp_path, case)
    write_json([read_program(program)], history, target, silent)
    check(case, json.loads(target.getvalue()))


@pytest.mark.parametrize("case", cases()[::37])
def test_case_as_a_command(case: dict, tmp_path: Path) -> None:
    program, history = write_files(tmp_path, case)
    command = [
        sys.executable,
        "-m",
        "local.cli.main",
        "backtest",
        str(program),
        str(history),
        "--json",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    check(case, json.loads(done.stdout))


PROGRAM = {
    "id": "p",
    "name": "Ten & more",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
    "groups": [
        {"id": "silver", "name": "Silver", "min_volume": 10_000, "levels": [{"percent": "20"}]}
    ],
    "rules": {"payment_minimum": 1_000, "max_bonus": 1_500},
}


def order_line(number: int, items: int) -> dict:
    at = f"2026-0{number}-01T10:00:00Z"
    facts = {
        "id": str(number),
        "customer": {"id": "B"},
        "status": "completed",
        "currency": "EUR",
        "items_total": items,
    }
    return {"type": "order", "at": at, "order": facts | {"placed_at": at}}


HISTORY = [
    {"type": "member", "id": "A", "at": "2026-01-01T00:00:00Z"},
    {"type": "member", "id": "B", "at": "2026-01-01T00:00:00Z", "advocate": "A"},
    *(order_line(number, items) for number, items in ((1, 10_000), (2, 10_000), (3, 900))),
]
SMALL = {"program": PROGRAM, "history": HISTORY}


def test_the_report_for_people(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    program, history = write_files(tmp_path, SMALL)
    assert main(["backtest", str(program), str(history)]) == 0
    shown = capsys.readouterr().out
    rows = [line.split() for line in shown.splitlines()]
    assert ["rewards", "25.00"] in rows and ["kept", "209.00"] in rows
    assert ["2026-02", "1", "100.00", "15.00", "15.00", "0.00", "0.00", "0.00", "0.00", "0"] in rows
    assert ["(no", "group)", "1", "10.00"] in rows and ["Silver", "1", "15.00"] in rows
    assert ["A", "25.00", "200.00"] in rows
    assert ["max_bonus", "1", "saved", "5.00"] in rows
    assert ["below_payment_minimum", "1", "saved", "1.80"] in rows


def test_programs_side_by_side_and_the_chart(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    program, history = write_files(tmp_path, SMALL)
    other, picture = tmp_path / "other.json", tmp_path / "chart.svg"
    five = {
        "name": "Five",
        "credit": {"system": "levels", "levels": [{"percent": "5"}]},
        "groups": [],
        "rules": {},
    }
    other.write_text(json.dumps(PROGRAM | five))
    assert main(["backtest", str(program), str(other), str(history), "--svg", str(picture)]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["rewards", "25.00", "10.45"] in rows
    drawn = picture.read_text()
    assert "Ten &amp; more, 2026-02: 15.00 EUR" in drawn and drawn.count("<title>") == 6
    assert main(["backtest", str(program), str(other), str(history), "--json"]) == 0
    assert [result["totals"]["rewards"] for result in json.loads(capsys.readouterr().out)] == [
        2_500,
        1_045,
    ]


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_a_broken_line_is_named_and_nothing_printed(
    as_json: list[str], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    broken = {
        "program": PROGRAM,
        "history": [
            *HISTORY,
            {
                "type": "order",
                "at": "2026-01-01T00:00:00Z",
                "order": {"id": "9", "status": "paid", "items_total": 5},
            },
        ],
    }
    program, history = write_files(tmp_path, broken)
    assert main(["backtest", str(program), str(history), *as_json]) == 2
    shown = capsys.readouterr()
    assert not shown.out
    assert (
        "line 6" in shown.err and "order.currency: is required" in shown.err
    ) or "order.items_total: is required" in shown.err


def test_files_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    program, history = write_files(tmp_path, SMALL)
    assert main(["backtest", str(tmp_path / "none"), str(history)]) == 2
    assert main(["backtest", str(program), str(tmp_path / "none")]) == 2
    program.write_text('{"id": "p", "level": 1}')
    assert main(["backtest", str(program), str(history)]) == 2
    assert "level: is not a known field" in capsys.readouterr().err


def test_a_long_history_is_forgotten_without_a_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order that the last line refunds is kept until then; a long file keeps no other."""
    lines = [
        *HISTORY,
        {
            **HISTORY[2],
            "at": "2026-05-01T00:00:00Z",
            "order": HISTORY[2]["order"] | {"refunded_total": 5_000},
        },
    ]
    program, history = write_files(tmp_path, {"program": PROGRAM, "history": lines})
    short, long = io.StringIO(), io.StringIO()
    write_json([read_program(program)], history, short, silent)
    monkeypatch.setattr("local.cli.history_file.SHORT_FILE_BYTES", 0)
    write_json([read_program(program)], history, long, silent)
    results = [json.loads(target.getvalue()) for target in (short, long)]
    assert all(
        sorted(map(str, results[0][rows])) == sorted(map(str, results[1][rows]))
        for rows in ("rewards", "refusals")
    )
    assert (
        results[0]["members"] == results[1]["members"]
        and results[0]["by_month"] == results[1]["by_month"]
    )
    assert results[0]["totals"]["kept"] == 15_900


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_only() -> None:
    terminal, file = Terminal(), io.StringIO()
    for target in (terminal, file):
        show = show_progress_on(target, clock=iter((0, 2, 5)).__next__)
        show(50, 100)
        show(100, 100)
    assert (
        terminal.getvalue().endswith(f"\r[{'#' * 30}] 100%     5 s\n")
        and " 50% " in terminal.getvalue()
    )
    assert not file.getvalue()

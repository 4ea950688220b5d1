"""The independent calculator agrees with the backtest, and would notice if it did not."""

import json
from pathlib import Path

import pytest

from tests.calculator.__main__ import invented
from tests.calculator.answer import answer
from tests.calculator.comparison import differences, shrunk
from tests.support.running_cloud import ROOT
from tests.support.seed import SEED

CASES = ROOT.parent / "shared" / "cases" / "cases.jsonl"
HISTORIES = 300


def cases(file: Path = CASES) -> list[dict]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.mark.skipif(not CASES.exists(), reason="the acceptance cases are not beside the project")
def test_the_calculator_knows_the_worked_examples():
    for case in cases():
        result, expect = answer(case["program"], case["history"]), case["expect"]
        amounts: dict[tuple, int] = {}
        for row in result["rewards"]:
            key = row["order"], row["member"], row["level"]
            amounts[key] = amounts.get(key, 0) + row["amount"]
        expected = {
            (row["order"], row["member"], row["level"]): row["amount"] for row in expect["rewards"]
        }
        if expect.get("partial"):
            amounts = {key: amount for key, amount in amounts.items() if key in expected}
        assert amounts == {key: amount for key, amount in expected.items() if amount}, case["id"]
        for row in expect.get("refusals", []):
            assert any(row.items() <= refusal.items() for refusal in result["refusals"]), case["id"]
        for member, fields in expect.get("members", {}).items():
            assert {name: result["members"][member][name] for name in fields} == fields, case["id"]


def test_calculator_and_backtest_agree():
    for number in range(HISTORIES):
        program, history = invented(SEED, number)
        assert differences(program, history) == [], f"python -m tests.calculator --seed {SEED}"


def test_a_wrong_amount_is_noticed_and_its_history_is_shrunk():
    """A program with twice the rate stands for a faulty engine."""
    at = "2026-03-01T00:00:00Z"
    program = {
        "id": "default",
        "name": "P",
        "currency": "EUR",
        "credit": {"system": "recursive", "percent": "10"},
    }
    faulty = {**program, "credit": {"system": "recursive", "percent": "20"}}
    sold = {
        "id": "1",
        "customer": {"id": "ines"},
        "status": "completed",
        "currency": "EUR",
        "items_total": 900,
    }
    history: list[dict] = [
        {"type": "member", "id": "gus", "at": at},
        {"type": "member", "id": "ines", "advocate": "anna", "at": at},
        {"type": "blocked", "member": "gus", "at": at},
        {"type": "order", "order": sold, "at": at},
    ]

    def pays_twice(lines: list[dict]) -> bool:
        return answer(program, lines)["rewards"] != answer(faulty, lines)["rewards"]

    assert pays_twice(history)
    assert shrunk(history, pays_twice) == [history[1], history[3]]

"""`grapevine backtest`: every acceptance case, the report, the chart, and histories that cannot be read."""

import io
import json
from pathlib import Path

import pytest

from local.backtest import backtest_json

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "cases" / "cases.jsonl"


def silent(read: int, size: int) -> None:
    """No progress."""


def cases() -> list:
    if not CASES.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"the acceptance cases are not at {CASES.name} beside the project"))]
    documents = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    return [pytest.param(document, id=document["id"]) for document in documents]


def written(folder: Path, case: dict) -> tuple[Path, Path]:
    program, history = folder / "program.json", folder / "history.jsonl"
    program.write_text(json.dumps(case["program"]))
    history.write_text("".join(json.dumps(event) + "\n" for event in case["history"]))
    return program, history


def check(case: dict, result: dict) -> None:
    """What a case says against what the backtest says."""
    expect = case["expect"]
    stand: dict[tuple, int] = {}
    for row in result["rewards"]:
        key = row["order"], row["member"], row["level"]
        stand[key] = stand.get(key, 0) + row["amount"]
    wanted = {(row["order"], row["member"], row["level"]): row["amount"] for row in expect["rewards"] if row["amount"]}
    if expect.get("partial"):
        stand = {key: amount for key, amount in stand.items() if key in wanted}
    assert stand == wanted
    for row in expect.get("refusals", []):
        assert any(row.items() <= refusal.items() for refusal in result["refusals"]), row
    for member, fields in expect.get("members", {}).items():
        assert {name: result["members"][member][name] for name in fields} == fields, member


@pytest.mark.parametrize("case", cases())
def test_case(case: dict, tmp_path: Path) -> None:
    target = io.StringIO()
    program, history = written(tmp_path, case)
    backtest_json([program], history, target, silent)
    check(case, json.loads(target.getvalue()))

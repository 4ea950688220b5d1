"""Histories on which a backtest and the independent calculator once came to different sums."""

from typing import Any

from shared.backtest.history import parse_event
from shared.backtest.result import BacktestResult, run_backtest
from shared.domain.programs.program_document import parse_program

TERMS = {
    "id": "default",
    "name": "Terms",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
    "friend": {"new_customers_only": True},
}


def run(lines: list[dict[str, Any]], **terms: Any) -> BacktestResult:
    events = [parse_event(line) for line in lines]
    return run_backtest(parse_program({**TERMS, **terms}), events)


def member(name: str, at: str = "2026-01-01T00:00:00Z", **more: Any) -> dict[str, Any]:
    return {"type": "member", "id": name, "at": at, **more}


def order(number: str, buyer: str, at: str, **facts: Any) -> dict[str, Any]:
    sold = {"status": "completed", "currency": "EUR", "items_total": 10_000}
    told = {"id": number, "customer": {"id": buyer}, **sold, **facts}
    return {"type": "order", "at": at, "order": told}


def test_a_line_of_an_unknown_member_and_an_unknown_group_is_counted_once():
    line = {"type": "group_assigned", "member": "ines", "group": "gold"}
    result = run([{**line, "at": "2026-01-01T00:00:00Z"}])
    assert result["skipped"] == {"unknown_member": 1}


def test_a_blocked_advocate_is_refused_as_blocked_where_nothing_is_computed():
    """Credit paid all of the order: a recursion has nothing to begin with."""
    recursive = {"system": "recursive", "percent": "10"}
    lines = [
        member("ines", advocate="anna"),
        {"type": "blocked", "member": "anna", "at": "2026-02-01T00:00:00Z"},
        order("1", "ines", "2026-03-01T00:00:00Z", credit_used=10_000),
    ]
    assert run(lines, credit=recursive)["refusals"] == [
        {"order": "1", "member": "anna", "level": 1, "code": "blocked"}
    ]


def test_an_order_that_earned_nothing_yet_leaves_its_wrong_buyer():
    """Carl never bought it: no purchase of his, and no referral that its code made."""
    placed = {"status": "placed", "placed_at": "2026-02-01T00:00:00Z", "code": "BERT-0001"}
    lines = [
        member("bert", code="BERT-0001"),
        order("1", "carl", "2026-02-01T00:00:00Z", **placed),
        order("1", "ines", "2026-02-02T00:00:00Z", **placed),
        member("carl", "2026-02-10T00:00:00Z", advocate="anna"),
        order("2", "carl", "2026-03-01T00:00:00Z"),
    ]
    result = run(lines)
    assert [(row["member"], row["amount"]) for row in result["rewards"]] == [("anna", 1_000)]
    assert result["skipped"] == {}


def test_what_expired_is_not_taken_once_more_by_another_buyer():
    """Both friends have one advocate, whose reward expired before the order moved, half refunded."""
    lines = [
        member("carl", advocate="anna"),
        member("ines", advocate="anna"),
        order("1", "carl", "2026-02-01T00:00:00Z"),
        order("1", "ines", "2026-03-01T00:00:00Z", refunded_total=5_000),
    ]
    anna = run(lines, wallet={"expires_after_days": 7})["members"]["anna"]
    assert (anna["expired"], anna["clawed_back"], anna["balance"]) == (1_000, 0, 0)


def test_credit_that_comes_back_after_its_end_expires_in_the_month_of_its_return():
    lines = [
        member("ines", advocate="anna"),
        order("1", "ines", "2026-01-05T00:00:00Z"),
        order("2", "anna", "2026-01-06T00:00:00Z", credit_used=1_000),
        {"type": "redeemed", "member": "anna", "amount": 1_000, "order": "2"}
        | {"at": "2026-01-06T00:00:00Z"},
        order("2", "anna", "2026-03-01T00:00:00Z", credit_used=1_000, status="cancelled"),
    ]
    months = run(lines, wallet={"expires_after_days": 7})["by_month"]
    assert {month["month"]: month["expired"] for month in months} == {
        "2026-01": 0,
        "2026-03": 1_000,
    }

"""Short ways to write programs and histories.

In the seed tree A recommended B and C, B recommended D and E, C recommended F, and F recommended I.
"""

from datetime import UTC, datetime, timedelta

from shared.backtest.history import parse_event
from shared.backtest.result import BacktestResult, run_backtest
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program

START = datetime(2026, 1, 1, tzinfo=UTC)
SEED_TREE = (
    ("A", None),
    ("B", "A"),
    ("C", "A"),
    ("F", "C"),
    ("I", "F"),
    ("D", "B"),
    ("G", "D"),
    ("E", "B"),
    ("H", "E"),
)


def day(number: float) -> str:
    """An instant so many days after the start of 2026."""
    return (START + timedelta(days=number)).isoformat().replace("+00:00", "Z")


def levels(*percents: str, customer: str | None = None) -> dict:
    credit = {"system": "levels", "levels": [{"percent": percent} for percent in percents]}
    return credit | ({"customer": {"percent": customer}} if customer else {})


def program(credit: dict | None = None, **fields) -> Program:
    """One level of 10 % unless said otherwise."""
    return parse_program(
        {
            "id": "test",
            "name": "Test",
            "currency": "EUR",
            "credit": credit or levels("10"),
            **fields,
        }
    )


def member(name: str, advocate: str | None = None, at: float = 0, **fields) -> dict:
    return {"type": "member", "id": name, "at": day(at), "advocate": advocate, **fields}


def tree(*edges: tuple[str, str | None]) -> list[dict]:
    return [member(name, advocate) for name, advocate in edges or (("A", None), ("B", "A"))]


def order(number: str, customer: str | None, items: int, at: float, **facts) -> dict:
    """An order as seen at `at`, by default completed then."""
    known = {
        "id": number,
        "customer": {"id": customer} if customer else None,
        "status": "completed",
        "placed_at": day(at),
        "paid_at": day(at),
        "completed_at": day(at),
        "currency": "EUR",
        "items_total": items,
    }
    return {"type": "order", "at": day(at), "order": known | facts}


def again(event: dict, at: float, **facts) -> dict:
    """The same order as seen later."""
    return {**event, "at": day(at), "order": event["order"] | facts}


def refund(
    amount: int, items_amount: int | None = None, name: str = "re_1", status: str = "succeeded"
) -> dict:
    return {
        "id": name,
        "amount": amount,
        "items_amount": items_amount,
        "at": day(1),
        "status": status,
    }


def play(terms: Program, *events: dict) -> BacktestResult:
    return run_backtest(terms, map(parse_event, events))


def rewards(result: dict) -> dict[tuple[str, str, int], int]:
    """Sum the rewards by order, member and level; both rewards of level 0 are one sum."""
    sums: dict[tuple[str, str, int], int] = {}
    for reward in result["rewards"]:
        key = reward["order"], reward["member"], reward["level"]
        sums[key] = sums.get(key, 0) + reward["amount"]
    return sums


def refusals(result: dict) -> set[tuple[str, str | None, str]]:
    return {
        (refusal["order"], refusal["member"], refusal["code"]) for refusal in result["refusals"]
    }

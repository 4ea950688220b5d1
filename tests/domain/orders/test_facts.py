"""What tellings say together: cancellations and payments, complete lists of refunds, disputes by their ids."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.facts_document import parse_order
from shared.domain.orders.kept import is_undone, kept, sum_refunds
from shared.domain.orders.merging import MOST_CODES, merge_facts
from shared.domain.orders.sources import Source
from shared.domain.programs.program_document import parse_program

START = datetime(2026, 3, 1, tzinfo=UTC)
PROGRAM = parse_program(
    {
        "id": "default",
        "name": "Test",
        "currency": "EUR",
        "credit": {"system": "levels", "levels": []},
    }
)
SOLD = {"status": "paid", "currency": "EUR", "items_total": 10_000}
CANCELLED = SOLD | {"status": "cancelled"}
PLACED = SOLD | {"status": "placed"}


def told(hours: int, document: dict, source: Source = Source.SHOP) -> OrderFacts:
    as_of = START + timedelta(hours=hours)
    return parse_order({"id": "1"} | document, "1", as_of, str, whole=False, source=source)


def merged(*tellings: OrderFacts) -> OrderFacts:
    """All of them in every order of arrival, which must not matter."""
    ends = []
    for arrival in permutations(tellings):
        known = arrival[0]
        for update in arrival[1:]:
            known = merge_facts(known, update)
        ends.append(known)
    assert all(end == ends[0] for end in ends)
    return ends[0]


def left(facts: OrderFacts, base: str = "items_net") -> int:
    return kept(facts, PROGRAM, base)


@pytest.mark.parametrize(
    ("tellings", "status"),
    [
        ([(1, PLACED), (2, CANCELLED)], "cancelled"),
        ([(1, PLACED), (2, CANCELLED), (3, SOLD)], "paid"),
        ([(1, CANCELLED), (2, CANCELLED), (3, SOLD)], "paid"),
        ([(1, CANCELLED), (3, SOLD), (4, CANCELLED)], "cancelled"),
        ([(1, SOLD), (2, CANCELLED), (3, SOLD)], "cancelled"),
        ([(2, CANCELLED), (2, SOLD)], "cancelled"),
        ([(1, CANCELLED | {"paid_at": "2026-02-01T00:00:00Z"}), (2, SOLD)], "cancelled"),
        ([(1, CANCELLED), (2, SOLD | {"paid_at": "2026-02-01T00:00:00Z"})], "paid"),
    ],
)
def test_a_payment_lifts_the_cancellations_before_it(tellings: list, status: str) -> None:
    facts = merged(*(told(hours, document) for hours, document in tellings))
    assert facts.current_status == status
    assert left(facts) == (0 if status == "cancelled" else 10_000)


def refunds(*names: str, complete: bool = False) -> dict:
    rows = [{"id": name, "amount": 1_000} for name in names]
    return SOLD | {"refunds": rows, "refunds_complete": complete}


@pytest.mark.parametrize(
    ("tellings", "total"),
    [
        ([(1, refunds("a", "b")), (2, refunds("a"))], 2_000),
        ([(1, refunds("a", "b")), (2, refunds("a", complete=True))], 1_000),
        ([(1, refunds("a")), (2, refunds(complete=True))], 0),
        ([(1, refunds("a")), (2, refunds(complete=True)), (3, refunds("a"))], 1_000),
        ([(1, refunds("a", complete=True)), (2, refunds("b"))], 2_000),
        (
            [
                (1, refunds("a", complete=True)),
                (2, refunds("b", complete=True)),
                (3, refunds("c", complete=True)),
            ],
            1_000,
        ),
    ],
)
def test_what_a_later_complete_list_has_not_was_taken_back(tellings: list, total: int) -> None:
    facts = merged(*(told(hours, document) for hours, document in tellings))
    assert sum_refunds(facts).total == total


def dispute(status: str, amount: int | None = 3_000, name: str = "a") -> dict:
    return SOLD | {"disputes": [{"id": name, "amount": amount, "status": status}]}


@pytest.mark.parametrize(
    ("tellings", "rest"),
    [
        ([(1, dispute("open"))], 7_000),
        ([(1, dispute("open")), (2, dispute("won"))], 10_000),
        ([(1, dispute("lost")), (2, dispute("open", name="b"))], 4_000),
        ([(1, dispute("cancelled"))], 10_000),
        ([(1, dispute("open", None))], 0),
        ([(2, dispute("won")), (1, dispute("open"))], 10_000),
        ([(2, dispute("won")), (2, dispute("open"))], 10_000),
        ([(1, dispute("open")), (2, SOLD)], 7_000),
        ([(1, dispute("lost", 10_000))], 0),
        ([(1, SOLD | {"disputed": True}), (2, SOLD)], 0),
        ([(1, SOLD | {"disputed": True}), (2, SOLD | {"disputed": False})], 10_000),
    ],
)
def test_disputes_take_like_plain_refunds_and_undo_nothing(tellings: list, rest: int) -> None:
    facts = merged(*(told(hours, document) for hours, document in tellings))
    assert left(facts) == rest
    assert not is_undone(facts)


def test_other_totals_are_paid_for_and_earn_nothing() -> None:
    """A gift card of 50.00 beside tea of 100.00, then 75.00 of 150.00 refunded: half is left."""
    sold = SOLD | {"other_total": 5_000}
    assert left(told(1, sold), "paid_total") == 10_000
    assert left(told(1, sold | {"refunded_total": 7_500}), "paid_total") == 5_000
    assert left(told(1, sold | {"refunded_total": 7_500})) == 5_000
    assert left(told(1, sold | {"refunded_total": 15_000})) == 0
    assert not is_undone(told(1, sold | {"refunded_total": 10_000}))


def test_the_buyer_is_whom_the_highest_rank_named_last() -> None:
    ines, bert = {"customer": {"id": "I"}}, {"customer": {"id": "B"}}
    facts = merged(told(1, ines), told(2, bert), told(3, ines, Source.PROCESSOR))
    assert facts.customer == "B"


def test_the_same_codes_stay_whatever_came_first() -> None:
    tellings = [
        told(hour, {"codes": [f"C{hour}{row:02}" for row in range(9)]}) for hour in range(4)
    ]
    facts = merged(*tellings)
    assert facts.codes == tuple(sorted(code for one in tellings for code in one.codes))[:MOST_CODES]

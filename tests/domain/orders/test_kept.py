"""What the shop has kept of an order, row by row as in the specification (kept, exchange-rate)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.domain.money import SAME_CURRENCY, Exchange, exchange
from shared.domain.orders.facts import OrderFacts, OrderTotals, Refund, Versioned
from shared.domain.orders.kept import kept
from shared.domain.orders.sources import Source
from tests.support.programs_and_histories import program

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROGRAM = program()
CREDIT_LEAVES_BASE = program(wallet={"credit_reduces_base": False})
YEN = exchange("0.0061", "JPY", "EUR")
EIGHTH = exchange("0.125", "USD", "EUR")
FULL = {"items": 10_000, "discount": 1_000, "tax": 1_710, "shipping": 490, "credit": 1_200}
"""The specification's example: a paid total of 112.00, of it 100.00 in money."""
PLAIN = (2_500, None)
NAMED = (1_800, 1_500)
"""Its refunds: 25.00 without a word about items, then 18.00, of which 15.00 for items."""


def order(
    *refunds: tuple[Any, ...],
    items: int = 10_000,
    discount: int = 0,
    tax: int = 0,
    shipping: int = 0,
    credit: int = 0,
    **facts: Any,
) -> OrderFacts:
    """A refund is its amount, its `items_amount` and, where it did not succeed, its status."""
    told = {
        f"re_{number}": Versioned(
            NOON, Refund(amount, named, NOON, status[0] if status else "succeeded")
        )
        for number, (amount, named, *status) in enumerate(refunds)
    }
    totals = Versioned(NOON, OrderTotals("EUR", items, discount, tax, shipping))
    order = OrderFacts(
        "1", totals=totals, credit_used=Versioned(NOON, credit, Source.SHOP), refunds=told
    )
    return order._replace(**facts)


def disputed(is_open: bool) -> dict[str, Any]:
    return {"disputed": Versioned(NOON, is_open)}


NO_REFUND = {
    "a plain order": (order(), "items_net", 10_000),
    "a discount lowers the net items": (order(discount=1_000), "items_net", 9_000),
    "list prices do not know of the discount": (order(discount=1_000), "items_list", 10_000),
    "tax and shipping are no items": (order(tax=1_900, shipping=490), "items_net", 10_000),
    "the paid total has tax and shipping": (order(tax=1_900, shipping=490), "paid_total", 12_390),
    "credit lowers the net items": (order(credit=1_200), "items_net", 8_800),
    "credit lowers no list prices": (order(credit=1_200), "items_list", 10_000),
    "credit lowers no paid total": (order(credit=1_200), "paid_total", 10_000),
    "the example: net items": (order(**FULL), "items_net", 7_800),
    "the example: list prices": (order(**FULL), "items_list", 10_000),
    "the example: paid total": (order(**FULL), "paid_total", 11_200),
}
PLAIN_REFUNDS = {
    "a quarter back: net items": (order(PLAIN, **FULL), "items_net", 5_850),
    "a quarter back: list prices": (order(PLAIN, **FULL), "items_list", 7_500),
    "a quarter back: paid total": (order(PLAIN, **FULL), "paid_total", 8_400),
    "only a total is told": (order(refunded_total=2_500), "items_net", 7_500),
    "the total is more than the refunds": (order(PLAIN, refunded_total=4_000), "items_net", 6_000),
    "the total is less than the refunds": (order(PLAIN, refunded_total=100), "items_net", 7_500),
    "two refunds add up": (order(PLAIN, PLAIN), "items_net", 5_000),
    "a refund that is not through yet": (order((2_500, None, "pending")), "items_net", 10_000),
    "a refund that failed": (order((2_500, None, "failed")), "items_net", 10_000),
}
NAMED_REFUNDS = {
    "both refunds: net items": (order(PLAIN, NAMED, **FULL), "items_net", 4_550),
    "both refunds: list prices": (order(PLAIN, NAMED, **FULL), "items_list", 5_833),
    "both refunds: paid total": (order(PLAIN, NAMED, **FULL), "paid_total", 6_384),
    "half of the items come back": (order((5_000, 5_000), tax=1_900), "items_net", 5_000),
    "only shipping is given back": (order((490, 0), shipping=490), "items_net", 10_000),
    "only shipping, of the paid total": (order((490, 0), shipping=490), "paid_total", 10_000),
    "all items come back, tax stays": (order((10_000, 10_000), tax=1_900), "items_net", 0),
    "more items come back than were sold": (order((11_000, 11_000), tax=2_000), "items_net", 0),
    "items named where all were free": (
        order((100, 100), discount=10_000, shipping=500),
        "items_list",
        0,
    ),
}
NOTHING_KEPT = {
    "all the money is refunded": (order((10_000, None)), "items_net", 0),
    "more than the money is refunded": (order((12_000, None)), "items_net", 0),
    "all the money, named as shipping": (order((10_000, 0)), "items_net", 0),
    "the order is cancelled": (order(cancel_told=NOON), "items_net", 0),
    "the payment is disputed": (order(**disputed(True)), "paid_total", 0),
    "credit paid everything": (order(credit=10_000), "items_list", 0),
    "credit paid more than everything": (order(credit=10_500), "items_net", 0),
    "the items were free": (order(discount=10_000, shipping=500), "items_net", 0),
    "credit paid all items, money the shipping": (
        order(credit=10_000, shipping=500),
        "items_net",
        0,
    ),
    "no totals are known": (order(totals=None), "items_net", 0),
}
KEPT_AGAIN = {
    "the dispute is won": (order(**disputed(False)), "items_net", 10_000),
    "one cent of money is left": (order((9_999, None)), "items_net", 1),
}
ROUNDED = {
    "half a cent rounds up": (order((5, None), items=5, tax=5), "items_net", 3),
    "less than half a cent rounds down": (order((2, None), items=1, tax=2), "items_net", 0),
    "more than half a cent rounds up": (order((1, None), items=1, tax=2), "items_net", 1),
}
ROWS = NO_REFUND | PLAIN_REFUNDS | NAMED_REFUNDS | NOTHING_KEPT | KEPT_AGAIN | ROUNDED


@pytest.mark.parametrize(("facts", "base", "left"), ROWS.values(), ids=ROWS)
def test_what_the_shop_has_kept(facts: OrderFacts, base: str, left: int) -> None:
    assert kept(facts, PROGRAM, base) == left


def test_the_program_may_leave_credit_out_of_the_base() -> None:
    assert kept(order(**FULL), CREDIT_LEAVES_BASE, "items_net") == 9_000
    assert kept(order(PLAIN, **FULL), CREDIT_LEAVES_BASE, "items_net") == 6_750


@pytest.mark.parametrize(
    ("facts", "rate", "left"),
    [
        pytest.param(order(), SAME_CURRENCY, 10_000, id="the program's own currency"),
        pytest.param(order(), YEN, 6_100, id="10,000 yen are 61.00 euros"),
        pytest.param(order(PLAIN), YEN, 4_575, id="refunds go by the rate of the order"),
        pytest.param(order(items=333), YEN, 203, id="203.13 cents round down"),
        pytest.param(order(items=100), EIGHTH, 13, id="12.5 cents round up"),
        pytest.param(
            order((5, None), items=5, tax=5), EIGHTH, 0, id="2.5 units are 0.3125: rounded once"
        ),
        pytest.param(order(cancel_told=NOON), YEN, 0, id="cancelled, in any currency"),
    ],
)
def test_another_currency_goes_by_the_rate_and_is_rounded_once(
    facts: OrderFacts, rate: Exchange, left: int
) -> None:
    assert kept(facts, PROGRAM, "items_net", rate) == left

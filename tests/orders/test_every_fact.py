"""A fact that is new in the declaration is known to every place that lists facts.

What fails here says which place of CONTRIBUTING's "Adding an order fact" is still to be done.
"""

from datetime import UTC, date, datetime, timedelta

from shared.domain.orders.facts import DailyRate, OrderFacts, Versioned
from shared.domain.orders.facts_document import CUSTOMER, DISPUTE, ORDER, REFUND, parse_order
from shared.domain.orders.merging import merge_facts, restamp
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of, put_order

AT = datetime(2026, 3, 9, tzinfo=UTC)
DOCUMENT = {
    "id": "1001",
    "status": "cancelled",
    "currency": "EUR",
    "items_total": 10_000,
    "discount_total": 500,
    "tax_total": 1_900,
    "shipping_total": 490,
    "other_total": 300,
    "totals_rank": 0,
    "credit_in_totals": 200,
    "credit_used": 700,
    "fx_rate": "0.9",
    "fx_currency": "EUR",
    "captured_total": 9_000,
    "customer": {
        "id": "I",
        "login": "ines",
        "email": "ines@example.com",
        "email_hash": "other",
        "name": "Ines",
    },
    "ref_token": "tok_1",
    "code": "ANNA-7K2Q",
    "codes": ["BEN-2B3C"],
    "placed_at": "2026-03-01T10:00:00Z",
    "paid_at": "2026-03-02T10:00:00Z",
    "completed_at": "2026-03-03T10:00:00Z",
    "refunds": [
        {
            "id": "re_1",
            "amount": 2_500,
            "items_amount": 2_000,
            "credit": 100,
            "at": "2026-03-05T10:00:00Z",
            "status": "pending",
            "currency": "EUR",
            "reason": "damaged",
        }
    ],
    "refunds_complete": True,
    "refunded_total": 2_500,
    "disputes": [
        {
            "id": "dp_1",
            "amount": 100,
            "status": "won",
            "at": "2026-03-06T10:00:00Z",
            "currency": "EUR",
            "reason": "fraudulent",
        }
    ],
    "disputed": True,
    "test": True,
    "hint": True,
    "refs": ["stripe:cs_1"],
    "payment_fingerprint": "eLihtj2HTMlWeL7e",
    "as_of": "2026-03-09T00:00:00Z",
    "provider": "stripe",
    "schema_version": 1,
    "daily_rate": {"date": "2026-02-27", "rate": "0.9", "from": "EUR", "into": "USD"},
    "kept": 0,
}
FACTS = parse_order(DOCUMENT, None, AT, str.upper)
WHOLE = FACTS._replace(
    told_advocate=Versioned(AT, "A"),
    credit_captured=500,
    daily_rate=DailyRate(date(2026, 2, 27), "0.9", "EUR", "USD"),
)
"""With the facts that nobody tells."""


def test_every_declared_field_is_told_here():
    assert set(DOCUMENT) == ORDER.names
    assert set(DOCUMENT["customer"]) == CUSTOMER.names
    assert set(DOCUMENT["refunds"][0]) == REFUND.names
    assert set(DOCUMENT["disputes"][0]) == DISPUTE.names


def test_every_fact_comes_from_what_is_told():
    assert untold(FACTS) == LEDGERS_OWN


LEDGERS_OWN = ["told_advocate", "credit_captured", "daily_rate"]
"""Facts that no shop and no processor tells."""


def untold(facts: OrderFacts) -> list[str]:
    nothing = OrderFacts("")
    return [name for name in facts._fields if getattr(facts, name) == getattr(nothing, name)]


def test_every_fact_is_merged():
    merged = merge_facts(OrderFacts("1001", hint=True), WHOLE)
    assert [name for name in WHOLE._fields if getattr(merged, name) != getattr(WHOLE, name)] == []


def test_every_versioned_fact_can_be_told_at_another_instant():
    later = restamp(FACTS, AT + timedelta(days=1))
    versions = [value for value in later if isinstance(value, Versioned)]
    versions += [*later.refunds.values(), *later.disputes.values()]
    told = (later.cancel_told, later.payment_told, later.refunds_complete)
    assert {*(version.at for version in versions), *told} == {AT + timedelta(days=1)}


def test_every_fact_is_stored_but_the_login_that_finds_a_member():
    stored = put_order(KnownOrder(WHOLE)).item.serialize()
    read = known_of("1001", OrderItem.from_raw_data(stored))
    assert read is not None
    assert read.order == WHOLE._replace(login=None)

"""What a shop was really paid, as its processors tell it: in every order of deliveries, each of them twice."""

import random
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from tests.support.processor_deliveries import number
from tests.support.running_shop import Person, RunningShop

BEGAN = 1772359200
"""2026-03-01T10:00:00Z, and an hour later for each further event of a life."""
type Delivery = tuple[str, dict[str, Any]]
type Life = Callable[[str, str], list[Delivery]]
"""The deliveries of one order, by the token of its buyer and a mark for its ids."""


def stripe(topic: str, hour: int, **thing: Any) -> Delivery:
    created = BEGAN + 3600 * hour
    event = {"id": f"evt_{topic}_{hour}", "object": "event", "type": topic, "created": created}
    return "stripe", event | {
        "livemode": True,
        "api_version": "2024-06-20",
        "data": {"object": {"created": created, "currency": "eur"} | thing},
    }


def session(token: str, mark: str, hour: int = 0, **changes: Any) -> Delivery:
    sale = {
        "id": f"cs_{mark}",
        "mode": "payment",
        "payment_status": "paid",
        "amount_total": 10_000,
        "payment_intent": f"pi_{mark}",
        "client_reference_id": token,
        "customer_details": {"email": f"{mark}@example.com"},
    }
    return stripe("checkout.session.completed", hour, **sale | changes)


def dispute(mark: str, name: str, status: str, hour: int, amount: int = 3_000) -> Delivery:
    topic = "created" if status == "needs_response" else "closed"
    names = {"id": f"dp_{mark}_{name}", "charge": f"ch_{mark}", "payment_intent": f"pi_{mark}"}
    return stripe(f"charge.dispute.{topic}", hour, amount=amount, status=status, **names)


def refund(mark: str, name: str, amount: int, hour: int) -> Delivery:
    names = {"id": f"re_{mark}_{name}", "charge": f"ch_{mark}", "payment_intent": f"pi_{mark}"}
    return stripe("refund.created", hour, amount=amount, status="succeeded", **names)


def captured_by_hand(token: str, mark: str) -> list[Delivery]:
    intent = {"id": f"pi_{mark}", "amount": 10_000, "amount_received": 6_000}
    return [
        session(token, mark, payment_status="unpaid"),
        stripe("payment_intent.succeeded", 1, latest_charge=f"ch_{mark}", **intent),
    ]


def captured_by_hand_and_refunded(token: str, mark: str) -> list[Delivery]:
    return [*captured_by_hand(token, mark), refund(mark, "a", 1_500, 2)]


def captured_charge(token: str, mark: str) -> list[Delivery]:
    """203.00 of 206.75; 50.00 of them go back later."""
    charge = {
        "id": f"ch_{mark}",
        "payment_intent": f"pi_{mark}",
        "metadata": {"gv_ref": token},
        "billing_details": {"email": f"{mark}@example.com"},
        "amount": 20_675,
        "amount_captured": 20_300,
        "captured": True,
        "paid": True,
    }
    release = {"id": f"re_{mark}_0", "amount": 375, "status": "succeeded", "created": BEGAN}
    real = {"id": f"re_{mark}_a", "amount": 5_000, "status": "succeeded", "created": BEGAN + 9}
    first = charge | {"amount_refunded": 375, "refunds": {"data": [release]}}
    then = charge | {"amount_refunded": 5_375, "refunds": {"data": [real, release]}}
    return [stripe("charge.captured", 0, **first), stripe("charge.refunded", 1, **then)]


def two_disputes(token: str, mark: str) -> list[Delivery]:
    return [
        session(token, mark),
        dispute(mark, "a", "needs_response", 1),
        dispute(mark, "b", "needs_response", 2),
        dispute(mark, "a", "lost", 3),
        dispute(mark, "b", "won", 4),
    ]


def dispute_and_refund(token: str, mark: str) -> list[Delivery]:
    return [
        session(token, mark),
        refund(mark, "a", 2_000, 1),
        dispute(mark, "a", "needs_response", 2),
        refund(mark, "b", 1_000, 3),
    ]


def paid_from_the_balance(token: str, mark: str) -> list[Delivery]:
    """An invoice of 119.00 and its session: 60.00 come from the customer's balance."""
    invoice = {
        "id": f"in_{mark}",
        "billing_reason": "subscription_create",
        "subscription": f"sub_{mark}",
        "total": 11_900,
        "amount_due": 5_900,
        "amount_paid": 5_900,
        "total_tax_amounts": [{"amount": 1_900}],
        "metadata": {"gv_ref": token},
        "customer_email": f"{mark}@example.com",
    }
    begun = session(
        token,
        mark,
        1,
        amount_total=11_900,
        total_details={"amount_tax": 1_900},
        payment_intent=None,
        invoice=f"in_{mark}",
        subscription=f"sub_{mark}",
    )
    return [stripe("invoice.paid", 0, **invoice), begun]


def shopify(token: str, order: int, hour: int, **changes: Any) -> Delivery:
    at = f"2026-03-02T{hour:02}:00:00Z"
    body = {
        "id": order,
        "created_at": "2026-03-01T10:00:00Z",
        "updated_at": at,
        "currency": "EUR",
        "financial_status": "paid",
        "fulfillment_status": "fulfilled",
        "total_price": "100.00",
        "current_total_price": "100.00",
        "customer": {"id": order + 1, "email": f"{order}@example.com"},
        "note_attributes": [{"name": "gv_ref", "value": token}],
        "refunds": [],
    }
    return "shopify", body | changes


def shopify_back(order: int, name: int, subtotal: str, moved: str | None) -> dict[str, Any]:
    money = {"kind": "refund", "status": "success", "amount": moved, "currency": "EUR"}
    return {
        "id": order + name,
        "order_id": order,
        "created_at": "2026-03-02T02:00:00Z",
        "refund_line_items": [{"quantity": 1, "subtotal": subtotal, "total_tax": "0.00"}],
        "transactions": [money] if moved else [],
    }


def exchanged_and_refunded(token: str, mark: str) -> list[Delivery]:
    """100.00 goes back for 250.00, and of that 50.00 come back in money."""
    order = number()
    swap, money = shopify_back(order, 1, "100.00", None), shopify_back(order, 2, "50.00", "50.00")
    swapped = {"total_price": "350.00", "current_total_price": "250.00", "refunds": [swap]}
    back = swapped | {"current_total_price": "200.00", "refunds": [swap, money]}
    return [
        shopify(token, order, 1),
        shopify(token, order, 3, **swapped),
        shopify(token, order, 4, financial_status="partially_refunded", **back),
        ("shopify", money),
    ]


def removed_before_payment(token: str, mark: str) -> list[Delivery]:
    order = number()
    gone = {"current_total_price": "60.00", "refunds": [shopify_back(order, 1, "40.00", None)]}
    return [
        shopify(token, order, 1, financial_status="pending", fulfillment_status=None),
        shopify(token, order, 2, **gone),
    ]


def added_and_never_paid(token: str, mark: str) -> list[Delivery]:
    order = number()
    added = {"total_price": "150.00", "current_total_price": "150.00"}
    owed = {"financial_status": "partially_paid", "total_outstanding": "50.00"}
    return [shopify(token, order, 1), shopify(token, order, 2, **added, **owed)]


def goodwill_and_fee(token: str, mark: str) -> list[Delivery]:
    """20.00 for an item and 30.00 of goodwill; then an item of 20.00 less a fee of 5.00."""
    order = number()
    first = shopify_back(order, 1, "20.00", "50.00")
    second = shopify_back(order, 2, "20.00", "15.00")
    return [
        shopify(token, order, 1),
        ("shopify", first),
        ("shopify", second),
        shopify(token, order, 4, current_total_price="35.00", refunds=[first, second]),
    ]


def returned_for_nothing(token: str, mark: str) -> list[Delivery]:
    order = number()
    gone = {"current_total_price": "70.00", "total_outstanding": "-30.00"}
    return [
        shopify(token, order, 1),
        shopify(token, order, 2, refunds=[shopify_back(order, 1, "30.00", None)], **gone),
    ]


def woocommerce(token: str, order: int, hour: int, **changes: Any) -> Delivery:
    body = {
        "id": order,
        "order_key": f"wc_order_{order}",
        "status": "completed",
        "currency": "EUR",
        "date_created_gmt": "2026-03-01T10:00:00",
        "date_modified_gmt": f"2026-03-02T{hour:02}:00:00",
        "date_paid_gmt": "2026-03-01T10:01:00",
        "date_completed_gmt": "2026-03-01T12:00:00",
        "total": "100.00",
        "billing": {"email": f"{order}@example.com"},
        "meta_data": [{"key": "gv_ref", "value": token}],
        "refunds": [],
    }
    return "woocommerce", body | changes


def refund_deleted(token: str, mark: str) -> list[Delivery]:
    """Two refunds; one of them is deleted, and one more is made."""
    order = number()
    rows = [
        {"id": order + place, "total": total} for place, total in enumerate(("-40", "-5", "-3"))
    ]
    return [
        woocommerce(token, order, 1),
        woocommerce(token, order, 2, refunds=rows[:1]),
        woocommerce(token, order, 3, refunds=rows[:2]),
        woocommerce(token, order, 4, refunds=rows[1:]),
    ]


def refunded_by_mistake(token: str, mark: str) -> list[Delivery]:
    order = number()
    return [
        woocommerce(token, order, 1),
        woocommerce(token, order, 2, status="refunded"),
        woocommerce(token, order, 3),
    ]


def cancelled_then_paid(token: str, mark: str) -> list[Delivery]:
    """The time limit for unpaid orders cancels it; then the money comes."""
    order = number()
    unpaid = {"date_paid_gmt": None, "date_completed_gmt": None}
    paid = {"date_paid_gmt": "2026-03-02T03:00:00", "date_completed_gmt": "2026-03-02T04:00:00"}
    return [
        woocommerce(token, order, 1, status="pending", **unpaid),
        woocommerce(token, order, 2, status="cancelled", **unpaid),
        woocommerce(token, order, 4, **paid),
    ]


def four_decimals(token: str, mark: str) -> list[Delivery]:
    order = number()
    whole = {"total": "19.9950", "refunds": [{"id": order, "total": "-4.9950"}]}
    return [woocommerce(token, order, 1, total="19.9950"), woocommerce(token, order, 2, **whole)]


def other_currency(token: str, mark: str) -> list[Delivery]:
    """110.00 dollars at 1.1 for a euro, 22.00 of them refunded."""
    order = number()
    meta = {
        "gv_ref": token,
        "_wcpay_multi_currency_order_exchange_rate": "1.1",
        "_wcpay_multi_currency_order_default_currency": "EUR",
    }
    told = {
        "currency": "USD",
        "total": "110.00",
        "meta_data": [{"key": name, "value": value} for name, value in meta.items()],
    }
    back = told | {"refunds": [{"id": order, "total": "-22.00"}]}
    return [woocommerce(token, order, 1, **told), woocommerce(token, order, 2, **back)]


LIVES: dict[Life, int] = {
    captured_by_hand: 600,
    captured_by_hand_and_refunded: 450,
    captured_charge: 1_530,
    two_disputes: 700,
    dispute_and_refund: 400,
    paid_from_the_balance: 496,
    exchanged_and_refunded: 2_000,
    removed_before_payment: 600,
    added_and_never_paid: 1_000,
    goodwill_and_fee: 350,
    returned_for_nothing: 700,
    refund_deleted: 920,
    refunded_by_mistake: 1_000,
    cancelled_then_paid: 1_000,
    four_decimals: 150,
    other_currency: 800,
}
"""What the advocate has of each in the end, at 10 %."""


def earns(shop: RunningShop, anna: Person, deliveries: list[Delivery]) -> int:
    """What an order adds to the advocate's credit."""
    before = shop.credit(anna)
    for provider, body in deliveries:
        shop.hears(provider, body)
    return shop.credit(anna) - before


@pytest.mark.parametrize(("life", "reward"), LIVES.items(), ids=[life.__name__ for life in LIVES])
def test_in_whatever_order_it_is_told(shop, life, reward):
    shop.publish(friend={"new_customers_only": False})
    anna = shop.member("anna")
    shop.clock("2026-03-03T00:00:00Z")
    told = life(shop.click(anna.code), shop.named("a"))
    assert earns(shop, anna, told) == reward
    assert earns(shop, anna, told) == 0, "a second time"

    orders = random.sample(list(permutations(range(len(told)))), min(4, len(told)))
    for count, order in enumerate(orders):
        again = life(shop.click(anna.code), shop.named(f"b{count}"))
        assert earns(shop, anna, [again[place] for place in order] + again) == reward, order


def test_at_the_till_a_code_rewards_its_advocate_and_each_sale_is_a_strangers(shop):
    anna = shop.member("anna")
    for hour in (1, 2):
        till = shopify("", number(), hour, source_name="pos", customer=None, note_attributes=[])
        till[1]["discount_codes"] = [{"code": anna.code}]
        assert earns(shop, anna, [till]) == 1_000
        assert earns(shop, anna, [till]) == 0
    summer = shopify("", number(), 3, source_name="pos", customer=None, note_attributes=[])
    summer[1]["discount_codes"] = [{"code": "SUMMER"}]
    assert earns(shop, anna, [summer]) == 0


def test_who_is_named_after_the_sale_at_the_till_is_its_buyer(shop):
    anna, order = shop.member("anna"), number()
    till = {"source_name": "pos", "discount_codes": [{"code": anna.code}], "note_attributes": []}
    assert earns(shop, anna, [shopify("", order, 1, customer=None, **till)]) == 1_000
    assert earns(shop, anna, [shopify("", order, 2, **till)]) == 0
    assert shop.seen_order(f"shopify:{order}")["order"]["customer"]["id"] == str(order + 1)


@pytest.mark.parametrize(("base", "reward"), [("items_net", 1_000), ("paid_total", 1_000)])
def test_a_gift_card_earns_when_it_is_spent_and_not_when_it_is_sold(shop, base, reward):
    shop.publish(base=base, friend={"new_customers_only": False})
    anna = shop.member("anna")
    card = {"id": 7, "quantity": 1, "price": "50.00", "gift_card": True}
    total = {"total_price": "150.00", "current_total_price": "150.00", "line_items": [card]}
    assert earns(shop, anna, [shopify(shop.click(anna.code), number(), 1, **total)]) == reward


def test_a_rate_into_another_currency_than_the_programs_is_parked_with_the_way_out(shop):
    anna, order = shop.member("anna"), number()
    meta = {
        "gv_ref": shop.click(anna.code),
        "_woocs_order_rate": "1.1",
        "_woocs_order_base_currency": "GBP",
    }
    rows = [{"key": name, "value": value} for name, value in meta.items()]
    told = woocommerce("", order, 1, currency="USD", meta_data=rows)
    assert earns(shop, anna, [told]) == 0
    assert [row["reason"] for row in shop.parked() if row["order"] == f"woocommerce:{order}"] == [
        "no_exchange_rate"
    ]

    helped = woocommerce(
        "", order, 2, currency="USD", meta_data=[*rows, {"key": "gv_fx_rate", "value": "0.9"}]
    )
    assert earns(shop, anna, [helped]) == 900

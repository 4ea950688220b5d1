"""One sale, told by the shop's server and by five deliveries of its processor: whatever comes first, the end is the same."""

import random

import pytest

from tests.support.processor_deliveries import stripe_dispute, stripe_refund, stripe_session
from tests.support.running_shop import Person, RunningShop

ARRIVALS = 4


def told_by_server(shop: RunningShop, customer: dict) -> dict:
    facts = {
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
        "tax_total": 1_900,
        "shipping_total": 590,
    }
    return facts | customer | {"as_of": shop.clock_text}


def bare_charge(mark: str, seconds: int) -> dict:
    charge = {
        "id": f"ch_{mark}",
        "object": "charge",
        "payment_intent": f"pi_{mark}",
        "amount": 12_490,
        "currency": "eur",
    }
    charge |= {"captured": True, "paid": True, "receipt_email": f"{mark}@example.com"}
    return {
        "id": f"evt_{mark}_c",
        "object": "event",
        "type": "charge.succeeded",
        "created": seconds,
        "data": {"object": charge},
    }


def news(shop: RunningShop, anna: Person, words: dict) -> list[dict]:
    """A sale, the bare payment behind it, a refund of a quarter, a dispute that is won."""
    seconds = int(shop.now.timestamp())
    return [
        stripe_session(shop.click(anna.code), shop.mark, seconds, metadata=words),
        bare_charge(shop.mark, seconds),
        stripe_refund(shop.mark, 3_122, seconds + 100),
        stripe_dispute(shop.mark, "needs_response", seconds + 50),
        stripe_dispute(shop.mark, "won", seconds + 60),
    ]


@pytest.mark.parametrize("known_by", ["nothing", "id", "id and e-mail", "id in both"])
def test_the_end_is_the_same_in_any_order_of_arrival(shop, known_by):
    for _ in range(ARRIVALS):
        one = RunningShop(shop.cloud)
        anna, ines = one.member("anna"), one.named("ines")
        email = {"email": f"{one.mark}@example.com"} if "e-mail" in known_by else {}
        customer = {} if known_by == "nothing" else {"customer": {"id": ines} | email}
        words = {"gv_order": one.named("one")} | (
            {"gv_customer": ines} if known_by == "id in both" else {}
        )

        deeds = [
            lambda one=one, customer=customer: one.ask(
                "PUT", f"/v1/orders/{one.named('one')}", told_by_server(one, customer)
            )
        ]
        deeds += [
            lambda one=one, body=body: (one.deliver("stripe", body), one.drain())
            for body in news(one, anna, words)
        ]
        for deed in random.sample(deeds, len(deeds)):
            deed()

        assert one.credit(anna) == sum(entry["amount"] for entry in one.entries(anna)) == 750
        registered = one.ask(
            "PUT", f"/v1/members/{ines}", {"login": ines, "email": f"{one.mark}@example.com"}
        )
        assert registered.json["referred_by"] == anna.id


@pytest.mark.parametrize("processor_first", [True, False])
def test_a_sale_that_first_had_two_names_is_one_order_once_that_is_told(shop, processor_first):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    seconds = int(shop.now.timestamp())
    nameless = stripe_session(None, shop.mark, seconds, metadata={"gv_customer": ben.id})
    named = stripe_session(
        None,
        shop.mark,
        seconds + 5,
        metadata={"gv_customer": ben.id, "gv_order": shop.named("one")},
    )

    deeds = [
        lambda: shop.hears("stripe", nameless),
        lambda: shop.order("one", ben, tax_total=1_900, shipping_total=590),
    ]
    for deed in deeds if processor_first else deeds[::-1]:
        deed()
    assert shop.credit(anna) == 2_000
    shop.hears("stripe", named, nameless, named)

    assert shop.credit(anna) == sum(entry["amount"] for entry in shop.entries(anna)) == 1_000
    assert shop.seen_order(f"stripe:cs_{shop.mark}")["order"]["id"] == shop.named("one")

"""Lives of one order made of the bodies that Square and Adyen published, in every order, twice."""

import itertools
import json
import random

import pytest
from test_contract import PROGRAM, facts_of

from shared.domain.orders.kept import kept
from shared.domain.orders.merging import merge_facts
from shared.webhooks import translate
from shared.webhooks.provider import ProviderUpdate
from tests.support.webhook_bodies import ARRIVAL, needs_payloads, published


def square(name: str, **changes: object) -> bytes:
    document = json.loads(published(f"square/{name}.json"))
    (thing,) = document["data"]["object"].values()
    thing |= changes
    return json.dumps(document).encode()


def adyen(name: str, **changes: object) -> bytes:
    document = json.loads(published(f"adyen/{name}.json"))
    document["notificationItems"][0]["NotificationRequestItem"] |= changes
    return json.dumps(document | {"live": "true"}).encode()


def square_life() -> list[bytes]:
    """10.00 authorised and paid, 10.00 of it refunded, 3.01 disputed and won."""
    money = {"amount": 2_000, "currency": "USD"}
    paid = {"id": "P1", "total_money": money, "amount_money": money, "reference_id": "tok"}
    dispute = {
        "disputed_payment": {"payment_id": "P1"},
        "amount_money": {"amount": 301, "currency": "USD"},
    }
    later = "2020-11-23T00:00:00Z"
    return [
        square("payment.created", **paid),
        square("payment.created", **paid, status="COMPLETED", updated_at=later),
        square("refund.updated", payment_id="P1"),
        square("dispute.created", **dispute),
        square("dispute.state.changed", **dispute),
    ]


def adyen_life() -> list[bytes]:
    """101.00 captured, 10.00 refunded and once more without success, 10.00 disputed, won and lost."""
    of = {"originalReference": "P1", "merchantReference": "tok"}
    return [
        adyen("AUTHORISATION.captured", pspReference="P1", merchantReference="tok"),
        adyen("REFUND_WITH_DATA", pspReference="R1", **of),
        adyen("REFUND_WITH_DATA", pspReference="R2", **of),
        adyen("REFUND_FAILED", pspReference="R2", **of),
        adyen("CHARGEBACK", pspReference="D1", **of),
        adyen("CHARGEBACK_REVERSED", pspReference="D1"),
    ]


@needs_payloads
@pytest.mark.parametrize(
    ("provider", "life", "amount"), [("square", square_life, 1_000), ("adyen", adyen_life, 9_100)]
)
def test_a_life_of_published_bodies_keeps_the_same(provider, life, amount):
    bodies, chance = life(), random.Random(7)
    every = list(itertools.permutations(range(len(bodies))))
    for order in chance.sample(every, 100):
        merged = None
        for place in [*order, *chance.sample(order, len(order))]:
            (result,) = translate(provider, {}, bodies[place], ARRIVAL)
            assert isinstance(result, ProviderUpdate), result
            told = facts_of(result, ARRIVAL)
            merged = merge_facts(merged, told) if merged else told
        assert merged is not None
        assert merged.ref_token == "tok"
        assert kept(merged, PROGRAM, "items_net") == amount, order

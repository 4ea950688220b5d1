"""The sale that Paddle published from its checkout to its refund, as it is, in every order, twice."""

import itertools
import json
import random

import pytest
from test_contract import PROGRAM, facts_of

from shared.domain.orders.kept import kept
from shared.domain.orders.merging import merge_facts
from shared.webhooks.provider import ProviderUpdate
from tests.support.webhook_bodies import ARRIVAL, needs_payloads, published, translate_one

PADDLE = (
    "transaction.created.captured",
    "transaction.paid.captured",
    "transaction.completed.captured",
    "adjustment.created.captured",
    "adjustment.updated.captured",
)
"""A checkout in pounds that became one of 599.00 dollars and tax; 100.00 of an item go back."""


def merged(bodies: list[bytes]):
    known = None
    for body in bodies:
        result = translate_one("paddle", {}, body, ARRIVAL)
        assert isinstance(result, ProviderUpdate)
        facts = facts_of(result, ARRIVAL)
        known = merge_facts(known, facts) if known else facts
    return known


@needs_payloads
@pytest.mark.parametrize(
    "names", list(itertools.permutations(PADDLE)), ids=lambda names: "-".join(n[:17] for n in names)
)
def test_the_sale_and_its_refund_in_every_order(names):
    bodies = [published(f"paddle/{name}.json") for name in names]
    assert len({json.loads(body)["data"].get("transaction_id") for body in bodies} - {None}) == 1
    order = merged([*bodies, *random.Random(str(names)).sample(bodies, len(bodies))])
    assert order.id == "paddle:txn_01j7br78cgr083zqw1jhqym40s"
    assert (order.current_status, order.totals.value.currency) == ("completed", "USD")
    assert kept(order, PROGRAM, "items_net") == 49_900

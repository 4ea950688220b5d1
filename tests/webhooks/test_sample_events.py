from datetime import datetime
from pathlib import Path

import pytest

from shared.domain.orders.facts_document import parse_order
from tests.support.webhook_bodies import facts

EVENTS = Path(__file__).resolve().parents[2] / "events"
SAMPLES = sorted(EVENTS.glob("*.json"))


def test_there_is_a_sample_of_every_provider():
    assert {file.name.partition("_")[0] for file in SAMPLES} >= {
        "stripe",
        "shopify",
        "woocommerce",
        "standard",
        "paddle",
        "lemonsqueezy",
        "square",
        "adyen",
    }


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_each_sample_tells_facts_that_the_domain_reads(file):
    told = facts(file.name.partition("_")[0], file.read_bytes())
    order_id = told.get("id") or told["refs"][0]
    order = parse_order(told, order_id, datetime.fromisoformat(told["as_of"]), str, whole=False)
    assert (
        order.refunds
        if "refund" in file.name
        else order.ref_token == "tok_sample" and order.paid_at
    )

import re
from pathlib import Path

from shared.webhooks import PROVIDERS, REASONS
from shared.webhooks.stripe import _TRANSLATORS as STRIPE_EVENTS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text()


def test_the_page_explains_every_reason_and_no_other():
    section = PAGE.partition("## Why something is parked")[2]
    explained = {code for row in re.findall(r"^\| (`.*?) \|", section, re.M) for code in re.findall(r"`(\w+)`", row)}
    assert explained == set(REASONS)


def test_the_page_names_every_provider_and_every_event_to_subscribe_to_is_understood():
    assert all(f"`{provider}`" in PAGE for provider in PROVIDERS)
    section = PAGE.partition("## Stripe")[2].partition("## Shopify")[0]
    advised = set(re.findall(r"`((?:checkout|invoice|invoice_payment|payment_intent|charge|refund)\.[a-z_.]+[a-z])`", section))
    assert advised <= set(STRIPE_EVENTS)
    assert {"checkout.session.completed", "refund.failed", "invoice_payment.paid"} <= advised

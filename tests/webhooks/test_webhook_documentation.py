import re
from pathlib import Path

from shared.domain.outgoing.webhook import PAUSES
from shared.openapi.webhooks import DELIVERY
from shared.orders.parking import UNKNOWN_EVENT, UNKNOWN_SCHEMA_VERSION
from shared.outgoing.events import TYPES
from shared.webhooks import PROVIDERS
from shared.webhooks.parking import PARKING_REASONS
from shared.webhooks.stripe import TRANSLATORS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text()


def test_the_page_explains_every_reason_and_no_other():
    section = PAGE.partition("## Why something is parked")[2].partition("\n## ")[0]
    explained = {
        code
        for row in re.findall(r"^\| (`.*?) \|", section, re.M)
        for code in re.findall(r"`(\w+)`", row)
    }
    assert explained == {*PARKING_REASONS, UNKNOWN_EVENT, UNKNOWN_SCHEMA_VERSION}


def test_the_page_names_every_provider_and_every_event_to_subscribe_to_is_understood():
    assert all(f"`{provider}`" in PAGE for provider in PROVIDERS)
    section = PAGE.partition("## Stripe")[2].partition("## Shopify")[0]
    advised = set(
        re.findall(
            r"`((?:checkout|invoice|invoice_payment|payment_intent|charge|refund)\.[a-z_.]+[a-z])`",
            section,
        )
    )
    assert advised <= set(TRANSLATORS)
    assert {"checkout.session.completed", "refund.failed", "invoice_payment.paid"} <= advised


def test_the_page_names_every_event_that_goes_out_and_every_problem_of_a_delivery():
    section = PAGE.partition("## Webhooks to your server")[2]
    assert [kind for kind in TYPES if f"`{kind}`" not in section] == []
    assert [
        name
        for name in DELIVERY["properties"]["problem"]["enum"]
        if name and f"`{name}`" not in section
    ] == []


def test_the_page_tells_the_pauses_as_they_are():
    units = {"s": 1, "min": 60, "h": 3_600}
    told = re.search(r"tried again after (.*?)\.\n", PAGE)[1]
    assert (
        tuple(int(number) * units[unit] for number, unit in re.findall(r"(\d+) (s|min|h)", told))
        == PAUSES
    )

"""What completes an order is a setting of each provider."""

import json
from datetime import UTC, datetime

import pytest

from shared.webhooks import PROVIDERS, translate
from shared.webhooks.completed_by import (
    REPORT_FULFILMENT,
    SETTINGS,
    UnknownSetting,
    apply_completed_by,
    offered_setting,
    offered_settings,
)
from shared.webhooks.provider import ProviderUpdate
from tests.support.contracts import CONTRACTS

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
PAID = {"status": "paid", "paid_at": "2026-03-01T10:00:00Z"}
DONE = {
    "status": "completed",
    "paid_at": "2026-03-01T10:00:00Z",
    "completed_at": "2026-03-03T10:00:00Z",
}


def test_a_payment_may_complete_it():
    assert apply_completed_by("payment", PAID) == {
        **PAID,
        "status": "completed",
        "completed_at": PAID["paid_at"],
    }
    assert apply_completed_by("payment", DONE) == DONE


def test_the_processors_own_word_may_complete_it():
    assert apply_completed_by("fulfilment", PAID) == PAID
    assert apply_completed_by("fulfilment", DONE) == DONE


def test_only_the_shop_may_complete_it():
    assert apply_completed_by("shop", DONE) == {"status": "paid", "paid_at": DONE["paid_at"]}


@pytest.mark.parametrize("setting", ["payment", "fulfilment", "shop"])
def test_what_is_not_paid_stays_so(setting):
    assert apply_completed_by(setting, {"status": "placed"}) == {"status": "placed"}


def test_another_setting_is_refused():
    with pytest.raises(UnknownSetting):
        apply_completed_by("weekday", PAID)


NOT_YET = {
    "shopify": ('"fulfilled"', "null"),
    "woocommerce": ('"completed"', '"processing"'),
    "square": ('"state": "COMPLETED"', '"state": "OPEN"'),
    "bigcommerce": ('"status_id": 10,', '"status_id": 11,'),
    "standard": ('"completed"', '"paid"'),
}
"""How a provider writes that an order is fulfilled, and that it is not yet."""


def statuses(name: str, fulfilled: str = "", instead: str = "") -> set[object]:
    """Every status that a provider tells in the lives of orders that its contract describes."""
    told_statuses: set[object] = set()
    for life in CONTRACTS[name].lives("1", None).values():
        known: dict = {}
        for told in life.told:
            known |= json.loads(json.dumps(told.api).replace(fulfilled, instead))
            body = told.raw.decode().replace(fulfilled, instead).encode()
            api = CONTRACTS[name].api(known)
            for result in translate(name, told.headers, body, NOW, api=api):
                if isinstance(result, ProviderUpdate):
                    told_statuses.add(result.facts.get("status"))
    return told_statuses


@pytest.mark.parametrize("name", PROVIDERS)
def test_fulfilment_is_offered_where_it_differs_from_the_payment(name):
    assert "completed" in statuses(name) and "paid" not in statuses(name)
    assert (name in NOT_YET) == (name in REPORT_FULFILMENT)
    if name in NOT_YET:
        assert "paid" in statuses(name, *NOT_YET[name])
    assert ("fulfilment" in offered_settings(name)) == (name in REPORT_FULFILMENT)
    assert {"payment", "shop"} <= set(offered_settings(name))


def test_where_nothing_reports_fulfilment_the_payment_is_shown():
    assert offered_setting("stripe", "fulfilment") == "payment"
    assert offered_setting("stripe", "shop") == "shop"
    assert [offered_setting("shopify", setting) for setting in SETTINGS] == list(SETTINGS)

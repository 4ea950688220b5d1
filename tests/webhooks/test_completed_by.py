"""What completes an order is a setting of each provider."""

import pytest

from shared.webhooks.completed_by import UnknownSetting, apply_completed_by

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

"""What completes an order is a setting for each processor."""

import pytest

from shared.webhooks.completion import UnknownSetting, completed

PAID = {"status": "paid", "paid_at": "2026-03-01T10:00:00Z"}
DONE = {
    "status": "completed",
    "paid_at": "2026-03-01T10:00:00Z",
    "completed_at": "2026-03-03T10:00:00Z",
}


def test_a_payment_may_complete_it():
    assert completed(PAID, "payment") == {
        **PAID,
        "status": "completed",
        "completed_at": PAID["paid_at"],
    }
    assert completed(DONE, "payment") == DONE


def test_the_processors_own_word_may_complete_it():
    assert completed(PAID, "fulfilment") == PAID
    assert completed(DONE, "fulfilment") == DONE


def test_only_the_shop_may_complete_it():
    assert completed(DONE, "shop") == {"status": "paid", "paid_at": DONE["paid_at"]}


@pytest.mark.parametrize("setting", ["payment", "fulfilment", "shop"])
def test_what_is_not_paid_stays_so(setting):
    assert completed({"status": "placed"}, setting) == {"status": "placed"}


def test_another_setting_is_refused():
    with pytest.raises(UnknownSetting):
        completed(PAID, "weekday")

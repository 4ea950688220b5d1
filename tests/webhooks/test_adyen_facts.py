"""What Adyen's items say, beyond the contract that all processors have."""

import json
from datetime import datetime

import pytest

from shared.webhooks import translate
from shared.webhooks.parking import ParkedDelivery
from tests.support.contracts.adyen import body, item
from tests.support.webhook_bodies import ARRIVAL


def told(*items: dict, live: str = "true", at: datetime = ARRIVAL) -> list:
    return translate("adyen", {}, json.dumps(body(*items, live=live)).encode(), at)


def facts(row: dict, **options) -> dict:
    (result,) = told(row, **options)
    assert not isinstance(result, ParkedDelivery), result
    return result.facts


def paid(**fields: object) -> dict:
    return item("AUTHORISATION", "P1", 10_000, 1, **fields)


def follows(code: str, amount: int = 10_000, **fields: object) -> dict:
    return item(code, "M1", amount, 2, originalReference="P1", **fields)


def test_each_item_of_a_body_is_news_of_its_own():
    results = told(paid(), item("REPORT_AVAILABLE", "R", 0, 1), follows("REFUND", 1_000))
    assert [getattr(result, "reason", "update") for result in results] == [
        "update",
        "irrelevant_topic",
        "update",
    ]


def test_a_body_without_items_is_parked():
    for document in ({}, {"notificationItems": []}, {"notificationItems": [{}]}):
        (result,) = translate("adyen", {}, json.dumps(document).encode(), ARRIVAL)
        assert result.reason == "missing_id"


@pytest.mark.parametrize("success", ["false", True, None])
def test_success_is_a_text(success):
    (result,) = told(paid(success=success))
    assert result.reason == "payment_not_made"
    refund = facts(follows("REFUND", 1_000, success=success))["refunds"][0]
    assert (refund["status"], refund["amount"]) == ("failed", 1_000)


def test_the_signed_reference_is_the_servers_word_and_metadata_is_evidence_alone():
    words = "gv_ref=tok&gv_order=1001&gv_customer=I"
    told_by_server = facts(paid(merchantReference=words))
    assert (told_by_server["ref_token"], told_by_server["id"]) == ("tok", "1001")
    assert told_by_server["customer"]["id"] == "I"
    metadata = {"metadata.gv_ref": "tok", "metadata.gv_order": "1001", "metadata.gv_customer": "I"}
    told_unsigned = facts(paid(merchantReference="9000", additionalData=metadata))
    assert told_unsigned["ref_token"] == "tok"
    assert "id" not in told_unsigned
    assert "customer" not in told_unsigned
    assert facts(paid(merchantReference="tok"))["ref_token"] == "tok"


def test_what_follows_finds_an_order_by_the_shops_own_id_too():
    refund = facts(follows("REFUND", 1_000, merchantReference="gv_order=1001"))
    assert (refund["id"], refund["refs"]) == ("1001", ["adyen:P1", "adyen:M1"])


def test_what_was_captured():
    assert facts(follows("CAPTURE", 6_000))["captured_total"] == 6_000
    assert facts(follows("CAPTURE_FAILED", 6_000))["captured_total"] == 0
    (result,) = told(follows("CAPTURE", 6_000, success="false"))
    assert result.reason == "payment_not_made"


@pytest.mark.parametrize("code", ["CANCELLATION", "TECHNICAL_CANCEL", "EXPIRE", "OFFER_CLOSED"])
def test_what_cancels(code):
    assert facts(follows(code))["status"] == "cancelled"
    (result,) = told(follows(code, success="false"))
    assert result.reason == "no_money_moved"


def test_a_reversal_is_a_cancellation_or_a_refund():
    cancel = {"modification.action": "cancel"}
    refund = {"modification.action": "refund"}
    assert facts(follows("CANCEL_OR_REFUND", additionalData=cancel))["status"] == "cancelled"
    told_refund = facts(follows("CANCEL_OR_REFUND", additionalData=refund))["refunds"]
    assert told_refund[0]["status"] == "succeeded"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("REQUEST_FOR_INFORMATION", "inquiry"),
        ("VOID_PENDING_REFUND", "no_money_moved"),
        ("NOTIFICATION_OF_FRAUD", "irrelevant_topic"),
    ],
)
def test_what_moves_no_money(code, reason):
    (result,) = told(follows(code))
    assert result.reason == reason


@pytest.mark.parametrize(
    ("currency", "value", "minor"),
    [
        ("JPY", 1_234, 1_234),
        ("KWD", 1_234, 1_234),
        ("CLP", 123_400, 1_234),
        ("ISK", 123_400, 1_234),
        ("IDR", 1_234, 123_400),
        ("CVE", 1_234, 123_400),
    ],
)
def test_adyens_own_minor_units(currency, value, minor):
    amount = {"currency": currency, "value": value}
    assert facts({**paid(), "amount": amount})["items_total"] == minor


def test_a_fraction_of_a_minor_unit_is_no_amount():
    (result,) = told({**paid(), "amount": {"currency": "CLP", "value": 150}})
    assert result.reason == "unusable_amount"


def test_an_unsigned_time_is_never_later_than_the_arrival():
    late = facts(paid(eventDate="2030-01-01T00:00:00+01:00"))
    assert late["as_of"].startswith("2026-03-01T10:00:00")
    assert facts(paid())["as_of"].startswith("2026-02-01T09:00:00")
    assert facts(paid(eventDate="never"))["paid_at"].startswith("2026-03-01T10:00:00")


def test_of_two_items_of_one_second_the_later_kind_is_the_newer():
    failed, refunded = facts(follows("REFUND_FAILED")), facts(follows("REFUND"))
    assert datetime.fromisoformat(failed["as_of"]) > datetime.fromisoformat(refunded["as_of"])

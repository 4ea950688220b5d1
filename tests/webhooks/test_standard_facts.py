import json

import pytest

from shared.webhooks.parking import ParkedDelivery
from tests.support.webhook_bodies import facts, reason, translate_document

ORDER = {
    "id": "1001",
    "status": "paid",
    "currency": "EUR",
    "items_total": 10000,
    "customer": {"id": "I"},
}


def event(order: object, **changes) -> dict:
    return {
        "type": "OrderChanged",
        "timestamp": "2026-03-01T09:00:00.123456Z",
        "data": order,
    } | changes


def test_facts_are_handed_on_as_they_are():
    assert facts("standard", event(ORDER)) == ORDER | {
        "schema_version": 1,
        "provider": "standard",
        "as_of": "2026-03-01T09:00:00Z",
        "refs": [],
        "totals_rank": 1,
    }


def test_the_facts_own_time_outranks_the_events():
    assert (
        facts("standard", event(ORDER | {"as_of": "2026-02-01T00:00:00+01:00"}))["as_of"]
        == "2026-01-31T23:00:00Z"
    )
    assert facts("standard", event(ORDER, timestamp=None))["as_of"] == "2026-03-01T10:00:00Z"


def test_facts_without_totals_claim_no_rank():
    assert "totals_rank" not in facts("standard", event({"id": "1001", "status": "completed"}))


def test_names_are_handed_on_where_they_are_text():
    assert facts("standard", event(ORDER | {"refs": ["stripe:pi_1", 5, None]}))["refs"] == [
        "stripe:pi_1"
    ]


def test_what_the_shop_says_of_us_is_overruled():
    told = facts("standard", event(ORDER | {"schema_version": 9, "provider": "stripe"}))
    assert (told["schema_version"], told["provider"]) == (1, "standard")


def test_a_fraction_of_a_minor_unit_is_no_amount():
    assert (
        reason("standard", json.dumps(event(ORDER)).replace("10000", "100.50").encode())
        == "invalid_facts"
    )


def test_what_is_no_field_of_an_order_goes_no_further():
    private = {"note": "ring twice", "phone": "+49 30 5550177", "name": "Quux", "address": {}}
    refund = {"id": "re_1", "amount": 100, "reason": "ring twice"}
    dispute = {"id": "dp_1", "amount": 100, "status": "open", "reason": "ring twice"}
    told = facts(
        "standard",
        event(
            ORDER
            | private
            | {"customer": {"id": "I", "login": "ines", **private}}
            | {"refunds": [refund | private], "disputes": [dispute | private]}
            | {"kept": 5, "gift_wrap": 1.5}
        ),
    )
    assert told["customer"] == {"id": "I", "login": "ines"}
    assert told["refunds"] == [{"id": "re_1", "amount": 100}]
    assert told["disputes"] == [{"id": "dp_1", "amount": 100, "status": "open"}]
    assert not {*private, "kept", "gift_wrap"} & set(told)


@pytest.mark.parametrize("place", ["customer", "refunds", "code", "currency", "status"])
def test_what_stands_in_the_place_of_a_field_is_parked_without_it(place):
    for value in ("Quux", {"name": "Quux"}, ["Quux"], [{"name": "Quux"}]):
        parked = translate_document("standard", event(ORDER | {place: value}))
        if isinstance(parked, ParkedDelivery):
            assert "Quux" not in parked.text


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (event(ORDER, type="OrderDeleted"), "irrelevant_topic"),
        (event(ORDER, type=None), "irrelevant_topic"),
        (event(None), "missing_id"),
        (event([ORDER]), "missing_id"),
        (event({}), "missing_id"),
        (event({"id": 1001}), "missing_id"),
        (event({"id": " "}), "missing_id"),
        (event({"id": "1" * 200}), "invalid_facts"),
        (event(ORDER | {"status": "shipped"}), "invalid_facts"),
        (event(ORDER | {"currency": "euro"}), "invalid_facts"),
        (event(ORDER | {"refunds": [{"id": "re_1", "amount": -1}]}), "invalid_facts"),
        (event(ORDER | {"placed_at": "yesterday"}), "invalid_facts"),
        (event(ORDER | {"ref_token": "x" * 300_000}), "too_large"),
        (event({"id": "1001", "customer": {"name": "\ud800"}}), "unreadable_body"),
        (event({"id": "1001", "\udc00": 1}), "unreadable_body"),
        ([], "unreadable_body"),
        (None, "unreadable_body"),
        (b"", "unreadable_body"),
        (b"this is not valid JSON", "unreadable_body"),
        (b'{"type": NaN}', "unreadable_body"),
        (b"\xff\xfe", "unreadable_body"),
        (b"[" * 200_000, "unreadable_body"),
        (
            b'{"type": "OrderChanged", "data": {"id": "1", "x": '
            + b"[" * 5000
            + b"]" * 5000
            + b"}}",
            "unreadable_body",
        ),
        (b'{"n": ' + b"9" * 5000 + b"}", "unreadable_body"),
    ],
)
def test_what_cannot_be_used_is_parked(document, expected):
    assert reason("standard", document) == expected

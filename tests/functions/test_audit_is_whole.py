"""Every lever of staff and every change of a setting leaves its line in GET /v1/audit; a new route of staff must be named here."""

import os

import boto3
import pytest

from functions import (
    serve_imports,
    serve_keys,
    serve_membership,
    serve_privacy,
    serve_programs,
    serve_referrals,
    serve_staff,
    serve_webhooks,
)
from shared.api.access import ROUTES, STAFF, scopes_of
from shared.domain.outgoing.webhook import WebhookDelivery, given_up
from shared.store import engine
from shared.store.programs import parked, webhooks
from tests.support.http_events import NOW, Answered, send
from tests.support.shop import PLAIN, Shop

KEY = {"scope": "staff", "key": "ak_01234567"}
WHY = "Ticket 88"
TOLD = {
    "PUT /v1/members/{id}/group": "group",
    "POST /v1/members/{id}/block": "block",
    "POST /v1/members/{id}/unblock": "unblock",
    "POST /v1/members/{id}/merge": "member_merged",
    "POST /v1/members/{id}/adjustments": "adjustment",
    "POST /v1/referrals": "referral_made",
    "DELETE /v1/referrals/{id}": "referral_ended",
    "PUT /v1/orders/{id}/advocate": "advocate_named",
    "DELETE /v1/members/{id}": "erasure",
    "POST /v1/programs": "program_created",
    "POST /v1/programs/{id}/versions": "program_published",
    "POST /v1/keys": "key_made",
    "DELETE /v1/keys/{prefix}": "key_taken_back",
    "POST /v1/webhooks": "webhook_added",
    "PUT /v1/webhooks/{id}": "webhook_changed",
    "DELETE /v1/webhooks/{id}": "webhook_taken_out",
    "POST /v1/webhooks/{id}/secret": "webhook_secret_replaced",
    "POST /v1/webhooks/{id}/deliveries/{delivery}/replay": "delivery_replayed",
    "POST /v1/parked/{id}/retry": "parked_retried",
    "POST /v1/imports": "import",
    "PUT /v1/exchange-rates": "rates_loaded",
}
TOLD_ELSEWHERE = {
    "POST /v1/reviews/{id}/approve": "tests/orders/test_review_decisions.py",
    "POST /v1/reviews/{id}/refuse": "tests/orders/test_review_decisions.py",
    "POST /v1/connections": "tests/connectors/test_connecting.py",
    "DELETE /v1/connections/{id}": "tests/connectors/test_connecting.py",
    "POST /v1/settlements": "the run itself, GET /v1/settlements",
}
CHANGES_NOTHING = {
    "POST /v1/programs/lint",
    "POST /v1/backtests",
    "POST /v1/verify",
    "POST /v1/members/{id}/mail-balance",
}
HANDLERS = [
    module.handler
    for module in (
        serve_imports,
        serve_keys,
        serve_membership,
        serve_privacy,
        serve_programs,
        serve_referrals,
        serve_staff,
        serve_webhooks,
    )
]
GROUPS = [{"id": "staff", "name": "Employees", "assigned": True, "levels": [{"fixed": 500}]}]


@pytest.fixture
def shop(tables, monkeypatch):
    """Anna brought Ines; something is parked."""
    queue = boto3.client("sqs").create_queue(QueueName=os.environ["BUS_NAME"])["QueueUrl"]
    for name in ("WEBHOOKS_QUEUE", "IMPORTS_QUEUE"):
        monkeypatch.setenv(name, queue)
    shop = Shop(**PLAIN, groups=GROUPS)
    shop.member("Anna")
    shop.member("Paul")
    shop.member("Otto")
    parked.park(
        "evt_1", NOW, reason="no_exchange_rate", text="Send its fx_rate.", detail={"id": "1"}
    )
    return shop


def pull(route: str, body: object = None, **path: str) -> Answered:
    handler = next(handler for handler in HANDLERS if route in handler.routes)
    headers = {"if-match": "2"} if route.endswith("/versions") else None
    answered = send(handler, route, caller=KEY, path=path or None, body=body, headers=headers)
    assert answered.status < 300, f"{route}: {answered.text}"
    return answered


def audit() -> list[dict]:
    return send(serve_staff.handler, "GET /v1/audit", caller=KEY, query={"limit": "100"}).body[
        "items"
    ]


def test_no_lever_is_forgotten_here():
    levers = {
        route for route in ROUTES if STAFF in scopes_of(route) and not route.startswith("GET ")
    }
    assert levers - TOLD.keys() - TOLD_ELSEWHERE.keys() - CHANGES_NOTHING == set(), (
        "say what the audit tells of these, and show it"
    )


def test_every_lever_leaves_a_line_with_who_and_why(shop):
    pull("PUT /v1/members/{id}/group", {"group": "staff", "reason": WHY}, id="Anna")
    pull("POST /v1/members/{id}/block", {"reason": WHY}, id="Anna")
    pull("POST /v1/members/{id}/unblock", {"reason": WHY}, id="Anna")
    pull("POST /v1/members/{id}/adjustments", {"amount": 1, "reason": WHY}, id="Anna")
    referral = pull(
        "POST /v1/referrals", {"advocate_login": "anna", "friend_login": "paul", "reason": WHY}
    ).body["id"]
    pull("DELETE /v1/referrals/{id}", {"reason": WHY}, id=referral)
    shop.order("O1", customer={"id": "Paul"})
    pull("PUT /v1/orders/{id}/advocate", {"advocate_login": "anna", "reason": WHY}, id="O1")
    pull("DELETE /v1/members/{id}", {"reason": WHY}, id="Paul")
    pull("POST /v1/members/{id}/merge", {"closed": "Otto", "reason": WHY}, id="Anna")
    program = {"id": "default", "name": "Next", "currency": "EUR", **PLAIN}
    pull("POST /v1/programs", program | {"id": "other"})
    pull("POST /v1/programs/{id}/versions", program, id="default")
    key = pull("POST /v1/keys", {"scope": "read", "reason": WHY}).body["prefix"]
    pull("DELETE /v1/keys/{prefix}", {"reason": WHY}, prefix=key)
    form = {"url": "https://shop.example/hooks", "reason": WHY}
    webhook = pull("POST /v1/webhooks", form).body["id"]
    pull("PUT /v1/webhooks/{id}", form | {"types": ["RewardPosted"]}, id=webhook)
    pull("POST /v1/webhooks/{id}/secret", {"reason": WHY}, id=webhook)
    engine.write(
        [
            webhooks.put_delivery(
                given_up(WebhookDelivery(webhook, "d", "e", "RewardPosted", NOW, {}))
            )
        ]
    )
    pull("POST /v1/webhooks/{id}/deliveries/{delivery}/replay", id=webhook, delivery="d")
    pull("DELETE /v1/webhooks/{id}", {"reason": WHY}, id=webhook)
    pull("POST /v1/parked/{id}/retry", id="evt_1")
    pull("POST /v1/imports", {"kind": "members", "rows": [{"id": "Mia", "login": "mia"}]})
    rate = {"date": "2026-02-27", "currency": "JPY", "rate": "0.0061"}
    pull("PUT /v1/exchange-rates", {"rates": [rate]})

    lines = {line["what"]: line for line in audit()}
    assert lines.keys() == set(TOLD.values())
    assert {line["who"] for line in lines.values()} == {KEY["key"]}
    assert all(
        line["before"] != line["after"] and line["subject"]
        for line in lines.values()
        if line["what"] != "webhook_secret_replaced"
    )
    unreasoned = {
        "program_created",
        "program_published",
        "delivery_replayed",
        "parked_retried",
        "import",
        "rates_loaded",
    }
    assert {line["what"] for line in lines.values() if line["reason"] != WHY} == unreasoned


def test_what_becomes_of_a_key_is_told_without_the_key(shop):
    made = pull("POST /v1/keys", {"scope": "read", "name": "till", "reason": WHY}).body
    after = pull("POST /v1/keys", {"replaces": made["prefix"], "overlap_hours": 2}).body
    pull("DELETE /v1/keys/{prefix}", {"reason": "Lost"}, prefix=after["prefix"])

    till = {"scope": "read", "name": "till", "expires_at": None}
    lines = [
        (line["what"], line["subject"], line["before"], line["after"], line["reason"])
        for line in audit()
    ]
    assert sorted(lines, key=str) == [
        ("key_made", {"key": made["prefix"]}, None, till, WHY),
        (
            "key_replaced",
            {"key": made["prefix"]},
            till,
            till | {"expires_at": "2026-03-01T12:00:00Z", "replaced_by": after["prefix"]},
            None,
        ),
        ("key_taken_back", {"key": after["prefix"]}, till, None, "Lost"),
    ]
    assert made["key"][11:] not in str(lines) and after["key"][11:] not in str(lines)


def test_a_key_that_was_not_taken_back_is_not_told(shop):
    refused = send(
        serve_keys.handler,
        "DELETE /v1/keys/{prefix}",
        caller=KEY,
        path={"prefix": "ak_nobody00"},
        body={"reason": WHY},
    )
    assert (refused.status, audit()) == (404, [])

"""Keys, endpoints and parked deliveries in the console: secrets shown once, and who may act."""

import os
import re
from datetime import timedelta

import boto3
import pytest

from functions.serve_console_wiring import handler
from shared.domain.outgoing.webhook import WebhookDelivery, given_up
from shared.store import engine
from shared.store.programs import api_keys, audit_log, parked, webhooks
from shared.store.programs.api_keys import find_holder
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.http_events import NOW

URL = "https://shop.example/grapevine"


@pytest.fixture
def owner(tables, monkeypatch):
    engine.open_tables()
    open_console(monkeypatch)
    monkeypatch.setenv(
        "WEBHOOKS_QUEUE",
        boto3.client("sqs").create_queue(QueueName=os.environ["BUS_NAME"])["QueueUrl"],
    )
    return Visitor("owner")


def page(visitor, route, **parts):
    answered = visitor.get(handler, f"GET /console/{route}", **parts)
    assert answered.status == 200, answered.text
    return answered.text


def post(visitor, route, form=None, **path):
    return visitor.post(handler, f"POST /console/{route}", form, path=path or None)


def secret_in(answered) -> str:
    return re.search(r'id="secret" value="([^"]+)"', answered.text)[1]


def audit() -> dict:
    return {line["what"]: line for line in audit_log.list_audit_lines(50)[0]}


def endpoint(owner) -> str:
    post(owner, "webhooks", {"url": URL, "type.RewardPosted": "yes"})
    return webhooks.list_webhooks()[0].id


class TestKeys:
    def test_a_key_is_shown_once_and_opens_what_it_was_made_for(self, owner):
        made = post(
            owner, "keys", {"scope": "read", "name": "dashboard", "reason": "For the board"}
        )
        key = secret_in(made)
        assert (made.status, find_holder(key, NOW).scope, made.headers["cache-control"]) == (
            201,
            "read",
            "no-store",
        )
        shown = page(owner, "keys")
        assert key[:11] in shown and "dashboard" in shown and key not in shown
        assert (audit()["key_made"]["who"], audit()["key_made"]["reason"]) == (
            f"staff:{owner.person.id}",
            "For the board",
        )

    def test_a_key_is_replaced_while_the_old_one_still_opens(self, owner):
        old = secret_in(post(owner, "keys", {"scope": "shop"}))
        new = secret_in(post(owner, "keys/{prefix}/replace", {"hours": "2"}, prefix=old[:11]))
        assert find_holder(old, NOW + timedelta(hours=1)) and find_holder(new, NOW)
        assert find_holder(old, NOW + timedelta(hours=3)) is None
        assert "ends" in page(owner, "keys")

    def test_a_key_is_taken_back_at_once(self, owner):
        key = secret_in(post(owner, "keys", {"scope": "shop"}))
        assert (
            post(owner, "keys/{prefix}/take-back", {"reason": "Lost"}, prefix=key[:11]).status
            == 303
        )
        assert find_holder(key, NOW) is None and audit()["key_taken_back"]["reason"] == "Lost"

    @pytest.mark.parametrize("form", [{"scope": "member"}, {}, {"scope": "read", "name": "n" * 81}])
    def test_what_is_no_key_is_said(self, owner, form):
        assert post(owner, "keys", form).status == 422
        assert api_keys.list_keys(10)[0] == []

    @pytest.mark.parametrize("role", ["manager", "support", "viewer"])
    def test_only_an_owner_makes_keys(self, owner, role):
        visitor = Visitor(role)
        assert "Create a key" not in page(visitor, "keys")
        assert post(visitor, "keys", {"scope": "read"}).status == 403

    def test_a_name_that_calculates_is_harmless_in_the_file(self, owner):
        post(owner, "keys", {"scope": "read", "name": "=HYPERLINK(1)"})
        assert "'=HYPERLINK(1)" in page(owner, "keys", query={"format": "csv"})


class TestWebhooks:
    def test_an_endpoint_is_added_and_its_secret_shown_once(self, owner):
        made = post(owner, "webhooks", {"url": URL, "type.RewardPosted": "yes"})
        (webhook,) = webhooks.list_webhooks()
        assert (secret_in(made), webhook.types) == (webhook.secrets[0].text, ("RewardPosted",))
        assert URL in page(owner, "webhooks") and webhook.secrets[0].text not in page(
            owner, "webhooks/{id}", path={"id": webhook.id}
        )

    def test_it_is_switched_off_and_on_and_asked_for_other_events(self, owner):
        webhook = endpoint(owner)
        post(owner, "webhooks/{id}", {"url": URL}, id=webhook)
        assert "Switched off" in page(owner, "webhooks")
        post(owner, "webhooks/{id}", {"url": URL, "enabled": "yes"}, id=webhook)
        assert (
            webhooks.find_webhook(webhook).types,
            webhooks.find_webhook(webhook).disabled_because,
        ) == ((), None)

    def test_a_new_secret_signs_beside_the_old_one(self, owner):
        webhook = endpoint(owner)
        secret = secret_in(post(owner, "webhooks/{id}/secret", id=webhook))
        assert webhooks.find_webhook(webhook).signing(NOW)[0] == secret
        assert "The old secret is valid until" in page(owner, "webhooks/{id}", path={"id": webhook})

    def test_a_delivery_that_was_given_up_is_delivered_again(self, owner):
        webhook = endpoint(owner)
        engine.write(
            [
                webhooks.put_delivery(
                    given_up(WebhookDelivery(webhook, "d", "evt_1", "RewardPosted", NOW, {}))
                )
            ]
        )
        assert "Failed" in page(owner, "webhooks/{id}", path={"id": webhook})
        assert (
            post(
                owner, "webhooks/{id}/deliveries/{delivery}/replay", id=webhook, delivery="d"
            ).status
            == 303
        )
        assert "Waiting" in page(owner, "webhooks/{id}", path={"id": webhook})
        assert audit()["delivery_replayed"]["subject"] == {"webhook": webhook, "delivery": "d"}

    def test_it_is_taken_out(self, owner):
        webhook = endpoint(owner)
        post(owner, "webhooks/{id}/take-out", {"reason": "Moved"}, id=webhook)
        assert webhooks.list_webhooks() == [] and audit()["webhook_taken_out"]["reason"] == "Moved"

    def test_an_address_that_nobody_may_ask_is_refused(self, owner):
        assert post(owner, "webhooks", {"url": "http://169.254.169.254/"}).status == 422


class TestParked:
    @pytest.fixture
    def waiting(self, owner):
        parked.park(
            "evt_1",
            NOW,
            reason="no_exchange_rate",
            text="Send its fx_rate.",
            detail={"id": "1"},
            order="1",
        )
        parked.park(
            "evt_2", NOW, reason="unreadable_body", text="It is no JSON.", provider="stripe"
        )

    def test_each_says_why_it_could_not_be_used(self, owner, waiting):
        text = text_of(page(owner, "parked"))
        assert "Send its fx_rate." in text and "nothing to retry" in text

    def test_support_tries_it_again(self, waiting):
        support = Visitor("support")
        assert post(support, "parked/{id}/retry", id="evt_1").status == 303
        assert (
            "retried" in page(support, "parked")
            and audit()["parked_retried"]["who"] == f"staff:{support.person.id}"
        )

    def test_what_cannot_be_tried_is_said(self, owner, waiting):
        assert (
            post(owner, "parked/{id}/retry", id="evt_2").status,
            post(owner, "parked/{id}/retry", id="evt_9").status,
        ) == (409, 404)

    def test_a_viewer_only_looks(self, waiting):
        viewer = Visitor("viewer")
        assert "Retry" not in page(viewer, "parked")
        assert post(viewer, "parked/{id}/retry", id="evt_1").status == 403

    def test_nothing_is_parked(self, owner):
        assert "No parked deliveries" in page(owner, "parked")

"""Deliveries to the shop's server: signed, and attempted until one arrives or the last one failed."""

import json
from datetime import timedelta

import pytest

from shared.domain.instants import instant_text
from shared.domain.outgoing.webhook import PAUSES
from shared.webhooks import standard
from shared.webhooks.signature import BadSignature
from tests.support.http_events import NOW
from tests.support.outgoing_webhooks import (
    DELIVERIES,
    WEBHOOK,
    call_route,
    create_webhook,
    find_webhook,
    list_deliveries,
)
from tests.support.webhook_receiver import running_receiver

# --- telling ---


def test_the_shop_is_told_an_event_signed_with_the_secret_it_was_given(shop, post):
    webhook = create_webhook(shop.url)
    post.event(amount=1_000)
    assert post.run() == [0, 0]
    (heard,) = shop.heard
    standard.SIGNATURE.verify(webhook["secret"], heard.headers, heard.body, NOW)
    assert (heard.path, heard.headers["content-type"], heard.headers["webhook-id"]) == (
        "/hooks?shop=1",
        "application/json",
        "evt_1",
    )
    told = json.loads(heard.body)
    assert (told["type"], told["timestamp"], told["data"]["amount"]) == (
        "RewardPosted",
        instant_text(NOW + timedelta(seconds=1)),
        1_000,
    )
    (row,) = list_deliveries(webhook)
    assert (row["status"], row["attempts"], row["response"], row["event"]) == (
        "delivered",
        1,
        200,
        "evt_1",
    )


def test_another_secret_does_not_verify(shop, post):
    create_webhook(shop.url)
    other = create_webhook(shop.url, enabled=False)
    post.event()
    post.run()
    with pytest.raises(BadSignature):
        standard.SIGNATURE.verify(other["secret"], shop.heard[0].headers, shop.heard[0].body, NOW)


def test_only_the_types_that_were_asked_for_are_told(shop, post):
    create_webhook(shop.url, types=["CreditHeld"])
    post.event(1, "RewardPosted")
    post.event(2, "CreditHeld")
    post.run()
    assert [heard.headers["webhook-id"] for heard in shop.heard] == ["evt_2"]


def test_an_event_that_the_bus_tells_twice_is_delivered_once(shop, post):
    webhook = create_webhook(shop.url)
    for _ in range(2):
        post.event()
        post.run()
    assert (len(shop.heard), len(list_deliveries(webhook))) == (1, 1)


def test_a_delivery_that_nobody_tried_because_of_a_crash_is_tried_when_the_event_comes_again(
    shop, post
):
    create_webhook(shop.url)
    for _ in range(2):
        post.event()
    post.step()
    post.waiting.pop()  # the crash: the delivery is written, its message was never sent
    post.run()
    assert len(shop.heard) == 1


def test_each_endpoint_is_told_for_itself(shop, post):
    with running_receiver() as other:
        other.answers = [500]
        first, second = create_webhook(shop.url), create_webhook(other.url)
        post.event()
        post.run(3)
        assert (list_deliveries(first)[0]["status"], list_deliveries(second)[0]["status"]) == (
            "delivered",
            "waiting",
        )


# --- again ---


def test_a_deaf_shop_is_told_again_after_ever_longer_pauses_and_then_no_more(shop, post):
    webhook = create_webhook(shop.url)
    shop.answers = [500]
    post.event()
    waited = [pause for pause in post.run()[2:] if pause]
    assert max(waited) <= 900
    assert sum(waited) == sum(PAUSES)
    assert len(shop.heard) == len(PAUSES) + 1 == 10
    assert {heard.headers["webhook-id"] for heard in shop.heard} == {"evt_1"}
    (row,) = list_deliveries(webhook)
    assert (row["status"], row["attempts"], row["response"], row["next_at"]) == (
        "failed",
        10,
        500,
        None,
    )


def test_each_attempt_is_signed_at_its_own_time(shop, post):
    webhook = create_webhook(shop.url)
    shop.answers = [500, 500, 200]
    post.event()
    post.run()
    for heard, seconds in zip(shop.heard, (0, 5, 305), strict=True):
        standard.SIGNATURE.verify(
            webhook["secret"],
            heard.headers,
            heard.body,
            NOW + timedelta(seconds=seconds),
            tolerance_seconds=0,
        )


def test_the_first_pauses_are_five_seconds_and_five_minutes(shop, post):
    webhook = create_webhook(shop.url)
    shop.answers = [503]
    post.event()
    post.run(2)
    assert list_deliveries(webhook)[0]["next_at"] == instant_text(NOW + timedelta(seconds=5))
    post.step()
    assert list_deliveries(webhook)[0]["next_at"] == instant_text(NOW + timedelta(seconds=305))


def test_a_shop_that_listens_again_clears_its_name(shop, post):
    webhook = create_webhook(shop.url)
    shop.answers = [500, 200]
    post.event()
    post.run(2)
    assert find_webhook(webhook)["failing_since"] == instant_text(NOW)
    post.run()
    assert find_webhook(webhook)["failing_since"] is None
    assert (list_deliveries(webhook)[0]["status"], list_deliveries(webhook)[0]["attempts"]) == (
        "delivered",
        2,
    )


def test_a_message_that_comes_twice_makes_no_second_chain_of_attempts(shop, post):
    create_webhook(shop.url)
    shop.answers = [500]
    post.event()
    post.step()
    post.waiting *= 2
    post.run()
    assert len(shop.heard) == len(PAUSES) + 1


def test_an_attempt_that_comes_before_the_one_before_it_is_written_down_comes_again(shop, post):
    webhook = create_webhook(shop.url)
    post.event()
    post.step()
    early = json.dumps(
        {
            "webhook": webhook["id"],
            "delivery": list_deliveries(webhook)[0]["id"],
            "attempt": 1,
            "wait_seconds": 0,
        }
    )
    assert post.hand(early) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert shop.heard == []


# --- no more ---


def test_a_shop_that_says_gone_is_told_nothing_more(shop, post):
    webhook = create_webhook(shop.url)
    shop.answers = [410]
    post.event(1)
    post.run()
    post.event(2)
    post.run()
    row = find_webhook(webhook)
    assert (len(shop.heard), row["enabled"], row["disabled_because"]) == (1, False, "gone")


def test_a_shop_deaf_for_five_days_is_disabled_and_shown(shop, post):
    webhook = create_webhook(shop.url)
    shop.answers = [500]
    post.event(1)
    post.run()
    post.at = NOW + timedelta(days=5) - timedelta(seconds=1)
    post.event(2)
    post.run(2)
    assert find_webhook(webhook)["enabled"]
    post.at = NOW + timedelta(days=5)
    post.run(1)
    row = find_webhook(webhook)
    assert (row["enabled"], row["disabled_because"], row["failing_since"]) == (
        False,
        "failing",
        instant_text(NOW),
    )
    assert post.waiting == []


def test_what_waits_for_an_endpoint_that_was_disabled_fails_unsent(shop, post):
    webhook = create_webhook(shop.url)
    post.event()
    post.step()
    call_route(
        f"PUT {WEBHOOK}", path={"id": webhook["id"]}, body={"url": shop.url, "enabled": False}
    )
    post.run()
    assert (shop.heard, list_deliveries(webhook)[0]["problem"]) == ([], "webhook_disabled")
    assert find_webhook(webhook)["disabled_because"] == "by_staff"


def test_an_endpoint_enabled_again_is_told_again_and_starts_afresh(shop, post):
    webhook = create_webhook(shop.url)
    shop.answers = [410, 200]
    post.event(1)
    post.run()
    call_route(f"PUT {WEBHOOK}", path={"id": webhook["id"]}, body={"url": shop.url})
    assert (find_webhook(webhook)["enabled"], find_webhook(webhook)["failing_since"]) == (
        True,
        None,
    )
    post.event(2)
    post.run()
    assert [row["status"] for row in list_deliveries(webhook)] == ["delivered", "failed"]


def test_an_endpoint_taken_out_is_told_nothing(shop, post):
    webhook = create_webhook(shop.url)
    post.event()
    post.step()
    assert call_route(f"DELETE {WEBHOOK}", path={"id": webhook["id"]}).status == 204
    post.run()
    assert shop.heard == []
    assert call_route(f"GET {DELIVERIES}", path={"id": webhook["id"]}).code == "unknown_webhook"
    assert call_route(f"DELETE {WEBHOOK}", path={"id": webhook["id"]}).code == "unknown_webhook"

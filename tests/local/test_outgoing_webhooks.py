"""A running system delivers webhooks to the shop's server."""

import json
from collections.abc import Iterator
from datetime import datetime

import pytest

from shared.webhooks import standard
from tests.support.running_cloud import RunningCloud, wait_until
from tests.support.webhook_receiver import Receiver, running_receiver


@pytest.fixture
def shop() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


def staff(cloud: RunningCloud, method: str, path: str, body: object = None) -> dict | None:
    answer = cloud.http(method, path, body, key=cloud.local["staff_key"])
    assert answer.status in (200, 201, 202, 204), answer.body
    return answer.json if answer.body else None


def buys(cloud: RunningCloud, order: str) -> None:
    key = cloud.local["secret_key"]
    cloud.put("/v1/members/A", {"login": "anna"}, key)
    cloud.put("/v1/members/B", {"login": "bert", "referrer_login": "anna"}, key)
    body = {
        "customer": {"id": "B"},
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
    }
    assert cloud.put(f"/v1/orders/{order}", body, key).status == 200


@pytest.fixture
def webhook(grapevine: RunningCloud, shop: Receiver) -> Iterator[dict]:
    made = staff(grapevine, "POST", "/v1/webhooks", {"url": shop.url, "types": ["RewardPosted"]})
    yield made
    staff(grapevine, "DELETE", f"/v1/webhooks/{made['id']}")


def test_an_order_told_by_the_shop_comes_back_as_a_signed_webhook(
    grapevine: RunningCloud, shop: Receiver, webhook: dict
):
    grapevine.clock("2026-03-01T10:00:00Z")
    buys(grapevine, "W1")
    grapevine.drain()
    (heard,) = shop.heard
    standard.SIGNATURE.verify(
        webhook["secret"], heard.headers, heard.body, datetime.fromisoformat("2026-03-01T10:00:00Z")
    )
    event = json.loads(heard.body)
    assert (event["type"], event["data"]["member"], event["data"]["order"]) == (
        "RewardPosted",
        "A",
        "W1",
    )
    assert heard.headers["webhook-id"] in {event["detail"].get("id") for event in grapevine.bus()}
    grapevine.clock(None)


def test_drained_does_not_mean_that_a_deaf_shop_was_waited_for(
    grapevine: RunningCloud, shop: Receiver, webhook: dict
):
    shop.answers = [500]
    buys(grapevine, "W2")
    assert grapevine.drain()["idle"]
    (delivery,) = staff(grapevine, "GET", f"/v1/webhooks/{webhook['id']}/deliveries")["items"]
    assert (delivery["status"], delivery["attempts"], delivery["response"]) == ("waiting", 1, 500)


def test_a_replay_goes_out_at_once(grapevine: RunningCloud, shop: Receiver, webhook: dict):
    buys(grapevine, "W3")
    grapevine.drain()
    (delivery,) = staff(grapevine, "GET", f"/v1/webhooks/{webhook['id']}/deliveries")["items"]
    staff(grapevine, "POST", f"/v1/webhooks/{webhook['id']}/deliveries/{delivery['id']}/replay")
    grapevine.drain()
    assert len(shop.heard) == 2 and shop.heard[0].body == shop.heard[1].body


def test_killed_functions_cost_no_webhook(grapevine: RunningCloud, shop: Receiver, webhook: dict):
    names = [f"WK{number}" for number in range(6)]
    for name in names:
        buys(grapevine, name)
        gone = grapevine.kill("functions")
        wait_until(lambda gone=gone: grapevine.local["processes"]["functions"] != gone)
    grapevine.drain()
    assert {json.loads(heard.body)["data"]["order"] for heard in shop.heard} == set(names)

"""At 3 a.m.: one id leads from a processor's delivery to the entry and to what the shop was told."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from shared.webhooks import standard
from tests.support.running_cloud import RunningCloud
from tests.support.webhook_receiver import Receiver, running_receiver


@pytest.fixture
def shop() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


def log_lines(cloud: RunningCloud) -> list[dict]:
    """What functions have logged, and not what counts were written between."""
    lines = (cloud.folder / "functions.log").read_text().splitlines()
    parsed = [json.loads(line) for line in lines if line.startswith("{")]
    return [line for line in parsed if "level" in line]


def deliver(cloud: RunningCloud, order: str) -> None:
    now = datetime.now(UTC)
    facts = {
        "id": order,
        "customer": {"id": "B"},
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
        "paid_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    body = json.dumps({"type": "OrderChanged", "data": facts}).encode()
    headers = standard.SIGNATURE.sign(cloud.local["webhook_secrets"]["standard"], body, now)
    answer = cloud.http("POST", "/webhooks/standard", body, headers)
    assert answer.status == 202, answer.body


def test_one_id_stands_in_every_line_from_the_webhook_to_the_shops_own(
    grapevine: RunningCloud, shop: Receiver
):
    secret, staff = grapevine.local["secret_key"], grapevine.local["staff_key"]
    grapevine.put("/v1/members/A", {"login": "anna"}, secret)
    grapevine.put("/v1/members/B", {"login": "bert", "referrer_login": "anna"}, secret)
    made = grapevine.post("/v1/webhooks", {"url": shop.url, "types": ["RewardPosted"]}, staff)
    assert made.status == 201, made.body
    grapevine.drain()
    before = len(log_lines(grapevine))

    deliver(grapevine, "O1")
    grapevine.drain()

    lines = log_lines(grapevine)[before:]
    (request,) = {line["correlation_id"] for line in lines if "webhook" not in line["message"]}
    said = {line["message"]: line["function_name"] for line in lines}
    assert said == {
        "an order update was accepted": "ReceiveWebhook",
        "an order was evaluated": "RewardOrder",
        "an event was told": "PublishEvents",
        "a webhook was attempted": "DeliverWebhook",
    }
    assert [line["correlation_id"] for line in lines] == [request] * len(lines)
    told = next(line for line in lines if line["message"] == "an event was told")
    entries = grapevine.get("/v1/members/A/entries", secret).json["items"]
    assert (told["order_id"], told["entry_id"]) == ("O1", f"A-EUR-{len(entries)}")
    (heard,) = shop.heard
    assert request not in heard.body.decode()

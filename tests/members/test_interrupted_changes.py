"""A block or the end of a referral that was cut off is finished without its caller: by the event of
the table's stream, over the bus and the orders queue.
"""

import json
import os

import boto3
import pytest

from functions import publish_events, reward_order
from local.cloud.template import Template
from shared.domain.staff_action import StaffAction
from shared.members import blocking, referrals
from shared.members.profile import load_profile
from shared.members.referrals import UNSPENT
from shared.store.reconciliation import verify
from tests.support.shop import PLAIN, Shop
from tests.support.table_streams import lambda_event, stream_records


@pytest.fixture
def deliver(tables: Template):
    """Hands over what was written: stream, bus, the template's rule, orders queue. Returns a count."""
    events, queues = boto3.client("events"), boto3.client("sqs")
    url = queues.create_queue(QueueName=os.environ["BUS_NAME"])["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    pattern = json.dumps(tables.properties("OrderChanged")["EventPattern"])
    events.put_rule(Name="orders", EventBusName=os.environ["BUS_NAME"], EventPattern=pattern)
    events.put_targets(
        Rule="orders", EventBusName=os.environ["BUS_NAME"], Targets=[{"Id": "queue", "Arn": arn}]
    )

    def deliver_all() -> int:
        assert publish_events.handler(lambda_event(stream_records())) == {"batchItemFailures": []}
        count = 0
        while messages := queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            records = [
                {"messageId": message["MessageId"], "body": message["Body"]} for message in messages
            ]
            for _ in range(2):
                assert reward_order.handler({"Records": records}) == {"batchItemFailures": []}
            for message in messages:
                queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            count += len(messages)
        return count

    return deliver_all


@pytest.fixture
def shop(tables):
    shop = Shop(**PLAIN, hold_days=14)
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    for number in range(3):
        shop.order(f"O{number}", customer={"id": "Ines"})
    yield shop
    assert verify()["differences"] == []


def test_what_a_block_left_pending_is_forfeited(shop, deliver):
    blocking._block("Anna", StaffAction("ak_012345", "block", shop.at, "x"))
    assert shop.balance("Anna") == 3_000
    assert deliver() == 1
    assert shop.balance("Anna") == 0
    assert deliver() == 0


def test_what_an_ended_referral_had_still_to_take_is_taken(shop, deliver, monkeypatch):
    monkeypatch.setattr("shared.members.referral_clawback.MOST_ORDERS", 1)
    edge = load_profile("Ines").member.referral
    referrals._end(edge.id, UNSPENT, StaffAction("ak_012345", "referral_ended", shop.at, "x"))
    assert shop.balance("Anna") == 2_000
    assert deliver() == 1
    assert shop.balance("Anna") == 0


def test_an_order_on_the_same_queue_is_evaluated(shop, deliver):
    detail = {
        "schema_version": 1,
        "id": "O9",
        "customer": {"id": "Ines"},
        "status": "completed",
        "currency": "EUR",
        "items_total": 1000,
    }
    entry = {
        "Source": "shop",
        "DetailType": "OrderChanged",
        "Detail": json.dumps(detail),
        "EventBusName": os.environ["BUS_NAME"],
    }
    boto3.client("events").put_events(Entries=[entry])
    assert deliver() == 1
    assert shop.rewards("O9") == {"Anna": 100}

"""Events on the bus: one for each thing that was written, with ids and sums alone."""

import json
import os
import re
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from functions.publish_events import handler
from shared import bus
from shared.domain.instants import instant_text
from shared.members.profile import load_profile
from shared.store import engine
from shared.store.attributions import members
from shared.store.attributions.links import keep_click
from shared.store.attributions.referrals import ReferralItem
from shared.wallet.holds import Checkout, capture_hold, hold_credit, void_hold
from tests.support.settlement_runs import open_settlement
from tests.support.shop import NOON, Shop
from tests.support.table_streams import lambda_event, stream_records

TWO_LEVELS = {"credit": {"system": "levels", "levels": [{"percent": "10"}, {"percent": "8"}]}}
SILVER = {
    "id": "silver",
    "name": "Silver",
    "description": "",
    "min_volume": 10_000,
    "levels": [{"percent": "12"}],
}
STAFF = {
    "id": "staff",
    "name": "Staff",
    "description": "",
    "assigned": True,
    "levels": [{"percent": "20"}],
}


@pytest.fixture
def new_events(tables):
    """Call it for the events of everything written since the last call."""
    events, queues = boto3.client("events"), boto3.client("sqs")
    url = queues.create_queue(QueueName=os.environ["BUS_NAME"])["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    events.put_rule(
        Name="all", EventBusName=os.environ["BUS_NAME"], EventPattern='{"source": ["grapevine"]}'
    )
    events.put_targets(
        Rule="all", EventBusName=os.environ["BUS_NAME"], Targets=[{"Id": "queue", "Arn": arn}]
    )

    def publish(again: bool = False) -> list[dict]:
        records = stream_records()
        for _ in range(2 if again else 1):
            assert handler(lambda_event(records)) == {"batchItemFailures": []}
        received = []
        while messages := queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            for message in messages:
                received.append(json.loads(message["Body"]))
                queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return received

    return publish


def of_type(events: list[dict], kind: str) -> list[dict]:
    return [event["detail"] for event in events if event["detail-type"] == kind]


@pytest.fixture
def shop(new_events):
    shop = Shop(**TWO_LEVELS)
    shop.member("Anna")
    shop.member("Bert", referrer_login="anna")
    shop.member("Carl", referrer_login="bert", email="carl@example.com", name="Carl Lewis")
    return shop


def test_an_order_tells_every_reward_that_it_posted(shop, new_events):
    shop.order("O1", customer={"id": "Carl"})
    rewards = of_type(new_events(), "RewardPosted")
    assert [
        (detail["member"], detail["level"], detail["amount"], detail["friend"], detail["order"])
        for detail in rewards
    ] == [("Bert", 1, 1_000, "Carl", "O1"), ("Anna", 2, 800, "Carl", "O1")]
    first = rewards[0]
    assert first["schema_version"] == 1
    assert (first["entry"], first["kind"], first["code"], first["currency"]) == (
        "Bert-EUR-1",
        "reward",
        "referral",
        "EUR",
    )
    assert (first["at"], first["balance_after"]) == (instant_text(NOON), 1_000)


def test_a_refund_tells_what_was_taken_back_and_only_that(shop, new_events):
    shop.order("O1", customer={"id": "Carl"})
    new_events()
    shop.order(
        "O1",
        customer={"id": "Carl"},
        refunds=[{"id": "r", "amount": 5_000, "at": shop.now(), "status": "succeeded"}],
    )
    assert [
        (detail["kind"], detail["member"], detail["amount"])
        for detail in of_type(new_events(), "RewardPosted")
    ] == [("clawback", "Bert", -500), ("clawback", "Anna", -400)]


def test_an_order_told_again_tells_nothing_and_so_does_one_that_failed(shop, new_events):
    shop.order("O1", customer={"id": "Carl"})
    new_events()
    shop.order("O1", customer={"id": "Carl"})
    shop.order("O2", customer={"id": "Carl"}, keep=False)
    assert new_events() == []


def test_a_stream_that_comes_twice_tells_the_same_events_under_the_same_ids(shop, new_events):
    shop.order("O1", customer={"id": "Carl"})
    events = new_events(again=True)
    ids = [event["detail"]["id"] for event in events]
    assert len(ids) == 2 * len(set(ids)) > 0
    assert len({json.dumps(event["detail"], sort_keys=True) for event in events}) == len(set(ids))
    assert all(re.fullmatch(r"evt_[A-Za-z0-9_-]{24}", name) for name in ids)


def test_refusals_are_told_once_and_name_the_level(shop, new_events):
    shop.member("Dora")
    shop.order("O1", customer={"id": "Dora"})
    shop.order("O1", customer={"id": "Dora"}, tax_total=1)
    refused = [
        (detail["order"], detail["member"], detail["level"], detail["code"])
        for detail in of_type(new_events(), "RewardRefused")
    ]
    assert refused == [("O1", None, None, "no_referral")]


def test_an_order_that_becomes_refused_later_is_told_then(shop, new_events):
    shop.order("O1", customer={"id": "Carl"})
    assert of_type(new_events(), "RewardRefused") == []
    shop.order("O1", customer={"id": "Carl"}, status="cancelled")
    refused = [
        (detail["member"], detail["level"], detail["code"], detail["friend"])
        for detail in of_type(new_events(), "RewardRefused")
    ]
    assert refused == [("Bert", 1, "nothing_kept", "Carl"), ("Anna", 2, "nothing_kept", "Carl")]


def test_an_order_that_waits_refuses_nothing(shop, new_events):
    shop.order("O1", customer={"id": "Carl"}, status="placed")
    assert of_type(new_events(), "RewardRefused") == of_type(new_events(), "RewardPosted") == []


def test_a_referral_is_told_when_it_is_made_and_says_by_what_sign(shop, new_events):
    made = {
        (detail["advocate"], detail["friend"]): detail
        for detail in of_type(new_events(), "ReferralMade")
    }
    assert set(made) == {("Anna", "Bert"), ("Bert", "Carl")}
    detail = made["Anna", "Bert"]
    assert detail["at"] == instant_text(NOON) and detail["referral"] and set(detail) == {
        "schema_version", "id", "at", "referral", "advocate", "friend", "evidence",
    }  # fmt: skip


def test_a_referral_that_ends_is_told_as_ended_once(shop, new_events):
    (edge,) = [
        detail for detail in of_type(new_events(), "ReferralMade") if detail["friend"] == "Carl"
    ]
    item = ReferralItem.get(f"REFERRAL#{edge['referral']}", "REFERRAL")
    item.ended_at = "2026-03-02T00:00:00Z"
    engine.write([engine.Write(item)])
    item.evidence = {**item.evidence, "why": "by staff"}
    engine.write([engine.Write(item)])
    events = new_events()
    assert [
        (event["detail-type"], event["detail"]["at"], event["detail"]["friend"]) for event in events
    ] == [("ReferralEnded", "2026-03-02T00:00:00Z", "Carl")]


def test_the_order_that_lifts_an_advocate_into_a_group_tells_it_and_the_refund_that_ends_it_too(
    shop, new_events
):
    shop.publish(**TWO_LEVELS, groups=[SILVER])
    shop.order("O1", items=9_999, customer={"id": "Carl"})
    assert of_type(new_events(), "GroupChanged") == []
    shop.order("O2", items=1, customer={"id": "Carl"})
    assert [
        (detail["member"], detail["previous"], detail["group"])
        for detail in of_type(new_events(), "GroupChanged")
    ] == [("Bert", None, "silver")]
    shop.order("O2", items=1, customer={"id": "Carl"}, status="cancelled")
    assert [
        (detail["member"], detail["previous"], detail["group"])
        for detail in of_type(new_events(), "GroupChanged")
    ] == [("Bert", "silver", None)]


def test_a_group_assigned_by_staff_is_told_with_the_one_that_volume_gave(shop, new_events):
    shop.publish(**TWO_LEVELS, groups=[SILVER, STAFF])
    shop.order("O1", customer={"id": "Carl"})
    new_events()
    engine.write([members.put_member(replace(load_profile("Bert").member, group="staff"))])
    assert [
        (detail["member"], detail["previous"], detail["group"])
        for detail in of_type(new_events(), "GroupChanged")
    ] == [("Bert", "silver", "staff")]


def test_credit_held_captured_let_go_and_returned_is_told_with_its_hold(shop, new_events):
    shop.order("O1", customer={"id": "Carl"})
    new_events()
    spent, kept = (hold_credit(Checkout("Bert", name, 400, None), shop.at) for name in ("S1", "S2"))
    capture_hold(spent.id, 300, shop.at)
    void_hold(kept.id, shop.at)
    shop.order("S1", customer={"id": "Bert"}, status="cancelled")
    events = [event for event in new_events() if event["detail-type"].startswith("Credit")]
    assert [
        (event["detail-type"], event["detail"]["hold"], event["detail"]["amount"])
        for event in events
    ] == [
        ("CreditHeld", spent.id, 400),
        ("CreditHeld", kept.id, 400),
        ("CreditCaptured", spent.id, 300),
        ("CreditReturned", kept.id, 400),
        ("CreditReturned", spent.id, 300),
    ]
    assert [event["detail"]["balance_after"] for event in events] == [1_000, 1_000, 700, 700, 1_000]


def test_balances_can_be_kept_from_the_events_alone(shop, new_events):
    shop.order("O1", customer={"id": "Carl"})
    shop.order(
        "O2",
        customer={"id": "Carl"},
        refunds=[{"id": "r", "amount": 3_333, "at": shop.now(), "status": "succeeded"}],
    )
    hold = hold_credit(Checkout("Bert", "S1", 400, None), shop.at)
    capture_hold(hold.id, None, shop.at)
    balances: dict[str, int] = {}
    for event in new_events():
        detail = event["detail"]
        sign = {"reward": 1, "clawback": 1, "capture": -1, "return": 1}.get(detail.get("kind"), 0)
        if sign:
            balances[detail["member"]] = balances.get(detail["member"], 0) + sign * detail["amount"]
    assert balances == {name: shop.balance(name) for name in ("Anna", "Bert")}


def test_events_hold_no_name_no_address_and_no_token(shop, new_events):
    code = shop.member("Dora").code
    keep_click("a-token-of-a-browser", code, shop.at)
    shop.order("O1", ref_token="a-token-of-a-browser")
    shop.order("O2", customer={"id": "Carl", "email": "carl@example.com", "login": "carl"})
    text = json.dumps(new_events())
    assert '"RewardPosted"' in text
    for secret in ("a-token-of-a-browser", "carl@example.com", "hash-of", "Lewis", '"carl"', code):
        assert secret not in text


@pytest.fixture
def throttled():
    """The bus takes the first event of each request only, as a real one may under load."""

    def respond(request, **_):
        entries = json.loads(request.body)["Entries"]
        results = [{"EventId": "1"}, *({"ErrorCode": "ThrottlingException"} for _ in entries[1:])]
        body = json.dumps({"FailedEntryCount": len(entries) - 1, "Entries": results}).encode()
        return AWSResponse(
            request.url, 200, {"content-type": "application/x-amz-json-1.1"}, Raw(body)
        )

    hooks = bus._client().meta.events
    hooks.register("before-send.eventbridge.PutEvents", respond)
    yield
    hooks.unregister("before-send.eventbridge.PutEvents", respond)


class Raw:
    """The body of an answer, as botocore reads one."""

    def __init__(self, text: bytes):
        self.text = text

    def stream(self, **_):
        yield self.text


def test_what_the_bus_does_not_take_comes_again_from_there_on(shop, throttled):
    records = stream_records()
    _, second = [
        record
        for record in records
        if record["dynamodb"]["Keys"]["pk"]["S"].startswith("REFERRAL#")
    ]
    assert handler(lambda_event(records)) == {
        "batchItemFailures": [{"itemIdentifier": second["dynamodb"]["SequenceNumber"]}]
    }


def test_an_event_bears_the_time_of_what_brought_it(shop, new_events):
    shop.later(days=400)
    shop.order("O1", customer={"id": "Carl"})
    assert {detail["at"] for detail in of_type(new_events(), "RewardPosted")} == {shop.now()}


def test_a_statement_is_told_when_it_is_issued_and_no_other_night(shop, new_events):
    shop.order("1001", customer={"id": "Carl"})
    new_events()
    with open_settlement() as month:
        month.end(NOON + timedelta(days=31))
        issued_twice = of_type(new_events(again=True), "StatementIssued")
        month.end(NOON + timedelta(days=32))
        assert of_type(new_events(), "StatementIssued") == []
    issued = {detail["id"]: detail for detail in issued_twice}
    assert len(issued_twice) == 2 * len(issued)
    anna, bert = sorted(issued.values(), key=lambda detail: detail["member"])
    assert (anna["member"], anna["month"], anna["number"], anna["currency"]) == (
        "Anna",
        "2026-03",
        1,
        "EUR",
    )
    assert [
        (detail["opening"], detail["earned"], detail["closing"]) for detail in (anna, bert)
    ] == [(0, 800, 800), (0, 1_000, 1_000)]

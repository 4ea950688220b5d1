"""Nothing is told to nobody: an event is put on the bus if somebody hears it."""

import json

import pytest

from functions.publish_events import handler
from shared import bus, queue
from shared.domain.outgoing.webhook import BY_STAFF, WebhookEndpoint
from shared.domain.staff_action import StaffAction
from shared.members.blocking import block_member
from shared.store import engine
from shared.store.programs import webhooks
from tests.support.counted_reads import counted_reads
from tests.support.shop import NOON, Shop
from tests.support.table_streams import lambda_event, stream_records


@pytest.fixture
def told(tables, monkeypatch):
    """Publishes what was written since the last call, and returns the kinds that the bus got."""
    monkeypatch.setenv("LISTENERS_ON_BUS", "false")
    kinds: list[str] = []

    def take(params, **_):
        entries = json.loads(params["body"])["Entries"]
        kinds.extend(entry["DetailType"] for entry in entries)

    hooks = bus._client().meta.events
    hooks.register("before-call.eventbridge.PutEvents", take)

    def publish() -> list[str]:
        kinds.clear()
        assert handler(lambda_event(stream_records())) == {"batchItemFailures": []}
        return sorted(kinds)

    yield publish
    hooks.unregister("before-call.eventbridge.PutEvents", take)


@pytest.fixture
def shop(told):
    shop = Shop()
    shop.member("Anna")
    shop.member("Bert", referrer_login="anna")
    told()
    return shop


def endpoint(*types: str, disabled: str | None = None) -> None:
    made = WebhookEndpoint("we_1", "https://shop.example/hook", types, (), NOON, disabled)
    engine.write([webhooks.put_webhook(made)])


def test_a_reward_and_a_refusal_are_not_told_where_nobody_listens(shop, told):
    shop.order("O1", customer={"id": "Bert"})
    shop.order("O2", customer={"id": "Nobody"})
    assert told() == []


def test_rules_of_the_shops_own_hear_everything(shop, told, monkeypatch):
    monkeypatch.setenv("LISTENERS_ON_BUS", "true")
    shop.order("O1", customer={"id": "Bert"})
    shop.order("O2", customer={"id": "Nobody"})
    assert told() == ["RewardPosted", "RewardRefused"]


@pytest.mark.parametrize(
    ("types", "heard"),
    [
        ((), ["RewardPosted", "RewardRefused"]),
        (("RewardRefused",), ["RewardRefused"]),
        (("StatementIssued",), []),
    ],
)
def test_an_endpoint_hears_what_it_asked_for(shop, told, types, heard):
    endpoint(*types)
    shop.order("O1", customer={"id": "Bert"})
    shop.order("O2", customer={"id": "Nobody"})
    assert told() == heard


def test_a_disabled_endpoint_hears_nothing(shop, told):
    endpoint(disabled=BY_STAFF)
    shop.order("O1", customer={"id": "Bert"})
    assert told() == []


def test_mails_hear_of_rewards_and_not_of_refusals(shop, told, monkeypatch):
    monkeypatch.setenv("MAIL_FROM", "rewards@shop.example")
    monkeypatch.setenv("MAIL_QUEUE", queue.client().create_queue(QueueName="mails")["QueueUrl"])
    shop.order("O1", customer={"id": "Bert"})
    shop.order("O2", customer={"id": "Nobody"})
    assert told() == ["RewardPosted"]


def test_what_our_own_queue_needs_is_always_told(shop, told):
    block_member("Anna", StaffAction("ak_1", "block", NOON, "why"))
    assert told() == ["MemberBlocked"]


def test_where_nobody_listens_one_request_finds_it_out(shop, told):
    shop.order("O1", customer={"id": "Bert"})
    with counted_reads() as reads:
        assert told() == []
    assert reads.requests == 1

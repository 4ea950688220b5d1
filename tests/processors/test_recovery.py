"""A processor's list compared with the facts: what is told again, what stops it, where it goes on."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from functions import reconcile_ledger, reward_order
from shared import aws, queue, secrets
from shared.domain.instants import instant_text
from shared.jobs.job import RecoverPage
from shared.jobs.recovery import begin_recoveries, run_recovery
from shared.processors.recovery import (
    MOST_FAULTS,
    OVERLAP,
    CannotRecover,
    begin_recovery,
    recover_page,
)
from shared.store.engine import WriteConflict
from shared.store.programs.parked import list_parked
from shared.store.programs.recoveries import (
    DONE,
    RUNNING,
    STOPPED,
    find_recovery,
    list_recoveries,
    put_recovery,
)
from tests.conftest import SECRETS
from tests.support.contracts import CONTRACTS
from tests.support.http_events import NOW
from tests.support.processor_lists import serve_lists
from tests.support.processor_stand_in import StandIn, stand_in
from tests.support.shop import Shop

SINCE = NOW - timedelta(days=20)


class Asked:
    """What a service of AWS was asked to take, beside taking it."""

    def __init__(self) -> None:
        self.entries: list[dict] = []

    def take(self, params: dict, **_: object) -> None:
        body = json.loads(params["body"])
        self.entries += body.get("Entries", [body])


@pytest.fixture
def bus(tables) -> Iterator[Asked]:
    bus, hooks = Asked(), aws.client("events", parameter_validation=False).meta.events
    hooks.register("before-call.eventbridge.PutEvents", bus.take)
    yield bus
    hooks.unregister("before-call.eventbridge.PutEvents", bus.take)


@pytest.fixture
def stripe(tables, bus, monkeypatch) -> Iterator[StandIn]:
    """Stripe's API over two sales that were refunded in part, of which nothing arrived."""
    Shop()
    monkeypatch.setenv("BASE_URL", "http://127.0.0.1:8000")
    monkeypatch.setenv("ACCEPT_SANDBOX", "false")
    with stand_in() as api:
        monkeypatch.setenv("PROCESSOR_APIS", json.dumps({"stripe": api.url}))
        keep_secrets(stripe_api="rk_1")
        lives = [CONTRACTS["stripe"].lives(mark, None) for mark in ("1", "2", "3")]
        happened = [told for life in lives for told in life["paid, then refunded in part"].told]
        serve_lists(api, "stripe", happened)
        yield api


def keep_secrets(**more: str) -> None:
    boto3.client("secretsmanager").put_secret_value(
        SecretId=secrets.StackResources.load().secrets_arn, SecretString=json.dumps(SECRETS | more)
    )
    secrets._provider.cache_clear()


def read_to_the_end(since=SINCE):
    recovery = begin_recovery("stripe", since, NOW)
    while recovery.state == RUNNING:
        recovery = recover_page(recovery, NOW).recovery
    return recovery


def evaluate(bus: Asked) -> None:
    """Let the orders be rewarded of which the bus was told."""
    for place, entry in enumerate(bus.entries):
        event = {
            "id": f"e{place}",
            "source": "grapevine",
            "detail-type": entry["DetailType"],
            "time": instant_text(NOW),
            "detail": json.loads(entry["Detail"]),
        }
        record = {"messageId": "m", "body": json.dumps(event)}
        assert reward_order.handler({"Records": [record]}) == {"batchItemFailures": []}
    bus.entries.clear()


def test_what_never_arrived_is_told_and_what_is_known_is_not(stripe, bus):
    first = read_to_the_end()
    assert (first.state, first.told, first.known) == (DONE, 9, 0)
    assert {entry["DetailType"] for entry in bus.entries} == {"OrderChanged"}
    assert not any("example.com" in entry["Detail"] for entry in bus.entries)
    evaluate(bus)
    again = read_to_the_end()
    assert (again.told, again.known) == (0, 9)
    assert bus.entries == []


def test_of_an_order_that_is_known_its_lost_refunds_are_told_alone(stripe, bus):
    life = CONTRACTS["stripe"].lives("5", None)["paid, then refunded in part"]
    serve_lists(stripe, "stripe", [life.told[0]])
    assert read_to_the_end().told == 1
    evaluate(bus)
    serve_lists(stripe, "stripe", list(life.told))
    again = read_to_the_end()
    assert (again.known, again.told) == (1, 2)


def test_each_page_is_kept_and_the_recovery_goes_on_there(stripe):
    begun = begin_recovery("stripe", SINCE, NOW)
    paged = recover_page(begun, NOW).recovery
    assert (paged.state, paged.pages) == (RUNNING, 1)
    for since in (SINCE, None):
        assert begin_recovery("stripe", since, NOW).cursor == paged.cursor
    anew = begin_recovery("stripe", SINCE - timedelta(days=1), NOW)
    assert (anew.cursor, anew.pages) == ("", 0)


def test_the_next_one_begins_an_hour_before_the_last_one_did(stripe):
    done = read_to_the_end()
    assert done.covered_at == NOW
    later = NOW + timedelta(days=1)
    assert begin_recovery("stripe", None, later).since == NOW - OVERLAP


def test_stripe_is_not_asked_for_what_it_does_not_keep(stripe):
    read_to_the_end(NOW - timedelta(days=300))
    kept = int((NOW - timedelta(days=30)).timestamp())
    assert all(f"created%5Bgte%5D={kept}" in path for _, path, _, _ in stripe.asked)


def test_pages_wait_so_that_few_requests_fall_to_a_second(stripe):
    begun = begin_recovery("stripe", SINCE, NOW)
    assert recover_page(begun, NOW, pace=0.5).pause_seconds == 2


def test_a_silent_api_is_left_alone_for_as_long_as_it_says_and_in_the_end_for_good(stripe):
    recovery = begin_recovery("stripe", SINCE, NOW)
    for _ in range(MOST_FAULTS):
        assert recovery.state == RUNNING
        stripe.fails += [429, 429]
        step = recover_page(recovery, NOW)
        recovery = step.recovery
        assert step.pause_seconds == 60
    assert (recovery.state, recovery.pages) == (STOPPED, 0)
    assert "429" in recovery.text
    assert read_to_the_end().state == DONE


def test_a_key_that_is_refused_stops_it_and_says_so(stripe):
    stripe.fails += [403]
    recovery = recover_page(begin_recovery("stripe", SINCE, NOW), NOW).recovery
    assert recovery.state == STOPPED
    assert "Renew the key" in recovery.text


@pytest.mark.parametrize(
    ("name", "secret", "advice"),
    [("square", "", "square_api"), ("shopify", "shpat_1", "ProcessorApis")],
)
def test_what_is_not_set_up_is_said(stripe, name, secret, advice):
    keep_secrets(**({f"{name}_api": secret} if secret else {}))
    recovery = recover_page(begin_recovery(name, SINCE, NOW), NOW).recovery
    assert recovery.state == STOPPED
    assert advice in recovery.text


@pytest.mark.parametrize("name", ["adyen", "paddle_classic", "standard", "nobody"])
def test_a_provider_without_a_list_is_refused_and_others_are_named(tables, name):
    with pytest.raises(CannotRecover, match=r"stripe, shopify"):
        begin_recovery(name, None, NOW)


def test_news_that_need_somebody_are_parked_once_and_others_not_at_all(stripe):
    nothing = CONTRACTS["stripe"].irrelevant
    lost = CONTRACTS["stripe"].lives("4", None)["paid, then refunded in part"].told[0]
    broken = json.loads(lost.raw)
    broken["data"]["object"]["currency"] = "xyz"
    serve_lists(stripe, "stripe", [nothing, type(lost)(broken)])
    for _ in range(2):
        recovery = read_to_the_end()
        assert (recovery.idle, recovery.parked) == (1, 1)
    parked, _ = list_parked(10)
    assert [line["reason"] for line in parked] == ["currency_unknown"]


def test_whoever_comes_second_writes_nothing(stripe):
    begun = begin_recovery("stripe", SINCE, NOW)
    recover_page(begun, NOW)
    with pytest.raises(WriteConflict):
        recover_page(begun, NOW)


@pytest.fixture
def night(stripe, monkeypatch) -> Iterator[Asked]:
    url = boto3.client("sqs").create_queue(QueueName="recoveries")["QueueUrl"]
    monkeypatch.setenv("RECONCILIATION_QUEUE", url)
    night, hooks = Asked(), queue.client().meta.events
    hooks.register("before-call.sqs", night.take)
    yield night
    hooks.unregister("before-call.sqs", night.take)


def test_every_night_those_with_a_key_are_compared_page_by_page(night, bus):
    assert reconcile_ledger.handler({"time": instant_text(NOW)}) == {"parts": 28, "processors": 1}
    pages = [entry for entry in night.entries if "recover_page" in entry["MessageBody"]]
    assert [json.loads(entry["MessageBody"])["provider"] for entry in pages] == ["stripe"]
    read = 0
    while pages:
        night.entries.clear()
        (entry,) = pages
        record = {"messageId": "m", "body": entry["MessageBody"]}
        assert reconcile_ledger.handler({"Records": [record]}) == {"batchItemFailures": []}
        pages, read = list(night.entries), read + 1
        assert all(entry["DelaySeconds"] >= 1 for entry in pages)
    (recovery,) = list_recoveries()
    assert (recovery.state, recovery.pages, recovery.covered_at) == (DONE, read, NOW)


def test_a_recovery_that_was_stopped_is_left_alone_by_its_jobs(night):
    begin_recoveries(NOW)
    night.entries.clear()
    put_recovery(replace(find_recovery("stripe"), state=STOPPED))
    run_recovery(RecoverPage(time=NOW, provider="stripe"))
    assert night.entries == []

"""Every body that a processor published, delivered to a running shop: once, again, and all of them shuffled.

The processors that sign the body alone are here; the others in `test_every_processor.py`.

As they were published hardly any carries a token, so each is delivered a second time with the token of a visitor injected: then
money moves, and the repetitions have something that they could spoil.
"""

import copy
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.webhooks.parking import PARKING_REASONS
from tests.support.processor_deliveries import PAYLOADS, SAMPLES, needs_payloads
from tests.support.running_cloud import RunningCloud
from tests.support.running_shop import Person, RunningShop

pytestmark = needs_payloads
TOPICS = {
    "stripe": "",
    "shopify": "x-shopify-topic",
    "woocommerce": "x-wc-webhook-topic",
    "standard": "",
}
Delivery = tuple[str, str, bytes]
"""Provider, topic, body."""


@pytest.fixture(scope="module")
def every_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop in dollars, as the published bodies are, that rewards what is paid."""
    running = RunningCloud(tmp_path_factory.mktemp("deliveries")).start()
    try:
        shop = RunningShop(running)
        shop.publish(currency="USD", earn_on="paid", friend={"new_customers_only": False})
        yield shop
    finally:
        running.stop()


@pytest.fixture(scope="module")
def anna(every_shop: RunningShop) -> Person:
    return every_shop.member("anna")


@pytest.fixture(scope="module")
def deliveries(every_shop: RunningShop, anna: Person) -> list[Delivery]:
    """All bodies as they were published, each with a token, and the samples of this project."""
    token = every_shop.click(anna.code)
    found = [(provider, topic, file.read_bytes()) for provider, topic, file in bodies()]
    with_token = [
        (provider, topic, injected(provider, body, token)) for provider, topic, body in found
    ]
    return [*found, *with_token]


def bodies() -> Iterator[tuple]:
    for item in json.loads((PAYLOADS / "manifest.json").read_text())["items"]:
        if item["provider"] in TOPICS:
            told = item["headers"] or {}
            yield (
                item["provider"],
                told.get(TOPICS[item["provider"]], item["event"]),
                PAYLOADS / item["file"],
            )
    for file in sorted(SAMPLES.glob("*.json")):
        if (provider := file.stem.partition("_")[0]) in TOPICS:
            yield provider, "", file


def injected(provider: str, body: bytes, token: str) -> bytes:
    """The same body with a token where the processor carries one."""
    document = copy.deepcopy(json.loads(body))
    if provider == "stripe" and isinstance(document.get("data"), dict):
        thing = document["data"].get("object", {})
        if isinstance(thing, dict):
            thing["metadata"] = (thing.get("metadata") or {}) | {"gv_ref": token}
    elif provider == "shopify":
        document["note_attributes"] = [{"name": "gv_ref", "value": token}]
    elif provider == "woocommerce":
        document["meta_data"] = [{"id": 1, "key": "gv_ref", "value": token}]
    elif isinstance(document.get("data"), dict):
        document["data"]["ref_token"] = token
    return json.dumps(document).encode()


def deliver(shop: RunningShop, deliveries: list[Delivery]) -> list[tuple[Delivery, int, dict]]:
    answers = [
        (delivery, shop.deliver(delivery[0], delivery[2], delivery[1])) for delivery in deliveries
    ]
    shop.drain()
    return [(delivery, answer.status, answer.json) for delivery, answer in answers]


def everybodys_credit(shop: RunningShop, anna: Person) -> dict:
    """The advocate's history in full, and how many entries everybody has."""
    return {"credit": shop.credit(anna), "entries": shop.entries(anna), "verify": shop.verify()}


@pytest.fixture(scope="module")
def first_time(
    every_shop: RunningShop, anna: Person, deliveries: list[Delivery]
) -> tuple[list, dict]:
    answers = deliver(every_shop, deliveries)
    return answers, everybodys_credit(every_shop, anna)


def test_each_is_accepted_or_parked_with_its_reason(first_time, deliveries):
    answers, _ = first_time
    assert len(answers) == len(deliveries) > 100
    for (provider, topic, _), status, told in answers:
        assert status in (200, 202), (provider, topic, told)
        assert (status == 202 and told["accepted"]) or told["reason"] in PARKING_REASONS, (
            provider,
            topic,
            told,
        )


def test_what_is_parked_is_listed_with_its_reason(every_shop, first_time):
    answers, _ = first_time
    reasons = {told["parked"]: told["reason"] for _, status, told in answers if status == 200}
    listed = {
        row["id"]: row["reason"]
        for row in every_shop.listed("/v1/parked", every_shop.staff_key, limit=7)
    }
    assert listed | reasons == listed
    assert "test_order" in listed.values()


def test_the_books_agree_and_money_has_moved(first_time):
    _, books = first_time
    assert books["verify"]["differences"] == []
    assert books["verify"]["orders"] > 5
    assert books["credit"] > 0


def test_each_again_changes_no_balance(every_shop, anna, deliveries, first_time):
    answers, books = first_time
    again = deliver(every_shop, deliveries)
    assert [row[1:] for row in again] == [row[1:] for row in answers]
    assert everybodys_credit(every_shop, anna) == books


@pytest.mark.parametrize("hands", [1, 8])
def test_all_of_them_shuffled_change_no_balance(every_shop, anna, deliveries, first_time, hands):
    """By one hand after the other, and by eight at once."""
    shuffled = random.sample(deliveries, len(deliveries))
    with ThreadPoolExecutor(hands) as pool:
        answers = list(pool.map(lambda row: every_shop.deliver(row[0], row[2], row[1]), shuffled))
    every_shop.drain()
    assert {answer.status for answer in answers} == {200, 202}
    assert everybodys_credit(every_shop, anna) == first_time[1]

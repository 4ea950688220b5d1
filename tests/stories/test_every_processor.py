"""One shop is told of its sales by every processor there is: late, twice, in any order, by mistake."""

import json
import random
from collections.abc import Iterator

import pytest

from shared.webhooks import PROVIDERS
from tests.support.contract import LIVES
from tests.support.contracts import CONTRACTS
from tests.support.contracts.square import order
from tests.support.processor_deliveries import PAYLOADS, needs_payloads
from tests.support.processor_market import Market, open_market

PAID = (
    "AUTHORISATION",
    "CAPTURE",
    "CHECKOUT.ORDER.COMPLETED",
    "payment.created",
    "invoice.payment_made",
    "refund.updated",
    "REFUND",
    "dispute.created",
    "CHARGEBACK",
)
"""Events of Square, Adyen and PayPal that tell of money."""
ALL = pytest.mark.parametrize("name", PROVIDERS)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with open_market(tmp_path_factory.mktemp("market")) as market:
        yield market


def expected(name: str, life: str) -> int | None:
    """What a life leaves of a reward of 10 %, None where the processor has no such life."""
    lives = CONTRACTS[name].lives("1", None)
    return lives[life].kept // 10 if life in lives else None


@ALL
def test_whatever_the_order_and_however_often_the_balances_are_the_same(market, name):
    """Each kind of sale has an advocate of its own; all their news come twice, in one heap."""
    heap, owed = [], {}
    for life in (life for life in LIVES if expected(name, life) is not None):
        mark = str(random.randrange(10**7, 10**8))
        advocate = market.shop.member(f"{name}-{mark}")
        told = CONTRACTS[name].lives(mark, market.shop.click(advocate.code))[life].told
        heap += [(told, place) for place in range(len(told)) for _ in range(2)]
        owed[advocate] = expected(name, life)
    random.shuffle(heap)
    latest: dict[int, int] = {}
    for told, place in heap:
        latest[id(told)] = max(latest.get(id(told), 0), place)
        for known in told[: latest[id(told)] + 1] if name in market.apis else ():
            market.apis[name].documents |= known.api
        headers, body = market.sign(name, CONTRACTS[name].secret, told[place].raw)
        answer = market.send(name, body, {**told[place].headers, **headers})
        assert answer.status in (200, 202), answer.body
    market.shop.drain()
    assert {advocate.login: market.shop.credit(advocate) for advocate in owed} == {
        advocate.login: amount for advocate, amount in owed.items()
    }
    assert market.shop.verify()["differences"] == []


def published(name: str) -> list[tuple[str, str, bytes]]:
    """The bodies that a processor published: file, kind of event, bytes."""
    items = json.loads((PAYLOADS / "manifest.json").read_text())["items"]
    return [
        (item["file"], item["event"], (PAYLOADS / item["file"]).read_bytes())
        for item in items
        if item["provider"] == name
    ]


def paypal_answers(bodies: list[tuple[str, str, bytes]]) -> dict[str, object]:
    """PayPal's API tells of an order or a dispute what its body told."""
    resources = [json.loads(body)["resource"] for _, _, body in bodies]
    paths = {"/v2/checkout/orders/": "id", "/v1/customer/disputes/": "dispute_id"}
    return {
        path + resource[key]: resource
        for path, key in paths.items()
        for resource in resources
        if key in resource
    }


def square_answers(bodies: list[tuple[str, str, bytes]]) -> dict[str, object]:
    """Square's API tells of every order that it is paid."""
    objects = [json.loads(body)["data"]["object"] for _, _, body in bodies]
    things = [thing for known in objects for thing in known.values()]
    names = {thing["order_id"] for thing in things if "order_id" in thing}
    return {f"/v2/orders/{name}": order(name, None) for name in names}


KNOWN = {"paypal": paypal_answers, "square": square_answers}


@needs_payloads
@ALL
def test_every_published_body_is_taken_or_parked_with_advice(market, name):
    """The APIs know what the bodies name."""
    if name in KNOWN:
        market.apis[name].documents |= KNOWN[name](published(name))
    answers = {}
    for file, event, raw in published(name):
        headers, body = market.sign(name, CONTRACTS[name].secret, raw)
        topics = {"X-Shopify-Topic": event, "X-WC-Webhook-Topic": event}
        answers[file] = market.send(name, body, {**topics, **headers})
    assert {answer.status for answer in answers.values()} <= {200, 202}
    for answer in answers.values():
        if PROVIDERS[name].acknowledgement is None:
            assert answer.json.get("accepted") or answer.json["text"]
    paid = [file for file, event, _ in published(name) if event in PAID]
    assert [answers[file].status for file in paid] == [202] * len(paid)
    market.shop.drain()


@ALL
def test_a_foreign_secret_a_changed_body_and_no_signature_are_refused(market, name):
    contract = CONTRACTS[name]
    told = next(iter(contract.lives("77000001", None).values())).told[0]
    assert market.deliver(name, told, contract.other_secret).status == 401
    headers, body = market.sign(name, contract.secret, told.raw)
    foreign = market.sign(name, contract.other_secret, body)[1]
    changed = foreign if foreign != body else body + b" "
    assert market.send(name, changed, headers).status == 401
    assert market.send(name, told.raw, {}).status == 401
    for key in headers:
        for forged in ("", "x", "t=1,v1=2", "A" * 3000):
            assert market.send(name, body, {**headers, key: forged}).status == 401


@ALL
def test_news_of_another_topic_is_parked_and_acknowledged(market, name):
    answer = market.deliver(name, CONTRACTS[name].irrelevant)
    assert answer.status == 200, answer.body
    if PROVIDERS[name].acknowledgement:
        assert answer.body.decode() == PROVIDERS[name].acknowledgement
    parked = market.shop.listed("/v1/parked", market.shop.staff_key)
    assert any(line["provider"] == name and line["text"] for line in parked)


@pytest.mark.parametrize("name", [name for name, provider in PROVIDERS.items() if provider.api])
def test_an_api_that_is_silent_for_a_while_is_asked_when_the_news_come_again(market, name):
    """The processor is told to send it again, and nothing is kept of the first attempt."""
    lives = CONTRACTS[name].lives("88000001", None)
    told = next((news for life in lives.values() for news in life.told if news.api), None)
    if told is None:
        pytest.skip(f"{name} tells everything itself")
    market.apis[name].fails.extend([503] * 6)
    answer = market.deliver(name, told)
    market.apis[name].fails.clear()
    assert (answer.status, answer.json["code"]) == (503, "processor_unavailable")
    assert answer.headers["retry-after"]
    assert market.deliver(name, told).status == 202

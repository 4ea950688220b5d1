"""What a body says in another form is read alike, or parked: plugins and middlemen write numbers as
text, lists of one as an object, ids as whole objects. No form of the same may mean other money.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_any_body import check, mutate, paths, replaced

from shared.webhooks import PROVIDERS, translate
from shared.webhooks.foreign_json import instant_of
from shared.webhooks.parking import ParkedDelivery
from tests.support.contract import Told
from tests.support.contracts import CONTRACTS
from tests.support.webhook_bodies import ARRIVAL, reason

FORMS = "paddle_classic"
"""The processor whose bodies are forms, in which all values are text."""
OF_OURS = "standard"
"""The shop's own server writes as documented, or is refused."""
NAMES = (
    "payment_intent charge invoice customer order subscription latest_charge order_id payment_id "
    "transaction_id sale_id subscription_id dispute_id"
).split()
"""Fields with an id in whose place processors send the whole object on request."""
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
ALL = pytest.mark.parametrize("name", PROVIDERS)


def document_of(name: str, told: Told) -> object:
    if name == FORMS:
        return dict(parse_qsl(told.raw.decode(), keep_blank_values=True))
    return json.loads(told.raw)


def results(name: str, told: Told, document: object, api: dict) -> list:
    """What becomes of a delivery with this document; a rate without the zeros behind it."""
    raw = urlencode(document) if name == FORMS else json.dumps(document)
    answered = CONTRACTS[name].api(api)
    found = translate(name, told.headers, raw.encode(), ARRIVAL, api=answered)
    facts = [None if isinstance(one, ParkedDelivery) else dict(one.facts) for one in found]
    for one in facts:
        if one and "fx_rate" in one:
            one["fx_rate"] = Decimal(one["fx_rate"])
    return facts


def alike(value: object, name: object) -> Iterator[object]:
    """Other forms in which the same is said."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int):
        yield str(value)
        if abs(value) < 2**53:
            yield float(value)
    if isinstance(value, str):
        if NUMBER.fullmatch(value):
            yield float(value) if "." in value else int(value)
            yield f" {value} "
        if re.fullmatch(r"[0-9]+\.[0-9]{2}", value):
            yield f"{value}00"
            yield value.removesuffix("0")
            yield value.removesuffix(".00")
        if instant_of(value):
            yield f" {value} "
        if name in NAMES:
            yield {"id": value, "object": "whole"}
        if name in ("currency", "currency_code"):
            yield value.swapcase()
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        yield {str(place): row for place, row in enumerate(value, 1)}
        if len(value) == 1:
            yield value[0]
    if value == []:
        yield {}


def at(document: object, path: tuple) -> object:
    for name in path:
        document = document[name]
    return document


@ALL
def test_what_is_said_in_another_form_is_the_same_or_parked(name):
    if name == OF_OURS:
        pytest.skip("the shop's own server writes one form")
    wrong = {}
    for life in CONTRACTS[name].lives("1", "tok").values():
        api: dict = {}
        for told in life.told:
            api |= told.api
            body = document_of(name, told)
            before = results(name, told, body, api)
            for source in (None, *api):
                whole = body if source is None else api[source]
                for path in paths(whole)[1:]:
                    for other in alike(at(whole, path), path[-1]):
                        if name == FORMS and not isinstance(other, str):
                            continue
                        changed = replaced(whole, path, other)
                        after = (
                            results(name, told, changed, api)
                            if source is None
                            else results(name, told, body, api | {source: changed})
                        )
                        if after not in (before, [None] * len(after)):
                            wrong[(source, path, repr(other))] = after
    assert wrong == {}


@ALL
@settings(max_examples=150)
@given(data=st.data())
def test_any_mutation_of_a_life_is_an_update_or_parked(name, data):
    lives = CONTRACTS[name].lives("1", "tok")
    told = data.draw(st.sampled_from([one for life in lives.values() for one in life.told]))
    body, api = document_of(name, told), dict(told.api)
    for _ in range(data.draw(st.integers(1, 3))):
        source = data.draw(st.sampled_from([None, *api]))
        if source is None:
            body = mutate(body, data.draw)
        else:
            api[source] = mutate(api[source], data.draw)
    raw = json.dumps(body)
    if name == FORMS and isinstance(body, dict):
        raw = urlencode({key: str(value).encode("utf-8", "replace") for key, value in body.items()})
    answered = CONTRACTS[name].api(api)
    for one in translate(name, told.headers, raw.encode(), ARRIVAL, api=answered):
        check(one)


@pytest.mark.parametrize("value", [1772359200, "1772359200", 1772359200.5, Decimal("1772359200")])
def test_seconds_are_seconds_in_any_form(value):
    at = Decimal(str(value)) if isinstance(value, float) else value
    assert instant_of(at) == f"{datetime.fromtimestamp(1772359200, UTC):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("value", ["", "17723592", "9" * 20, True, 10**30, Decimal("1e40"), "soon"])
def test_what_is_no_time_is_none(value):
    assert instant_of(value) is None


def test_a_refund_that_is_only_named_is_parked_and_not_lost():
    order = {"id": 7, "order_key": "k", "currency": "EUR", "total": "10.00", "status": "completed"}
    assert reason("woocommerce", order | {"refunds": [11]}, "order.updated") == "missing_amount"
    charge = {"id": "ch_1", "currency": "eur", "amount": 1000, "amount_refunded": 500}
    event = {"object": "event", "type": "charge.refunded", "created": 1772359200}
    charge["refunds"] = {"data": ["re_1"]}
    assert reason("stripe", event | {"data": {"object": charge}}) == "missing_amount"

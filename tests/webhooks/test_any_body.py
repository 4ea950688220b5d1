"""Any verified body becomes an update that the domain can read, or is parked. None is an error."""

import json
from datetime import datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_bigcommerce_facts import ORDER as BIGCOMMERCE_ORDER
from test_bigcommerce_facts import REFUND as BIGCOMMERCE_REFUND
from test_bigcommerce_facts import api as bigcommerce_api
from test_bigcommerce_facts import event as bigcommerce_event
from test_lemonsqueezy_facts import event as lemonsqueezy_event
from test_paddle_facts import ADJUSTMENT, TRANSACTION
from test_paddle_facts import event as paddle_event
from test_shopify_facts import ORDER, REFUND
from test_shopify_refunds import DISPUTE
from test_stripe_facts import CHARGE, INVOICE, SESSION
from test_woocommerce_facts import ORDER as WOOCOMMERCE_ORDER

from shared.domain.orders.facts_document import parse_order
from shared.webhooks import PROVIDERS
from shared.webhooks.parking import PARKING_REASONS, ParkedDelivery
from shared.webhooks.provider import ProviderUpdate
from shared.webhooks.stripe import TRANSLATORS
from tests.support.webhook_bodies import (
    ARRIVAL,
    PAYLOADS,
    stripe_event,
    topic_headers,
    translate_document,
    translate_one,
)

ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
TEXTS = [
    "",
    "0",
    "-1",
    "1e9",
    "9" * 40,
    "EUR",
    "JPY",
    "xyz",
    "refunded",
    "2026-13-01",
    "0001-01-01T00:00:00+14:00",
    "\ud800",
    "a\x00b",
]
OTHERS = [
    0,
    -1,
    10**12,
    10**30,
    2**63,
    1.5,
    1e300,
    True,
    None,
    [],
    {},
    [[]],
    [{}],
    {"id": {}},
    [{"id": 1}, {"id": 1}],
]
MEANING = st.sampled_from([*TEXTS, *OTHERS])
OWN = [
    ("stripe", stripe_event("checkout.session.completed", SESSION)),
    (
        "stripe",
        stripe_event(
            "charge.updated",
            CHARGE | {"refunds": {"data": [{"id": "re_1", "amount": 5, "status": "pending"}]}},
        ),
    ),
    (
        "stripe",
        stripe_event(
            "invoice.paid", INVOICE | {"lines": {"data": [{"metadata": {"gv_ref": "t"}}]}}
        ),
    ),
    (
        "shopify",
        ORDER | {"refunds": [REFUND], "note_attributes": [{"name": "gv_credit", "value": "5"}]},
    ),
    ("shopify", REFUND),
    ("shopify", DISPUTE),
    ("woocommerce", WOOCOMMERCE_ORDER | {"refunds": [{"id": 726, "total": "-1.00"}]}),
    ("paddle", paddle_event(TRANSACTION)),
    ("paddle", paddle_event(ADJUSTMENT, "adjustment.updated")),
    ("lemonsqueezy", lemonsqueezy_event(refunded_amount=100)),
    (
        "lemonsqueezy",
        lemonsqueezy_event("subscription-invoices", billing_reason="initial", subscription_id=5),
    ),
    (
        "standard",
        {
            "type": "OrderChanged",
            "timestamp": "2026-03-01T09:00:00Z",
            "data": {"id": "1", "refunds": [{"id": "r"}]},
        },
    ),
]


@cache
def bodies() -> list[tuple[str, object]]:
    names = [
        (provider, file)
        for provider in ("stripe", "shopify", "woocommerce", "paddle", "lemonsqueezy")
        for file in sorted(PAYLOADS.glob(f"{provider}/*.json"))
    ]
    return OWN + [(provider, json.loads(file.read_text())) for provider, file in names]


def check(result: object) -> None:
    """Asserts that it is parked for a known reason, or an update that the evaluation can read."""
    if isinstance(result, ParkedDelivery):
        assert result.reason in PARKING_REASONS and result.text
        return
    assert isinstance(result, ProviderUpdate)
    facts = json.loads(json.dumps(result.facts))
    assert facts == result.facts
    if facts["provider"] != "standard":
        assert facts["refs"] or "id" in facts
        parse_order(
            facts,
            facts.get("id") or facts["refs"][0],
            datetime.fromisoformat(facts["as_of"]),
            str,
            whole=False,
        )


def mutate(node: object, draw) -> object:
    """The document with one drawn node deleted or replaced."""
    if isinstance(node, dict | list) and node and draw(st.integers(0, 5)) > 0:
        copy = dict(node) if isinstance(node, dict) else dict(enumerate(node))
        key = draw(st.sampled_from(sorted(copy, key=str)))
        if draw(st.integers(0, 4)) == 0:
            del copy[key]
        else:
            copy[key] = mutate(copy[key], draw)
        return copy if isinstance(node, dict) else list(copy.values())
    return draw(MEANING | ANY_JSON)


@given(provider=st.sampled_from(sorted(PROVIDERS)), document=ANY_JSON, topic=st.text(max_size=20))
def test_any_json(provider, document, topic):
    check(translate_document(provider, json.dumps(document).encode(), topic))


@given(
    provider=st.sampled_from(sorted(PROVIDERS)),
    body=st.binary(max_size=60),
    headers=st.dictionaries(st.text(), st.text(), max_size=3),
)
def test_any_bytes(provider, body, headers):
    check(translate_one(provider, headers, body, ARRIVAL))


@given(
    topic=st.sampled_from(sorted(TRANSLATORS)),
    thing=ANY_JSON | st.dictionaries(st.sampled_from(sorted(SESSION | INVOICE | CHARGE)), MEANING),
)
def test_any_object_in_any_event_of_stripe(topic, thing):
    check(translate_document("stripe", json.dumps(stripe_event(topic, thing)).encode()))


@settings(max_examples=1500)
@given(st.data())
def test_any_mutation_of_a_real_body(data):
    provider, document = data.draw(st.sampled_from(bodies()), label="body")
    for _ in range(data.draw(st.integers(1, 3))):
        document = mutate(document, data.draw)
    check(
        translate_document(
            provider,
            json.dumps(document).encode(),
            data.draw(st.sampled_from(["", "order.deleted", "orders/paid"])),
        )
    )


@pytest.mark.parametrize("index", range(len(OWN)))
def test_every_node_deleted_and_replaced(index):
    provider, document = OWN[index]
    for path in paths(document):
        for value in (None, "", 1, -1, 10**30, [], {}, [{}], "\ud800", True):
            check(
                translate_one(
                    provider,
                    topic_headers(""),
                    json.dumps(replaced(document, path, value)).encode(),
                    ARRIVAL,
                )
            )


def test_every_node_of_an_order_of_bigcommerces_api():
    body = json.dumps(bigcommerce_event()).encode()
    whole = {
        "order": BIGCOMMERCE_ORDER,
        "refunds": [BIGCOMMERCE_REFUND],
        "coupons": [{"code": "BEN7X"}],
        "metafields": [{"key": "gv_ref", "value": "tok_1"}, {"key": "gv_credit", "value": "5"}],
        "lines": [{"type": "giftcertificate", "total_ex_tax": "5.0000"}],
    }
    for path in paths(whole)[1:]:
        for value in (None, "", 1, -1, 10**30, [], {}, [{}], "x", True):
            api = bigcommerce_api(**replaced(whole, path, value))
            check(translate_one("bigcommerce", {}, body, ARRIVAL, api=api))


def paths(node: object, path: tuple = ()) -> list[tuple]:
    children = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    return [path, *(found for key, child in children for found in paths(child, (*path, key)))]


def replaced(node: object, path: tuple, value: object) -> object:
    if not path:
        return value
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = replaced(node[path[0]], path[1:], value)
    return copy

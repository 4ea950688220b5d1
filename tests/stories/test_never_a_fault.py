"""Documents that were right until something in them was changed: whatever it was, the answer is never a fault of ours."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.processor_deliveries import sample
from tests.support.running_cloud import Answer
from tests.support.running_shop import MORNING, TEN_PERCENT, Person, RunningShop

ROUNDS = 40
ODD_TEXTS = [
    "",
    " ",
    "x" * 300,
    "0",
    "-1",
    "1e9",
    "9" * 40,
    "XXX",
    "2026-02-30T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "\ud800",
    "a\0b",
    "İ@ß",
]
ODD_TEXTS += [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "a\r\nBcc: b@example.com",
    "=?UTF-8?Q?=0D=0A?=",
    "\u202e\u2028",
]
ODD_TEXTS += ["x" * 10_000]
ODD_VALUES = [*ODD_TEXTS, None, True, 0, -1, 1, 10**30, 1.5, 1e300, [], {}, [[]], [{}], {"id": {}}]
ORDER = sample("standard_order_changed")["data"] | {
    "refunds": [
        {"id": "re_1", "amount": 2_500, "items_amount": None, "at": MORNING, "status": "succeeded"}
    ],
    "fx_rate": "1.5",
    "as_of": MORNING,
}
PROGRAM = {
    "id": "default",
    "name": "Odd",
    "currency": "EUR",
    "credit": TEN_PERCENT | {"customer": {"percent": "5"}},
    "groups": [
        {
            "id": "silver",
            "name": "Silver",
            "description": "",
            "min_volume": 1_000,
            "levels": [{"fixed": 500}],
        }
    ],
    "rules": {
        "max_per_advocate": {"amount": 50_000, "from": MORNING},
        "min_bonus": 1,
        "total_days": 30,
    },
    "friend": {"bonus": {"fixed": 100}, "discount": {"percent": "10", "max": 2_000}},
    "wallet": {"max_percent_of_order": "50", "expires_after_days": 365},
}


def places(node: object, path: tuple = ()) -> Iterator[tuple]:
    """Where something stands in a document."""
    inner = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for name, part in inner:
        yield (*path, name)
        yield from places(part, (*path, name))


def changed(document: dict) -> dict:
    """The document with one or two of its parts taken out or replaced."""
    document = copy.deepcopy(document)
    for _ in range(random.choice([1, 1, 2])):
        *way, last = random.choice(list(places(document)) or [("nothing",)])
        node = document
        for name in way:
            node = node[name]
        if random.random() < 0.2:
            node.pop(last, None) if isinstance(node, dict) else node.pop(last)
        else:
            node[last] = copy.deepcopy(random.choice(ODD_VALUES))
    return document


def requests(shop: RunningShop, anna: Person) -> dict[str, tuple[dict, Callable[[dict], Answer]]]:
    """A right document, and how to send a changed one."""
    member = {
        "login": shop.named("odd"),
        "email": "odd@example.com",
        "name": "Odd",
        "signed_up_at": MORNING,
        "referrer_login": anna.login,
    }
    event = {
        "type": "OrderChanged",
        "timestamp": MORNING,
        "data": ORDER | {"id": shop.named("odd"), "refs": ["stripe:pi_1"]},
    }
    seen = {"if-match": f'"{shop.get("/v1/programs/default", shop.staff_key)["version"]}"'}
    order = {name: value for name, value in ORDER.items() if name != "id"}
    return {
        "order": (order, lambda body: shop.ask("PUT", f"/v1/orders/{shop.named('odd')}", body)),
        "member": (member, lambda body: shop.ask("PUT", f"/v1/members/{shop.named('odd')}", body)),
        "click": (
            {"code": anna.code, "landing": "/shoes"},
            lambda body: shop.cloud.post("/v1/clicks", body),
        ),
        "lint": (PROGRAM, lambda body: shop.ask("POST", "/v1/programs/lint", body, shop.staff_key)),
        "publish": (
            PROGRAM,
            lambda body: shop.ask(
                "POST", "/v1/programs/default/versions", body, shop.staff_key, **seen
            ),
        ),
        "standard": (event, lambda body: shop.deliver("standard", body)),
        "stripe": (sample("stripe_session_paid"), lambda body: shop.deliver("stripe", body)),
        "shopify": (sample("shopify_order_fulfilled"), lambda body: shop.deliver("shopify", body)),
        "woocommerce": (
            sample("woocommerce_order_completed"),
            lambda body: shop.deliver("woocommerce", body),
        ),
    } | levers(shop, anna)


def levers(shop: RunningShop, anna: Person) -> dict[str, tuple[dict, Callable[[dict], Answer]]]:
    """The same for what staff and the shop's server do to a member, to keys and to webhooks."""
    path, ines = f"/v1/members/{anna.id}", shop.member("ines")
    edge = {"advocate_login": anna.login, "friend_login": ines.login, "reason": "Asked by phone"}
    endpoint = {
        "url": "https://shop.example.com/hooks",
        "events": ["RewardPosted"],
        "description": "Ours",
        "enabled": True,
    }
    cart = {
        "code": anna.code,
        "customer": {"id": ines.id, "email": "ines@example.com"},
        "currency": "EUR",
        "items_total": 10_000,
    }

    def staff(method: str, path: str) -> Callable[[dict], Answer]:
        return lambda body: shop.ask(method, path, body, shop.staff_key)

    return {
        "adjustment": ({"amount": 5, "reason": "A gift"}, staff("POST", f"{path}/adjustments")),
        "block": ({"reason": "A fraud"}, staff("POST", f"{path}/block")),
        "group": ({"group": None, "reason": "Left"}, staff("PUT", f"{path}/group")),
        "hold": (
            {"order_id": shop.named("cart"), "amount": 1},
            lambda body: shop.ask("POST", f"{path}/holds", body),
        ),
        "key": (
            {"scope": "read", "name": "Reports", "reason": "Asked for"},
            staff("POST", "/v1/keys"),
        ),
        "quote": (cart, lambda body: shop.cloud.post("/v1/quotes", body)),
        "referral": (edge, staff("POST", "/v1/referrals")),
        "settlement": ({"month": "2026-02"}, staff("POST", "/v1/settlements")),
        "webhook": (endpoint, staff("POST", "/v1/webhooks")),
    }


TOLD = [
    "order",
    "member",
    "click",
    "lint",
    "publish",
    "standard",
    "stripe",
    "shopify",
    "woocommerce",
]
DONE = ["adjustment", "block", "group", "hold", "key", "quote", "referral", "settlement", "webhook"]


@pytest.mark.parametrize("kind", TOLD + DONE)
def test_a_changed_document_is_done_or_refused(shop, kind):
    right, send = requests(shop, shop.member("anna"))[kind]
    documents = [changed(right) for _ in range(ROUNDS)]

    with ThreadPoolExecutor(4) as hands:
        answers = list(zip(documents, hands.map(send, documents), strict=True))

    faults = [
        (answer.status, json.dumps(document))
        for document, answer in answers
        if answer.status >= 500
    ]
    assert faults == []
    assert send(right).status < 500
    assert set(shop.cloud.drain()["dead_letters"].values()) == {0}

"""The process of the functions is killed at each of its requests to the tables; told again to
another, the books are as without.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import NamedTuple

import pytest

from shared.domain.staff_action import StaffAction
from shared.members import blocking, member_merge, referral_clawback, referrals
from shared.store import engine
from shared.store.programs.imports import ImportRun, put_import, put_page
from shared.store.reconciliation import read_books, verify
from tests.support.generated_shops import (
    TERMS,
    Town,
    forgotten,
    held,
    nothing,
    paid_with_credit,
    sold,
)
from tests.support.http_events import SHOP, STAFF, http_event
from tests.support.killed_process import handle, kill_at_call
from tests.support.shop import Shop


class Deed(NamedTuple):
    """What a trigger brings to a handler; told twice, it is the same event."""

    prepare: Callable[[Town], None]
    handler: str
    event: Callable[[Town], dict]


def news(town: Town, name: str, buyer: str = "ines", **facts) -> dict:
    """A record of the orders queue."""
    whole = {
        "id": town.own(name),
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
        "customer": {"id": town.own(buyer)},
    }
    told = {
        "id": "e",
        "source": "grapevine",
        "detail-type": "OrderChanged",
        "time": town.shop.now(),
        "detail": whole | facts,
    }
    return {"Records": [{"messageId": "m", "body": json.dumps(told)}]}


def request(town: Town, route: str, name: str, caller: Mapping, body: Mapping) -> dict:
    keyed = {"idempotency-key": town.name}
    return http_event(
        route, path={"id": name}, body=body, headers=keyed, caller=caller, at=town.shop.at
    )


def hold(town: Town) -> dict:
    return request(
        town,
        "POST /v1/members/{id}/holds",
        town.own("bert"),
        SHOP,
        {"order_id": town.own("cart"), "amount": 700},
    )


def capture(town: Town) -> dict:
    return request(town, "POST /v1/holds/{id}/capture", town.hold, SHOP, {"amount": 600})


def adjustment(town: Town) -> dict:
    body = {"amount": 250, "reason": "They asked for it"}
    return request(town, "POST /v1/members/{id}/adjustments", town.own("bert"), STAFF, body)


def end(town: Town) -> dict:
    return request(
        town,
        "DELETE /v1/referrals/{id}",
        town.referral,
        STAFF,
        {"reason": "They asked for it", "take_back": "unspent"},
    )


def expiry(town: Town) -> dict:
    owner = [town.own("bert"), "EUR"]
    job = {"job": "expire_account", "version": 1, "time": town.shop.now(), "owner": owner}
    return {"Records": [{"messageId": "m", "body": json.dumps(job)}]}


def moving(town: Town) -> None:
    """Two rows of an import wait for their job."""
    sold(town)
    rows = [{"member": town.own("bert"), "amount": 500, "currency": "EUR"}, {"member": "nobody"}]
    stored = [
        {"number": number, "rank": 0, "several": False, "row": row}
        for number, row in enumerate(rows, 1)
    ]
    run = ImportRun(town.own("past"), "balances", False, town.shop.at, "tests", len(rows), 1)
    engine.write([put_import(run), put_page(run.id, 0, stored, town.shop.at)])


def page_of_an_import(town: Town) -> dict:
    job = {"job": "import_page", "version": 1, "time": town.shop.now(), "page": 0}
    body = json.dumps(job | {"import_id": town.own("past")})
    return {"Records": [{"messageId": "m", "body": body}]}


def blocked_with_pending(town: Town) -> None:
    """Bert is blocked while the credit of two orders is pending; none of it is forfeited yet."""
    town.shop.publish(**TERMS, hold_days=14)
    for name in ("first", "second"):
        town.order(name, 4_000)
    blocking._block(town.own("bert"), staff(town, "block"))


def ended_with_more_to_take(town: Town) -> None:
    """The end of the referral took back the first of two rewards."""
    for name in ("first", "second"):
        town.order(name, 4_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(referral_clawback, "MOST_ORDERS", 1)
        referrals._end(town.referral, referrals.UNSPENT, staff(town, "referral_ended"))


def staff(town: Town, what: str) -> StaffAction:
    return StaffAction("ak_012345", what, town.shop.at, "They asked for it")


def merged_with_more_to_move(town: Town) -> None:
    """Bert was merged into Paul; his credit and his friend have not moved yet."""
    sold(town)
    town.shop.member(town.own("paul"))
    member_merge._merge(town.own("paul"), town.own("bert"), staff(town, "member_merged"))


def page(town: Town, kind: str, **detail: str) -> dict:
    """A record of the orders queue that asks for a page of what staff did."""
    event = {"id": "e", "source": "grapevine", "detail-type": kind, "time": town.shop.now()}
    return {"Records": [{"messageId": "m", "body": json.dumps(event | {"detail": detail})}]}


DEEDS = {
    "an order": Deed(nothing, "reward_order", lambda town: news(town, "first")),
    "a refund": Deed(
        sold,
        "reward_order",
        lambda town: news(town, "first", refunds=[{"id": "re_1", "amount": 2_500}]),
    ),
    "an order cancelled that credit paid": Deed(
        paid_with_credit,
        "reward_order",
        lambda town: news(town, "cart", "bert", credit_used=600, status="cancelled"),
    ),
    "a hold": Deed(sold, "serve_holds", hold),
    "a capture": Deed(held, "serve_holds", capture),
    "an adjustment": Deed(sold, "serve_membership", adjustment),
    "a referral ended and taken back": Deed(sold, "serve_referrals", end),
    "credit that expires": Deed(forgotten, "expire_credit", expiry),
    "a page of a block": Deed(
        blocked_with_pending,
        "reward_order",
        lambda town: page(town, "MemberBlocked", member=town.own("bert")),
    ),
    "a page of a referral's end": Deed(
        ended_with_more_to_take,
        "reward_order",
        lambda town: page(town, "ReferralEnded", referral=town.referral),
    ),
    "a page of a merge": Deed(
        merged_with_more_to_move,
        "reward_order",
        lambda town: page(town, "MergeUnfinished", member=town.own("bert")),
    ),
    "a page of an import": Deed(moving, "run_imports", page_of_an_import),
}
"""One line for each; everything else follows."""


def tell(deed: Deed, town: Town) -> None:
    answer = handle(deed.handler, deed.event(town))
    assert answer.get("batchItemFailures", []) == [] and answer.get("statusCode", 200) < 300, answer


def calm_town(shop: Shop, deed: Deed) -> Town:
    town = Town(shop, "calm")
    deed.prepare(town)
    before = town.books(read_books())
    tell(deed, town)
    assert town.books(read_books()) != before
    return town


def killed_towns(shop: Shop, deed: Deed, answered: bool) -> Iterator[Town]:
    """A town for each request of the deed, whose process died there."""
    for call in count(1):
        town = Town(shop, f"{'after' if answered else 'before'} call {call}")
        deed.prepare(town)
        if not kill_at_call(deed.handler, deed.event(town), call, answered):
            break
        tell(deed, town)
        yield town
    assert call > 2, "a deed makes at least two requests"


@pytest.mark.parametrize("name", DEEDS)
def test_the_books_are_as_if_nobody_had_died(tables, name):
    shop, deed = Shop(**TERMS), DEEDS[name]
    calm = calm_town(shop, deed)
    towns = [town for answered in (False, True) for town in killed_towns(shop, deed, answered)]
    books = read_books()
    expected = calm.books(books)
    assert {town.name: found for town in towns if (found := town.books(books)) != expected} == {}, (
        expected
    )
    assert verify()["differences"] == []

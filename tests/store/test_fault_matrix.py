"""Every money operation, with every fault at each of its storage calls, told again until it
succeeds: the books are as without faults.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import NamedTuple

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from shared.domain.ledger.owner import Owner
from shared.domain.staff_action import StaffAction
from shared.imports.orders import import_order
from shared.jobs import expiry
from shared.members import blocking, referrals
from shared.members.member_merge import finish_merge, merge_members
from shared.members.order_advocates import ADVOCATE_NAMED, Naming, name_advocate
from shared.members.profile import load_profile
from shared.members.referrals import UNSPENT, LoginPair
from shared.orders import reviews
from shared.orders.reviews import APPROVED, REFUSED
from shared.problem import Conflict
from shared.store import engine
from shared.store.reconciliation import read_books, verify
from shared.wallet import adjustments
from shared.wallet.adjustments import Adjustment
from shared.wallet.holds import void_hold
from shared.wallet.opening_balances import OpeningBalance, post_opening_balance
from tests.support.engine_faults import (
    Died,
    broken,
    conflict,
    die_after,
    die_before,
    inject_fault,
    late,
    lose,
    throttle,
)
from tests.support.generated_shops import (
    TERMS,
    Town,
    capture,
    forgotten,
    held,
    nothing,
    paid_with_credit,
    sold,
)
from tests.support.shop import Shop

HOLDS = {"hold": ["same_payment"]}
FAILURES = (Died, engine.TableBusy, PynamoDBException, BotoCoreError, ClientError)


class Operation(NamedTuple):
    prepare: Callable[[Town], None]
    tell: Callable[[Town], None]


def newcomer(town: Town) -> None:
    town.order("first", buyer="paul", code=town.bert.code)


def refund(town: Town) -> None:
    town.order("first", refunds=[{"id": "re_1", "amount": 2_500}])


def disputed(town: Town) -> None:
    sold(town)
    town.shop.later(minutes=1)
    town.order("first", disputed=True)
    town.shop.later(minutes=1)


def dispute_won(town: Town) -> None:
    town.order("first", disputed=False)


def two_names(town: Town) -> None:
    session = {
        "refs": [town.own("stripe:cs")],
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
    }
    town.shop.news(**session, customer={"id": town.own("ines")})
    town.shop.later(minutes=1)


def one_sale(town: Town) -> None:
    town.shop.news(
        id=town.own("first"),
        refs=[town.own("stripe:cs")],
        status="completed",
        currency="EUR",
        items_total=10_000,
    )


def cancelled(town: Town) -> None:
    town.order("cart", buyer="bert", credit_used=600, status="cancelled")


def act(town: Town, what: str) -> StaffAction:
    return StaffAction("ak_012345", what, town.shop.at, "They asked for it")


def block(town: Town) -> None:
    blocking.block_member(town.own("bert"), act(town, "block"))


def unblock(town: Town) -> None:
    blocking.unblock_member(town.own("bert"), act(town, "unblock"))


def adjust(town: Town) -> None:
    adjustments.adjust(Adjustment(town.own("bert"), 250, "key"), act(town, "adjust"))


def bring_along(town: Town) -> None:
    """What Bert owned elsewhere; told again it is there."""
    balance = OpeningBalance(town.own("bert"), 250)
    post_opening_balance(balance, town.shop.at)
    assert not post_opening_balance(balance, town.shop.at)


def bought_elsewhere(town: Town) -> None:
    """An order of the past, whose advocate is named by a code."""
    row = {
        "id": town.own("first"),
        "customer": {"id": town.own("paul")},
        "code": town.bert.code,
        "status": "completed",
        "placed_at": "2025-01-01T00:00:00Z",
        "currency": "EUR",
        "items_total": 10_000,
    }
    import_order(row, False, str, town.shop.at)
    assert not import_order(row, False, str, town.shop.at)


def refer(town: Town) -> None:
    """By hand; asked again once it is there, it is refused as any second advocate is.

    Then the new friend buys.
    """
    try:
        referrals.make_referral(LoginPair(town.own("bert"), town.own("paul")), act(town, "refer"))
    except Conflict as refused:
        assert refused.code == "second_advocate"
    town.order("first", buyer="paul")


def stranger(town: Town) -> None:
    town.shop.member(town.own("paul"))


def referred_by_hand(town: Town) -> None:
    stranger(town)
    refer(town)
    town.referral = load_profile(town.own("paul")).member.referral.id


def end_referral(town: Town) -> None:
    referrals.end_referral(town.referral, UNSPENT, act(town, "end_referral"))


def unadvised(town: Town) -> None:
    """Paul has bought, and nobody recommended him."""
    stranger(town)
    town.order("first", buyer="paul")


def named(town: Town, later_orders: bool = True) -> None:
    naming = Naming(town.own("first"), town.own("bert"), later_orders)
    name_advocate(naming, act(town, ADVOCATE_NAMED))
    town.order("second", 4_000, buyer="paul")


def expire(town: Town) -> None:
    expiry.expire_account(Owner(town.own("bert"), "EUR"), expiry.load_program(), town.shop.at)


def pending(town: Town) -> None:
    town.order("first", completed_at=town.shop.now())


def half_blocked(town: Town) -> None:
    """The block is written; what it has to forfeit is not yet."""
    pending(town)
    with inject_fault(die_before, lambda number: number == 6), pytest.raises(Died):
        block(town)


def suspected(town: Town, **facts) -> None:
    """Bert's card pays for Ines."""
    town.order("own", buyer="bert", payment_fingerprint=town.own("fp"))
    town.order("first", payment_fingerprint=town.own("fp"), **facts)


def suspected_late(town: Town) -> None:
    sold(town)
    town.order("own", buyer="bert", payment_fingerprint=town.own("fp"))


def fingerprint(town: Town) -> None:
    town.shop.news(id=town.own("first"), payment_fingerprint=town.own("fp"))


def approve(town: Town) -> None:
    reviews.decide_review(town.own("first"), APPROVED, act(town, "review"))


def refuse(town: Town) -> None:
    reviews.decide_review(town.own("first"), REFUSED, act(town, "review"))


def decide_due(town: Town) -> None:
    """The daily run; what failed has another turn with the next."""
    if reviews.decide_due(town.shop.at + timedelta(days=14)):
        raise engine.TableBusy


def merge(town: Town) -> None:
    """Ines's advocate has a second account, and goes on with that one."""
    closed = town.own("bert")
    merge_members(town.own("paul"), closed, act(town, "member_merged"))
    assert finish_merge(closed, town.shop.at)


def second_account(town: Town) -> None:
    sold(town)
    town.shop.member(town.own("paul"))


def merged(town: Town) -> None:
    second_account(town)
    merge(town)


def refund_after(town: Town) -> None:
    refund(town)
    finish_merge(town.own("bert"), town.shop.at)


OPERATIONS = {
    "an order told first, with a code": Operation(nothing, newcomer),
    "a refund": Operation(sold, refund),
    "a dispute won": Operation(disputed, dispute_won),
    "two orders that are one": Operation(two_names, one_sale),
    "an order cancelled that credit paid": Operation(paid_with_credit, cancelled),
    "a hold": Operation(sold, Town.authorise),
    "a capture": Operation(held, capture),
    "a hold let go": Operation(held, lambda town: void_hold(town.hold, town.shop.at)),
    "a block": Operation(pending, block),
    "a merge": Operation(second_account, merge),
    "a refund after a merge": Operation(merged, refund_after),
    "an unblock": Operation(half_blocked, unblock),
    "an adjustment": Operation(sold, adjust),
    "an opening balance": Operation(sold, bring_along),
    "an order of the past": Operation(nothing, bought_elsewhere),
    "a referral ended and taken back": Operation(sold, end_referral),
    "a referral by hand": Operation(stranger, refer),
    "a referral by hand, ended and taken back": Operation(referred_by_hand, end_referral),
    "an advocate named": Operation(unadvised, named),
    "an advocate named for one order": Operation(unadvised, lambda town: named(town, False)),
    "credit that expires": Operation(forgotten, expire),
    "a reward held": Operation(nothing, suspected),
    "a reward held late": Operation(suspected_late, fingerprint),
    "a review approved": Operation(suspected, approve),
    "a review refused": Operation(suspected, refuse),
    "a review at its deadline": Operation(suspected, decide_due),
}
FAULTS = {
    "killed before": die_before,
    "killed after": die_after,
    "answer lost": lose,
    "answer late": late,
    "conflict": conflict,
    "throttled": throttle,
    "broken": broken,
}


@pytest.fixture
def impatient(monkeypatch):
    """Whoever tries again does so at once."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def calm_town(shop: Shop, operation: Operation) -> Town:
    town = Town(shop, "calm")
    operation.prepare(town)
    before = town.books(read_books())
    operation.tell(town)
    assert town.books(read_books()) != before
    return town


def struck_towns(shop: Shop, operation: Operation, name: str) -> Iterator[Town]:
    """A town for each storage call of the operation, where it was told into the fault at that call
    and then told again.
    """
    for call in count(1):
        town = Town(shop, f"{name}, call {call}")
        operation.prepare(town)
        with inject_fault(FAULTS[name], call.__eq__) as requests, suppress(*FAILURES):
            operation.tell(town)
        if not requests.struck:
            break
        operation.tell(town)
        yield town
    assert call > 2, "an operation makes at least two storage calls"


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_books_are_as_without_faults(tables, impatient, name):
    shop, operation = (
        Shop(**TERMS, hold_days=14 if "block" in name else 0, review=HOLDS),
        OPERATIONS[name],
    )
    calm = calm_town(shop, operation)
    towns = [town for fault in FAULTS for town in struck_towns(shop, operation, fault)]
    books = read_books()
    expected = calm.books(books)
    assert {town.name: found for town in towns if (found := town.books(books)) != expected} == {}, (
        expected
    )
    assert verify()["differences"] == []

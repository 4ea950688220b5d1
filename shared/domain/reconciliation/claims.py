"""Claims: amounts that two kinds of items must agree on, such as an order and the entries of its
rewards (specification: verify).

Every item yields its claims by itself, so the ledger can be read item by item in any order. For
each place, a pair of what is compared and for whom, the sum of the expected amounts must equal the
sum of the amounts found.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.ledger.entry import (
    BONUS_COSTS,
    CAPTURE,
    CLAWBACK,
    FORFEIT,
    REDEMPTIONS,
    RETURN,
    REWARD,
    Entry,
    Posting,
    credit_account,
)
from shared.domain.ledger.ledger import Account, LastStatement
from shared.domain.ledger.order_credit import OrderCredit
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.reason import REFERRAL_ENDED
from shared.domain.ledger.statement import Statement
from shared.domain.orders.purchases import Purchases
from shared.domain.reconciliation.books import (
    BookedEntry,
    BookedOrder,
    Difference,
    LedgerBooks,
    buyer_of,
)
from shared.domain.rewards.reward import FRIEND_BONUS

REWARDS = "rewards posted for an order, and its entries"
DEDUCTED = "deductions from an order, and its entries"
UNDATED = "rewards of an order that a review holds, and its entries"
CAPTURED = "credit captured for an order, and its entries"
RETURNED = "credit given back for an order, and its entries"
SPENT = "credit spent on orders"
BONUSES = "friend's bonus for an order, in the books"
PAYMENTS = "number of a friend's counted orders"
GIVEN = "volume of a friend's orders"
VOLUME = "volume of an advocate"
OWED = "credit in the books"
FIRST_ENTRY = "first entry of an account"
STATEMENTS = "number of statements of an account"

NOBODY_MERGED: Mapping[str, str] = MappingProxyType({})

type Place = tuple[str, str]
"""A pair: what is compared, such as `REWARDS`, and for which order, member or account."""


class Claim(NamedTuple):
    """An amount that a stored item expects (`expected`) or shows (`found`) for one place, which is
    the pair `what` and `where`. Over all claims of a place, both sums must be equal.

    `subject` is the order, member or account that the claim is about. If the two sides differ, all
    items of the subject are compared.
    """

    subject: str
    what: str
    where: str
    expected: int = 0
    found: int = 0


def claims_of_entry(owner: Owner, booked: BookedEntry, posting: Posting | None) -> Iterator[Claim]:
    """The claims of an entry about its order and its account."""
    entry = booked.entry
    order = entry.order or ""
    if entry.sequence == 1:
        yield Claim(str(owner), FIRST_ENTRY, str(owner), 1)
    if entry.kind == FORFEIT or entry.reason["code"] == REFERRAL_ENDED:
        yield Claim(order, DEDUCTED, _share(order, owner.member, _level(booked)), -entry.amount)
    elif entry.kind in (REWARD, CLAWBACK):
        yield Claim(order, REWARDS, _share(order, owner.member, _level(booked)), entry.amount)
    if entry.under_review:
        yield Claim(order, UNDATED, f"{order}/{owner.member}", entry.amount)
    if entry.kind == CAPTURE:
        yield Claim(order, CAPTURED, f"{order}/{owner}", -entry.amount)
    if entry.kind == RETURN:
        yield Claim(order, RETURNED, f"{order}/{owner}", entry.amount)
    if posting:
        yield from _claims_of_posting(owner, entry, posting)


def _claims_of_posting(owner: Owner, entry: Entry, posting: Posting) -> Iterator[Claim]:
    """What the accounts of an entry add up to. Amounts are credits less debits."""
    order, own = entry.order or "", credit_account(owner.member)
    if BONUS_COSTS in posting:
        yield Claim(order, BONUSES, order, entry.amount)
    if REDEMPTIONS in posting:
        spent = _credited(posting, REDEMPTIONS)
        yield Claim(posting.currency, SPENT, posting.currency, found=spent)
    if own in posting:
        yield Claim(str(owner), OWED, str(owner), found=_credited(posting, own))


def _credited(posting: Posting, account: str) -> int:
    return posting.amount * ((posting.credit == account) - (posting.debit == account))


def _level(booked: BookedEntry) -> int:
    return booked.entry.reason["inputs"]["level"]


def _share(order: str, member: str, level: int) -> str:
    """The second half of a place for what a member earns from an order, as its advocate or as its
    buyer.
    """
    return f"{order}/{member}/{'advocate' if level else 'buyer'}"


def claims_of_order(
    order: BookedOrder,
    currency: str,
    purchases: Purchases | None,
    merged: Mapping[str, str] = NOBODY_MERGED,
) -> Iterator[Claim]:
    """The claims of an order about its entries, its buyer and the buyer's advocate.

    * `currency`: the currency of the program in the order's terms.
    * `purchases`: the purchases of the buyer. Volume counts under the referral that they name.
    * `merged`: by closed member, the one who goes on. The volume of both is compared together.
    """
    facts, posted = order
    for reward in posted.rewards:
        place = _share(facts.id, reward.member, reward.level)
        yield Claim(facts.id, REWARDS, place, found=reward.posted)
        yield Claim(facts.id, DEDUCTED, place, found=reward.deducted)
        if reward.available_on is None:
            yield Claim(facts.id, UNDATED, f"{facts.id}/{reward.member}", found=reward.net)
        if reward.code == FRIEND_BONUS:
            yield Claim(facts.id, BONUSES, facts.id, found=reward.posted)
    if not isinstance(posted, FrozenOrder) or posted.terms.buyer is None:
        return
    terms, buyer = posted.terms, posted.terms.buyer
    yield Claim(buyer, PAYMENTS, buyer, int(posted.slot))
    if purchases and terms.chain and _counts(purchases, terms.referral, currency):
        yield Claim(buyer, GIVEN, f"{buyer}/{currency}", posted.volume)
        advocate = terms.chain[0].member
        owner = str(Owner(merged.get(advocate, advocate), currency))
        yield Claim(owner, VOLUME, owner, posted.volume)


def _counts(purchases: Purchases, referral: str | None, currency: str) -> bool:
    """Whether an order's volume is in the purchases: they count only the newest referral that has
    volume, and nothing once it has ended.
    """
    return bool(referral) and referral == purchases.referral and currency in purchases.given


def claims_of_purchases(purchases: Purchases) -> Iterator[Claim]:
    """The claims of a buyer's purchases about the buyer's orders."""
    buyer = purchases.member
    yield Claim(buyer, PAYMENTS, buyer, found=purchases.payments)
    for currency, volume in purchases.given.items():
        yield Claim(buyer, GIVEN, f"{buyer}/{currency}", found=volume)


def claims_of_account(
    owner: Owner, account: Account, merged: Mapping[str, str] = NOBODY_MERGED
) -> Iterator[Claim]:
    """The claims of an account about orders, its entries and its statements."""
    person = str(Owner(merged.get(owner.member, owner.member), owner.currency))
    yield Claim(person, VOLUME, person, found=account.volume)
    yield Claim(str(owner), OWED, str(owner), account.balance)
    yield Claim(str(owner), FIRST_ENTRY, str(owner), found=int(account.sequence > 0))
    settled = account.settled or LastStatement()
    yield Claim(str(owner), STATEMENTS, str(owner), found=settled.number)


def claims_of_statement(statement: Statement) -> Iterator[Claim]:
    owner = str(Owner(statement.member, statement.currency))
    yield Claim(owner, STATEMENTS, owner, 1)


def claims_of_credit(credit: OrderCredit) -> Iterator[Claim]:
    """The claims that the credit of an order makes about entries."""
    for payer in credit.payers:
        place, currency = f"{credit.order}/{payer.owner}", payer.owner.currency
        yield Claim(credit.order, CAPTURED, place, found=payer.captured)
        yield Claim(credit.order, RETURNED, place, found=payer.returned)
        yield Claim(currency, SPENT, currency, payer.captured - payer.returned)


def claims_of_books(books: LedgerBooks, buyers: Mapping[str, Purchases]) -> Iterator[Claim]:
    """All claims of the items in the books. `buyers` are the purchases of the orders' buyers."""
    for owner, history in books.entries.items():
        for booked in history:
            posting = books.postings[owner].get(booked.entry.sequence)
            yield from claims_of_entry(owner, booked, posting)
    for order in books.orders.values():
        yield from claims_of_order(
            order, books.currency_of(order), buyers.get(buyer_of(order) or ""), books.merged
        )
    for purchases in books.purchases.values():
        yield from claims_of_purchases(purchases)
    for owner, account in books.accounts.items():
        yield from claims_of_account(owner, account, books.merged)
    for statements in books.statements.values():
        for statement in statements:
            yield from claims_of_statement(statement)
    for credit in books.credits.values():
        yield from claims_of_credit(credit)


class Tally(defaultdict[Place, list[int]]):
    """The sums of the expected amounts and of the amounts found, for each place."""

    def __init__(self, amounts: Mapping[Place, list[int]] | None = None) -> None:
        super().__init__(lambda: [0, 0], amounts or {})

    def add(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            amounts = self[claim.what, claim.where]
            amounts[0] += claim.expected
            amounts[1] += claim.found

    def list_differences(self) -> Iterator[Difference]:
        """A difference for each place whose two sums are not equal, sorted by place."""
        for (what, where), (expected, found) in sorted(self.items()):
            if expected != found:
                yield Difference(what, where, expected, found)

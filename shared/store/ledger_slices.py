"""Slices of the ledger: a bounded part of its items, read into `LedgerBooks`, and the comparisons
that need no other slice (specification: verify).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property, partial
from typing import NamedTuple

from shared.domain.ledger.lots import Lots
from shared.domain.ledger.owner import Owner
from shared.domain.orders.purchases import Purchases
from shared.domain.programs.program import Program
from shared.domain.reconciliation.books import BookedOrder, Difference, LedgerBooks, buyer_of
from shared.domain.reconciliation.claims import Claim, claims_of_books
from shared.domain.reconciliation.credit import compare_credit
from shared.domain.reconciliation.differences import list_account_differences
from shared.domain.reconciliation.orders import compare_order, compare_review
from shared.store import engine, keys
from shared.store.items import RawItem
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.ledger.holds import OrderCreditItem
from shared.store.ledger.merges import list_merged
from shared.store.ledger.orders import OrderItem
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.ledger.reward_lots import lots_of_reward
from shared.store.ledger.scan import Cursor, scan_ledger
from shared.store.ledger.statements import StatementItem
from shared.store.programs import reviews
from shared.store.reconciliation import cached_program_versions, enter_item, enter_raw, lasting

ENTRIES = keys.entries("")


class SliceOfLedger(NamedTuple):
    """Items of the ledger in the order of the table.

    * `earlier`: the member whose history began in an earlier slice.
    * `cut`: the member whose history may go on in the next slice.
    * `rest`: the item after which the next slice begins; `None` at the end of the ledger.
    """

    books: LedgerBooks
    earlier: str | None
    cut: str | None
    items: int
    rest: Cursor | None


def read_slice(after: Cursor | None, most: int) -> SliceOfLedger:
    """The next items of the ledger: at least `most`, if there are so many, and less than twice as
    many.
    """
    books = LedgerBooks(cached_program_versions(), merged=list_merged())
    raws, rest = list[RawItem](), after
    while len(raws) < most:
        found, rest = scan_ledger({"ConsistentRead": True}, most, rest)
        raws += found
        if rest is None:
            break
    for raw in raws:
        enter_raw(books, raw)
    last = raws[-1]["pk"]["S"] if raws and rest else ""
    return SliceOfLedger(
        books, _member_of(after[0] if after else ""), _member_of(last), len(raws), rest
    )


def _member_of(partition: str) -> str | None:
    """The member whose entries are in a partition. A table is read partition by partition, so a
    slice can cut only its first and its last.
    """
    return partition.removeprefix(ENTRIES) if partition.startswith(ENTRIES) else None


def list_claims(part: SliceOfLedger) -> Iterator[Claim]:
    """All claims of the items in the slice."""
    books = part.books
    buyers = {buyer for order in books.orders.values() if (buyer := buyer_of(order))}
    return claims_of_books(books, _load_purchases(buyers))


def _load_purchases(buyers: Iterable[str]) -> Mapping[str, Purchases]:
    wanted = {buyer: keys.purchases(buyer) for buyer in buyers}
    found = engine.read((PurchasesItem, key) for key in wanted.values())
    return {name: purchases_of(name, found.get(PurchasesItem, key)) for name, key in wanted.items()}


def doubtful_accounts(part: SliceOfLedger) -> list[Owner]:
    """The accounts of the slice that must be read whole: those whose history is cut, and those that
    seem to differ. They may only seem to, because the ledger is written while it is read;
    `reconcile_account` reads such an account again and decides.

    An account whose history is in several slices is returned once, for the slice in which the
    history begins.
    """
    books = part.books
    owners = [
        owner
        for owner in {*books.entries, *_without_entries(books)}
        if owner.member != part.earlier
    ]
    cut = [owner for owner in owners if owner.member == part.cut]
    whole = sorted(owner for owner in owners if owner.member != part.cut)
    beside = _books_beside(books, whole)
    wrong = [owner for owner in whole if any(list_account_differences(beside, owner))]
    return sorted([*cut, *wrong])


def _without_entries(books: LedgerBooks) -> Iterator[Owner]:
    return (owner for owner, account in books.accounts.items() if not account.sequence)


def _books_beside(books: LedgerBooks, owners: list[Owner]) -> LedgerBooks:
    """Books with the histories in the slice, and the accounts and statements of their owners."""
    beside = LedgerBooks(books.program_of, entries=books.entries, postings=books.postings)
    account_keys = {owner: keys.account(*owner) for owner in owners}
    found = engine.read((AccountItem, key) for key in account_keys.values())
    for owner, key in account_keys.items():
        account = account_of(*owner, found.get(AccountItem, key))
        beside.accounts[owner] = account
    for member in dict.fromkeys(owner.member for owner in owners if _is_settled(beside, owner)):
        for item in StatementItem.query(keys.statements(member), consistent_read=True):
            enter_item(beside, item, member)
    return beside


def _is_settled(books: LedgerBooks, owner: Owner) -> bool:
    return books.account(owner).settled is not None


class OrderCheck:
    """Compares orders of a slice, and the credit that pays them, with what is due."""

    def __init__(self, program_of: Callable[[int], Program]) -> None:
        self._program_of = program_of
        self._lots = cache(self._load_lots)

    @cached_property
    def _merged(self) -> Mapping[str, str]:
        return list_merged()

    def _load_lots(self, owner: Owner) -> Lots:
        return lots_of_reward(owner, self._merged)

    @cached_property
    def _reviews(self) -> frozenset[str]:
        return frozenset(reviews.list_orders_in_review())

    def list_differences(self, part: SliceOfLedger) -> list[Difference]:
        """The differences of the slice's orders that are found again when the order is read a
        second time.
        """
        books = part.books
        known = books.orders | _load_orders(
            name for name in books.credits if name not in books.orders
        )
        names = dict.fromkeys([*books.orders, *books.credits])
        return [
            difference
            for name in names
            for difference in lasting(
                list(self._compare(name, books, known)),
                partial(OrderCheck(self._program_of)._look_again, name),
            )
        ]

    def _compare(
        self, name: str, books: LedgerBooks, orders: Mapping[str, BookedOrder]
    ) -> Iterator[Difference]:
        order, credit = orders.get(name), books.credits.get(name)
        if order and name in books.orders:
            yield from compare_order(order, self._program_of, self._lots)
            if any(reward.available_on is None for reward in order.posted.rewards):
                yield from compare_review(order, self._reviews)
        if credit:
            yield from compare_credit(credit, order)

    def _look_again(self, name: str) -> list[Difference]:
        books = _read_order(name)
        return list(self._compare(name, books, books.orders))


def _load_orders(names: Iterable[str]) -> dict[str, BookedOrder]:
    books = LedgerBooks(cached_program_versions())
    found = engine.read((OrderItem, keys.order(name)) for name in names)
    for item in found.of(OrderItem):
        enter_item(books, item, item.pk.partition("#")[2])
    return books.orders


def _read_order(name: str) -> LedgerBooks:
    """An order and the credit that pays it, read in one request."""
    books = LedgerBooks(cached_program_versions())
    found = engine.read([(OrderItem, keys.order(name)), (OrderCreditItem, keys.order_credit(name))])
    for item in [*found.of(OrderItem), *found.of(OrderCreditItem)]:
        enter_item(books, item, name)
    return books

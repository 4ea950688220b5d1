"""The books: the whole ledger, or the part of one account, loaded as values so that they can be
recomputed.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypedDict

from shared.domain.evaluation.posted import FrozenOrder, PostedState
from shared.domain.ledger.entry import Entry, Posting
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.order_credit import OrderCredit
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.statement import Figures, Statement
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.purchases import Purchases
from shared.domain.programs.program import Program


class Difference(NamedTuple):
    """A stored value (`found`) that is not what it should be (`expected`)."""

    what: str
    where: str
    expected: object
    found: object


class VerifyResult(TypedDict):
    """The result of a reconciliation: how many entries and orders were recomputed, and the fields
    of each `Difference`.
    """

    entries: int
    orders: int
    differences: list[dict[str, object]]


class BookedEntry(NamedTuple):
    """An entry. `earned_at` is the earning moment of its reward, if the entry uses room under a
    limit.
    """

    entry: Entry
    earned_at: datetime | None


class BookedOrder(NamedTuple):
    """The facts of an order, and what it has posted."""

    facts: OrderFacts
    posted: PostedState


def version_of(posted: PostedState) -> int | None:
    """The version of the program under which an order earned; `None` if it never earned."""
    return posted.terms.version if isinstance(posted, FrozenOrder) else posted.version


def buyer_of(order: BookedOrder) -> str | None:
    """The member who bought; `None` for an order without frozen terms or without a buyer."""
    return order.posted.terms.buyer if isinstance(order.posted, FrozenOrder) else None


@dataclass(frozen=True, slots=True)
class LedgerBooks:
    """The ledger as values.

    * `program_of`: returns a version of the program.
    * `orders`: by order id.
    * `purchases`: by the member who bought.
    * `reviews`: ids of the orders that staff sees as waiting for review.
    * `credits`: by order id, the credit that pays it.
    * `postings`: the stored postings of each account, by the sequence number of their entry.
    * `settlements`: by closed month, the figures of the whole shop by currency.
    * `merged`: by closed member, the one who goes on for them.
    """

    program_of: Callable[[int], Program]
    accounts: dict[Owner, Account] = field(default_factory=dict)
    entries: defaultdict[Owner, list[BookedEntry]] = field(
        default_factory=lambda: defaultdict(list)
    )
    orders: dict[str, BookedOrder] = field(default_factory=dict)
    purchases: dict[str, Purchases] = field(default_factory=dict)
    statements: defaultdict[Owner, list[Statement]] = field(
        default_factory=lambda: defaultdict(list)
    )
    reviews: set[str] = field(default_factory=set)
    credits: dict[str, OrderCredit] = field(default_factory=dict)
    postings: defaultdict[Owner, dict[int, Posting]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    settlements: dict[str, Mapping[str, Figures]] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)

    def account(self, owner: Owner) -> Account:
        """The stored account; an empty one if there is none."""
        return self.accounts.get(owner) or Account(*owner)

    def currency_of(self, order: BookedOrder) -> str:
        """The currency of the program under which an order earned; `""` if it never earned."""
        version = version_of(order.posted)
        return self.program_of(version).currency if version else ""

    def history(self, owner: Owner) -> list[BookedEntry]:
        """An account's entries, sorted by sequence number."""
        return sorted(self.entries.get(owner, ()), key=lambda booked: booked.entry.sequence)

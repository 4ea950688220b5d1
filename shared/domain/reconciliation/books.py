"""The books: the whole ledger, or one account's part of it, as values to recompute."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypedDict

from shared.domain.evaluation.posted import PostedState
from shared.domain.ledger.entry import Entry, Posting
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.order_credit import OrderCredit
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.statement import Figures, Statement
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.purchases import Purchases
from shared.domain.programs.program import Program


class Difference(NamedTuple):
    """A value that is kept (`found`) and what it should be (`expected`)."""

    what: str
    where: str
    expected: object
    found: object


class VerifyResult(TypedDict):
    """What recomputing found: how much was recomputed, and each `Difference` by its fields."""

    entries: int
    orders: int
    differences: list[dict[str, object]]


class BookedEntry(NamedTuple):
    """An entry with the earning moment of its reward, if a cap counts it."""

    entry: Entry
    earned_at: datetime | None


class BookedOrder(NamedTuple):
    """What was told about an order, and what it has posted."""

    facts: OrderFacts
    posted: PostedState


@dataclass(frozen=True, slots=True)
class LedgerBooks:
    """The ledger as values.

    `program_of` gives a version of the program. `orders` are by their id, `purchases` by the
    member who bought; `reviews` are the ids of orders that staff is shown for a review; `credits`
    are what credit pays of each order. `postings` are by the sequence of their entries as they were
    stored, `settlements` the figures of the whole shop by month and currency, of closed months.
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

    def account(self, owner: Owner) -> Account:
        """An account as it is kept; an empty one if there is none."""
        return self.accounts.get(owner) or Account(*owner)

    def history(self, owner: Owner) -> list[BookedEntry]:
        """An account's entries by their sequence."""
        return sorted(self.entries.get(owner, ()), key=lambda booked: booked.entry.sequence)

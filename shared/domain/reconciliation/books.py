"""Everything recomputed from facts and entries, compared with what is kept: 0 differences is the only good answer (design, section 6)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from shared.domain.evaluation.decision import PostedState
from shared.domain.evaluation.reasons import REFERRAL_ENDED, amount_from
from shared.domain.instants import parse_instant
from shared.domain.ledger.ledger import CLAWBACK, FORFEIT, REWARD, Account, Entry, reward_deltas
from shared.domain.ledger.statement import Statement
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.purchases import Purchases
from shared.domain.programs.program import Cap, Program
from shared.domain.reconciliation.statements import statement_faults
from shared.domain.rewards.reward import NoExchangeRate, RewardOutcome, evaluate

Owner = tuple[str, str]
"""Member and currency."""


class Difference(NamedTuple):
    """What is kept (`found`) and what it should be."""

    what: str
    where: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class LedgerBooks:
    """The whole ledger as values. `program_of` gives the version that an order's terms name; an entry's instant is its earning moment.

    `reviews` are the orders that are listed for staff.
    """

    program_of: Callable[[int], Program]
    accounts: dict[Owner, Account] = field(default_factory=dict)
    entries: dict[Owner, list[tuple[Entry, datetime | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    orders: dict[str, tuple[OrderFacts, PostedState]] = field(default_factory=dict)
    purchases: dict[str, Purchases] = field(default_factory=dict)
    statements: dict[Owner, list[Statement]] = field(default_factory=lambda: defaultdict(list))
    reviews: set[str] = field(default_factory=set)


def differences(books: LedgerBooks) -> Iterator[Difference]:
    for owner in sorted({*books.accounts, *books.entries, *books.statements}):
        yield from account_differences(books, owner)
    posted = _posted_by_order(books)
    for order, done in books.orders.values():
        yield from _order(books, order, done, posted.pop(order.id, {}))
    for order_id in sorted(posted):
        yield Difference(
            "entries of an order that is not there", order_id, {}, _named(posted[order_id])
        )
    yield from _friends(books)
    yield from _reviews(books)


def account_differences(books: LedgerBooks, owner: Owner) -> Iterator[Difference]:
    """One account alone, with its entries and its statements."""
    yield from _account(books, owner)
    yield from _statements(books, owner)


def _statements(books: LedgerBooks, owner: Owner) -> Iterator[Difference]:
    entries = sorted(
        (entry for entry, _ in books.entries.get(owner, ())), key=lambda entry: entry.sequence
    )
    statements = sorted(books.statements.get(owner, ()), key=lambda statement: statement.month)
    for fault in statement_faults(
        books.accounts.get(owner) or Account(*owner), entries, statements
    ):
        yield Difference(fault.what, "/".join((*owner, fault.month)), fault.expected, fault.found)


def _account(books: LedgerBooks, owner: Owner) -> Iterator[Difference]:
    """Balance, sequence, maturing credit and used room against the entries; every reason against its own amount."""
    where = "/".join(owner)
    account = books.accounts.get(owner) or Account(*owner)
    rows = sorted(books.entries.get(owner, ()), key=lambda row: row[0].sequence)
    balance = 0
    for place, (entry, _) in enumerate(rows, 1):
        balance += entry.amount
        if (entry.sequence, entry.balance_after) != (place, balance):
            yield Difference(
                "entry's number and balance after it",
                where,
                [place, balance],
                [entry.sequence, entry.balance_after],
            )
        if "kept" in entry.reason["inputs"] and amount_from(entry.reason["inputs"]) != entry.amount:
            yield Difference(
                "amount of its own reason",
                f"{where}/{place}",
                amount_from(entry.reason["inputs"]),
                entry.amount,
            )
    if (account.balance, account.sequence) != (balance, len(rows)):
        yield Difference(
            "balance and entries of an account",
            where,
            [balance, len(rows)],
            [account.balance, account.sequence],
        )
    maturing = defaultdict(int)
    for entry, _ in rows:
        if entry.available_on and account.matured_to and entry.available_on > account.matured_to:
            maturing[entry.available_on] += entry.amount
    if {date: amount for date, amount in maturing.items() if amount} != dict(account.maturing):
        yield Difference("maturing credit", where, _named(maturing), _named(account.maturing))
    waiting = sum(entry.amount for entry, _ in rows if entry.under_review)
    if account.reviewed != waiting:
        yield Difference("credit under review", where, waiting, account.reviewed)
    yield from _used(account, rows)


def _posted_by_order(books: LedgerBooks) -> dict[str, dict]:
    """What the entries say of each order's rewards: posted and taken by member, level and code."""
    found: dict[str, dict] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for (member, _), rows in books.entries.items():
        for entry, _ in rows:
            inputs = entry.reason["inputs"]
            if entry.kind == FORFEIT or entry.reason["code"] == REFERRAL_ENDED:
                found[entry.order][member, inputs["level"] > 0][1] -= entry.amount
            elif entry.kind in (REWARD, CLAWBACK):
                found[entry.order][member, inputs["level"] > 0][0] += entry.amount
    return found


def _order(
    books: LedgerBooks, order: OrderFacts, done: PostedState, entries: Mapping
) -> Iterator[Difference]:
    """Standings against entries, and against what is due; an order without a rate by now stands as it did before."""
    kept: dict = defaultdict(lambda: [0, 0])
    for row in done.standings:
        both = kept[row.member, row.level > 0]
        both[0] += row.posted
        both[1] += row.taken
    if {key: row for key, row in entries.items() if any(row)} != {
        key: row for key, row in kept.items() if any(row)
    }:
        yield Difference(
            "an order's rewards and its entries", order.id, _named(entries), _named(kept)
        )
    if done.terms is None:
        return
    program = books.program_of(done.terms.version)
    try:
        outcome = (
            RewardOutcome(0)
            if order.test
            else evaluate(order, program, done.terms, _room(books, program, done))
        )
    except NoExchangeRate:
        return
    for change in reward_deltas(outcome.dues, done.standings):
        yield Difference(
            "due less posted",
            f"{order.id}/{change.standing.member}/{change.standing.level}",
            0,
            change.amount,
        )
    if (outcome.volume, outcome.slot) != (done.volume, done.slot):
        yield Difference(
            "volume and payment of an order",
            order.id,
            [outcome.volume, outcome.slot],
            [done.volume, done.slot],
        )


def _room(books: LedgerBooks, program: Program, done: PostedState) -> dict[str, int]:
    """Room that others freed since is open to later orders only: what stands was bounded by the room there was then."""
    cap = program.rules.max_per_advocate
    if cap is None:
        return {}
    posted = {row.member: row.net for row in done.standings if row.level}
    then = {seat.member: posted.get(seat.member, 0) for seat in done.terms.chain}
    return then if cap.covers(done.terms.earned_at) else {}


def _used(account: Account, rows: Iterable[tuple[Entry, datetime | None]]) -> Iterator[Difference]:
    """The room used in each window that the account keeps."""
    for window, kept in account.used.items():
        since, _, until = window.partition("|")
        cap = Cap(
            0, parse_instant(since) if since else None, parse_instant(until) if until else None
        )
        used = sum(entry.amount for entry, earned_at in rows if earned_at and cap.covers(earned_at))
        if used != kept:
            yield Difference(
                "room used under a cap", f"{account.member}/{account.currency}", used, kept
            )


def _friends(books: LedgerBooks) -> Iterator[Difference]:
    """Each friend's payments and volume given, and each advocate's volume, against the orders."""
    payments, given, advocates = defaultdict(int), defaultdict(int), {}
    for _, done in books.orders.values():
        terms = done.terms
        if terms is None or terms.buyer is None:
            continue
        payments[terms.buyer] += done.slot
        if terms.referral and terms.chain:
            given[terms.buyer, terms.referral, books.program_of(terms.version).currency] += (
                done.volume
            )
            advocates[terms.referral] = terms.chain[0].member
    volumes = defaultdict(int)
    for friend in books.purchases.values():
        if friend.payments != payments[friend.member]:
            yield Difference(
                "payments of a friend", friend.member, payments[friend.member], friend.payments
            )
        for currency, volume in friend.given.items():
            volumes[advocates.get(friend.referral), currency] += volume
            if volume != given[friend.member, friend.referral, currency]:
                yield Difference(
                    "volume of a friend",
                    friend.member,
                    given[friend.member, friend.referral, currency],
                    volume,
                )
    for owner, account in books.accounts.items():
        if account.volume != volumes[owner]:
            yield Difference(
                "volume of an advocate", "/".join(owner), volumes[owner], account.volume
            )


def _reviews(books: LedgerBooks) -> Iterator[Difference]:
    """Rewards without a date against the entries that have none; whatever is held is listed for somebody to decide."""
    entries = defaultdict(int)
    for (member, _), rows in books.entries.items():
        for entry, _ in rows:
            entries[entry.order, member] += entry.amount if entry.under_review else 0
    for order, done in books.orders.values():
        waiting = defaultdict(int)
        for row in done.standings:
            waiting[row.member] += row.net if row.available_on is None else 0
        for member, amount in waiting.items():
            if amount != entries[order.id, member]:
                yield Difference(
                    "an order's rewards without a date",
                    f"{order.id}/{member}",
                    entries[order.id, member],
                    amount,
                )
        if (
            done.terms
            and done.terms.held
            and any(waiting.values())
            and order.id not in books.reviews
        ):
            yield Difference("a held order that nobody is shown", order.id, True, False)


def _named(rows: Mapping) -> dict:
    return {str(key): row for key, row in rows.items()}

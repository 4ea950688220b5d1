"""Accounts, and the entries that explain them, in the ledger table."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from shared import log
from shared.domain.ledger.entry import (
    ADJUSTMENT_COSTS,
    BONUS_COSTS,
    BREAKAGE,
    FORFEITED,
    REDEMPTIONS,
    REWARD_COSTS,
    Entry,
    Posting,
    credit_account,
)
from shared.domain.ledger.ledger import Account, HeldAmount, LastStatement
from shared.domain.ledger.reason import Reason
from shared.store import cursors, keys
from shared.store.codec import BY_INSTANT, INSTANT, Document, Field, by_name
from shared.store.engine import Write
from shared.store.items import (
    ABSENT,
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    LedgerItem,
    unchanged,
)

HELD_AMOUNT = Document(HeldAmount, amount=Field("a"), ends_at=Field("e", INSTANT))
LAST_STATEMENT = Document(
    LastStatement, sequence=Field("s"), number=Field("n"), month=Field("m"), closing=Field("c")
)

SHORT_ACCOUNTS = {
    REWARD_COSTS: "r",
    BONUS_COSTS: "b",
    ADJUSTMENT_COSTS: "a",
    BREAKAGE: "x",
    FORFEITED: "f",
    REDEMPTIONS: "c",
}
"""The stored names of the shop's accounts."""
LONG_ACCOUNTS = {short: account for account, short in SHORT_ACCOUNTS.items()}
OWN_ACCOUNT = "m"
"""The stored name of the account of the member to whom the entry belongs."""


class AccountItem(LedgerItem):
    """A member's account in one currency. Every transaction that changes it raises `revision`, and
    fails if it has changed since it was read.
    """

    revision = IntegerAttribute()
    sequence = IntegerAttribute()
    balance = IntegerAttribute()
    volume = IntegerAttribute(default=0)
    maturing: JsonAttribute[Mapping[datetime, int]] = JsonAttribute(BY_INSTANT, default=dict)
    matured_to = InstantAttribute(null=True)
    reviewed = IntegerAttribute(default=0)
    used: JsonAttribute[Mapping[str, int]] = JsonAttribute(default=dict)
    holds = JsonAttribute(by_name(HELD_AMOUNT), default=dict)
    blocked_at = InstantAttribute(null=True)
    settled = JsonAttribute(LAST_STATEMENT.form, null=True)
    next_expiry = InstantAttribute(null=True)
    next_notice = InstantAttribute(null=True)
    merged_into = UnicodeAttribute(null=True)


class EntryItem(LedgerItem):
    """One line of a member's history. It is put once and never changed.

    * `debit`, `credit`: stored names of the accounts between which the amount moves.
    * `earned_at`: decides in which windows of the program's limit the entry uses room; empty if it
      uses none.
    * `request`: the API request that caused the entry, for the log only.
    """

    at = InstantAttribute()
    kind = UnicodeAttribute()
    amount = IntegerAttribute()
    debit = UnicodeAttribute()
    credit = UnicodeAttribute()
    available_on = InstantAttribute(null=True)
    order = UnicodeAttribute(null=True)
    earned_at = InstantAttribute(null=True)
    reason: JsonAttribute[Reason] = JsonAttribute()
    balance_after = IntegerAttribute()
    expires_at = InstantAttribute(null=True)
    request = UnicodeAttribute(null=True)


def account_of(member_id: str, currency: str, item: AccountItem | None) -> Account:
    """The account in an item. Without an item it is empty, with revision 0."""
    if item is None:
        return Account(member_id, currency)
    return Account(
        member=member_id,
        currency=currency,
        revision=item.revision,
        sequence=item.sequence,
        balance=item.balance,
        volume=item.volume,
        maturing=item.maturing,
        matured_to=item.matured_to,
        reviewed=item.reviewed,
        used=item.used,
        holds=item.holds,
        blocked_at=item.blocked_at,
        settled=item.settled,
        next_expiry=item.next_expiry,
        next_notice=item.next_notice,
        merged_into=item.merged_into,
    )


def list_accounts(member_id: str) -> list[Account]:
    """A member's accounts, one for each currency in which something was posted."""
    rows = AccountItem.query(keys.accounts(member_id), consistent_read=True)
    return [account_of(member_id, item.sk, item) for item in rows]


def put_account(after: Account) -> Write:
    """The write that stores an account. It fails if the account has changed since it was read."""
    item = AccountItem(
        *keys.account(after.member, after.currency),
        revision=after.revision + 1,
        sequence=after.sequence,
        balance=after.balance,
        volume=after.volume,
        maturing=after.maturing,
        matured_to=after.matured_to,
        reviewed=after.reviewed,
        used=after.used,
        holds=after.holds,
        blocked_at=after.blocked_at,
        settled=after.settled,
        next_expiry=after.next_expiry,
        next_notice=after.next_notice,
        merged_into=after.merged_into,
    )
    return Write(item, unchanged(after.revision))


def put_entry(entry: Entry, earned_at: datetime | None) -> Write:
    """The write that adds an entry to a history. It never replaces an entry.

    `earned_at` is the earning moment of the entry's order; `None` for an entry that uses no room
    under the program's limit, such as a reward of level 0.
    """
    posting = entry.posting
    item = EntryItem(
        *keys.entry(entry.member, entry.currency, entry.sequence),
        at=entry.at,
        kind=entry.kind,
        amount=entry.amount,
        debit=SHORT_ACCOUNTS.get(posting.debit, OWN_ACCOUNT),
        credit=SHORT_ACCOUNTS.get(posting.credit, OWN_ACCOUNT),
        available_on=entry.available_on,
        order=entry.order,
        earned_at=earned_at,
        reason=entry.reason,
        balance_after=entry.balance_after,
        expires_at=entry.expires_at,
        request=log.correlation_id(),
    )
    return Write(item, ABSENT)


def entry_of(item: EntryItem) -> Entry:
    """The entry in an item. Its member, currency and sequence number come from the item's key."""
    currency, _, sequence = item.sk.partition("#")
    return Entry(
        member=item.pk.partition("#")[2],
        sequence=int(sequence),
        at=item.at,
        kind=item.kind,
        amount=item.amount,
        currency=currency,
        available_on=item.available_on,
        order=item.order,
        reason=item.reason,
        balance_after=item.balance_after,
        expires_at=item.expires_at,
    )


def posting_of(item: EntryItem) -> Posting:
    """The posting in a stored entry."""
    own = credit_account(item.pk.partition("#")[2])
    debit, credit = (LONG_ACCOUNTS.get(short, own) for short in (item.debit, item.credit))
    return Posting(debit, credit, abs(item.amount), item.sk.partition("#")[0])


def list_entries(member_id: str, limit: int, after: str) -> tuple[list[Entry], str | None]:
    """A page of a member's history, oldest first, and the cursor of the next page; `None` after the
    last page. Raises `InvalidCursor`.
    """
    partition = keys.entries(member_id)
    start = cursors.start(partition, after)
    page = EntryItem.query(partition, limit=limit, last_evaluated_key=start, consistent_read=True)
    return [entry_of(item) for item in page], cursors.next_page(page)


def list_latest_entries(
    member_id: str, currency: str, limit: int, after: str = ""
) -> tuple[list[Entry], str | None]:
    """A page of a member's history in one currency, newest first, and the cursor of the next page;
    `None` after the last page. Raises `InvalidCursor`.
    """
    partition = keys.entries(member_id)
    last = keys.entry(member_id, currency, keys.LAST_SEQUENCE).sk
    page = EntryItem.query(
        partition,
        EntryItem.sk.startswith(f"{currency}#"),
        limit=limit,
        last_evaluated_key=cursors.start(partition, after, f"{currency}#", last),
        consistent_read=True,
        scan_index_forward=False,
    )
    return [entry_of(item) for item in page], cursors.next_page(page)


def whole_history(member_id: str) -> Iterator[Entry]:
    """A member's entries in all currencies, sorted by currency, then oldest first."""
    return map(entry_of, _history(member_id))


def all_entries(member_id: str, currency: str) -> Iterator[Entry]:
    """A member's entries in one currency, oldest first."""
    return map(entry_of, _history(member_id, EntryItem.sk.startswith(f"{currency}#")))


def entries_between(
    member_id: str, currency: str, first: int, last: int = keys.LAST_SEQUENCE
) -> Iterator[Entry]:
    """The entries from sequence number `first` to `last`, both included, oldest first. They are
    read only as far as the caller iterates.
    """
    between = EntryItem.sk.between(
        keys.entry(member_id, currency, first).sk, keys.entry(member_id, currency, last).sk
    )
    return map(entry_of, _history(member_id, between))


def _history(member_id: str, condition: Condition | None = None) -> Iterator[EntryItem]:
    return iter(EntryItem.query(keys.entries(member_id), condition, consistent_read=True))

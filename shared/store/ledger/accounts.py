"""What members own and why: accounts, entries and what each friend has bought, in the ledger table."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.domain.instants import instant_text, parse_instant
from shared.domain.ledger.ledger import Account, Entry, HeldAmount, LastStatement
from shared.domain.programs.program import Cap
from shared.store import cursors, keys
from shared.store.engine import CompactJson, LedgerItem, Write, connection


class AccountItem(LedgerItem):
    """`revision` is raised by every transaction that changes the account, which writes only where it is what was read."""

    revision = NumberAttribute()
    sequence = NumberAttribute()
    balance = NumberAttribute()
    volume = NumberAttribute(default=0)
    maturing = CompactJson(default=dict)
    matured_to = UnicodeAttribute(null=True)
    reviewed = NumberAttribute(null=True)
    used = CompactJson(default=dict)
    holds = CompactJson(null=True)
    blocked_at = UnicodeAttribute(null=True)
    settled = CompactJson(null=True)


class EntryItem(LedgerItem):
    """One line of a member's history, put once and never touched again."""

    at = UnicodeAttribute()
    kind = UnicodeAttribute()
    amount = NumberAttribute()
    available_on = UnicodeAttribute(null=True)
    order = UnicodeAttribute(null=True)
    earned_at = UnicodeAttribute(null=True)
    reason = CompactJson()
    balance_after = NumberAttribute()


def account_of(member_id: str, currency: str, item: AccountItem | None) -> Account:
    """The account as read; nobody's first account is empty and has revision 0."""
    if item is None:
        return Account(member_id, currency)
    return Account(
        member=member_id,
        currency=currency,
        revision=int(item.revision),
        sequence=int(item.sequence),
        balance=int(item.balance),
        volume=int(item.volume),
        maturing={parse_instant(date): amount for date, amount in item.maturing.items()},
        matured_to=parse_instant(item.matured_to) if item.matured_to else None,
        reviewed=int(item.reviewed or 0),
        used=item.used,
        holds={
            name: HeldAmount(amount, parse_instant(ends_at))
            for name, (amount, ends_at) in (item.holds or {}).items()
        },
        blocked_at=parse_instant(item.blocked_at) if item.blocked_at else None,
        settled=LastStatement(*item.settled) if item.settled else None,
    )


def accounts_of(member_id: str) -> list[Account]:
    """A member's accounts, one for each currency that a program of theirs ever had."""
    rows = AccountItem.query(keys.accounts(member_id), consistent_read=True)
    return [account_of(member_id, item.sk, item) for item in rows]


def owners_of_credit(
    most: int, after: keys.Key | None
) -> tuple[list[tuple[str, str]], keys.Key | None]:
    """Members and currencies with a balance above 0 among the next `most` items of the ledger, and where the rest begins."""
    asked = {
        "TableName": AccountItem.Meta.table_name,
        "Limit": most,
        "ProjectionExpression": "pk, sk",
        "FilterExpression": "begins_with(pk, :accounts) AND balance > :nothing",
        "ExpressionAttributeValues": {
            ":accounts": {"S": keys.accounts("")},
            ":nothing": {"N": "0"},
        },
    }
    start = {"ExclusiveStartKey": {"pk": {"S": after.pk}, "sk": {"S": after.sk}}} if after else {}
    page = connection().dispatch("Scan", asked | start)
    owners = [(raw["pk"]["S"].partition("#")[2], raw["sk"]["S"]) for raw in page["Items"]]
    last = page.get("LastEvaluatedKey")
    return owners, keys.Key(last["pk"]["S"], last["sk"]["S"]) if last else None


def put_account(after: Account) -> Write:
    """The account as it becomes, where it still is what was read."""
    item = AccountItem(
        *keys.account(after.member, after.currency),
        revision=after.revision + 1,
        sequence=after.sequence,
        balance=after.balance,
        volume=after.volume,
        maturing={instant_text(date): amount for date, amount in sorted(after.maturing.items())},
        matured_to=instant_text(after.matured_to) if after.matured_to else None,
        reviewed=after.reviewed or None,
        used=dict(after.used),
        holds={
            name: (held.amount, instant_text(held.ends_at)) for name, held in after.holds.items()
        }
        or None,
        blocked_at=instant_text(after.blocked_at) if after.blocked_at else None,
        settled=after.settled,
    )
    unchanged = (
        AccountItem.revision == after.revision
        if after.revision
        else AccountItem.pk.does_not_exist()
    )
    return Write(item, unchanged)


def put_entry(entry: Entry, earned_at: datetime | None) -> Write:
    """A new line of a history, never over another one. `earned_at` says in which cap window it counts."""
    item = EntryItem(
        *keys.entry(entry.member, entry.currency, entry.sequence),
        at=instant_text(entry.at),
        kind=entry.kind,
        amount=entry.amount,
        available_on=instant_text(entry.available_on) if entry.available_on else None,
        order=entry.order,
        earned_at=instant_text(earned_at) if earned_at else None,
        reason=dict(entry.reason),
        balance_after=entry.balance_after,
    )
    return Write(item, EntryItem.pk.does_not_exist())


def entry_of(item: EntryItem) -> Entry:
    currency, _, sequence = item.sk.partition("#")
    return Entry(
        member=item.pk.partition("#")[2],
        sequence=int(sequence),
        at=parse_instant(item.at),
        kind=item.kind,
        amount=int(item.amount),
        currency=currency,
        available_on=parse_instant(item.available_on) if item.available_on else None,
        order=item.order,
        reason=item.reason,
        balance_after=int(item.balance_after),
    )


def window_of(cap: Cap) -> str:
    """The name of a cap's window: rewards earned in it share the room."""
    return "|".join(instant_text(at) if at else "" for at in (cap.since, cap.until))


def with_room(account: Account, cap: Cap) -> Account:
    """The account knowing the room used under a cap; a window never asked for before is added up from the entries."""
    window = window_of(cap)
    if window in account.used:
        return account
    rows = EntryItem.query(
        keys.entries(account.member),
        EntryItem.sk.startswith(f"{account.currency}#"),
        consistent_read=True,
    )
    used = (
        sum(
            int(row.amount)
            for row in rows
            if row.earned_at and cap.covers(parse_instant(row.earned_at))
        )
        if account.sequence
        else 0
    )
    return replace(account, used={window: used})


def entries(member_id: str, limit: int, after: str) -> tuple[list[Entry], str | None]:
    """A page of a member's history, oldest first, and where the next page begins."""
    partition = keys.entries(member_id)
    start = cursors.start(partition, after)
    page = EntryItem.query(partition, limit=limit, last_evaluated_key=start, consistent_read=True)
    rows = [entry_of(item) for item in page]
    last = page.last_evaluated_key
    return rows, last["sk"]["S"] if last else None


def latest_entries(
    member_id: str, currency: str, limit: int, after: str = ""
) -> tuple[list[Entry], str | None]:
    """A page of a member's history in one currency, newest first, and where the next page begins."""
    partition = keys.entries(member_id)
    start = cursors.start(
        partition, after, f"{currency}#", keys.entry(member_id, currency, keys.LAST_SEQUENCE).sk
    )
    own = EntryItem.sk.startswith(f"{currency}#")
    page = EntryItem.query(
        partition,
        own,
        limit=limit,
        last_evaluated_key=start,
        consistent_read=True,
        scan_index_forward=False,
    )
    rows = [entry_of(item) for item in page]
    last = page.last_evaluated_key
    return rows, last["sk"]["S"] if last else None


def whole_history(member_id: str) -> Iterator[Entry]:
    """A member's entries in every currency, by currency and then oldest first."""
    for item in EntryItem.query(keys.entries(member_id), consistent_read=True):
        yield entry_of(item)


def entries_between(
    member_id: str, currency: str, first: int, last: int | None = None
) -> Iterator[Entry]:
    """A history from one sequence on, to another or to its end, oldest first; more are read as they are asked for."""
    until = keys.entry(member_id, currency, last if last is not None else keys.LAST_SEQUENCE).sk
    between = EntryItem.sk.between(keys.entry(member_id, currency, first).sk, until)
    for item in EntryItem.query(keys.entries(member_id), between, consistent_read=True):
        yield entry_of(item)


def all_entries(member_id: str, currency: str) -> Iterator[Entry]:
    """A member's whole history in one currency, oldest first."""
    for item in EntryItem.query(
        keys.entries(member_id), EntryItem.sk.startswith(f"{currency}#"), consistent_read=True
    ):
        yield entry_of(item)

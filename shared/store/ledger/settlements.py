"""Settlement runs in the ledger table: items for each month, its shards and its failures."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from shared.domain.ledger.ledger import LastStatement
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.settlement import (
    AccountSummary,
    ClosedRun,
    OpenRun,
    SettlementCounts,
    SettlementRun,
    SettlementShard,
    counted_as_solved,
)
from shared.domain.ledger.statement import Figures
from shared.store import cursors, keys
from shared.store.codec import Document, Field, Form, by_name
from shared.store.engine import Check, Write, find
from shared.store.items import (
    ABSENT,
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    LedgerItem,
    RawItem,
    unchanged,
)
from shared.store.ledger.accounts import AccountItem, EntryItem
from shared.store.ledger.scan import Cursor, LedgerPart, ScannedPage, scan_accounts, scan_ledger
from shared.store.ledger.statements import FIGURES

COUNTS = Document(
    SettlementCounts,
    members=Field("m"),
    idle=Field("i"),
    failed=Field("f"),
    statements=Field("s"),
    unexplained=Field("u"),
    sums=Field("c", by_name(FIGURES)),
    standing=Field("w"),
)


CURSOR: Form[Cursor] = Form(
    lambda cursor: {"pk": cursor[0], "sk": cursor[1]}, lambda row: (row["pk"], row["sk"])
)


class RunItem(LedgerItem):
    """The run of a month. Beginning it and closing it each raise `revision`."""

    revision = IntegerAttribute()
    time_zone = UnicodeAttribute()
    shards = IntegerAttribute()
    expected = IntegerAttribute()
    begun_at = InstantAttribute()
    closed_at = InstantAttribute(null=True)


class ShardItem(LedgerItem):
    """The progress of a run in one part of the ledger. Each page raises `revision`."""

    revision = IntegerAttribute()
    counts = JsonAttribute(COUNTS.form)
    after = JsonAttribute(CURSOR, null=True)
    done = BooleanAttribute()


class FailureItem(LedgerItem):
    """An account that could not be settled; its page was settled without it. `counts` is set after
    the account was settled later.
    """

    reason = UnicodeAttribute()
    opening = IntegerAttribute(default=0)
    counts = JsonAttribute(COUNTS.form, null=True)


class Failure(NamedTuple):
    """An account that could not be settled yet. `reason` is a key of `words.SETTLEMENTS`; `opening`
    is the closing balance of its last statement.
    """

    owner: Owner
    reason: str
    opening: int


class SolvedFailure(NamedTuple):
    """A failure whose account was settled later. `counts` is what it adds to the run."""

    owner: Owner
    reason: str
    opening: int
    counts: SettlementCounts


class RunNotFound(LookupError):
    """A job or a caller names a month that has no run."""


def put_run(run: SettlementRun) -> Write:
    """The write that stores a run. It fails if the run has changed since it was read."""
    item = RunItem(
        *keys.settlement(run.month),
        revision=run.revision + 1,
        time_zone=run.time_zone,
        shards=run.shards,
        expected=run.expected,
        begun_at=run.begun_at,
        closed_at=run.closed_at if isinstance(run, ClosedRun) else None,
    )
    return Write(item, unchanged(run.revision))


def _run_of(item: RunItem) -> SettlementRun:
    run = OpenRun(
        month=item.sk,
        time_zone=item.time_zone,
        shards=item.shards,
        expected=item.expected,
        begun_at=item.begun_at,
        revision=item.revision,
    )
    return run.closed(item.closed_at) if item.closed_at else run


def find_run(month: str) -> SettlementRun | None:
    item = find(RunItem, keys.settlement(month))
    return _run_of(item) if item else None


def load_run(month: str) -> SettlementRun:
    """The run of a month. Raises `RunNotFound`."""
    run = find_run(month)
    if run is None:
        raise RunNotFound(month)
    return run


def list_settlement_runs(
    limit: int, after: str = "", oldest_first: bool = False
) -> tuple[list[SettlementRun], str | None]:
    """A page of the runs, newest month first by default, and the cursor of the next page; `None`
    after the last page. Raises `InvalidCursor`.
    """
    page = RunItem.query(
        keys.SETTLEMENTS,
        limit=limit,
        last_evaluated_key=cursors.start(keys.SETTLEMENTS, after),
        consistent_read=True,
        scan_index_forward=oldest_first,
    )
    runs = [_run_of(item) for item in page]
    last = page.last_evaluated_key
    return runs, last["sk"]["S"] if last else None


def find_last_run() -> SettlementRun | None:
    return next(iter(list_settlement_runs(1)[0]), None)


def find_first_run() -> SettlementRun | None:
    return next(iter(list_settlement_runs(1, oldest_first=True)[0]), None)


def put_shard(shard: SettlementShard) -> Write:
    """The write that stores a shard. It fails if the shard has changed since it was read."""
    item = ShardItem(
        *keys.settlement_shard(shard.month, shard.number),
        revision=shard.revision + 1,
        counts=shard.counts,
        after=shard.after,
        done=shard.done,
    )
    return Write(item, unchanged(shard.revision))


def check_shard(shard: SettlementShard) -> Write:
    """The check that no page of the shard was counted since the shard was read."""
    key = keys.settlement_shard(shard.month, shard.number)
    return Check(ShardItem(*key), unchanged(shard.revision))


def load_shard(month: str, number: int) -> SettlementShard:
    """The progress of a shard. Before its first page no item is stored."""
    item = find(ShardItem, keys.settlement_shard(month, number))
    return _shard_of(month, item) if item else SettlementShard(month, number)


def _shard_of(month: str, item: ShardItem) -> SettlementShard:
    return SettlementShard(
        month, int(item.sk.partition("#")[2]), item.counts, item.after, item.done, item.revision
    )


def list_shards(month: str) -> list[SettlementShard]:
    """The shards of a run that have at least one page."""
    shards = ShardItem.sk.startswith(keys.SHARD)
    items = ShardItem.query(keys.settlement_parts(month), shards, consistent_read=True)
    return [_shard_of(month, item) for item in items]


def put_failure(month: str, failure: Failure) -> Write:
    """The write that records a failed account. It fails if the account is recorded already."""
    item = FailureItem(
        *keys.settlement_failure(month, *failure.owner),
        reason=failure.reason,
        opening=failure.opening,
    )
    return Write(item, ABSENT)


def put_solved_failure(month: str, failure: SolvedFailure) -> Write:
    """The write that adds the counts of an account that was settled later. Works once."""
    item = FailureItem(
        *keys.settlement_failure(month, *failure.owner),
        reason=failure.reason,
        opening=failure.opening,
        counts=failure.counts,
    )
    return Write(item, FailureItem.counts.does_not_exist() & FailureItem.pk.exists())


def failure_of(item: FailureItem) -> Failure | SolvedFailure:
    _, currency, member = item.sk.split("#", 2)
    owner = Owner(member, currency)
    if item.counts:
        return SolvedFailure(owner, item.reason, item.opening, item.counts)
    return Failure(owner, item.reason, item.opening)


def list_failures(month: str) -> Iterator[Failure | SolvedFailure]:
    failures = FailureItem.sk.startswith(keys.FAILED)
    for item in FailureItem.query(keys.settlement_parts(month), failures, consistent_read=True):
        yield failure_of(item)


def list_unsolved_failures(month: str) -> Iterator[Failure]:
    return (failure for failure in list_failures(month) if isinstance(failure, Failure))


def total_counts(month: str) -> SettlementCounts:
    """The counts of a month so far. Accounts that were settled later count as settled."""
    counts = sum((shard.counts for shard in list_shards(month)), SettlementCounts())
    for failure in list_failures(month):
        if isinstance(failure, SolvedFailure):
            currency = failure.owner.currency
            counts += counted_as_solved(failure.counts, currency, failure.opening)
    return counts


def list_closed_months() -> Iterator[tuple[str, Mapping[str, Figures]]]:
    """The figures of the whole shop, by currency, for each closed month, oldest first."""
    for item in RunItem.query(keys.SETTLEMENTS, consistent_read=True):
        if item.closed_at:
            yield item.sk, total_counts(item.sk).shop


def scan_summaries(
    part: LedgerPart, most: int, after: Cursor | None
) -> ScannedPage[AccountSummary]:
    """Summaries of the accounts among the next `most` items in one part of the ledger."""
    items, rest = scan_accounts(part, most, after)
    return ScannedPage([_summary(item) for item in items], rest)


def scan_first_entries(most: int, after: Cursor | None) -> ScannedPage[datetime]:
    """The instants of the first entries of accounts, among the next `most` items of the ledger."""
    request = {
        "FilterExpression": "begins_with(pk, :entries) AND contains(sk, :first)",
        "ExpressionAttributeValues": {
            ":entries": {"S": keys.entries("")},
            ":first": {"S": keys.entry("", "", 1).sk},
        },
    }
    items, rest = scan_ledger(request, most, after)
    return ScannedPage([EntryItem.from_raw_data(item).at for item in items], rest)


def _summary(raw: RawItem) -> AccountSummary:
    item = AccountItem.from_raw_data(raw)
    return AccountSummary(
        Owner(item.pk.partition("#")[2], item.sk),
        item.sequence,
        item.balance,
        item.settled or LastStatement(),
    )

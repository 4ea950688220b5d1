"""Runs of the settlement, in the ledger table: one item a month, beside it one for each part of the ledger and each account that failed."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from shared.domain.instants import instant_text, parse_instant
from shared.domain.ledger.ledger import LastStatement
from shared.domain.ledger.settlement import (
    NUMBERS,
    AccountSummary,
    SettlementCounts,
    SettlementRun,
    SettlementShard,
)
from shared.domain.ledger.statement import Figures
from shared.store import cursors, keys
from shared.store.engine import CompactJson, LedgerItem, Write, read
from shared.store.ledger.accounts import AccountItem
from shared.store.ledger.scan import Place, scan_ledger


class RunItem(LedgerItem):
    """A month's run; `revision` is raised when it is closed."""

    revision = NumberAttribute()
    time_zone = UnicodeAttribute()
    shards = NumberAttribute()
    expected = NumberAttribute()
    begun_at = UnicodeAttribute()
    closed_at = UnicodeAttribute(null=True)


class ShardItem(LedgerItem):
    """How far a part of the ledger was looked through; each page raises `revision`."""

    revision = NumberAttribute()
    counts = CompactJson()
    sums = CompactJson()
    after = CompactJson(null=True)
    done = BooleanAttribute()


class FailureItem(LedgerItem):
    """An account that could not be settled in its turn, and with `counts` what became of it later."""

    reason = UnicodeAttribute()
    counts = CompactJson(null=True)
    sums = CompactJson(null=True)


class Failure(NamedTuple):
    """`solved` is `None` while the account is not settled."""

    owner: tuple[str, str]
    reason: str
    solved: SettlementCounts | None = None


def put_run(run: SettlementRun) -> Write:
    """A run as it becomes, where it still is what was read."""
    item = RunItem(
        *keys.settlement(run.month),
        revision=run.revision + 1,
        time_zone=run.time_zone,
        shards=run.shards,
        expected=run.expected,
        begun_at=instant_text(run.begun_at),
        closed_at=instant_text(run.closed_at) if run.closed_at else None,
    )
    return Write(item, _unchanged(RunItem, run.revision))


def _run_of(item: RunItem) -> SettlementRun:
    return SettlementRun(
        month=item.sk,
        time_zone=item.time_zone,
        shards=int(item.shards),
        expected=int(item.expected),
        begun_at=parse_instant(item.begun_at),
        closed_at=parse_instant(item.closed_at) if item.closed_at else None,
        revision=int(item.revision),
    )


def find_run(month: str) -> SettlementRun | None:
    key = keys.settlement(month)
    item = read([(RunItem, key)]).get(key)
    return _run_of(item) if item else None


def runs(
    limit: int, after: str = "", oldest_first: bool = False
) -> tuple[list[SettlementRun], str | None]:
    """A page of the runs by their month, newest first unless asked otherwise, and where the next page begins."""
    start = cursors.start(keys.SETTLEMENTS, after)
    page = RunItem.query(
        keys.SETTLEMENTS,
        limit=limit,
        last_evaluated_key=start,
        consistent_read=True,
        scan_index_forward=oldest_first,
    )
    found = [_run_of(item) for item in page]
    last = page.last_evaluated_key
    return found, last["sk"]["S"] if last else None


def last_run() -> SettlementRun | None:
    return next(iter(runs(1)[0]), None)


def first_run() -> SettlementRun | None:
    return next(iter(runs(1, oldest_first=True)[0]), None)


def put_shard(shard: SettlementShard) -> Write:
    """A shard as it becomes, where it still is what was read."""
    item = ShardItem(
        *keys.settlement_shard(shard.month, shard.number),
        revision=shard.revision + 1,
        counts=_numbers(shard.counts),
        sums=_sums(shard.counts),
        after=shard.after,
        done=shard.done,
    )
    return Write(item, _unchanged(ShardItem, shard.revision))


def check_shard(shard: SettlementShard) -> Write:
    """That nobody turned this page meanwhile."""
    return Write(
        ShardItem(*keys.settlement_shard(shard.month, shard.number)),
        _unchanged(ShardItem, shard.revision),
        check_only=True,
    )


def _unchanged(kind: type[RunItem | ShardItem], revision: int):
    return kind.revision == revision if revision else kind.pk.does_not_exist()


def find_shard(month: str, number: int) -> SettlementShard:
    """A shard as far as it is; one that nobody began is at its start."""
    key = keys.settlement_shard(month, number)
    item = read([(ShardItem, key)]).get(key)
    return _shard_of(month, item) if item else SettlementShard(month, number)


def _shard_of(month: str, item: ShardItem) -> SettlementShard:
    number = int(item.sk.partition("#")[2])
    return SettlementShard(
        month,
        number,
        _counts(item.counts, item.sums),
        tuple(item.after) if item.after else None,
        item.done,
        int(item.revision),
    )


def shards(month: str) -> list[SettlementShard]:
    """Those that were begun."""
    own = ShardItem.sk.startswith(keys.SHARD)
    return [
        _shard_of(month, item)
        for item in ShardItem.query(keys.settlement_parts(month), own, consistent_read=True)
    ]


def put_failure(month: str, failure: Failure, first: bool) -> Write:
    """That an account failed, told once; or, later, what became of it."""
    solved = failure.solved
    item = FailureItem(
        *keys.settlement_failure(month, *failure.owner),
        reason=failure.reason,
        counts=_numbers(solved) if solved else None,
        sums=_sums(solved) if solved else None,
    )
    return Write(
        item,
        FailureItem.pk.does_not_exist()
        if first
        else FailureItem.counts.does_not_exist() & FailureItem.pk.exists(),
    )


def failure_of(item: FailureItem) -> Failure:
    _, currency, member = item.sk.split("#", 2)
    return Failure(
        (member, currency), item.reason, _counts(item.counts, item.sums) if item.counts else None
    )


def failures(month: str) -> Iterator[Failure]:
    for item in FailureItem.query(
        keys.settlement_parts(month), FailureItem.sk.startswith(keys.FAILED), consistent_read=True
    ):
        yield failure_of(item)


def unsettled(month: str) -> Iterator[Failure]:
    """Those that nothing came of yet."""
    return (failure for failure in failures(month) if failure.solved is None)


def _numbers(counts: SettlementCounts) -> list[int]:
    return [getattr(counts, name) for name in NUMBERS]


def _sums(counts: SettlementCounts) -> dict[str, tuple]:
    return {currency: astuple(figures) for currency, figures in counts.sums.items()}


def _counts(numbers: Sequence[int], sums: dict[str, list[int]]) -> SettlementCounts:
    named = dict(zip(NUMBERS, numbers, strict=True))
    return SettlementCounts(
        **named, sums={currency: Figures(*figures) for currency, figures in sums.items()}
    )


def accounts_in(
    shard: int, shards: int, most: int, after: Place | None
) -> tuple[list[AccountSummary], Place | None]:
    """The accounts among the next `most` items of one part of the ledger, and where its rest begins."""
    asked = {
        "Segment": shard,
        "TotalSegments": shards,
        "FilterExpression": "begins_with(pk, :kind)",
        "ExpressionAttributeValues": {":kind": {"S": keys.accounts("")}},
    }
    raws, rest = scan_ledger(asked, most, after)
    return [_seen(raw) for raw in raws], rest


def first_entries(most: int, after: Place | None) -> tuple[list[datetime], Place | None]:
    """When the histories began that lie among the next `most` items of the ledger, and where the rest begins."""
    asked = {
        "FilterExpression": "begins_with(pk, :kind) AND contains(sk, :first)",
        "ExpressionAttributeValues": {
            ":kind": {"S": keys.entries("")},
            ":first": {"S": keys.entry("", "", 1).sk},
        },
    }
    raws, rest = scan_ledger(asked, most, after)
    return [parse_instant(raw["at"]["S"]) for raw in raws], rest


def _seen(raw: dict) -> AccountSummary:
    item = AccountItem.from_raw_data(raw)
    settled = LastStatement(*item.settled) if item.settled else LastStatement()
    return AccountSummary(
        item.pk.partition("#")[2], item.sk, int(item.sequence), int(item.balance), settled
    )

"""Statements, in the ledger table: each put once with the account that it moves on, and never touched again."""

from collections.abc import Iterator
from dataclasses import astuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.domain.instants import instant_text, parse_instant
from shared.domain.ledger.statement import Figures, Statement
from shared.store import cursors, keys
from shared.store.engine import CompactJson, LedgerItem, Write


class StatementItem(LedgerItem):
    """`figures` in the order of `Figures`; an item of up to a kilobyte costs two write units."""

    number = NumberAttribute()
    first = NumberAttribute()
    last = NumberAttribute()
    figures = CompactJson()
    hash = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    maturing = CompactJson(null=True)
    reviewed = NumberAttribute(null=True)
    group = UnicodeAttribute(null=True)
    previous_group = UnicodeAttribute(null=True)
    issued_at = UnicodeAttribute()


def put_statement(statement: Statement) -> Write:
    """A statement where there is none of this month."""
    item = StatementItem(
        *keys.statement(statement.member, statement.currency, statement.month),
        number=statement.number,
        first=statement.first,
        last=statement.last,
        figures=astuple(statement.figures),
        hash=statement.hash,
        time_zone=statement.time_zone,
        maturing={instant_text(date): amount for date, amount in statement.maturing.items()}
        or None,
        reviewed=statement.reviewed or None,
        group=statement.group,
        previous_group=statement.previous_group,
        issued_at=instant_text(statement.issued_at),
    )
    return Write(item, StatementItem.pk.does_not_exist())


def statement_from(item: StatementItem | None) -> Statement | None:
    if item is None:
        return None
    month, _, currency = item.sk.partition("#")
    return Statement(
        member=item.pk.partition("#")[2],
        currency=currency,
        month=month,
        number=int(item.number),
        first=int(item.first),
        last=int(item.last),
        figures=Figures(*item.figures),
        hash=item.hash,
        time_zone=item.time_zone,
        maturing={parse_instant(date): amount for date, amount in (item.maturing or {}).items()},
        reviewed=int(item.reviewed or 0),
        group=item.group,
        previous_group=item.previous_group,
        issued_at=parse_instant(item.issued_at),
    )


def statements(member_id: str, limit: int, after: str) -> tuple[list[Statement], str | None]:
    """A page of a member's statements, newest first, and where the next page begins."""
    partition = keys.statements(member_id)
    start = cursors.start(partition, after)
    page = StatementItem.query(
        partition,
        limit=limit,
        last_evaluated_key=start,
        consistent_read=True,
        scan_index_forward=False,
    )
    rows = [statement_from(item) for item in page]
    last = page.last_evaluated_key
    return rows, last["sk"]["S"] if last else None


def of_month(member_id: str, month: str) -> Iterator[Statement]:
    """A member's statements of one month, one for each currency that moved."""
    own = StatementItem.sk.startswith(keys.statement(member_id, "", month).sk)
    for item in StatementItem.query(keys.statements(member_id), own, consistent_read=True):
        yield statement_from(item)

"""Statements in the ledger table. Each is put once, together with its account, and never changed."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from shared.domain.ledger.statement import Figures, Statement
from shared.store import cursors, keys
from shared.store.codec import BY_INSTANT, Document, Field
from shared.store.engine import Write
from shared.store.items import ABSENT, InstantAttribute, IntegerAttribute, JsonAttribute, LedgerItem

FIGURES = Document(
    Figures,
    opening=Field("o"),
    earned=Field("e"),
    clawed_back=Field("c"),
    forfeited=Field("f"),
    adjusted=Field("a"),
    redeemed=Field("s"),
    returned=Field("r"),
    expired=Field("x"),
    closing=Field("z"),
)


class StatementItem(LedgerItem):
    """The statement of one account for one month. Up to one kilobyte, it costs two write units."""

    number = IntegerAttribute()
    first = IntegerAttribute()
    last = IntegerAttribute()
    figures = JsonAttribute(FIGURES.form)
    hash = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    maturing: JsonAttribute[Mapping[datetime, int]] = JsonAttribute(BY_INSTANT, default=dict)
    reviewed = IntegerAttribute(default=0)
    group = UnicodeAttribute(null=True)
    previous_group = UnicodeAttribute(null=True)
    issued_at = InstantAttribute()


def put_statement(statement: Statement) -> Write:
    """The write that stores a statement. It fails if the account already has a statement of this
    month.
    """
    item = StatementItem(
        *keys.statement(statement.member, statement.currency, statement.month),
        number=statement.number,
        first=statement.first,
        last=statement.last,
        figures=statement.figures,
        hash=statement.hash,
        time_zone=statement.time_zone,
        maturing=statement.maturing,
        reviewed=statement.reviewed,
        group=statement.group,
        previous_group=statement.previous_group,
        issued_at=statement.issued_at,
    )
    return Write(item, ABSENT)


def statement_from(item: StatementItem) -> Statement:
    month, _, currency = item.sk.partition("#")
    return Statement(
        member=item.pk.partition("#")[2],
        currency=currency,
        month=month,
        number=item.number,
        first=item.first,
        last=item.last,
        figures=item.figures,
        hash=item.hash,
        time_zone=item.time_zone,
        issued_at=item.issued_at,
        maturing=item.maturing,
        reviewed=item.reviewed,
        group=item.group,
        previous_group=item.previous_group,
    )


def list_member_statements(
    member_id: str, limit: int, after: str
) -> tuple[list[Statement], str | None]:
    """A page of a member's statements, newest first, and the cursor of the next page; `None` after
    the last page. Raises `InvalidCursor`.
    """
    partition = keys.statements(member_id)
    page = StatementItem.query(
        partition,
        limit=limit,
        last_evaluated_key=cursors.start(partition, after),
        consistent_read=True,
        scan_index_forward=False,
    )
    statements = [statement_from(item) for item in page]
    last = page.last_evaluated_key
    return statements, last["sk"]["S"] if last else None


def list_statements_of_month(member_id: str, month: str) -> Iterator[Statement]:
    """A member's statements of one month, one for each currency with a movement."""
    of_month = StatementItem.sk.startswith(keys.statement(member_id, "", month).sk)
    for item in StatementItem.query(keys.statements(member_id), of_month, consistent_read=True):
        yield statement_from(item)

"""Credit codes, in the ledger table: by their text and by member. Those that a store may have are
listed by their end in the attributions table, because nothing is ever deleted from the ledger.
"""

from collections.abc import Iterator
from datetime import datetime

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from shared.domain.instants import instant_text
from shared.domain.ledger.credit_codes import MAKING, CreditCode
from shared.domain.members.code import normalize_code
from shared.store import keys
from shared.store.engine import Delete, Write
from shared.store.items import (
    AttributionsItem,
    InstantAttribute,
    IntegerAttribute,
    LedgerItem,
    unchanged,
)
from shared.store.reading import Reading


class CreditCodeItem(LedgerItem):
    """One credit code. It is kept permanently, so that no code pays two orders."""

    PRIVATE_KEY = True
    text = UnicodeAttribute()
    hold = UnicodeAttribute()
    member = UnicodeAttribute()
    connection = UnicodeAttribute()
    currency = UnicodeAttribute()
    amount = IntegerAttribute()
    minimum = IntegerAttribute(null=True)
    made_at = InstantAttribute()
    ends_at = InstantAttribute()
    state = UnicodeAttribute(default=MAKING)
    platform_id = UnicodeAttribute(null=True)
    order = UnicodeAttribute(null=True)
    dropped = BooleanAttribute(default=False)
    revision = IntegerAttribute()


class ListedCreditCodeItem(AttributionsItem):
    """The line of a credit code that its store may have."""

    text = UnicodeAttribute()
    connection = UnicodeAttribute()


class SpendingItem(LedgerItem):
    """The credit code that a member got last."""

    code = UnicodeAttribute()
    revision = IntegerAttribute()


def find_credit_code(reading: Reading, text: str) -> CreditCode | None:
    item = reading.item(CreditCodeItem, keys.credit_code(normalize_code(text)))
    return _credit_code_of(item) if item is not None else None


def find_last_credit_code(reading: Reading, member_id: str) -> CreditCode | None:
    """The credit code that a member got last; `None` if there was none."""
    last = reading.item(SpendingItem, keys.spending(member_id))
    return find_credit_code(reading, last.code) if last else None


def put_credit_code(after: CreditCode) -> list[Write]:
    """The writes that store a credit code. They fail if it has changed since it was read. A new code
    is listed, until its store does not have it any more.
    """
    code = normalize_code(after.text)
    item = CreditCodeItem(
        *keys.credit_code(code),
        text=after.text,
        hold=after.hold,
        member=after.member,
        connection=after.connection,
        currency=after.currency,
        amount=after.amount,
        minimum=after.minimum,
        made_at=after.made_at,
        ends_at=after.ends_at,
        state=after.state,
        platform_id=after.platform_id,
        order=after.order,
        dropped=after.dropped,
        revision=after.revision + 1,
    )
    line = keys.listed_credit_code(instant_text(after.ends_at), code)
    listed = ListedCreditCodeItem(*line, text=after.text, connection=after.connection)
    writes = [Write(item, unchanged(after.revision))]
    if not after.revision:
        writes.append(Write(listed))
    elif after.left_store:
        writes.append(Delete(listed))
    return writes


def put_spending(reading: Reading, member_id: str, text: str) -> Write:
    """The write that makes a code the member's last one. It fails if the member got another one
    since `reading`.
    """
    before = reading.item(SpendingItem, keys.spending(member_id))
    revision = before.revision if before else 0
    item = SpendingItem(*keys.spending(member_id), code=text, revision=revision + 1)
    return Write(item, unchanged(revision))


def list_ended_codes(at: datetime) -> list[str]:
    """The texts of the listed codes that have ended at `at`."""
    ended = ListedCreditCodeItem.sk < instant_text(at)
    found: Iterator[ListedCreditCodeItem] = ListedCreditCodeItem.query(keys.CREDIT_CODES, ended)
    return [item.text for item in found]


def list_codes_of_store(connection_id: str) -> list[str]:
    """The texts of the listed codes of one store."""
    found: Iterator[ListedCreditCodeItem] = ListedCreditCodeItem.query(
        keys.CREDIT_CODES, consistent_read=True
    )
    return [item.text for item in found if item.connection == connection_id]


def _credit_code_of(item: CreditCodeItem) -> CreditCode:
    return CreditCode(
        text=item.text,
        hold=item.hold,
        member=item.member,
        connection=item.connection,
        currency=item.currency,
        amount=item.amount,
        minimum=item.minimum,
        made_at=item.made_at,
        ends_at=item.ends_at,
        state=item.state,
        platform_id=item.platform_id,
        order=item.order,
        dropped=item.dropped,
        revision=item.revision,
    )

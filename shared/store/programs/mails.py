"""Mails to members and their outcomes, in the programs table. Only ids and outcomes are stored,
never an address or a text.
"""

import zlib
from collections import Counter
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from shared.domain.outgoing.mail import (
    OUTCOMES,
    STATEMENT,
    MailKey,
    MailPreferences,
    MailRecord,
    is_repetition,
)
from shared.store import cursors, keys
from shared.store.engine import Add, Write
from shared.store.items import (
    ABSENT,
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    ProgramsItem,
    unchanged,
)

PARTS = 16
"""The outcomes of a month are counted in this many items, because one item takes only a few hundred
transactions a second.
"""


class MailItem(ProgramsItem):
    """One mail. It is claimed before it is sent; each step raises `revision`."""

    state = UnicodeAttribute()
    at = InstantAttribute()
    note = UnicodeAttribute(null=True)
    revision = IntegerAttribute()


class MailPreferencesItem(ProgramsItem):
    """The kinds of mail from which a member has unsubscribed."""

    unwanted: JsonAttribute[list[str]] = JsonAttribute()
    revision = IntegerAttribute()


class MailSuppressionItem(ProgramsItem):
    """An address (keyed hash) to which no mail is sent. It is put once."""

    reason = UnicodeAttribute()
    at = InstantAttribute()


class MailCountItem(ProgramsItem):
    """How many mails with a month's statements had one outcome."""

    mails = IntegerAttribute()


def mail_record_of(item: MailItem | None) -> MailRecord | None:
    return None if item is None else _mail_record(item)


def _mail_record(item: MailItem) -> MailRecord:
    kind, _, topic = item.sk.partition("#")
    key = MailKey(item.pk.partition("#")[2], kind, topic)
    return MailRecord(key, item.state, item.at, item.note, item.revision)


def mail_preferences_of(member_id: str, item: MailPreferencesItem | None) -> MailPreferences:
    if item is None:
        return MailPreferences(member_id)
    return MailPreferences(member_id, frozenset(item.unwanted), item.revision)


def put_mail_record(after: MailRecord) -> list[Write]:
    """The writes that store the next step of a mail. They fail if the mail has changed since it was
    read. The outcome of a mail with a statement is also counted, unless the mail was sent again.
    """
    key = after.key
    item = MailItem(
        *keys.mail(*key),
        state=after.state,
        at=after.at,
        note=after.note,
        revision=after.revision + 1,
    )
    step = Write(item, unchanged(after.revision))
    if key.kind != STATEMENT or after.state not in OUTCOMES or is_repetition(key.topic):
        return [step]
    month, part = key.topic.partition("#")[0], zlib.crc32(key.member.encode()) % PARTS
    count = MailCountItem(*keys.mail_count(month, after.state, part))
    return [step, Add(count, action=MailCountItem.mails.add(1))]


def put_mail_preferences(after: MailPreferences) -> Write:
    """The write that stores a member's preferences. It fails if they have changed since they were
    read.
    """
    item = MailPreferencesItem(
        *keys.mail_preferences(after.member),
        unwanted=sorted(after.unwanted),
        revision=after.revision + 1,
    )
    return Write(item, unchanged(after.revision))


def put_mail_suppression(email_hash: str, reason: str, at: datetime) -> Write:
    """The write that suppresses an address. It fails if the address is suppressed already."""
    return Write(
        MailSuppressionItem(*keys.mail_suppression(email_hash), reason=reason, at=at), ABSENT
    )


def mail_records(member_id: str, limit: int, after: str) -> tuple[list[MailRecord], str | None]:
    """A page of a member's mails, sorted by kind and topic, and the cursor of the next page; `None`
    after the last page. Raises `InvalidCursor`.
    """
    partition = keys.mails(member_id)
    start = cursors.start(partition, after)
    page = MailItem.query(partition, limit=limit, last_evaluated_key=start, consistent_read=True)
    return [_mail_record(item) for item in page], cursors.next_page(page)


def count_outcomes(month: str) -> dict[str, int]:
    """How many mails with a month's statements had each outcome. Mails without an outcome yet are
    not counted.
    """
    found: Counter[str] = Counter()
    for item in MailCountItem.query(keys.mail_counts(month), consistent_read=True):
        found[item.sk.partition("#")[0]] += item.mails
    return {outcome: found[outcome] for outcome in OUTCOMES if found[outcome]}

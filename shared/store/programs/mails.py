"""What was mailed to whom and what became of it, in the programs table: ids and outcomes, never an address or a text."""

import zlib
from collections import Counter
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.domain.instants import instant_text, parse_instant
from shared.domain.outgoing.mail import OUTCOMES, STATEMENT, MailKey, MailPreferences, MailRecord
from shared.store import cursors, keys
from shared.store.engine import CompactJson, ProgramsItem, Write

PARTS = 16
"""A counter is one item, which bears some hundred transactions a second; members are spread over so many."""


class MailItem(ProgramsItem):
    """One mail, claimed before it is sent; every step raises `revision`."""

    state = UnicodeAttribute()
    at = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    revision = NumberAttribute()


class WishesItem(ProgramsItem):
    """What a member unsubscribed from."""

    unwanted = CompactJson()
    revision = NumberAttribute()


class StopItem(ProgramsItem):
    """An address that takes no mail; kept by its keyed hash, and put once."""

    reason = UnicodeAttribute()
    at = UnicodeAttribute()


class CountItem(ProgramsItem):
    """How many mails of a month's statements ended in one way."""

    mails = NumberAttribute()


def sending_of(item: MailItem | None) -> MailRecord | None:
    if item is None:
        return None
    kind, _, thing = item.sk.partition("#")
    letter = MailKey(item.pk.partition("#")[2], kind, thing)
    return MailRecord(letter, item.state, parse_instant(item.at), item.note, int(item.revision))


def wishes_of(member_id: str, item: WishesItem | None) -> MailPreferences:
    return (
        MailPreferences(member_id, frozenset(item.unwanted), int(item.revision))
        if item
        else MailPreferences(member_id)
    )


def put_sending(after: MailRecord) -> list[Write]:
    """A mail's next step, where it still is what was read; the end of a statement's mail is counted with it."""
    letter = after.letter
    item = MailItem(
        *keys.mail(*letter),
        state=after.state,
        at=instant_text(after.at),
        note=after.note,
        revision=after.revision + 1,
    )
    step = Write(
        item,
        MailItem.revision == after.revision if after.revision else MailItem.pk.does_not_exist(),
    )
    if letter.kind != STATEMENT or after.state not in OUTCOMES:
        return [step]
    month, part = letter.thing.partition("#")[0], zlib.crc32(letter.member.encode()) % PARTS
    return [
        step,
        Write(CountItem(*keys.mail_count(month, after.state, part)), add=CountItem.mails.add(1)),
    ]


def put_wishes(after: MailPreferences) -> Write:
    """What a member wants, where it still is what was read."""
    item = WishesItem(
        *keys.mail_wishes(after.member),
        unwanted=sorted(after.unwanted),
        revision=after.revision + 1,
    )
    return Write(
        item,
        WishesItem.revision == after.revision if after.revision else WishesItem.pk.does_not_exist(),
    )


def put_stop(email_hash: str, reason: str, at: datetime) -> Write:
    """That an address takes no mail; what was known first stays."""
    return Write(
        StopItem(*keys.mail_stop(email_hash), reason=reason, at=instant_text(at)),
        StopItem.pk.does_not_exist(),
    )


def sendings(member_id: str, limit: int, after: str) -> tuple[list[MailRecord], str | None]:
    """A page of a member's mails by kind and what they are about, and where the next page begins."""
    partition = keys.mails(member_id)
    start = cursors.start(partition, after)
    page = MailItem.query(partition, limit=limit, last_evaluated_key=start, consistent_read=True)
    rows = [sending_of(item) for item in page]
    last = page.last_evaluated_key
    return rows, last["sk"]["S"] if last else None


def counted(month: str) -> dict[str, int]:
    """How the mails of a month's statements ended, by outcome; those that have not are not in it."""
    found: Counter[str] = Counter()
    for item in CountItem.query(keys.mail_counts(month), consistent_read=True):
        found[item.sk.partition("#")[0]] += int(item.mails)
    return {outcome: found[outcome] for outcome in OUTCOMES if found[outcome]}

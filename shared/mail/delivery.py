"""A mail on its way: claimed, sent once, and what became of it written down (decision 81)."""

import secrets
from dataclasses import replace
from datetime import datetime

from shared.domain.members.member import Member
from shared.domain.outgoing.mail import (
    BALANCE,
    RECORDED,
    REFUSED,
    SENDING,
    SENT,
    WAITING,
    MailKey,
    MailPreferences,
    MailRecord,
    Recipient,
    is_over,
    may_send,
    pause_after,
)
from shared.mail import requests
from shared.mail.contents import Gone, written
from shared.mail.requests import MailRequest
from shared.mail.sending import Mail, Never, NotNow, send
from shared.members.profile import require_member
from shared.orders import attribution
from shared.problem import Conflict
from shared.settings import MailSettings
from shared.store import engine, keys
from shared.store.items import Item
from shared.store.programs import mails
from shared.store.programs.mails import MailItem, MailPreferencesItem, MailStopItem
from shared.store.reading import Reading
from shared.words import MAIL_HINDRANCES


class StillOpen(Exception):
    """Another attempt has claimed this mail and may be sending it; the message must come again."""


def post(asked: MailRequest, receipt: int) -> None:
    """Send a mail that is not sent yet; `receipt` counts how often its message came. Raises `StillOpen`, and whatever hinders SES."""
    reading = Reading()
    member = attribution.find_member(reading, asked.member)
    if (
        member is None
        or not requests.is_sent(asked.kind)
        or not (member.email or asked.kind in RECORDED)
    ):
        return
    mailbox, found = _gather(reading, member, letter := MailKey(member.id, asked.kind, asked.thing))
    if is_over(found):
        return
    if not may_send(found, receipt):
        raise StillOpen

    step = replace(found or MailRecord(letter, SENDING, asked.at), at=asked.at)
    hindrance = mailbox.hindrance(letter.kind)

    if hindrance is None:
        _compose_and_send(step, asked, member)
    elif letter.kind in RECORDED:
        _move(step, hindrance)


def _compose_and_send(step: MailRecord, asked: MailRequest, member: Member) -> None:
    """Claimed only once it is written, so that a fault in between leaves nothing open; what it was about may be gone."""
    try:
        mail = written(step.letter, asked, member)
    except Gone:
        return
    _send(_move(step, SENDING), mail, asked)


def _gather(
    reading: Reading, member: Member, letter: MailKey
) -> tuple[Recipient, MailRecord | None]:
    places: list[tuple[type[Item], keys.Key]] = [
        (MailItem, keys.mail(*letter)),
        (MailPreferencesItem, keys.mail_preferences(member.id)),
    ]
    stop = (MailStopItem, keys.mail_stop(member.email_hash)) if member.email_hash else None
    reading.fetch(*places, *([stop] if stop else []))
    stopped = reading.item(*stop) if stop else None
    wishes = mails.mail_preferences_of(member.id, reading.item(*places[1]))
    return Recipient(member, wishes, stopped.reason if stopped else None), mails.mail_record_of(
        reading.item(*places[0])
    )


def _send(claimed: MailRecord, mail: Mail, asked: MailRequest) -> None:
    try:
        message_id = send(mail)
    except Never as refused:
        _move(claimed, REFUSED, str(refused))
    except NotNow as refused:
        _wait(claimed, asked, str(refused))
    else:
        _move(claimed, SENT, message_id)


def _wait(claimed: MailRecord, asked: MailRequest, code: str) -> None:
    """A crash in between leaves a mail that waits, and its message in the queue."""
    pause = pause_after(asked.attempt)
    if pause is None:
        _move(claimed, REFUSED, code)
        return
    _move(claimed, WAITING, code)
    requests.enqueue_mail(asked._replace(attempt=asked.attempt + 1), pause)


def _move(sending: MailRecord, state: str, note: str | None = None) -> MailRecord:
    """The mail's next state; raises `StillOpen` where somebody else moved it meanwhile, unless to its end as well.

    Counters are everybody's, and asked again.
    """
    after = replace(sending, state=state, note=note)

    def attempt() -> None:
        try:
            engine.write(mails.put_mail_record(after))
        except engine.WriteConflict as conflict:
            if 0 not in conflict.places:
                raise
            if not (is_over(after) and is_over(_found(after.letter))):
                raise StillOpen from None

    engine.retrying(attempt)
    return replace(after, revision=after.revision + 1)


def _found(letter: MailKey) -> MailRecord | None:
    return mails.mail_record_of(Reading().item(MailItem, keys.mail(*letter)))


def was_sent(letter: MailKey, message_id: str) -> None:
    """SES tells of a mail that it took: it is not open any more, even if nobody lives who could have written that down."""

    def attempt() -> None:
        found = _found(letter)
        if found is not None and not is_over(found):
            engine.write(mails.put_mail_record(replace(found, state=SENT, note=message_id)))

    engine.retrying(attempt)


def ask_balance(member_id: str, at: datetime) -> None:
    """Mail a member the balance as it stands at an instant; raises `NotFound`, `Conflict` where no mail would reach them."""
    reading = Reading()
    member = require_member(reading, member_id)
    mailbox, _ = _gather(
        reading, member, letter := MailKey(member.id, BALANCE, secrets.token_urlsafe(9))
    )
    if not MailSettings.load().mail_from:
        raise Conflict(
            "no_mail",
            "This system sends no mail; give the stack a sender's address (MailFrom) first.",
        )
    if hindrance := mailbox.hindrance(BALANCE):
        raise Conflict(hindrance, MAIL_HINDRANCES[hindrance])
    requests.enqueue_mail(MailRequest(member.id, BALANCE, letter.thing, at))


def wish(member_id: str, unwanted: frozenset[str]) -> None:
    """Exactly these kinds of mail are not sent to a member any more; `member_id` is the internal one."""

    def attempt() -> None:
        before = wishes_of(member_id)
        if before.unwanted != unwanted:
            engine.write([mails.put_mail_preferences(replace(before, unwanted=unwanted))])

    engine.retrying(attempt)


def wishes_of(member_id: str) -> MailPreferences:
    """What a member unsubscribed from, by the internal id."""
    return mails.mail_preferences_of(member_id, Reading().item(MailPreferencesItem, keys.mail_preferences(member_id)))


def stop(email_hash: str, reason: str, at: datetime) -> None:
    """An address takes no mail any more; told again, it stays as it was told first."""

    def attempt() -> None:
        if Reading().item(MailStopItem, keys.mail_stop(email_hash)) is None:
            engine.write([mails.put_mail_stop(email_hash, reason, at)])

    engine.retrying(attempt)

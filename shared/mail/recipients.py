"""Whether mail may be sent to a member: what the member unsubscribed from, and which addresses are
suppressed.
"""

from dataclasses import replace
from datetime import datetime

from shared.domain.members.member import Member
from shared.domain.outgoing.mail import MailPreferences, Recipient
from shared.store import engine, keys
from shared.store.engine import ItemRequest
from shared.store.programs import mails
from shared.store.programs.mails import MailPreferencesItem, MailSuppressionItem
from shared.store.reading import Reading


def recipient_keys(member: Member) -> list[ItemRequest]:
    """The items that `load_recipient` reads. Callers can fetch them together with other items."""
    requests: list[ItemRequest] = [(MailPreferencesItem, keys.mail_preferences(member.id))]
    if member.email_hash:
        requests.append((MailSuppressionItem, keys.mail_suppression(member.email_hash)))
    return requests


def load_recipient(reading: Reading, member: Member) -> Recipient:
    reading.fetch(*recipient_keys(member))
    item = reading.item(MailPreferencesItem, keys.mail_preferences(member.id))
    preferences = mails.mail_preferences_of(member.id, item)
    if member.email_hash is None:
        return Recipient(member, preferences)
    suppression = reading.item(MailSuppressionItem, keys.mail_suppression(member.email_hash))
    return Recipient(member, preferences, suppression.reason if suppression else None)


def load_mail_preferences(member_id: str) -> MailPreferences:
    """A member's mail preferences, by the internal id."""
    item = Reading().item(MailPreferencesItem, keys.mail_preferences(member_id))
    return mails.mail_preferences_of(member_id, item)


def set_unwanted_kinds(member_id: str, unwanted: frozenset[str]) -> None:
    """Stores which kinds of mail a member does not want. They replace the kinds stored before.

    `member_id` is the internal id.
    """

    def attempt() -> None:
        before = load_mail_preferences(member_id)
        if before.unwanted != unwanted:
            engine.write([mails.put_mail_preferences(replace(before, unwanted=unwanted))])

    engine.retrying(attempt)


def suppress_address(email_hash: str, reason: str, at: datetime) -> None:
    """Marks an address as suppressed, so that it gets no more mail. If it is suppressed already,
    the first reason and instant stay.
    """

    def attempt() -> None:
        if Reading().item(MailSuppressionItem, keys.mail_suppression(email_hash)) is None:
            engine.write([mails.put_mail_suppression(email_hash, reason, at)])

    engine.retrying(attempt)

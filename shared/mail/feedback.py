"""What SES's events mean to us (Amazon SES developer guide, "event data that Amazon SES publishes")."""

from collections.abc import Mapping

from shared.domain.instants import parse_instant
from shared.domain.outgoing.mail import BOUNCED, COMPLAINED
from shared.mail.delivery import stop, was_sent
from shared.mail.links import letter_of
from shared.secrets import hash_email

MAIL_HEADER = "x-grapevine-mail"
LASTING = ("Permanent",)
"""Bounces of other types, such as a full mailbox, may pass."""


def hear(event: Mapping) -> None:
    """Act on one event; those of a type that means nothing to us are passed over."""
    news = event["detail"]
    kind = news.get("eventType")
    if kind == "Send":
        _sent(news["mail"])
    elif kind == "Bounce" and news["bounce"]["bounceType"] in LASTING:
        _stop(news["bounce"], "bouncedRecipients", BOUNCED)
    elif kind == "Complaint" and news["complaint"].get("complaintFeedbackType") != "not-spam":
        _stop(news["complaint"], "complainedRecipients", COMPLAINED)


def _sent(mail: Mapping) -> None:
    named = [
        header["value"]
        for header in mail.get("headers", ())
        if header["name"].lower() == MAIL_HEADER
    ]
    letter = letter_of(named[0]) if named else None
    if letter:
        was_sent(letter, mail["messageId"])


def _stop(told: Mapping, recipients: str, reason: str) -> None:
    for recipient in told[recipients]:
        stop(hash_email(recipient["emailAddress"]), reason, parse_instant(told["timestamp"]))

"""Mails a member their balance, if the member or staff asks for it."""

from datetime import datetime

from shared.domain.outgoing.mail import BALANCE
from shared.mail.recipients import load_recipient
from shared.mail.requests import enqueue_requested_mail
from shared.members.profile import require_member
from shared.problem import Conflict
from shared.settings import MailSettings
from shared.store.reading import Reading
from shared.words import MAIL_OBSTACLES


def request_balance_mail(member_id: str, at: datetime) -> None:
    """Enqueues a mail with a member's balance at an instant.

    Raises `NotFound`, and `Conflict` if no mail can reach the member.
    """
    reading = Reading()
    member = require_member(reading, member_id)
    recipient = load_recipient(reading, member)
    if not MailSettings.load().mail_from:
        raise Conflict(
            "no_mail",
            "This system does not send email yet. Set the stack's MailFrom to a sender address "
            "first.",
        )
    if obstacle := recipient.find_obstacle(BALANCE):
        raise Conflict(obstacle, MAIL_OBSTACLES[obstacle])
    enqueue_requested_mail(member.id, BALANCE, at)

"""Mails that warn a member before credit expires (specification: expiry-notice)."""

from collections.abc import Iterable
from datetime import datetime

from shared import queue
from shared.domain.instants import instant_text
from shared.domain.ledger.expiry import ExpiryNotice
from shared.domain.ledger.ledger import Account
from shared.domain.outgoing import mail
from shared.settings import MailQueueSettings, MailSettings


def enqueue_notices(account: Account, notices: Iterable[ExpiryNotice], at: datetime) -> None:
    """Enqueues one mail for each date on which credit expires; none if the shop sends no mails. A
    mail that is enqueued twice is sent once. Raises `QueueRefused`.
    """
    if not MailSettings.load().mail_from:
        return
    messages = (
        {
            "member": account.member,
            "kind": mail.EXPIRY,
            "topic": f"{account.currency}#{instant_text(notice.expires_at)}",
            "at": instant_text(at),
        }
        for notice in notices
    )
    queue.send_all(MailQueueSettings.load().mail_queue, messages)

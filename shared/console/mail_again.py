"""Sends a mail to a member once more, because staff asked for it."""

from shared.domain.outgoing.mail import RESENDABLE, MailKey, is_over
from shared.domain.staff_action import StaffAction
from shared.mail.requests import enqueue_again
from shared.problem import Conflict, NotFound
from shared.store import engine, keys
from shared.store.engine import find
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.mails import MailItem, mail_record_of


def resend_mail(key: MailKey, action: StaffAction) -> None:
    """Enqueues a mail that was sent before or failed. It goes to the member's address of today, and
    not to a member who has unsubscribed from such mails.

    Raises `NotFound`. Raises `Conflict` if the mail is still being sent, or if its kind is not one
    of `RESENDABLE`.
    """
    record = mail_record_of(find(MailItem, keys.mail(*key)))
    if record is None:
        raise NotFound("unknown_mail", "There is no mail of this kind.")
    if key.kind not in RESENDABLE or not is_over(record):
        raise Conflict("not_resendable", "This email cannot be sent again.")
    subject = {"member": key.member, "mail": f"{key.kind} {key.topic}"}
    engine.write([put_audit_line(action, subject, None, None)])
    enqueue_again(key, action.at)

"""Sends each mail once: an attempt claims the mail, sends it, and records the outcome (decision
81).
"""

from dataclasses import replace

from shared.domain.members.member import Member
from shared.domain.outgoing.mail import (
    RECORDED,
    REFUSED,
    SENDING,
    SENT,
    WAITING,
    MailKey,
    MailRecord,
    is_over,
    may_send,
    pause_after,
)
from shared.mail import requests
from shared.mail.contents import TopicGone, compose_mail
from shared.mail.recipients import load_recipient, recipient_keys
from shared.mail.requests import MailRequest
from shared.mail.ses import Mail, MailDeferred, MailRejected, send_mail
from shared.orders import attribution
from shared.store import engine, keys
from shared.store.programs import mails, sightings
from shared.store.programs.mails import MailItem
from shared.store.reading import Reading


class MailInProgress(Exception):
    """Another attempt has claimed this mail and may be sending it. The queue must deliver the
    message again.
    """


def deliver_mail(request: MailRequest, receipt: int) -> None:
    """Sends a mail, unless it was sent before. `receipt` counts how often the queue has delivered
    its message.

    Raises `MailInProgress`. Raises other errors if it is unknown whether SES accepted the mail.
    """
    reading = Reading()
    member = attribution.find_member(reading, request.member)
    if member is None or member.merged_into or not requests.is_enabled(request.kind):
        return
    if not member.email and request.kind not in RECORDED:
        return

    key = MailKey(member.id, request.kind, request.topic)
    reading.fetch((MailItem, keys.mail(*key)), *recipient_keys(member))
    stored = mails.mail_record_of(reading.item(MailItem, keys.mail(*key)))
    if is_over(stored):
        return
    if not may_send(stored, receipt):
        raise MailInProgress

    record = replace(stored or MailRecord(key, SENDING, request.at), at=request.at)
    obstacle = load_recipient(reading, member).find_obstacle(request.kind)
    if obstacle is None and member.email:
        _compose_and_send(record, request, member, member.email)
    elif obstacle and request.kind in RECORDED:
        _record_state(record, obstacle)


def _compose_and_send(
    record: MailRecord, request: MailRequest, member: Member, address: str
) -> None:
    """Compose the mail, then claim and send it. An error while composing leaves no claim behind."""
    try:
        mail = compose_mail(request, member, address)
    except TopicGone:
        return
    _send(_record_state(record, SENDING), mail, request)


def _send(claimed: MailRecord, mail: Mail, request: MailRequest) -> None:
    try:
        message_id = send_mail(mail)
    except MailRejected as error:
        _record_state(claimed, REFUSED, str(error))
    except MailDeferred as error:
        _wait(claimed, request, str(error))
    else:
        _record_state(claimed, SENT, message_id)
        sightings.note(sightings.MAIL, claimed.at)


def _wait(claimed: MailRecord, request: MailRequest, code: str) -> None:
    """Tries again after a pause, or gives up if there were too many attempts.

    The state is stored before the next message is sent. If the function stops between the two, the
    mail is stored as waiting, and the queue delivers the current message again.
    """
    pause_seconds = pause_after(request.attempt)
    if pause_seconds is None:
        _record_state(claimed, REFUSED, code)
        return
    _record_state(claimed, WAITING, code)
    requests.enqueue_mail(request._replace(attempt=request.attempt + 1), pause_seconds)


def _record_state(record: MailRecord, state: str, note: str | None = None) -> MailRecord:
    """Stores the next state of a mail and returns the record as stored.

    Raises `MailInProgress` if another attempt has changed the record since it was read, unless both
    attempts end the mail. If only the month's count of outcomes conflicts, the write is tried
    again.
    """
    after = replace(record, state=state, note=note)

    def attempt() -> None:
        try:
            engine.write(mails.put_mail_record(after))
        except engine.WriteConflict as conflict:
            if 0 not in conflict.places:
                raise
            if not (is_over(after) and is_over(_find_record(after.key))):
                raise MailInProgress from None

    engine.retrying(attempt)
    return replace(after, revision=after.revision + 1)


def _find_record(key: MailKey) -> MailRecord | None:
    return mails.mail_record_of(Reading().item(MailItem, keys.mail(*key)))


def mark_sent(key: MailKey, message_id: str) -> None:
    """Records that SES accepted a mail, in case the attempt that sent it stopped before it could
    record that.
    """

    def attempt() -> None:
        record = _find_record(key)
        if record is not None and not is_over(record):
            engine.write(mails.put_mail_record(replace(record, state=SENT, note=message_id)))

    engine.retrying(attempt)

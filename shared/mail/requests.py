"""Requests for mails: the messages of the mail queue.

A request comes from an event of the bus, from a member who joined, from a person who asks for a
mail, or from a mail that waits for another attempt.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from shared import bus, queue
from shared.domain.instants import instant_text, parse_instant
from shared.domain.outgoing import mail
from shared.outgoing.events import GROUP_CHANGED, MEMBER_JOINED, REWARD_POSTED, STATEMENT_ISSUED
from shared.settings import MailQueueSettings, MailSettings

TOPIC_BYTES = 9
"""Random bytes in the topic of a requested mail. Each request gets a new topic and so is a new
mail.
"""


class MailRequest(NamedTuple):
    """A mail that should be sent to a member. Kind and topic are those of its `MailKey`.

    * `member`: any id of the member.
    * `at`: when the event happened that the mail is about.
    * `group`: the member's new group; only set in mails about a change of group.
    * `attempt`: how many attempts SES has deferred.
    """

    member: str
    kind: str
    topic: str
    at: datetime
    group: str | None = None
    attempt: int = 0


def enqueue_mail(request: MailRequest, delay_seconds: int = 0) -> None:
    message = request._asdict() | {"at": instant_text(request.at)}
    queue.send(MailQueueSettings.load().mail_queue, message, delay_seconds)


def enqueue_requested_mail(member_id: str, kind: str, at: datetime) -> None:
    """Enqueues a mail that a person asked for. A second call sends a second mail."""
    enqueue_mail(MailRequest(member_id, kind, secrets.token_urlsafe(TOPIC_BYTES), at))


def enqueue_again(key: mail.MailKey, at: datetime) -> None:
    """Enqueues a mail once more. It is composed anew, from the ledger as it is now."""
    topic = mail.topic_again(key.topic, secrets.token_urlsafe(TOPIC_BYTES))
    enqueue_mail(MailRequest(key.member, key.kind, topic, at))


def enqueue_welcome_mails(joined: Iterable[Mapping[str, Any]]) -> None:
    """Enqueues a welcome mail for each `MemberJoined` detail; this event is not sent to the bus.

    Raises `QueueRefused`.
    """
    if MailSettings.load().mail_from:
        queue.send_all(
            MailQueueSettings.load().mail_queue,
            ({"detail-type": MEMBER_JOINED, "detail": detail} for detail in joined),
        )


def parse_mail_request(body: str) -> MailRequest | None:
    """The request in a message of the mail queue; `None` for an event without a mail."""
    message = bus.read_event(body)
    if "detail-type" not in message:
        return MailRequest(**(message | {"at": parse_instant(message["at"])}))
    return _PARSERS[message["detail-type"]](message["detail"])


def is_enabled(kind: str) -> bool:
    """Whether mails of a kind are sent: requested mails always, automatic mails if the shop has
    chosen the kind.
    """
    return kind in mail.REQUESTED or kind in MailSettings.load().mails


def _parse_statement(detail: Mapping[str, Any]) -> MailRequest:
    return _request(detail, mail.STATEMENT, f"{detail['month']}#{detail['currency']}")


def _parse_entry(detail: Mapping[str, Any]) -> MailRequest | None:
    kind = mail.kind_of_entry(detail["kind"], detail["amount"])
    sequence = detail["entry"].rpartition("-")[2]
    return _request(detail, kind, f"{detail['currency']}#{sequence}") if kind else None


def _parse_group_change(detail: Mapping[str, Any]) -> MailRequest:
    return _request(detail, mail.GROUP_CHANGED, detail["id"])._replace(group=detail["group"])


def _parse_joined(detail: Mapping[str, Any]) -> MailRequest | None:
    is_new = mail.should_welcome(parse_instant(detail["signed_up_at"]), parse_instant(detail["at"]))
    return _request(detail, mail.WELCOME, "once") if is_new else None


def _request(detail: Mapping[str, Any], kind: str, topic: str) -> MailRequest:
    return MailRequest(detail["member"], kind, topic, parse_instant(detail["at"]))


_PARSERS: dict[str, Callable[[Mapping[str, Any]], MailRequest | None]] = {
    STATEMENT_ISSUED: _parse_statement,
    REWARD_POSTED: _parse_entry,
    GROUP_CHANGED: _parse_group_change,
    MEMBER_JOINED: _parse_joined,
}
"""The function that builds a mail request from the detail of an event, by the event's name."""

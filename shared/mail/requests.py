"""What asks for a mail: an event of the bus, a member who joined, or a message of the mail queue itself (a balance, another attempt)."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from shared import queue
from shared.domain.instants import instant_text, parse_instant
from shared.domain.outgoing import mail
from shared.outgoing.events import GROUP_CHANGED, MEMBER_JOINED, REWARD_POSTED, STATEMENT_ISSUED
from shared.settings import MailQueueSettings, MailSettings


class MailRequest(NamedTuple):
    """A mail to a member, by any of their ids; `note` is what only the event told, `attempt` how often the provider did not take it."""

    member: str
    kind: str
    thing: str
    at: datetime
    note: str = ""
    attempt: int = 0


def enqueue_mail(asked: MailRequest, delay_seconds: int = 0) -> None:
    """Lay it in the mail queue."""
    queue.send(
        MailQueueSettings.load().mail_queue, asked._asdict() | {"at": instant_text(asked.at)}, delay_seconds
    )


def enqueue_welcome(joined: Iterable[Mapping]) -> None:
    """Lay those who joined in the mail queue, which nobody else is told of; raises `QueueRefused`."""
    if MailSettings.load().mail_from:
        queue.send_all(
            MailQueueSettings.load().mail_queue,
            ({"detail-type": MEMBER_JOINED, "detail": detail} for detail in joined),
        )


def mail_request_of(body: str) -> MailRequest | None:
    """What a message asks for; `None` where no mail tells of it."""
    told = json.loads(body)
    if "detail-type" not in told:
        return MailRequest(**(told | {"at": parse_instant(told["at"])}))
    return _TOLD[told["detail-type"]](told["detail"])


def is_sent(kind: str) -> bool:
    """Whether the shop wants mails of a kind to be sent."""
    return kind in mail.ASKED_FOR or kind in MailSettings.load().mails


def _statement(detail: Mapping) -> MailRequest:
    return _asked(detail, mail.STATEMENT, f"{detail['month']}#{detail['currency']}")


def _reward(detail: Mapping) -> MailRequest | None:
    kind = mail.kind_of_entry(detail["kind"], detail["amount"])
    sequence = detail["entry"].rpartition("-")[2]
    return _asked(detail, kind, f"{detail['currency']}#{sequence}") if kind else None


def _group(detail: Mapping) -> MailRequest:
    return _asked(detail, mail.GROUP_CHANGED, detail["id"], detail["group"] or "")


def _joined(detail: Mapping) -> MailRequest | None:
    is_new = mail.is_welcomed(parse_instant(detail["signed_up_at"]), parse_instant(detail["at"]))
    return _asked(detail, mail.WELCOME, "once") if is_new else None


def _asked(detail: Mapping, kind: str, thing: str, note: str = "") -> MailRequest:
    return MailRequest(detail["member"], kind, thing, parse_instant(detail["at"]), note)


_TOLD: dict[str, Callable[[Mapping], MailRequest | None]] = {
    STATEMENT_ISSUED: _statement,
    REWARD_POSTED: _reward,
    GROUP_CHANGED: _group,
    MEMBER_JOINED: _joined,
}

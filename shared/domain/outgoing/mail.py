"""Mails to members: their kinds, who gets them, and how each is sent only once (decision 81)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.ledger.entry import ADJUSTMENT, CLAWBACK, FORFEIT, REWARD
from shared.domain.members.member import Member

STATEMENT, BALANCE, WELCOME, REWARD_PENDING = "statement", "balance", "welcome", "reward"
TAKEN_BACK, GROUP_CHANGED, SIGN_IN, EXPIRY = "taken_back", "group", "sign_in", "expiry"
KINDS = (STATEMENT, BALANCE, WELCOME, REWARD_PENDING, TAKEN_BACK, GROUP_CHANGED, SIGN_IN, EXPIRY)
REQUESTED = (BALANCE, SIGN_IN)
"""Mails that are sent because somebody requested them. Members cannot unsubscribe from these."""
RECORDED = (STATEMENT, BALANCE)
"""Kinds of which a mail that is not sent is recorded with its reason, because a run counts it or
the person who requested it waits for it.
"""
AUTOMATIC = tuple(kind for kind in KINDS if kind not in REQUESTED)
"""Mails that are sent without a request."""
TAKES_BACK = (CLAWBACK, FORFEIT, ADJUSTMENT)

SENDING, WAITING, SENT = "sending", "waiting", "sent"
NO_ADDRESS, ERASED, BLOCKED, UNSUBSCRIBED = "no_address", "erased", "blocked", "unsubscribed"
BOUNCED, COMPLAINED, REFUSED = "bounced", "complained", "refused"
OUTCOMES = (SENT, NO_ADDRESS, ERASED, BLOCKED, UNSUBSCRIBED, BOUNCED, COMPLAINED, REFUSED)
"""The final states of a mail. Before that it is `sending` (claimed by a function) or `waiting` (the
mail service is busy).
"""
TAKEOVER_RECEIPT = 3
"""The queue delivers a message again if handling it failed. From this delivery on, its mail is sent
even if an earlier attempt left it in the state `sending`.
"""
PAUSES_SECONDS = (15, 60, 300, *[900] * 16)
"""Pauses before each further attempt if the mail service does not accept a mail; about four hours
in total.
"""
WELCOME_WINDOW = timedelta(days=30)
"""A member who signed up longer ago gets no welcome mail, because they come from the shop's
history.
"""

RESENDABLE = (STATEMENT, WELCOME, REWARD_PENDING, TAKEN_BACK)
"""Automatic mails that staff may send again. For the other kinds the occasion has passed by then."""
_AGAIN = "#again:"


class MailKey(NamedTuple):
    """Identifies one mail. A member gets only one mail of each `kind` about a `topic`.

    * `member`: the internal id.
    * `topic` of a statement: month and currency, as `2026-03#EUR`.
    * `topic` of an entry: currency and sequence number, as `EUR#7`.
    * `topic` of an expiry: currency and expiry date, as `EUR#2026-04-03T00:00:00Z`.

    A mail that is sent again has a topic of its own, made by `topic_again`.
    """

    member: str
    kind: str
    topic: str


def topic_again(topic: str, name: str) -> str:
    """The topic under which a mail is sent once more. `name` tells the repetitions apart."""
    return f"{subject_of(topic)}{_AGAIN}{name}"


def subject_of(topic: str) -> str:
    """What a mail is about: its topic, without the mark of a repetition."""
    return topic.partition(_AGAIN)[0]


def is_repetition(topic: str) -> bool:
    return _AGAIN in topic


@dataclass(frozen=True, slots=True)
class MailRecord:
    """The state of one mail. `note` is the mail service's id of the mail, or the code with which
    the service refused it.
    """

    key: MailKey
    state: str
    at: datetime
    note: str | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class MailPreferences:
    """The kinds of mail from which a member has unsubscribed."""

    member: str
    unwanted: frozenset[str] = frozenset()
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member as the recipient of mails.

    `suppressed_by` is `bounced` or `complained` if an earlier mail ended that way; the address then
    gets no more mail.
    """

    member: Member
    preferences: MailPreferences
    suppressed_by: str | None = None

    def find_obstacle(self, kind: str) -> str | None:
        """The outcome with which a mail of this kind is refused; `None` if it may be sent."""
        if self.member.erased:
            return ERASED
        if self.member.blocked and kind not in REQUESTED:
            return BLOCKED
        if not self.member.email:
            return NO_ADDRESS
        if kind in self.preferences.unwanted and kind not in REQUESTED:
            return UNSUBSCRIBED
        return self.suppressed_by


def is_over(record: MailRecord | None) -> bool:
    return record is not None and record.state in OUTCOMES


def may_send(record: MailRecord | None, receipt: int) -> bool:
    """Whether the n-th delivery (`receipt`) of a mail's message may send it; the caller must have
    checked `is_over` first.

    It may if no function has claimed the mail, or if the one that did is assumed to have failed.
    """
    return record is None or record.state == WAITING or receipt >= TAKEOVER_RECEIPT


def pause_after(attempt: int) -> int | None:
    """Seconds to wait after a failed attempt, counted from 0; `None` if there is no further
    attempt.
    """
    return PAUSES_SECONDS[attempt] if attempt < len(PAUSES_SECONDS) else None


def kind_of_entry(kind: str, amount: int) -> str | None:
    """The kind of mail that notifies a member of an entry; `None` if there is none."""
    if amount > 0 and kind == REWARD:
        return REWARD_PENDING
    return TAKEN_BACK if amount < 0 and kind in TAKES_BACK else None


def should_welcome(signed_up_at: datetime, told_at: datetime) -> bool:
    return told_at - signed_up_at <= WELCOME_WINDOW

"""Mails to members: their kinds, who gets them, and how each is sent once (decision 81)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.ledger.ledger import ADJUSTMENT, CLAWBACK, FORFEIT, REWARD
from shared.domain.members.member import Member

STATEMENT, BALANCE, WELCOME, REWARD_PENDING = "statement", "balance", "welcome", "reward"
TAKEN_BACK, GROUP_CHANGED, SIGN_IN = "taken_back", "group", "sign_in"
KINDS = (STATEMENT, BALANCE, WELCOME, REWARD_PENDING, TAKEN_BACK, GROUP_CHANGED, SIGN_IN)
ASKED_FOR = (BALANCE, SIGN_IN)
"""Sent because somebody asked for it; nobody can unsubscribe from these."""
RECORDED = (STATEMENT, BALANCE)
"""Kinds for which the reason is kept if one is not sent: a run counts it, or somebody waits."""
BY_THEMSELVES = tuple(kind for kind in KINDS if kind not in ASKED_FOR)
"""Sent without being asked for."""
TAKES_BACK = (CLAWBACK, FORFEIT, ADJUSTMENT)

SENDING, WAITING, SENT = "sending", "waiting", "sent"
NO_ADDRESS, ERASED, BLOCKED, UNSUBSCRIBED = "no_address", "erased", "blocked", "unsubscribed"
BOUNCED, COMPLAINED, REFUSED = "bounced", "complained", "refused"
OUTCOMES = (SENT, NO_ADDRESS, ERASED, BLOCKED, UNSUBSCRIBED, BOUNCED, COMPLAINED, REFUSED)
"""How a mail ends. Before, it is `sending` (claimed) or `waiting` (for a busy provider)."""
TAKEN_OVER_AT = 3
"""The receipt of its message at which a mail is sent that an earlier attempt left `sending`."""
PAUSES_SECONDS = (15, 60, 300, *[900] * 16)
"""How long a mail waits that the provider does not take, attempt by attempt: four hours in all."""
GREETED_FOR = timedelta(days=30)
"""A member who signed up longer ago, when the system hears of them, is not welcomed: they come from
the shop's history.
"""


class MailKey(NamedTuple):
    """What names one mail: a member gets one mail of a `kind` about a `thing`.

    `member` is the internal id. A statement's `thing` is its month and currency, an entry's its
    currency and sequence.
    """

    member: str
    kind: str
    thing: str


@dataclass(frozen=True, slots=True)
class MailRecord:
    """How far a mail is; `note` is the provider's id for it, or the code of its refusal."""

    letter: MailKey
    state: str
    at: datetime
    note: str | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class MailPreferences:
    """The kinds of mail that a member unsubscribed from."""

    member: str
    unwanted: frozenset[str] = frozenset()
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member as the receiver of mails.

    `stopped` is the outcome of an earlier mail, `bounced` or `complained`, after which their
    address gets none.
    """

    member: Member
    wishes: MailPreferences
    stopped: str | None = None

    def hindrance(self, kind: str) -> str | None:
        """The outcome of a mail that must not be sent; `None` if it may be."""
        if self.member.erased:
            return ERASED
        if self.member.blocked and kind not in ASKED_FOR:
            return BLOCKED
        if not self.member.email:
            return NO_ADDRESS
        if kind in self.wishes.unwanted and kind not in ASKED_FOR:
            return UNSUBSCRIBED
        return self.stopped


def is_over(record: MailRecord | None) -> bool:
    return record is not None and record.state in OUTCOMES


def may_send(record: MailRecord | None, receipt: int) -> bool:
    """Whether the n-th receipt of a mail's message sends it: it is not claimed, or its claimant
    did not come back.
    """
    return record is None or record.state == WAITING or receipt >= TAKEN_OVER_AT


def pause_after(attempt: int) -> int | None:
    """Seconds until the provider is asked again after attempt `attempt`; `None` for never."""
    return PAUSES_SECONDS[attempt] if attempt < len(PAUSES_SECONDS) else None


def kind_of_entry(kind: str, amount: int) -> str | None:
    """The kind of mail that tells a member of an entry, if any does."""
    if amount > 0 and kind == REWARD:
        return REWARD_PENDING
    return TAKEN_BACK if amount < 0 and kind in TAKES_BACK else None


def is_welcomed(signed_up_at: datetime, told_at: datetime) -> bool:
    return told_at - signed_up_at <= GREETED_FOR

"""Mails to members: their kinds, who gets them, and how each is sent once (decision 81)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.ledger.entry import ADJUSTMENT, CLAWBACK, FORFEIT, REWARD
from shared.domain.members.member import Member

STATEMENT, BALANCE, WELCOME, REWARD_PENDING = "statement", "balance", "welcome", "reward"
TAKEN_BACK, GROUP_CHANGED, SIGN_IN, EXPIRY = "taken_back", "group", "sign_in", "expiry"
KINDS = (STATEMENT, BALANCE, WELCOME, REWARD_PENDING, TAKEN_BACK, GROUP_CHANGED, SIGN_IN, EXPIRY)
REQUESTED = (BALANCE, SIGN_IN)
"""Sent because somebody asked for it; nobody can unsubscribe from these."""
RECORDED = (STATEMENT, BALANCE)
"""Kinds for which the reason is kept if one is not sent: a run counts it, or somebody waits."""
AUTOMATIC = tuple(kind for kind in KINDS if kind not in REQUESTED)
"""Sent without being asked for."""
TAKES_BACK = (CLAWBACK, FORFEIT, ADJUSTMENT)

SENDING, WAITING, SENT = "sending", "waiting", "sent"
NO_ADDRESS, ERASED, BLOCKED, UNSUBSCRIBED = "no_address", "erased", "blocked", "unsubscribed"
BOUNCED, COMPLAINED, REFUSED = "bounced", "complained", "refused"
OUTCOMES = (SENT, NO_ADDRESS, ERASED, BLOCKED, UNSUBSCRIBED, BOUNCED, COMPLAINED, REFUSED)
"""How a mail ends. Before, it is `sending` (claimed) or `waiting` (for a busy provider)."""
TAKEOVER_RECEIPT = 3
"""The receipt of its message at which a mail is sent that an earlier attempt left `sending`."""
PAUSES_SECONDS = (15, 60, 300, *[900] * 16)
"""How long a mail waits that the provider does not take, attempt by attempt: four hours in all."""
WELCOME_WINDOW = timedelta(days=30)
"""A member who signed up longer ago, when the system hears of them, is not welcomed: they come from
the shop's history.
"""


class MailKey(NamedTuple):
    """What identifies one mail: a member gets one mail of a `kind` about a `topic`.

    `member` is the internal id. The topic of a statement is its month and currency, as
    `2026-03#EUR`; that of an entry its currency and sequence, as `EUR#7`; that of credit that
    expires its currency and end, as `EUR#2026-04-03T00:00:00Z`.
    """

    member: str
    kind: str
    topic: str


@dataclass(frozen=True, slots=True)
class MailRecord:
    """How far a mail is; `note` is the provider's id for it, or the code of its refusal."""

    key: MailKey
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

    Their address is suppressed, and gets no mail, after an earlier mail `bounced` or `complained`:
    `suppressed_by` is that outcome.
    """

    member: Member
    preferences: MailPreferences
    suppressed_by: str | None = None

    def find_obstacle(self, kind: str) -> str | None:
        """The outcome of a mail that must not be sent; `None` if it may be."""
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
    """Whether the n-th receipt of a mail's message sends it: it is not claimed, or its claimant
    did not come back.
    """
    return record is None or record.state == WAITING or receipt >= TAKEOVER_RECEIPT


def pause_after(attempt: int) -> int | None:
    """Seconds until the provider is asked again after attempt `attempt`; `None` for never."""
    return PAUSES_SECONDS[attempt] if attempt < len(PAUSES_SECONDS) else None


def kind_of_entry(kind: str, amount: int) -> str | None:
    """The kind of mail that tells a member of an entry, if any does."""
    if amount > 0 and kind == REWARD:
        return REWARD_PENDING
    return TAKEN_BACK if amount < 0 and kind in TAKES_BACK else None


def should_welcome(signed_up_at: datetime, told_at: datetime) -> bool:
    return told_at - signed_up_at <= WELCOME_WINDOW

"""Mails to members: which there are, who gets them, and how each is sent once (decision 81)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.ledger.ledger import ADJUSTMENT, CLAWBACK, FORFEIT, REWARD
from shared.domain.members.member import Member

STATEMENT, BALANCE, WELCOME, REWARD_PENDING = "statement", "balance", "welcome", "reward"
TAKEN_BACK, GROUP_CHANGED, SIGN_IN = "taken_back", "group", "sign_in"
KINDS = (STATEMENT, BALANCE, WELCOME, REWARD_PENDING, TAKEN_BACK, GROUP_CHANGED, SIGN_IN)
ASKED_FOR = (BALANCE, SIGN_IN)
"""Sent because somebody asks for it; nobody can unsubscribe from that."""
RECORDED = (STATEMENT, BALANCE)
"""Of these it is written down too why one was not sent: a run counts them, or somebody waits."""
BY_THEMSELVES = tuple(kind for kind in KINDS if kind not in ASKED_FOR)
OF_LOSS = (CLAWBACK, FORFEIT, ADJUSTMENT)

SENDING, WAITING, SENT = "sending", "waiting", "sent"
NO_ADDRESS, ERASED, BLOCKED, UNSUBSCRIBED = "no_address", "erased", "blocked", "unsubscribed"
BOUNCED, COMPLAINED, REFUSED = "bounced", "complained", "refused"
OUTCOMES = (SENT, NO_ADDRESS, ERASED, BLOCKED, UNSUBSCRIBED, BOUNCED, COMPLAINED, REFUSED)
"""How a mail ends; before that it is `sending` (claimed) or `waiting` (for a provider that takes no more at the moment)."""
TAKEN_OVER_AT = 3
"""At which receipt of its message a mail that another attempt left open is sent: two waits of the queue lie before it."""
PAUSES_SECONDS = (15, 60, 300, *[900] * 16)
"""How long a mail waits that the provider does not take, attempt by attempt: some four hours in all."""
GREETED_FOR = timedelta(days=30)
"""Who signed up longer ago than this, when we hear of it, comes from the shop's own history and is not welcomed."""


class MailKey(NamedTuple):
    """One mail. `member` is the internal id, `thing` what it is about: of each, a member gets one mail of a kind."""

    member: str
    kind: str
    thing: str


@dataclass(frozen=True, slots=True)
class MailRecord:
    """How far a mail is; `note` is the provider's id for it, or the code with which it was refused."""

    letter: MailKey
    state: str
    at: datetime
    note: str | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class MailPreferences:
    """The kinds that a member wants no more."""

    member: str
    unwanted: frozenset[str] = frozenset()
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Recipient:
    """What stands between a member and a mail: the person, their wishes, and whether their address is known not to take any."""

    member: Member
    wishes: MailPreferences
    stopped: str | None = None

    def hindrance(self, kind: str) -> str | None:
        """Why a mail is not sent, as its outcome; `None` where nothing hinders it."""
        if self.member.erased:
            return ERASED
        if self.member.blocked and kind not in ASKED_FOR:
            return BLOCKED
        if not self.member.email:
            return NO_ADDRESS
        if kind in self.wishes.unwanted and kind not in ASKED_FOR:
            return UNSUBSCRIBED
        return self.stopped


def is_over(sending: MailRecord | None) -> bool:
    return sending is not None and sending.state in OUTCOMES


def may_send(sending: MailRecord | None, receipt: int) -> bool:
    """Whether this receipt of a mail's message sends it: nobody has claimed it, or who has did not come back."""
    return sending is None or sending.state == WAITING or receipt >= TAKEN_OVER_AT


def pause_after(attempt: int) -> int | None:
    """Seconds until the provider is asked again; `None` where it was asked often enough."""
    return PAUSES_SECONDS[attempt] if attempt < len(PAUSES_SECONDS) else None


def kind_of_entry(kind: str, amount: int) -> str | None:
    """Which mail tells of an entry."""
    if amount > 0 and kind == REWARD:
        return REWARD_PENDING
    return TAKEN_BACK if amount < 0 and kind in OF_LOSS else None


def is_welcomed(signed_up_at: datetime, told_at: datetime) -> bool:
    return told_at - signed_up_at <= GREETED_FOR

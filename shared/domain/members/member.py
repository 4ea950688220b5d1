"""Members: registered customers, and guests who are not registered yet (specification: guest)."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain.rewards.terms import Advocate, Referral

GUEST = "guest:"
"""How the ids of guests begin; the shop's own member ids never do."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member as known now; `id` is internal, `public_id` is what the shop knows.

    `alias` is the shop's id of a member who was a guest first. `upline` are the advocates above
    as last seen, `browsers` the tokens that the member signed up with. `language` is what the
    shop told, `chosen_language` what the member chose. An `imported` member is of the shop's past,
    and is not welcomed.

    What was pending at `blocked_at` is forfeited; while `forfeiting` is true, some of it may
    still wait for that. While `unblocking` is true, the member is unblocked behind the last of it.
    An `erased` member is blocked too, without an instant, and forfeits nothing.
    """

    id: str
    alias: str | None = None
    login: str | None = None
    email: str | None = None
    email_hash: str | None = None
    name: str | None = None
    code: str | None = None
    registered: bool = False
    blocked: bool = False
    blocked_at: datetime | None = None
    forfeiting: bool = False
    unblocking: bool = False
    erased: bool = False
    group: str | None = None
    signed_up_at: datetime | None = None
    language: str | None = None
    chosen_language: str | None = None
    referral: Referral | None = None
    upline: tuple[str, ...] = ()
    browsers: tuple[str, ...] = ()
    imported: bool = False
    revision: int = 0

    @property
    def public_id(self) -> str:
        return self.alias or self.id

    @property
    def preferred_language(self) -> str | None:
        """The language of the member's pages and mails: their own choice before the shop's."""
        return self.chosen_language or self.language

    @property
    def status(self) -> str:
        if self.erased:
            return "erased"
        return "blocked" if self.blocked else "active" if self.registered else "guest"

    @property
    def finishing(self) -> str | None:
        """What goes on in the background: a block, or an unblocking; `None` for nothing."""
        if self.unblocking:
            return "unblock"
        return "block" if self.forfeiting and self.blocked_at else None

    def as_advocate(self, volume: int, used: int) -> Advocate:
        return Advocate(self.id, self.email_hash, self.blocked, self.group, volume, used)


def nameless_buyer(order_id: str) -> str:
    """What a guest is known by of whom only one order is known, such as one at the till."""
    return f"order:{order_id}"


def guest_id(known_by: str) -> str:
    """The id of a guest: by the e-mail's hash where it is known, else by the visitor's token."""
    return f"{GUEST}{known_by}"

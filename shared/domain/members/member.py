"""Members: registered customers, and guests who are not registered yet (specification: guest)."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shared.domain.rewards.terms import Advocate, Referral

GUEST = "guest:"
"""The prefix of guests' ids. Ids that the shop gives never begin with it."""


MERGED = "merged"
"""The status of a closed member."""


class StaffNote(NamedTuple):
    """What staff wrote about a member. `by` names the staff member as the audit log does."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member as known now.

    * `id`: internal; `public_id` is the id that the shop knows.
    * `alias`: the shop's id of a member who was a guest first.
    * `upline`: the advocates above, nearest first, as last seen.
    * `browsers`: the visitor tokens with which the member signed up.
    * `language`, `chosen_language`: set by the shop, and by the member.
    * `notes`: what staff wrote about the member, oldest first.
    * `imported`: comes from the shop's past, so gets no welcome mail.
    * `blocked_at`: when the member was blocked; rewards that were pending then are forfeited.
      `None` for an erased member, who is blocked but forfeits nothing.
    * `forfeiting`: some of those rewards may not be forfeited yet.
    * `unblocking`: the member will be unblocked once all of them are forfeited.
    * `merged_into`: the member who goes on for this one, who is closed; both are one person.
    * `absorbed`: the closed members for whom this one goes on.
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
    notes: tuple[StaffNote, ...] = ()
    merged_into: str | None = None
    absorbed: tuple[str, ...] = ()
    revision: int = 0

    @property
    def public_id(self) -> str:
        return self.alias or self.id

    @property
    def preferred_language(self) -> str | None:
        """The language of the member's pages and mails: the member's own choice, or else the
        shop's; `None` if neither is known.
        """
        return self.chosen_language or self.language

    @property
    def status(self) -> str:
        if self.erased:
            return "erased"
        if self.merged_into:
            return MERGED
        return "blocked" if self.blocked else "active" if self.registered else "guest"

    @property
    def finishing(self) -> str | None:
        """The work in the background that is not finished: `block`, `unblock` or `None`."""
        if self.unblocking:
            return "unblock"
        return "block" if self.forfeiting and self.blocked_at else None

    @property
    def known_by_address(self) -> bool:
        """Whether the shop's id of this member is not known yet.

        An import file named only the e-mail address, which is used as the id until the shop sends
        its own, or the member joined by the address alone and has the id of a guest.
        """
        named = self.imported and self.id == self.email
        joined = self.registered and self.id.startswith(GUEST)
        return (named or joined) and not self.alias and not self.erased and not self.merged_into

    @property
    def is_unnamed_guest(self) -> bool:
        """Whether a registration may make a member of this guest, whose shop's id is not known."""
        return not (self.registered or self.alias or self.erased or self.merged_into)

    def is_person(self, member_id: str) -> bool:
        """Whether an id is this member's or a closed one's for whom this member goes on."""
        return member_id == self.id or member_id in self.absorbed

    def as_advocate(self, volume: int, used: int) -> Advocate:
        return Advocate(self.id, self.email_hash, self.blocked, self.group, volume, used)


def nameless_buyer(order_id: str) -> str:
    """The name by which `guest_id` identifies a guest of whom only one order is known, such as a
    purchase in a store.
    """
    return f"order:{order_id}"


def guest_id(known_by: str) -> str:
    """The id of a guest. `known_by` is the hash of the e-mail address if it is known, or else the
    visitor's token, or else the `nameless_buyer` of the order.
    """
    return f"{GUEST}{known_by}"

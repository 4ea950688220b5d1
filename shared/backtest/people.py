"""Members and who recommended whom, in memory: what a backtest knows of people (design, sections 4 to 6)."""

from collections.abc import Iterator
from datetime import datetime

from shared.domain.ledger.lots import Lots
from shared.domain.members.code import normalize_code
from shared.domain.members.member import GUEST, guest_id
from shared.domain.programs.program import Program
from shared.domain.rewards.terms import Referral

OWN_EDGE, CIRCLE, SECOND_ADVOCATE = "edge_to_oneself", "circle", "second_advocate"


class BacktestMember:
    """One member as of now: edge to the advocate, standing as a friend and as an advocate, and the sums of the ledger.

    Has the attributes of `reward.Buyer` and of `reward.Advocate`, so that the engine reads it without a copy.
    """

    __slots__ = (
        "advocate",
        "alias",
        "blocked",
        "bought_before",
        "brought",
        "clawed_back",
        "earned",
        "edges",
        "email_hash",
        "expired",
        "first_order",
        "first_placed_at",
        "forfeited",
        "given_volume",
        "group",
        "lots",
        "member",
        "ordered_as",
        "payments",
        "pending",
        "redeemed",
        "referral",
        "returned",
        "second_placed_at",
        "signed_up_at",
        "used",
        "volume",
    )

    def __init__(self, member_id: str):
        self.member = member_id
        self.alias: str | None = None
        self.email_hash: str | None = None
        self.ordered_as: str | None = None
        self.blocked = False
        self.group: str | None = None
        self.signed_up_at: datetime | None = None
        self.advocate: BacktestMember | None = None
        self.referral: Referral | None = None
        self.edges = 0
        self.brought = False
        self.given_volume = 0
        self.payments = 0
        self.bought_before: datetime | None = None
        self.first_order: str | None = None
        self.first_placed_at: datetime | None = None
        self.second_placed_at: datetime | None = None
        self.volume = 0
        self.used = 0
        self.pending: list | None = None
        self.lots: Lots | None = None
        self.earned = self.clawed_back = self.forfeited = self.redeemed = self.returned = (
            self.expired
        ) = 0

    @property
    def public_id(self) -> str:
        """The shop's id of somebody who was a guest first."""
        return self.alias or self.member

    @property
    def balance(self) -> int:
        return (
            self.earned
            - self.clawed_back
            - self.forfeited
            - self.redeemed
            + self.returned
            - self.expired
        )

    def remember_order(self, order_id: str, placed_at: datetime | None) -> None:
        """Keep the two orders that were placed first: the earliest other than any one order is among them."""
        if placed_at is None:
            return
        if order_id == self.first_order:
            self.first_placed_at = min(self.first_placed_at, placed_at)
        elif self.first_placed_at is None or placed_at < self.first_placed_at:
            self.first_order, self.first_placed_at, self.second_placed_at = (
                order_id,
                placed_at,
                self.first_placed_at,
            )
        elif self.second_placed_at is None or placed_at < self.second_placed_at:
            self.second_placed_at = placed_at

    def before(self, order_id: str, email_hash: str | None) -> "BacktestMember":
        """This member as the buyer of an order: what counts as bought before is the earliest other one."""
        self.bought_before = (
            self.second_placed_at if order_id == self.first_order else self.first_placed_at
        )
        self.ordered_as = email_hash
        return self


class People:
    """All members of a backtest, found by id, e-mail and code."""

    def __init__(self):
        self.members: dict[str, BacktestMember] = {}
        self._by_alias: dict[str, BacktestMember] = {}
        self._by_email: dict[str, BacktestMember] = {}
        self._by_code: dict[str, BacktestMember] = {}

    def get(self, member_id: str) -> BacktestMember | None:
        return self.members.get(member_id) or self._by_alias.get(member_id)

    def public_id(self, member_id: str | None) -> str | None:
        """The shop's id of a member, as far as it is known."""
        return self.members[member_id].public_id if member_id in self.members else member_id

    def enter(
        self, member_id: str, email_hash: str | None = None, code: str | None = None
    ) -> BacktestMember:
        """A member by id, new ones as guests; an e-mail and a code belong to whom they were first told of."""
        member = self.get(member_id) or self._known_as_guest(member_id, email_hash)
        if member is None:
            member = self.members[member_id] = BacktestMember(member_id)
        if email_hash and member.email_hash is None:
            member.email_hash = email_hash
            self._by_email.setdefault(email_hash, member)
        if code:
            self._by_code.setdefault(normalize_code(code), member)
        return member

    def _known_as_guest(self, member_id: str, email_hash: str | None) -> BacktestMember | None:
        """Who bought under an e-mail alone before they had an id; from now on they have it."""
        guest = self._by_email.get(email_hash) if email_hash else None
        if guest is None or guest.alias or not guest.member.startswith(GUEST):
            return None
        guest.alias = member_id
        self._by_alias[member_id] = guest
        return guest

    def customer(
        self, member_id: str | None, email_hash: str | None, ref_token: str | None
    ) -> BacktestMember | None:
        """Who bought: by id, else by e-mail, else the visitor; `None` where an order names nobody."""
        if member_id is not None:
            known = None if email_hash else self.get(member_id)
            return known or self.enter(member_id, email_hash)
        if email_hash in self._by_email:
            return self._by_email[email_hash]
        known_by = email_hash or ref_token
        return self.enter(guest_id(known_by), email_hash) if known_by else None

    def owner_of(self, codes: tuple[str, ...]) -> BacktestMember | None:
        """Whose code an order carries; a blocked member's counts no more."""
        owners = (self._by_code.get(normalize_code(code)) for code in codes)
        return next((owner for owner in owners if owner and not owner.blocked), None)

    def bind(self, friend: BacktestMember, advocate: BacktestMember, at: datetime) -> str | None:
        """Make the edge from a friend to an advocate, or say why the live system would refuse it."""
        if advocate is friend:
            return OWN_EDGE
        if friend.advocate is not None:
            return None if friend.advocate is advocate else SECOND_ADVOCATE
        if friend.brought and friend in upline(advocate):
            return CIRCLE
        friend.edges += 1
        name = friend.member if friend.edges == 1 else f"{friend.member}#{friend.edges}"
        friend.referral = Referral(name, advocate.member, at)
        friend.advocate, friend.given_volume = advocate, 0
        advocate.brought = True
        return None

    def end(self, friend: BacktestMember) -> bool:
        """End the open edge of a friend; the volume that came over it goes with it."""
        if friend.advocate is None:
            return False
        friend.advocate.volume -= friend.given_volume
        friend.advocate, friend.referral, friend.given_volume = None, None, 0
        return True


def upline(member: BacktestMember) -> Iterator[BacktestMember]:
    """A member, then each advocate above."""
    above: BacktestMember | None = member
    while above is not None:
        yield above
        above = above.advocate


def chain_above(buyer: BacktestMember, depth: int) -> list[BacktestMember]:
    """The advocates above a buyer, nearest first."""
    chain, above = [], buyer.advocate
    while above is not None and depth:
        chain.append(above)
        above = above.advocate
        depth -= 1
    return chain


def member_row(program: Program, member: BacktestMember) -> dict:
    """One member at the end of a history."""
    group = program.group(member.group, member.volume)
    return {
        "earned": member.earned,
        "clawed_back": member.clawed_back,
        "forfeited": member.forfeited,
        "redeemed": member.redeemed,
        "returned": member.returned,
        "expired": member.expired,
        "balance": member.balance,
        "volume": member.volume,
        "group": group.id if group else None,
    }

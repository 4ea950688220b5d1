"""The members of a backtest, and their referrals (specification: evidence, guest)."""

from collections.abc import Iterator
from datetime import datetime

from shared.backtest.state import BacktestMember
from shared.domain.members.code import normalize_code
from shared.domain.members.member import GUEST, guest_id, nameless_buyer
from shared.domain.orders.facts import OrderFacts
from shared.domain.rewards.terms import Referral

OWN_EDGE, CIRCLE, SECOND_ADVOCATE = "edge_to_oneself", "circle", "second_advocate"


class MemberDirectory:
    """All members of a backtest, found by id, e-mail or code. `by_id` has each member once, by
    internal id.
    """

    def __init__(self) -> None:
        self.by_id: dict[str, BacktestMember] = {}
        self._by_shop_id: dict[str, BacktestMember] = {}
        self._by_email: dict[str, BacktestMember] = {}
        self._by_code: dict[str, BacktestMember] = {}

    def find(self, member_id: str) -> BacktestMember | None:
        return self.by_id.get(member_id) or self._by_shop_id.get(member_id)

    def public_id(self, member_id: str) -> str:
        """The shop's id of a member. The id itself is returned if no member has it."""
        member = self.by_id.get(member_id)
        return member.public_id if member else member_id

    def find_or_add(
        self, member_id: str, email_hash: str | None = None, code: str | None = None
    ) -> BacktestMember:
        """The member with this id, added if there is none; a guest with this e-mail address becomes
        that member.

        A member keeps the first e-mail address. An address or a code belongs to the first member
        who has it.
        """
        member = self.find(member_id) or self._register_guest(member_id, email_hash)
        if member is None:
            member = self.by_id[member_id] = BacktestMember(member_id)
        if email_hash and member.email_hash is None:
            member.email_hash = email_hash
            self._by_email.setdefault(email_hash, member)
        if code:
            self._by_code.setdefault(normalize_code(code), member)
        return member

    def _register_guest(self, member_id: str, email_hash: str | None) -> BacktestMember | None:
        """Turns the guest with this e-mail address into a registered member; `None` if there is no
        such guest.
        """
        guest = self._by_email.get(email_hash) if email_hash else None
        if guest is None or guest.shop_id or not guest.member.startswith(GUEST):
            return None
        guest.shop_id = member_id
        self._by_shop_id[member_id] = guest
        return guest

    def find_or_add_buyer(self, order: OrderFacts) -> BacktestMember | None:
        """The buyer of an order: by shop id, or else by e-mail address, or else by visitor token.
        `None` if the order has none of them.

        If it has none of them but an advocate's code, the buyer is a guest with only this order.
        """
        member_id, email_hash = order.customer, order.email_hash
        if member_id is not None:
            known = None if email_hash else self.find(member_id)
            return known or self.find_or_add(member_id, email_hash)
        if email_hash is not None and email_hash in self._by_email:
            return self._by_email[email_hash]
        known_by = email_hash or order.ref_token
        if known_by is None and any(normalize_code(code) in self._by_code for code in order.codes):
            known_by = nameless_buyer(order.id)
        return self.find_or_add(guest_id(known_by), email_hash) if known_by else None

    def find_code_owner(self, codes: tuple[str, ...]) -> BacktestMember | None:
        """The owner of the first code that belongs to a member who is not blocked; `None` if there
        is none.
        """
        owners = (self._by_code.get(normalize_code(code)) for code in codes)
        return next((owner for owner in owners if owner and not owner.blocked), None)


def start_referral(friend: BacktestMember, advocate: BacktestMember, at: datetime) -> str | None:
    """Makes a referral between a friend and an advocate, unless it exists already. Returns `None`.

    If the live system would refuse it, nothing changes and the reason is returned (specification:
    history-skipped).
    """
    if advocate is friend:
        return OWN_EDGE
    if friend.advocate is not None:
        return None if friend.advocate is advocate else SECOND_ADVOCATE
    if friend.is_advocate and friend in list_upline(advocate):
        return CIRCLE
    friend.referral_count += 1
    count = friend.referral_count
    referral_id = friend.member if count == 1 else f"{friend.member}#{count}"
    friend.referral = Referral(referral_id, advocate.member, at)
    friend.advocate, friend.volume_given = advocate, 0
    advocate.is_advocate = True
    return None


def end_referral(friend: BacktestMember) -> bool:
    """Ends a friend's open referral, and subtracts the friend's volume from the advocate's. Returns
    whether there was one.
    """
    if friend.advocate is None:
        return False
    friend.advocate.volume -= friend.volume_given
    friend.advocate, friend.referral, friend.volume_given = None, None, 0
    return True


def list_upline(member: BacktestMember) -> Iterator[BacktestMember]:
    """The advocates above a member, nearest first."""
    above = member.advocate
    while above is not None:
        yield above
        above = above.advocate


def list_chain(buyer: BacktestMember, depth: int) -> list[BacktestMember]:
    """The advocates above a buyer, nearest first, at most `depth`."""
    chain, above = [], buyer.advocate
    while above is not None and depth:
        chain.append(above)
        above = above.advocate
        depth -= 1
    return chain

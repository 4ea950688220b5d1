"""The members of a backtest and the referrals between them (specification: evidence, guest)."""

from collections.abc import Iterator
from datetime import datetime

from shared.backtest.state import BacktestMember
from shared.domain.members.code import normalize_code
from shared.domain.members.member import GUEST, guest_id, nameless_buyer
from shared.domain.orders.facts import OrderFacts
from shared.domain.rewards.terms import Referral

OWN_EDGE, CIRCLE, SECOND_ADVOCATE = "edge_to_oneself", "circle", "second_advocate"


class MemberDirectory:
    """All members, found by id, e-mail and code; `by_id` has each once, by its first id."""

    def __init__(self) -> None:
        self.by_id: dict[str, BacktestMember] = {}
        self._by_shop_id: dict[str, BacktestMember] = {}
        self._by_email: dict[str, BacktestMember] = {}
        self._by_code: dict[str, BacktestMember] = {}

    def find(self, member_id: str) -> BacktestMember | None:
        return self.by_id.get(member_id) or self._by_shop_id.get(member_id)

    def public_id(self, member_id: str) -> str:
        """The shop's id of a member, or the id itself where nobody has it."""
        member = self.by_id.get(member_id)
        return member.public_id if member else member_id

    def find_or_add(
        self, member_id: str, email_hash: str | None = None, code: str | None = None
    ) -> BacktestMember:
        """The member of an id, added where there is none.

        A member keeps the first e-mail; an e-mail or a code stays with the first who has it.
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
        """The guest with this e-mail, who has the shop's id from now on; `None` without one."""
        guest = self._by_email.get(email_hash) if email_hash else None
        if guest is None or guest.shop_id or not guest.member.startswith(GUEST):
            return None
        guest.shop_id = member_id
        self._by_shop_id[member_id] = guest
        return guest

    def find_or_add_buyer(self, order: OrderFacts) -> BacktestMember | None:
        """Who bought, by id, else by e-mail, else by visitor; `None` where an order has none.

        With none of them, who gave an advocate's code is a guest of this order alone.
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
        """The owner of the first code that belongs to a member who is not blocked."""
        owners = (self._by_code.get(normalize_code(code)) for code in codes)
        return next((owner for owner in owners if owner and not owner.blocked), None)


def start_referral(friend: BacktestMember, advocate: BacktestMember, at: datetime) -> str | None:
    """Makes the referral between a friend and an advocate.

    Returns the reason where the live system would refuse it (specification: history-skipped),
    else `None`, also where the two have an open one already.
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
    """Ends the open referral of a friend, and takes their volume from the advocate.

    Returns false where none is open.
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
    """The first `depth` advocates above a buyer, nearest first."""
    chain, above = [], buyer.advocate
    while above is not None and depth:
        chain.append(above)
        above = above.advocate
        depth -= 1
    return chain

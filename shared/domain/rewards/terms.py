"""Terms: what applies to one order, frozen when it first earns (specification: terms-frozen)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from shared.domain.named_tuples import build_tuple
from shared.domain.programs.program import Program
from shared.domain.programs.signal_codes import SAME_EMAIL, SAME_MEMBER
from shared.domain.rewards.unrewarded import names_nothing

SELF_REFERRAL, EXISTING_CUSTOMER = "self_referral", "existing_customer"


class Referral(NamedTuple):
    """The open referral of a friend. `clicked_at` is the click that led to it; `None` if there was
    none.
    """

    id: str
    advocate: str
    made_at: datetime
    clicked_at: datetime | None = None
    by_staff: bool = False


class BuyerView(Protocol):
    """The fields of a buyer from which terms are made, as they were before the order.

    * `payments`: the number of earlier counted orders (specification: payments).
    * `bought_before`: when the earliest other order was placed.
    * `ordered_as`: the hash of the e-mail address on this order.
    """

    @property
    def member(self) -> str: ...
    @property
    def email_hash(self) -> str | None: ...
    @property
    def blocked(self) -> bool: ...
    @property
    def signed_up_at(self) -> datetime | None: ...
    @property
    def referral(self) -> Referral | None: ...
    @property
    def payments(self) -> int: ...
    @property
    def bought_before(self) -> datetime | None: ...
    @property
    def ordered_as(self) -> str | None: ...


class Buyer(NamedTuple):
    """A `BuyerView` that stores its values."""

    member: str
    email_hash: str | None = None
    blocked: bool = False
    signed_up_at: datetime | None = None
    referral: Referral | None = None
    payments: int = 0
    bought_before: datetime | None = None
    ordered_as: str | None = None


class AdvocateView(Protocol):
    """The fields of an advocate from which terms are made, as they were before the order.

    * `group`: the group that staff assigned.
    * `volume`: what the advocate's friends bought, in minor units of the program's currency.
    * `used`: the room that the advocate's rewards use, in the same unit.
    """

    @property
    def member(self) -> str: ...
    @property
    def email_hash(self) -> str | None: ...
    @property
    def blocked(self) -> bool: ...
    @property
    def group(self) -> str | None: ...
    @property
    def volume(self) -> int: ...
    @property
    def used(self) -> int: ...


class Advocate(NamedTuple):
    """An `AdvocateView` that stores its values."""

    member: str
    email_hash: str | None = None
    blocked: bool = False
    group: str | None = None
    volume: int = 0
    used: int = 0


class FrozenAdvocate(NamedTuple):
    """One advocate of a chain, with the values frozen in the terms.

    `room` is what the limit had left, in minor units; `None` in a program without a limit.
    """

    member: str
    group: str | None = None
    blocked: bool = False
    room: int | None = None


class Terms(NamedTuple):
    """What applied to one order when it first earned.

    * `earned_at`: the earning moment as known then. It decides whether a limit covers the order,
      even if an earlier or later payment becomes known.
    * `refusal`: the rule that refuses the order permanently.
    * `signals`: codes of fraud signals; `held_at`: when they held the rewards.
    * `verdict`: how the review ended.
    * `volume`: the level 1 advocate's volume in minor units, if the program names no reward for
      this advocate; `None` in all other cases.
    * `past`: the order was bought before the shop used Grapevine. It is counted, but earns nothing.
    """

    version: int
    earned_at: datetime
    buyer: str | None
    buyer_blocked: bool = False
    referral: str | None = None
    chain: tuple[FrozenAdvocate, ...] = ()
    payments: int = 0
    refusal: str | None = None
    signed_up_at: datetime | None = None
    signals: tuple[str, ...] = ()
    held_at: datetime | None = None
    verdict: str | None = None
    volume: int | None = None
    past: bool = False

    @property
    def under_review(self) -> bool:
        """Whether a review of the order's rewards is open, so that they have no date."""
        return self.held_at is not None and self.verdict is None and self.refusal is None


def freeze_terms(
    program: Program, earned_at: datetime, buyer: BuyerView | None, chain: Sequence[AdvocateView]
) -> Terms:
    """The terms of an order that earns for the first time.

    `chain` are the advocates above the buyer, nearest first. Without a buyer there is no chain.
    """
    if buyer is None:
        return Terms(program.version, earned_at, None)
    refusal = _refusal_for_good(program, buyer, chain[0]) if chain else None
    frozen = _freeze_chain(program, chain[: program.depth() or 1])
    unrewarded = frozen and names_nothing(program, frozen[0].group)
    values = (
        program.version,
        earned_at,
        buyer.member,
        buyer.blocked,
        buyer.referral.id if buyer.referral else None,
        frozen,
        buyer.payments,
        refusal,
        buyer.signed_up_at,
        same_person(buyer, chain[0]) if refusal else (),
        None,
        None,
        chain[0].volume if unrewarded else None,
        False,
    )
    return build_tuple(Terms, values)


def _freeze_chain(program: Program, chain: Sequence[AdvocateView]) -> tuple[FrozenAdvocate, ...]:
    limit, groups = program.rules.max_per_advocate, program.groups
    frozen = []
    room = None
    for advocate in chain:
        group = program.group(advocate.group, advocate.volume) if groups else None
        if limit:
            room = limit.amount - advocate.used if advocate.used < limit.amount else 0
        values = (advocate.member, group.id if group else None, advocate.blocked, room)
        frozen.append(build_tuple(FrozenAdvocate, values))
    return tuple(frozen)


def same_person(buyer: BuyerView, advocate: AdvocateView) -> tuple[str, ...]:
    """The signal that buyer and advocate are the same member or have the same mailbox; empty if
    neither. No program may allow it.
    """
    if buyer.member == advocate.member:
        return (SAME_MEMBER,)
    if advocate.email_hash and advocate.email_hash in (buyer.email_hash, buyer.ordered_as):
        return (SAME_EMAIL,)
    return ()


def _refusal_for_good(program: Program, buyer: BuyerView, advocate: AdvocateView) -> str | None:
    """The rule that refuses the order permanently, whatever becomes known later; `None` if there is
    none (specification: eligibility).
    """
    if same_person(buyer, advocate):
        return SELF_REFERRAL
    referral = buyer.referral
    if program.friend.new_customers_only and referral and not referral.by_staff:
        met_at = referral.clicked_at or referral.made_at
        if buyer.bought_before and buyer.bought_before < met_at:
            return EXISTING_CUSTOMER
    return None

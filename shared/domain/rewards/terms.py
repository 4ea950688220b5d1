"""What applies to one order, frozen when it first earns (specification: terms-frozen)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from shared.domain.named_tuples import build_tuple
from shared.domain.programs.program import Program
from shared.domain.programs.signal_codes import SAME_EMAIL, SAME_MEMBER
from shared.domain.rewards.unrewarded import names_nothing

SELF_REFERRAL, EXISTING_CUSTOMER = "self_referral", "existing_customer"


class Referral(NamedTuple):
    """The open edge from a friend to their advocate; `clicked_at` is the click that led to it."""

    id: str
    advocate: str
    made_at: datetime
    clicked_at: datetime | None = None
    by_staff: bool = False


class BuyerView(Protocol):
    """What the terms read of a buyer, as they were before the order.

    `payments` counts the earlier orders that hold a slot (specification: payments),
    `bought_before` is when the earliest other order was placed, `ordered_as` the hash of the
    address that this order came with.
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
    """A `BuyerView` with values of its own."""

    member: str
    email_hash: str | None = None
    blocked: bool = False
    signed_up_at: datetime | None = None
    referral: Referral | None = None
    payments: int = 0
    bought_before: datetime | None = None
    ordered_as: str | None = None


class AdvocateView(Protocol):
    """What the terms read of an advocate, as they were before the order.

    Amounts are minor units of the program's currency. `group` is the one that staff assigned,
    `volume` what their friends bought, `used` how much of the cap their rewards used.
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
    """An `AdvocateView` with values of its own."""

    member: str
    email_hash: str | None = None
    blocked: bool = False
    group: str | None = None
    volume: int = 0
    used: int = 0


class FrozenAdvocate(NamedTuple):
    """One advocate of a chain as the terms have them.

    `room` is what the cap left them, in minor units; `None` in a program without a cap.
    """

    member: str
    group: str | None = None
    blocked: bool = False
    room: int | None = None


class Terms(NamedTuple):
    """What applied to one order when it first earned.

    `earned_at` is the earning moment as it was known then. It says for good whether a cap's
    window covers the order; a payment that is told late changes only the facts. `refusal` is the
    rule that refused the order for good. `signals` are codes of fraud signals, `held_at` is when
    they held the rewards, `verdict` says how the review ended. `volume` is that of an advocate of
    level 1 for whom nothing names a reward, in minor units; `None` for any other. A `past` order
    was bought before the shop came here: it counts and earns nothing.
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
    def held(self) -> bool:
        """Whether the rewards wait for a review."""
        return self.held_at is not None and self.verdict is None and self.refusal is None


def freeze_terms(
    program: Program, earned_at: datetime, buyer: BuyerView | None, chain: Sequence[AdvocateView]
) -> Terms:
    """The terms of an order that earns for the first time."""
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
    cap, groups = program.rules.max_per_advocate, program.groups
    frozen = []
    room = None
    for advocate in chain:
        group = program.group(advocate.group, advocate.volume) if groups else None
        if cap:
            room = cap.amount - advocate.used if advocate.used < cap.amount else 0
        values = (advocate.member, group.id if group else None, advocate.blocked, room)
        frozen.append(build_tuple(FrozenAdvocate, values))
    return tuple(frozen)


def same_person(buyer: BuyerView, advocate: AdvocateView) -> tuple[str, ...]:
    """The signal that no program may allow, if there is one: same member or same mailbox."""
    if buyer.member == advocate.member:
        return (SAME_MEMBER,)
    if advocate.email_hash and advocate.email_hash in (buyer.email_hash, buyer.ordered_as):
        return (SAME_EMAIL,)
    return ()


def _refusal_for_good(program: Program, buyer: BuyerView, advocate: AdvocateView) -> str | None:
    """The rule that refuses the order whatever is told later (specification: eligibility)."""
    if same_person(buyer, advocate):
        return SELF_REFERRAL
    referral = buyer.referral
    if program.friend.new_customers_only and referral and not referral.by_staff:
        met_at = referral.clicked_at or referral.made_at
        if buyer.bought_before and buyer.bought_before < met_at:
            return EXISTING_CUSTOMER
    return None

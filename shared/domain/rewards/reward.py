"""What an order earns, for whom and why: a pure function of its facts, its frozen terms and the room that is left (design, section 5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.money import SAME_CURRENCY, Exchange, Reward, exchange
from shared.domain.orders.facts import NO_REFUNDS, OrderFacts, kept
from shared.domain.orders.fraud_signals import SAME_EMAIL, SAME_MEMBER
from shared.domain.programs.program import Program

REFERRAL, CUSTOMER, FRIEND_BONUS = "referral", "customer", "friend_bonus"
_new = tuple.__new__
"""A NamedTuple's own constructor costs twice as much, which an order with ten levels feels."""


class NoExchangeRate(ValueError):
    """An order in another currency than the program's that tells no rate."""


class Referral(NamedTuple):
    """The open edge from a friend to an advocate; `clicked_at` is the click that led to it, where there was one."""

    id: str
    advocate: str
    made_at: datetime
    clicked_at: datetime | None = None
    by_staff: bool = False


class Buyer(NamedTuple):
    """The friend before this order. `payments` counts the orders that hold a slot, `bought_before` is the earliest other order,
    `ordered_as` the address that this order itself came with."""

    member: str
    email_hash: str | None = None
    blocked: bool = False
    signed_up_at: datetime | None = None
    referral: Referral | None = None
    payments: int = 0
    bought_before: datetime | None = None
    ordered_as: str | None = None


class Advocate(NamedTuple):
    """An advocate before this order: the group staff put them in, the volume of their friends, the room they used."""

    member: str
    email_hash: str | None = None
    blocked: bool = False
    group: str | None = None
    volume: int = 0
    used: int = 0


class FrozenAdvocate(NamedTuple):
    """An advocate's frozen place in a chain; `room` is what the cap left them, `None` in a program without one."""

    member: str
    group: str | None = None
    blocked: bool = False
    room: int | None = None


class Terms(NamedTuple):
    """What applied to one order when it first earned; `refusal` is the rule that refused it for good.

    `earned_at` is the earning moment as it was known then, and says for good whether a cap's window covers the order; an earlier payment
    or completion that is told late is a fact, which the order tells. `signals` are signs of `shared.domain.orders.fraud_signals`, `held_at` is when they
    held the rewards, `verdict` how the review ended.
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

    @property
    def held(self) -> bool:
        """Whether the rewards wait for a review."""
        return self.held_at is not None and self.verdict is None and self.refusal is None


class Due(NamedTuple):
    """A reward as it should stand, with everything its amount follows from; level 0 is the buyer."""

    member: str
    level: int
    code: str
    amount: int
    kept: int
    base: int
    grant: Reward
    floor: int | None = None
    cap: int | None = None
    room: int | None = None


class Refusal(NamedTuple):
    """A reward of 0 with its reason; `no_referral` has neither member nor level."""

    member: str | None
    level: int | None
    code: str


NO_REFERRAL = Refusal(None, None, "no_referral")


class RewardOutcome(NamedTuple):
    """`volume` is what the order adds to the level 1 advocate's volume, `slot` whether it is one of the friend's payments."""

    kept: int
    dues: tuple[Due, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    volume: int = 0
    slot: bool = False


def rate_for(order: OrderFacts, program: Program) -> Exchange:
    """The factor into the program's currency; raises `NoExchangeRate`."""
    if order.totals is None or order.totals.value.currency == program.currency:
        return SAME_CURRENCY
    if order.fx_rate is None:
        raise NoExchangeRate(order.totals.value.currency)
    return exchange(order.fx_rate.value, order.totals.value.currency, program.currency)


def freeze(
    program: Program, earned_at: datetime, buyer: Buyer | None, chain: Sequence[Advocate]
) -> Terms:
    """The terms of an order that earns for the first time; nothing that changes later moves them."""
    if buyer is None:
        return Terms(program.version, earned_at, None)
    edge = buyer.referral.id if buyer.referral else None
    seats = _seats(program, chain[: program.depth() or 1])
    refusal = _refusal_for_good(program, buyer, chain[0]) if chain else None
    who, signs = buyer.member, same_person(buyer, chain[0]) if refusal else ()
    frozen = (
        program.version,
        earned_at,
        who,
        buyer.blocked,
        edge,
        seats,
        buyer.payments,
        refusal,
        buyer.signed_up_at,
    )
    return _new(Terms, (*frozen, signs, None, None))


def _seats(program: Program, chain: Sequence[Advocate]) -> tuple[FrozenAdvocate, ...]:
    cap, groups = program.rules.max_per_advocate, program.groups
    if cap is None and not groups:
        return tuple(
            [
                _new(FrozenAdvocate, (advocate.member, None, advocate.blocked, None))
                for advocate in chain
            ]
        )
    seats = []
    for advocate in chain:
        group = program.group(advocate.group, advocate.volume) if groups else None
        room = max(0, cap.amount - advocate.used) if cap else None
        seats.append(
            _new(
                FrozenAdvocate,
                (advocate.member, group.id if group else None, advocate.blocked, room),
            )
        )
    return tuple(seats)


def same_person(buyer: Buyer, advocate: Advocate) -> tuple[str, ...]:
    """The signals that the design itself refuses, as `self_referral`."""
    if buyer.member == advocate.member:
        return (SAME_MEMBER,)
    return (
        (SAME_EMAIL,)
        if advocate.email_hash and advocate.email_hash in (buyer.email_hash, buyer.ordered_as)
        else ()
    )


def _refusal_for_good(program: Program, buyer: Buyer, advocate: Advocate) -> str | None:
    if same_person(buyer, advocate):
        return "self_referral"
    edge = buyer.referral
    if program.friend.new_customers_only and edge and not edge.by_staff:
        met_at = edge.clicked_at or edge.made_at
        if buyer.bought_before and buyer.bought_before < met_at:
            return "existing_customer"
    return None


def evaluate(
    order: OrderFacts, program: Program, terms: Terms, room_now: Mapping[str, int]
) -> RewardOutcome:
    """What the order earns now. `room_now` is the room left under the cap, this order's own rewards taken out of what was used."""
    rate = rate_for(order, program)
    keeps = kept(order, program, program.base, rate)
    dues, refusals = _own_reward(program, terms, keeps)
    if not terms.chain:
        return RewardOutcome(keeps, dues, (*refusals, NO_REFERRAL))
    code = _refusal(program, terms, keeps, order.earned_at(program.earn_on) or terms.earned_at) or (
        "nothing_kept" if keeps == 0 else None
    )
    if code is None and program.friend.bonus is not None:
        dues += _friend_bonus(program, terms, keeps)
    earned, refused = _chain(program, terms, keeps or _gross(order, program, rate), room_now, code)
    volume = 0
    if code is None and not terms.chain[0].blocked:
        volume = keeps if program.base != "paid_total" else kept(order, program, "items_net", rate)
    return _new(
        RewardOutcome, (keeps, (*dues, *earned), (*refusals, *refused), volume, code is None)
    )


def _refusal(program: Program, terms: Terms, keeps: int, earned_at: datetime) -> str | None:
    """The first rule that refuses the whole chain."""
    if terms.refusal:
        return terms.refusal
    rules = program.rules
    if (
        rules.total_days is not None
        and terms.signed_up_at
        and _passed(rules.total_days, earned_at - terms.signed_up_at)
    ):
        return "after_total_days"
    if rules.payment_minimum is not None and keeps < rules.payment_minimum:
        return "below_payment_minimum"
    if rules.total_payments is not None and terms.payments >= rules.total_payments:
        return "after_total_payments"
    return None


def _passed(days: int, since: timedelta) -> bool:
    """Whether more than so many times 24 hours have gone by."""
    return since.days > days or (
        since.days == days and (since.seconds > 0 or since.microseconds > 0)
    )


def _own_reward(
    program: Program, terms: Terms, keeps: int
) -> tuple[tuple[Due, ...], tuple[Refusal, ...]]:
    grant = program.credit.customer
    if grant is None or terms.buyer is None:
        return (), ()
    if terms.buyer_blocked or keeps == 0:
        return (), (Refusal(terms.buyer, 0, "blocked" if terms.buyer_blocked else "nothing_kept"),)
    return (
        _new(
            Due, (terms.buyer, 0, CUSTOMER, grant.of(keeps), keeps, keeps, grant, None, None, None)
        ),
    ), ()


def _friend_bonus(program: Program, terms: Terms, keeps: int) -> tuple[Due, ...]:
    grant = program.friend.bonus
    if terms.buyer_blocked:
        return ()
    return (Due(terms.buyer, 0, FRIEND_BONUS, grant.of(keeps), keeps, keeps, grant),)


def _chain(
    program: Program, terms: Terms, keeps: int, room_now: Mapping[str, int], refused: str | None
) -> tuple[list[Due], list[Refusal]]:
    """Each level that earns, or would have, on what is kept; a blocked advocate keeps the level and is refused."""
    dues, refusals = [], []
    rules = program.rules
    floor, cap, limit = rules.min_bonus, rules.max_bonus, rules.max_per_advocate
    covered = limit is not None and limit.covers(terms.earned_at)
    recursive = program.credit.system == "recursive"
    base = keeps
    bounds = floor is not None or cap is not None or covered
    plain = program.grants(None)
    for level, (member, group, blocked, frozen) in enumerate(terms.chain[: program.depth()], 1):
        grant = (program.grants(group) if group else plain)[level - 1]
        if grant is None or not (recursive or grant.parts or grant.fixed or floor):
            continue
        computed = grant.of(base)
        if recursive and computed == 0:
            break
        code = "blocked" if blocked else refused
        room = _room(frozen, room_now.get(member)) if covered else None
        amount = 0 if code else bounded(computed, keeps, floor, cap, room) if bounds else computed
        if code or (amount == 0 and room == 0):
            refusals.append(Refusal(member, level, code or "advocate_limit_reached"))
        else:
            dues.append(
                _new(Due, (member, level, REFERRAL, amount, keeps, base, grant, floor, cap, room))
            )
        if recursive:
            base = computed
    return dues, refusals


def _room(frozen: int | None, now: int | None) -> int | None:
    """The smaller of the room frozen with the terms and the room now, where it is known."""
    return frozen if frozen is None or now is None or frozen <= now else now


def bounded(computed: int, keeps: int, floor: int | None, cap: int | None, room: int | None) -> int:
    """A level's amount raised to the floor (never above what is kept), cut at the cap, then at the room."""
    amount = computed
    if floor is not None and amount < floor:
        amount = max(amount, min(floor, keeps))
    if cap is not None and amount > cap:
        amount = cap
    if room is not None and amount > room:
        amount = max(0, room)
    return amount


def _gross(order: OrderFacts, program: Program, rate: Exchange) -> int:
    """The whole base as if nothing had been taken back, to name the levels that would have earned."""
    return kept(
        order._replace(refunds=NO_REFUNDS, refunded_total=0, disputed=None, cancelled=False),
        program,
        program.base,
        rate,
    )

"""Computes what an order earns, for whom and why (specification: earning).

The result depends only on the order's facts, its frozen terms and the room that is left.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.money import SAME_CURRENCY, Exchange, Grant, exchange
from shared.domain.named_tuples import build_tuple
from shared.domain.orders.facts import NO_DISPUTES, NO_REFUNDS, OrderFacts
from shared.domain.orders.kept import kept
from shared.domain.programs.program import Program
from shared.domain.programs.reward_fields import Bonus
from shared.domain.rewards.terms import Terms
from shared.domain.rewards.unrewarded import NO_GROUP, ROUNDS_TO_NOTHING

REFERRAL, CUSTOMER, FRIEND_BONUS = "referral", "customer", "friend_bonus"
BLOCKED, NOTHING_KEPT, ADVOCATE_LIMIT_REACHED = "blocked", "nothing_kept", "advocate_limit_reached"
PROGRAM_NOT_ACTIVE = "program_not_active"
PAST_ORDER = "past_order"
"""The reason that refuses rewards of orders that were bought before the shop used Grapevine."""


type RewardKey = tuple[str, int, str]
"""Member, level and code. They identify a reward within its order."""


class NoExchangeRate(ValueError):
    """The order has another currency than the program and no exchange rate into the program's
    currency.
    """


class Due(NamedTuple):
    """What one reward should be now, and every value from which the amount was computed.

    * Amounts are minor units of the program's currency.
    * `level`: 0 for the buyer.
    * `base`: the amount to which the grant was applied.
    * `floor`, `cap`: `min_bonus` and `max_bonus`; `room`: what is left under `max_per_advocate`.
      `None` if the rule does not apply.
    """

    member: str
    level: int
    code: str
    amount: int
    kept: int
    base: int
    grant: Grant
    floor: int | None = None
    cap: int | None = None
    room: int | None = None

    @property
    def key(self) -> RewardKey:
        return self[:3]


class Refusal(NamedTuple):
    """A reward of 0 with its reason. The refusal `no_referral` has neither member nor level."""

    member: str | None
    level: int | None
    code: str


NO_REFERRAL = Refusal(None, None, "no_referral")


class RewardOutcome(NamedTuple):
    """Everything that an order earns now.

    * `volume`: what the order adds to the volume of the level 1 advocate.
    * `slot`: whether it is one of the friend's counted orders (specification: payments).
    """

    kept: int
    dues: tuple[Due, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    volume: int = 0
    slot: bool = False


def rate_for(order: OrderFacts, program: Program) -> Exchange:
    """The factor from the order's currency into the program's. Raises `NoExchangeRate`."""
    if order.totals is None or order.totals.value.currency == program.currency:
        return SAME_CURRENCY
    rate = order.rate_into(program.currency)
    if rate is None:
        raise NoExchangeRate(order.totals.value.currency)
    return exchange(rate, order.totals.value.currency, program.currency)


def compute_rewards(
    order: OrderFacts, program: Program, terms: Terms, room_left: Mapping[str, int]
) -> RewardOutcome:
    """What the order earns now. Raises `NoExchangeRate`.

    `room_left` is each advocate's room under the limit, for which this order's own rewards do not
    count as used; if it is empty, the room in the terms counts. A past order is computed like any
    other, but its rewards are refused.
    """
    outcome = _compute_as_new(order, program, terms, room_left)
    if not terms.past:
        return outcome
    refused = (Refusal(due.member, due.level, PAST_ORDER) for due in outcome.dues)
    return outcome._replace(dues=(), refusals=(*refused, *outcome.refusals))


def _compute_as_new(
    order: OrderFacts, program: Program, terms: Terms, room_left: Mapping[str, int]
) -> RewardOutcome:
    """What the order would earn if it were no past order."""
    rate = rate_for(order, program)
    kept_now = kept(order, program, program.base, rate)
    earned_at = order.earned_at(program.earn_on) or terms.earned_at
    active = program.active.covers(earned_at)
    dues, refusals = _own_reward(program, terms, kept_now, active)
    if not terms.chain:
        return RewardOutcome(kept_now, dues, (*refusals, NO_REFERRAL))
    code = _chain_refusal(program, terms, kept_now, earned_at) if active else PROGRAM_NOT_ACTIVE
    if code is None and program.friend.bonus:
        dues += _friend_bonus(program.friend.bonus, terms, kept_now)
    base_1 = kept_now or _kept_without_refunds(order, program, rate)
    earned, refused = _advocate_rewards(program, terms, base_1, room_left, code)
    refused = _with_unrewarded(terms, earned, refused, code)
    volume = 0
    if code is None and not terms.chain[0].blocked:
        in_items = program.base != "paid_total"
        volume = kept_now if in_items else kept(order, program, "items_net", rate)
    return build_tuple(
        RewardOutcome, (kept_now, (*dues, *earned), (*refusals, *refused), volume, code is None)
    )


def _chain_refusal(
    program: Program, terms: Terms, kept_now: int, earned_at: datetime
) -> str | None:
    """The first rule of an active program that refuses the whole chain; `None` if none does.

    The rules are in the specification: eligibility.
    """
    if terms.refusal:
        return terms.refusal
    rules = program.rules
    signed_up_at, days = terms.signed_up_at, rules.total_days
    if days is not None and signed_up_at and _is_longer(earned_at - signed_up_at, days):
        return "after_total_days"
    if rules.payment_minimum is not None and kept_now < rules.payment_minimum:
        return "below_payment_minimum"
    if rules.total_payments is not None and terms.payments >= rules.total_payments:
        return "after_total_payments"
    return NOTHING_KEPT if kept_now == 0 else None


def _is_longer(time: timedelta, days: int) -> bool:
    """Whether `time` is more than `days` times 24 hours. Faster than building a timedelta to
    compare.
    """
    return time.days >= days and (time.days > days or bool(time.seconds or time.microseconds))


def _own_reward(
    program: Program, terms: Terms, kept_now: int, active: bool
) -> tuple[tuple[Due, ...], tuple[Refusal, ...]]:
    """The buyer's own reward, or its refusal. Both are empty if the program has no such reward."""
    grant = program.credit.customer
    if grant is None or terms.buyer is None:
        return (), ()
    if terms.buyer_blocked or not active or kept_now == 0:
        code = BLOCKED if terms.buyer_blocked else NOTHING_KEPT if active else PROGRAM_NOT_ACTIVE
        return (), (Refusal(terms.buyer, 0, code),)
    amount = grant.of(kept_now)
    values = (terms.buyer, 0, CUSTOMER, amount, kept_now, kept_now, grant, None, None, None)
    return (build_tuple(Due, values),), ()


def _friend_bonus(bonus: Bonus, terms: Terms, kept_now: int) -> tuple[Due, ...]:
    """The friend's bonus. A bonus with `once` is given only while the friend has no counted order."""
    if terms.buyer is None or terms.buyer_blocked:
        return ()
    if bonus.once and terms.payments:
        return ()
    grant = bonus.reward
    return (Due(terms.buyer, 0, FRIEND_BONUS, grant.of(kept_now), kept_now, kept_now, grant),)


def _advocate_rewards(
    program: Program, terms: Terms, base_1: int, room_left: Mapping[str, int], refused: str | None
) -> tuple[list[Due], list[Refusal]]:
    """What each level of the chain earns. `refused` is the rule that refuses all of them, if any.

    `base_1` is the base of level 1: what is kept. If that is 0, it is what would be kept without
    refunds, and all levels are refused. A blocked advocate keeps the level and is refused. A level
    without a reward is left out.
    """
    dues: list[Due] = []
    refusals: list[Refusal] = []
    rules, chain = program.rules, terms.chain[: program.depth()]
    floor, cap, limit = rules.min_bonus, rules.max_bonus, rules.max_per_advocate
    covered = limit is not None and limit.covers(terms.earned_at)
    recursive = program.credit.system == "recursive"
    base = base_1
    has_bounds = floor is not None or cap is not None or covered
    without_group = program.grants(None)
    for level, (member, group, blocked, frozen_room) in enumerate(chain, 1):
        grant = (program.grants(group) if group else without_group)[level - 1]
        if grant is None or not (recursive or grant.parts or grant.fixed or floor):
            continue
        computed = grant.of(base)
        if recursive and computed == 0:
            break
        code = BLOCKED if blocked else refused
        room = None
        if covered:
            room = _smaller_room(frozen_room, room_left.get(member)) if room_left else frozen_room
        amount = 0 if code else computed
        if has_bounds and not code:
            amount = bound_amount(computed, base_1, floor, cap, room)
        if code or (amount == 0 and room == 0):
            refusals.append(Refusal(member, level, code or ADVOCATE_LIMIT_REACHED))
        else:
            values = (member, level, REFERRAL, amount, base_1, base, grant, floor, cap, room)
            dues.append(build_tuple(Due, values))
        if recursive:
            base = computed
    return dues, refusals


def _with_unrewarded(
    terms: Terms, earned: list[Due], refused: list[Refusal], code: str | None
) -> list[Refusal]:
    """The refusals, plus a refusal of level 1 in two cases: the program names no reward for level
    1, or nobody in the chain earns anything and no other refusal says why.
    """
    if terms.volume is not None:
        levels = {*(due.level for due in earned), *(refusal.level for refusal in refused)}
        if 1 not in levels:
            return [Refusal(terms.chain[0].member, 1, NO_GROUP), *refused]
    if refused or (earned and earned[0].amount) or any(due.amount for due in earned):
        return refused
    first = terms.chain[0]
    return [Refusal(first.member, 1, BLOCKED if first.blocked else code or ROUNDS_TO_NOTHING)]


def _smaller_room(frozen: int | None, now: int | None) -> int | None:
    return frozen if frozen is None or now is None or frozen <= now else now


def bound_amount(
    computed: int, kept_now: int, floor: int | None, cap: int | None, room: int | None
) -> int:
    """The amount raised to the floor (but not above what is kept), then limited by the cap and the
    room.
    """
    amount = computed
    if floor is not None and amount < floor:
        amount = max(amount, min(floor, kept_now))
    if cap is not None and amount > cap:
        amount = cap
    if room is not None and amount > room:
        amount = max(0, room)
    return amount


def _kept_without_refunds(order: OrderFacts, program: Program, rate: Exchange) -> int:
    """What would be kept without refunds, disputes and cancellation, in minor units of the
    program's currency. It shows which levels a refund has left without a reward.
    """
    whole = order._replace(
        refunds=NO_REFUNDS, refunded_total=0, disputed=None, disputes=NO_DISPUTES, cancel_told=None
    )
    return kept(whole, program, program.base, rate)

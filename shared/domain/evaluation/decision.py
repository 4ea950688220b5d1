"""Decides what must be posted for one order, from its facts (specification: earning).

The live system and backtests use the same decision.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from shared.domain.evaluation.posted import FrozenOrder, OpenOrder, PostedState
from shared.domain.evaluation.room import room_changes, room_left
from shared.domain.ledger.ledger import (
    NO_LAPSES,
    DateShift,
    Lapse,
    PostedReward,
    RewardDelta,
    availability_date,
    date_shifts,
    reward_deltas,
)
from shared.domain.named_tuples import build_tuple
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.fraud_signals import find_with_grade
from shared.domain.programs.program import Program
from shared.domain.programs.signal_codes import HOLD, REFUSE
from shared.domain.rewards.reward import (
    CUSTOMER,
    NoExchangeRate,
    RewardKey,
    RewardOutcome,
    compute_rewards,
)
from shared.domain.rewards.terms import AdvocateView, BuyerView, Terms, freeze_terms

WAITING, EVALUATED, PARKED = "waiting", "evaluated", "parked"
TEST_ORDER, NO_EXCHANGE_RATE = "test_order", "no_exchange_rate"


NOTHING_POSTED = OpenOrder()


class Waiting(NamedTuple):
    """The order does not earn yet, so nothing changes."""

    posted: PostedState

    @property
    def state(self) -> str:
        return WAITING

    @property
    def parked(self) -> None:
        return None


class Parked(NamedTuple):
    """The order cannot be used. `parked` is the reason; nothing changes."""

    posted: PostedState
    parked: str

    @property
    def state(self) -> str:
        return PARKED


class Withdrawn(NamedTuple):
    """A test order that earned rewards before we knew that it was a test. All its rewards are taken
    back.

    The fields mean the same as in `Evaluated`.
    """

    posted: FrozenOrder
    deltas: tuple[RewardDelta, ...]
    volume: int
    payments: int
    used: tuple[tuple[str, int], ...]

    @property
    def state(self) -> str:
        return PARKED

    @property
    def parked(self) -> str:
        return TEST_ORDER

    @property
    def date_shifts(self) -> tuple[DateShift, ...]:
        return ()


class Evaluated(NamedTuple):
    """What the order earns now, and the changes that follow.

    * `posted`: replaces what the order had posted before.
    * `deltas`: changes of rewards, to be written first.
    * `date_shifts`: changes of dates, to be written after `deltas`.
    * `volume`: added to the level 1 advocate's volume, if the referral of the terms is still open.
    * `payments`: added to the number of the friend's counted orders (-1, 0 or 1).
    * `used`: what to add to the used room of each advocate listed.
    * `state`: `evaluated`; `shared.api.answers` shows it as `rewarded` or `refused`.
    """

    posted: FrozenOrder
    outcome: RewardOutcome
    deltas: tuple[RewardDelta, ...]
    date_shifts: tuple[DateShift, ...]
    volume: int
    payments: int
    used: tuple[tuple[str, int], ...]

    @property
    def state(self) -> str:
        return EVALUATED

    @property
    def parked(self) -> None:
        return None


type Decision = Waiting | Parked | Withdrawn | Evaluated


def decide(
    order: OrderFacts,
    program: Program,
    before: PostedState,
    buyer: BuyerView | None,
    advocates: Sequence[AdvocateView],
    posted_at: datetime,
    signals: Collection[str] = (),
    lapses: Mapping[RewardKey, Lapse] = NO_LAPSES,
) -> Decision:
    """The decision about an order, from everything that is known now.

    * `program`: the version of the terms (if reopened, of the old terms), else the active one.
    * `buyer`, `advocates`: for an open order as they are now. For a frozen one, `buyer` is unused,
      and `advocates` are those of the frozen chain, of whom only the used room is read.
    * `posted_at`: now; without `hold_days`, new rewards can be spent from then on.
    * `signals`: codes of fraud signals found since the last evaluation.
    * `lapses`: the parts of this order's posted rewards that expired unspent.
    """
    if order.test:
        return _withdraw(program, before, lapses)
    earned_at = order.earned_at(program.earn_on)
    if earned_at is None or order.totals is None or order.hint:
        return Waiting(before)
    if isinstance(before, FrozenOrder):
        terms, rooms = before.terms, room_left(program, before, advocates)
    else:
        terms, rooms = freeze_terms(program, earned_at, buyer, advocates), {}
        if before.past:
            terms = terms._replace(past=True)
    if signals:
        terms = _with_signals(terms, program, signals)
    try:
        outcome = compute_rewards(order, program, terms, rooms)
    except NoExchangeRate:
        return Parked(before, NO_EXCHANGE_RATE)
    if terms.signals:
        terms = _held_from(posted_at, terms, program, outcome)
    available_on = availability_date(program, earned_at, posted_at)
    return _compare(program, before, terms, outcome, (available_on, posted_at), lapses)


def _compare(
    program: Program,
    before: PostedState,
    terms: Terms,
    outcome: RewardOutcome,
    dates: tuple[datetime, datetime],
    lapses: Mapping[RewardKey, Lapse],
) -> Evaluated:
    """The difference between what is due and what was posted before. An order that becomes or no
    longer is one of the friend's counted orders (`slot`) counts 1 or -1.

    `dates` is a pair: the instant from which new rewards can be spent under the terms, and the
    instant at which they are posted.
    """
    available_on, _ = dates
    deltas = tuple(
        reward_deltas(outcome.dues, before.rewards, available_on, terms.under_review, lapses)
    )
    rewards = rewards_after(before.rewards, deltas)
    shifts: tuple[DateShift, ...] = ()
    if terms.held_at:
        shifts = tuple(date_shifts(rewards, terms.under_review, max(dates)))
        rewards = rewards_after(rewards, shifts)
    posted = build_tuple(FrozenOrder, (terms, rewards, outcome.volume, outcome.slot))
    volume, payments = outcome.volume - before.volume, outcome.slot - before.slot
    used = room_changes(program.rules.max_per_advocate, before, posted)
    return build_tuple(Evaluated, (posted, outcome, deltas, shifts, volume, payments, used))


def _with_signals(terms: Terms, program: Program, signals: Collection[str]) -> Terms:
    """The terms with more fraud signals.

    If the program refuses one of the signals, the whole order is refused, unless a review has
    already decided.
    """
    codes = tuple(dict.fromkeys((*terms.signals, *signals)))
    refusing = None if terms.verdict else find_with_grade(codes, program.review, REFUSE)
    return terms._replace(signals=codes, refusal=terms.refusal or refusing)


def _held_from(at: datetime, terms: Terms, program: Program, outcome: RewardOutcome) -> Terms:
    """The terms, marked as held from `at` on if a review must begin.

    A review begins at most once for an order, and only if the order earns an advocate's reward or a
    friend's bonus.
    """
    if terms.held_at or terms.refusal or not find_with_grade(terms.signals, program.review, HOLD):
        return terms
    if any(due.code != CUSTOMER and due.amount for due in outcome.dues):
        return terms._replace(held_at=at)
    return terms


def _withdraw(
    program: Program, before: PostedState, lapses: Mapping[RewardKey, Lapse]
) -> Withdrawn | Parked:
    """The decision about a test order: everything that it posted is taken back. If it posted
    nothing, it is parked (specification: test-order).
    """
    if isinstance(before, OpenOrder):
        return Parked(before, TEST_ORDER)
    deltas = tuple(reward_deltas((), before.rewards, lapses=lapses))
    posted = FrozenOrder(before.terms, rewards_after(before.rewards, deltas))
    used = room_changes(program.rules.max_per_advocate, before, posted)
    return Withdrawn(posted, deltas, -before.volume, -before.slot, used)


def adds_evidence(terms: Terms, known: OrderFacts, merged: OrderFacts) -> bool:
    """Whether an update adds evidence to an order that had no advocate (specification: reopened).

    `known` holds the facts before the update, `merged` the facts with it.
    """
    return (
        not terms.chain
        and not terms.refusal
        and not merged.test
        and _evidence_on(known) != _evidence_on(merged)
    )


def _evidence_on(order: OrderFacts) -> tuple[str | tuple[str, ...] | None, ...]:
    """The facts that can name the buyer or the advocate of an order.

    The e-mail address counts only if the shop's id of the buyer is unknown.
    """
    return order.customer or order.email_hash, order.ref_token, order.codes, order.advocate


def rewards_after(
    rewards: tuple[PostedReward, ...], changes: Sequence[RewardDelta | DateShift]
) -> tuple[PostedReward, ...]:
    """The rewards after the changes. A changed reward keeps its place; a new reward is added at the
    end.
    """
    changed = tuple([change.reward for change in changes])
    if not rewards:
        return changed
    return tuple({reward.key: reward for reward in rewards + changed}.values())

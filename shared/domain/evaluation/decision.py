"""One order from its facts to what must be posted: the decision that the live system and a backtest share (design, section 5)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.ledger import (
    DateShift,
    PostedReward,
    RewardDelta,
    available_on,
    date_shifts,
    reward_deltas,
)
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.fraud_signals import HOLD, REFUSE, worst
from shared.domain.programs.program import Cap, Program
from shared.domain.rewards.reward import (
    CUSTOMER,
    Advocate,
    Buyer,
    NoExchangeRate,
    RewardOutcome,
    Terms,
    evaluate,
    freeze,
)

_new = tuple.__new__
"""A NamedTuple's own constructor costs twice as much, which a long history feels."""

WAITING, EVALUATED, PARKED = "waiting", "evaluated", "parked"
TEST_ORDER, NO_EXCHANGE_RATE = "test_order", "no_exchange_rate"


class PostedState(NamedTuple):
    """What one order has done so far: its terms once frozen, its rewards as posted, the volume and the payment it counts for."""

    terms: Terms | None = None
    standings: tuple[PostedReward, ...] = ()
    volume: int = 0
    slot: bool = False


NOTHING_POSTED = PostedState()


class Decision(NamedTuple):
    """What an evaluation does. `posted` replaces what the order had done; the rest is what that changes.

    `volume` goes to the level 1 advocate, and only while the referral of the terms is open. `payments` (-1, 0 or 1) goes to the friend.
    `used` goes to the room of each advocate named. `parked` says why an order cannot be used; nothing else changes then. `moves` follow
    the changes.
    """

    state: str
    posted: PostedState
    outcome: RewardOutcome | None = None
    changes: tuple[RewardDelta, ...] = ()
    volume: int = 0
    payments: int = 0
    used: tuple[tuple[str, int], ...] = ()
    parked: str | None = None
    moves: tuple[DateShift, ...] = ()


def decide(
    order: OrderFacts,
    program: Program,
    before: PostedState,
    buyer: Buyer | None,
    advocates: Sequence[Advocate],
    posted_at: datetime,
    signals: Collection[str] = (),
) -> Decision:
    """The evaluation of an order as it is known now.

    Before its terms are frozen: the active program, the buyer and the advocates above them as they are now. After: the program version of
    the terms, and the advocates of the terms' chain for the room they have used (others are not looked at). `signals` are the signs that
    showed since.
    """
    if order.test:
        return _withdrawn(program, before)
    earned_at = order.earned_at(program.earn_on)
    if earned_at is None or order.totals is None or order.hint:
        return Decision(WAITING, before)
    if before.terms is None:
        terms, room = freeze(program, earned_at, buyer, advocates), {}
    else:
        terms, room = before.terms, room_now(program, before, advocates)
    if signals:
        terms = _signed(terms, program, signals)
    try:
        outcome = evaluate(order, program, terms, room)
    except NoExchangeRate:
        return Decision(PARKED, before, parked=NO_EXCHANGE_RATE)
    if terms.signals:
        terms = _held(terms, program, outcome, posted_at)
    matures = available_on(program, earned_at, posted_at)
    found = tuple(reward_deltas(outcome.dues, before.standings, matures, terms.held))
    standings = _standings(before, found)
    moved = (
        tuple(date_shifts(standings, terms.held, max(matures, posted_at))) if terms.held_at else ()
    )
    if moved:
        standings = _standings(PostedState(standings=standings), moved)
    return _evaluated(
        program,
        before,
        _new(PostedState, (terms, standings, outcome.volume, outcome.slot)),
        outcome,
        (found, moved),
    )


def _evaluated(
    program: Program,
    before: PostedState,
    posted: PostedState,
    outcome: RewardOutcome,
    done: tuple[tuple[RewardDelta, ...], tuple[DateShift, ...]],
) -> Decision:
    """The decision that leads from what was posted before to what stands after the changes and the moves."""
    volume, payments = outcome.volume - before.volume, outcome.slot - before.slot
    cap = program.rules.max_per_advocate
    used = () if cap is None else _used(cap, before, posted)
    return _new(
        Decision, (EVALUATED, posted, outcome, done[0], volume, payments, used, None, done[1])
    )


def _signed(terms: Terms, program: Program, signals: Collection[str]) -> Terms:
    """The terms knowing these signals too; one that the program refuses ends it, unless somebody decided otherwise."""
    signals = tuple(dict.fromkeys((*terms.signals, *signals)))
    refusal = terms.refusal or (None if terms.verdict else worst(signals, program.review, REFUSE))
    return terms._replace(signals=signals, refusal=refusal)


def _held(terms: Terms, program: Program, outcome: RewardOutcome, at: datetime) -> Terms:
    """A review begins once there is something to hold, and only once."""
    if terms.held_at or terms.refusal or not worst(terms.signals, program.review, HOLD):
        return terms
    return (
        terms._replace(held_at=at)
        if any(due.code != CUSTOMER and due.amount for due in outcome.dues)
        else terms
    )


def _withdrawn(program: Program, before: PostedState) -> Decision:
    """A test order earns nothing; where that is told late, what it posted goes back."""
    if before.terms is None:
        return Decision(PARKED, before, parked=TEST_ORDER)
    found = tuple(reward_deltas((), before.standings))
    posted = PostedState(before.terms, _standings(before, found), 0, False)
    used = _used(program.rules.max_per_advocate, before, posted)
    return Decision(PARKED, posted, None, found, -before.volume, -before.slot, used, TEST_ORDER)


def reopens(terms: Terms, known: OrderFacts, told: OrderFacts) -> bool:
    """Whether an order that had no advocate now carries a sign of one that it did not carry before."""
    return not terms.chain and not terms.refusal and _signs(known) != _signs(told)


def _signs(order: OrderFacts) -> tuple:
    """Who bought, and what may say who brought them; the address of somebody whose id is known says neither."""
    return order.customer or order.email_hash, order.ref_token, order.codes


def room_now(
    program: Program, before: PostedState, advocates: Iterable[Advocate]
) -> dict[str, int]:
    """The room of each advocate under the cap, this order's own rewards taken out of what was used; before the first, the frozen room."""
    cap = program.rules.max_per_advocate
    if cap is None:
        return {}
    own = uses(cap, before)
    return {
        advocate.member: max(0, cap.amount - advocate.used + own.get(advocate.member, 0))
        for advocate in advocates
    }


def uses(cap: Cap | None, posted: PostedState) -> dict[str, int]:
    """The room under the cap that one order's rewards of advocates use."""
    if cap is None or posted.terms is None or not cap.covers(posted.terms.earned_at):
        return {}
    return {
        member: came - taken for member, level, _, came, taken, _ in posted.standings if level > 0
    }


def _used(cap: Cap, before: PostedState, after: PostedState) -> tuple[tuple[str, int], ...]:
    old, new = uses(cap, before), uses(cap, after)
    if not old:
        return tuple(new.items())
    return tuple(
        (member, new.get(member, 0) - old.get(member, 0))
        for member in new | old
        if new.get(member, 0) != old.get(member, 0)
    )


def _standings(
    before: PostedState, found: Sequence[RewardDelta | DateShift]
) -> tuple[PostedReward, ...]:
    """The rewards after the changes."""
    after = tuple([change.standing for change in found])
    if not before.standings:
        return after
    return tuple({standing[:3]: standing for standing in before.standings + after}.values())


class Deduction(NamedTuple):
    """Credit that a block or the end of a referral takes out of one reward, which is due for that much less for good."""

    standing: PostedReward
    amount: int

    @property
    def after(self) -> PostedReward:
        return self.standing._replace(taken=self.standing.taken + self.amount)


def forfeits(standings: Iterable[PostedReward], member: str, at: datetime) -> list[Deduction]:
    """What a block at an instant takes from a member: the rewards that are still pending then, or have no date."""
    return [
        Deduction(standing, standing.net)
        for standing in standings
        if standing.member == member
        and standing.net
        and (standing.available_on is None or standing.available_on > at)
    ]


def deductions(standings: Iterable[PostedReward], most: int) -> list[Deduction]:
    """What the end of a referral takes back, reward by reward, `most` in all."""
    taken = []
    for standing in standings:
        amount = min(standing.net, most)
        if amount > 0:
            taken.append(Deduction(standing, amount))
            most -= amount
    return taken


def after_deductions(
    program: Program, posted: PostedState, taken: Sequence[Deduction]
) -> tuple[PostedState, tuple[tuple[str, int], ...]]:
    """What an order has done once credit was taken out of its rewards, and the change of each advocate's used room."""
    rows = {taking.standing[:3]: taking.after for taking in taken}
    after = posted._replace(
        standings=tuple(rows.get(standing[:3], standing) for standing in posted.standings)
    )
    cap = program.rules.max_per_advocate
    return after, _used(cap, posted, after) if cap else ()

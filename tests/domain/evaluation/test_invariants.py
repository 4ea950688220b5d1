"""What holds whatever the program says and whatever happens in the shop."""

from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from shared.backtest.backtest import Backtest
from shared.backtest.history import OrderSeen, parse_event
from shared.backtest.state import BacktestOrder
from shared.domain.evaluation.decision import NOTHING_POSTED, Evaluated, decide
from shared.domain.evaluation.posted import FrozenOrder, PostedState
from shared.domain.evaluation.reasons import amount_from, delta_reason
from shared.domain.lint.worst_case import MOMENT, most_for
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program_document import parse_program
from shared.domain.rewards.reward import RewardOutcome
from shared.domain.rewards.terms import Advocate, Buyer, Referral
from tests.support.programs_and_histories import SEED_TREE, play, tree
from tests.support.strategies import happenings, histories, programs, sightings

PEOPLE = tree(*SEED_TREE)
CHAIN = (Advocate("F"), Advocate("C"), Advocate("A"))
FRIEND = Buyer("I", referral=Referral("I", "F", MOMENT), signed_up_at=MOMENT)


@given(programs, histories)
def test_balances_add_up(terms: dict, events: list) -> None:
    result = play(parse_program(terms), *PEOPLE, *events)
    stand: Counter[str] = Counter()
    for row in result["rewards"]:
        stand[row["member"]] += row["amount"]
    for name, row in result["members"].items():
        assert row["earned"] - row["clawed_back"] - row["forfeited"] == stand[name] >= 0
        assert row["balance"] == stand[name] - row["redeemed"] + row["returned"]
        assert 0 <= row["returned"] <= row["redeemed"]
    assert result["totals"]["rewards"] == sum(stand.values())
    assert {
        name: sum(month[name] for month in result["by_month"]) for name in result["totals"]
    } == result["totals"]
    assert len(result["refusals"]) == result["totals"]["refusals"]


@given(programs, histories)
def test_every_line_twice_changes_nothing(terms: dict, events: list) -> None:
    once = play(parse_program(terms), *PEOPLE, *events)
    twice = play(
        parse_program(terms),
        *PEOPLE,
        *(event for event in events for _ in range(1 + (event["type"] == "order"))),
    )
    assert once == twice


@given(programs, st.none() | st.integers(1, 60), histories)
def test_forgetting_what_is_over_changes_nothing(
    terms: dict, days: int | None, events: list
) -> None:
    """A long history is read twice and forgets orders that are not told again; a short one remembers all."""
    terms = terms | {"wallet": {"expires_after_days": days}}
    program, read = parse_program(terms), [parse_event(event) for event in (*PEOPLE, *events)]
    whole, forgetful = Backtest(program), Backtest(program)
    for place, event in enumerate(read):
        whole.apply(event)
        later = {other.order.id for other in read[place + 1 :] if isinstance(other, OrderSeen)}
        spent = {
            getattr(other, "order", None)
            for other in read[place + 1 :]
            if not isinstance(other, OrderSeen)
        }
        name = event.order.id if isinstance(event, OrderSeen) else getattr(event, "order", None)
        forgetful.apply(event, name in later | spent)
    ordered = [event["at"] for event in events] == sorted(event["at"] for event in events)
    if ordered:
        assert whole.months.by_month() == forgetful.months.by_month()
        assert [member.balance for member in whole.members.by_id.values()] == [
            m.balance for m in forgetful.members.by_id.values()
        ]


@given(programs, st.lists(sightings, min_size=1, max_size=12))
def test_volume_is_what_friends_orders_keep(terms: dict, events: list) -> None:
    """Without ends and blocks: the orders of direct friends that no rule refused."""
    orders: list[BacktestOrder] = []
    backtest = Backtest(parse_program(terms), orders.append)
    for event in (*PEOPLE, *events):
        backtest.apply(parse_event(event))
    backtest.finish()
    volume: Counter[str] = Counter()
    for order in orders:
        if isinstance(order.posted, FrozenOrder) and order.posted.terms.chain:
            volume[order.posted.terms.chain[0].member] += order.outcome.volume
            refused = {refusal.level for refusal in order.outcome.refusals} & {1}
            assert not (refused and order.outcome.volume) or {
                r.code for r in order.outcome.refusals
            } <= {"advocate_limit_reached", "no_group", "rounds_to_nothing"}
    assert {name: member.volume for name, member in backtest.members.by_id.items()} == {
        name: volume[name] for name in backtest.members.by_id
    }


@given(programs, histories)
def test_a_limit_is_never_passed(terms: dict, events: list) -> None:
    """The advocate's net rewards of orders inside the dates, at every moment."""
    program = parse_program(terms)
    limit = program.rules.max_per_advocate
    if limit is None:
        return
    backtest = Backtest(program)
    for event in (*PEOPLE, *events):
        backtest.apply(parse_event(event))
        assert all(0 <= member.used <= limit.amount for member in backtest.members.by_id.values())


@given(programs, sightings)
def test_every_posting_follows_from_its_own_reason(terms: dict, sighting: dict) -> None:
    program, posted = parse_program(terms), NOTHING_POSTED
    told = parse_event(sighting).order
    for order in (told, *_later(told)):
        decision = decide(order, program, posted, FRIEND, CHAIN, MOMENT)
        if not isinstance(decision, Evaluated):
            continue
        posted = decision.posted
        for delta in decision.deltas:
            reason = delta_reason(delta, order, posted.terms)
            assert amount_from(reason["inputs"]) == delta.amount
        again = decide(order, program, posted, FRIEND, _chain_after(posted), MOMENT)
        assert isinstance(again, Evaluated) and again.deltas == ()


def outcome_of(
    order: OrderFacts, terms: dict, buyer: Buyer = FRIEND, chain: Sequence[Advocate] = CHAIN
) -> RewardOutcome | None:
    """What an open order earns; `None` while it waits."""
    decision = decide(order, parse_program(terms), NOTHING_POSTED, buyer, chain, MOMENT)
    return decision.outcome if isinstance(decision, Evaluated) else None


def _chain_after(posted: PostedState) -> list[Advocate]:
    """The chain once the order's own rewards use its room."""
    used = {reward.member: reward.net for reward in posted.rewards if reward.level}
    return [advocate._replace(used=used.get(advocate.member, 0)) for advocate in CHAIN]


def _later(order):
    """The same order refunded in part, then cancelled."""
    half = order._replace(refunded_total=order.refunded_total + 500)
    return half, half.as_cancelled()


@given(programs, sightings)
def test_no_order_costs_more_than_the_worst_case(terms: dict, sighting: dict) -> None:
    outcome = outcome_of(parse_event(sighting).order, terms)
    if outcome is not None:
        most = most_for(parse_program(terms), outcome.kept)
        assert sum(due.amount for due in outcome.dues) <= most


@given(programs, sightings)
def test_nothing_kept_is_nothing_due(terms: dict, sighting: dict) -> None:
    outcome = outcome_of(parse_event(sighting).order, terms)
    if outcome is not None and outcome.kept == 0:
        assert not any(due.amount for due in outcome.dues)
        assert (outcome.volume, outcome.slot) == (0, False)


@given(programs, sightings, st.integers(1, 10_000))
def test_more_kept_never_lowers_a_reward(terms: dict, sighting: dict, more: int) -> None:
    """For one chain and one program, rules that count or limit left out."""
    rules = {name: terms.get("rules", {}).get(name) for name in ("min_bonus", "max_bonus")}
    terms = terms | {"rules": rules}
    document = sighting["order"] | {
        "refunds": [],
        "refunded_total": None,
        "disputed": False,
        "status": "completed",
    }
    larger = document | {"items_total": document["items_total"] + more}
    less, greater = (
        {(due.member, due.code): due.amount for due in outcome_of(_order(facts), terms).dues}
        for facts in (document, larger)
    )
    assert all(greater.get(key, 0) >= amount for key, amount in less.items())


def _order(document: dict):
    return parse_event({"type": "order", "at": "2026-04-30T00:00:00Z", "order": document}).order


@given(programs, sightings)
def test_the_blocked_get_nothing(terms: dict, sighting: dict) -> None:
    chain = [advocate._replace(blocked=True) for advocate in CHAIN]
    order = parse_event(sighting).order
    outcome = outcome_of(order, terms, FRIEND._replace(blocked=True), chain)
    if outcome is not None:
        assert outcome.dues == ()
        assert outcome.volume == 0


@given(programs, st.lists(happenings, max_size=15), sightings)
def test_terms_stay_as_they_were_frozen(terms: dict, between: list, sighting: dict) -> None:
    """Nothing that happens to people moves an order that earned before."""
    plain = [
        event
        for event in between
        if event["type"] in ("group_assigned", "referral_ended", "unblocked")
    ]
    program = parse_program(terms | {"hold_days": 0})
    before, after = (
        play(program, *PEOPLE, sighting, *events, sighting)["rewards"] for events in ([], plain)
    )
    assert before == after

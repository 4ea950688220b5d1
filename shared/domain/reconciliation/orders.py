"""Compares orders with their entries and with what is due, and friends and reviews with orders
(specification: verify).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.evaluation.room import own_rewards
from shared.domain.ledger.entry import CLAWBACK, EXPIRY, FORFEIT, REWARD
from shared.domain.ledger.ledger import reward_deltas
from shared.domain.ledger.lots import Lots, lapse_of, lots_of
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.reason import REFERRAL_ENDED
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program import Program
from shared.domain.reconciliation.books import BookedOrder, Difference, LedgerBooks
from shared.domain.rewards.reward import NoExchangeRate, RewardOutcome, compute_rewards

type RewardSums = dict[tuple[str, bool], list[int]]
"""The sums of one order, by member and by whether it is as an advocate: a list of what was posted
and what was deducted.
"""


def compare_orders(books: LedgerBooks) -> Iterator[Difference]:
    posted, lapses = _sums_of_entries(books), _lapses(books)
    for order in books.orders.values():
        yield from _compare_with_entries(order, posted.pop(order.facts.id, {}))
        if isinstance(order.posted, FrozenOrder):
            yield from _compare_with_due(books, order.facts, order.posted, lapses)
    for order_id in sorted(posted):
        yield Difference(
            "entries of an order that is not there", order_id, {}, _named(posted[order_id])
        )


def _lapses(books: LedgerBooks) -> dict[Owner, Lots]:
    """The lots of each account from which credit has expired."""
    return {
        owner: lots_of(entry for entry, _ in books.history(owner))
        for owner, history in books.entries.items()
        if any(entry.kind == EXPIRY for entry, _ in history)
    }


def _sums_of_entries(books: LedgerBooks) -> dict[str, RewardSums]:
    sums: defaultdict[str, RewardSums] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for owner, history in books.entries.items():
        for entry, _ in history:
            order, inputs = entry.order or "", entry.reason["inputs"]
            if entry.kind == FORFEIT or entry.reason["code"] == REFERRAL_ENDED:
                sums[order][owner.member, inputs["level"] > 0][1] -= entry.amount
            elif entry.kind in (REWARD, CLAWBACK):
                sums[order][owner.member, inputs["level"] > 0][0] += entry.amount
    return dict(sums)


def _compare_with_entries(order: BookedOrder, entries: RewardSums) -> Iterator[Difference]:
    kept: RewardSums = defaultdict(lambda: [0, 0])
    for reward in order.posted.rewards:
        sums = kept[reward.member, reward.level > 0]
        sums[0] += reward.posted
        sums[1] += reward.deducted
    if _without_zeros(entries) != _without_zeros(kept):
        yield Difference(
            "an order's rewards and its entries", order.facts.id, _named(entries), _named(kept)
        )


def _compare_with_due(
    books: LedgerBooks, facts: OrderFacts, posted: FrozenOrder, lapses: Mapping[Owner, Lots]
) -> Iterator[Difference]:
    """Compares an order with what it should earn. An order that now has no exchange rate is
    skipped.
    """
    program = books.program_of(posted.terms.version)
    try:
        outcome = RewardOutcome(0)
        if not facts.test:
            outcome = compute_rewards(facts, program, posted.terms, _room(program, posted))
    except NoExchangeRate:
        return
    lapsed = {
        reward.key: lapse
        for reward in posted.rewards
        if (lots := lapses.get(Owner(reward.member, program.currency)))
        and (lapse := lapse_of(lots, facts.id, reward))
    }
    for delta in reward_deltas(outcome.dues, posted.rewards, lapses=lapsed):
        where = f"{facts.id}/{delta.reward.member}/{delta.reward.level}"
        yield Difference("due less posted", where, 0, delta.amount)
    if (outcome.volume, outcome.slot) != (posted.volume, posted.slot):
        yield Difference(
            "volume and payment of an order",
            facts.id,
            [outcome.volume, outcome.slot],
            [posted.volume, posted.slot],
        )


def _room(program: Program, posted: FrozenOrder) -> dict[str, int]:
    """The room under which the order's rewards were computed: what it has posted itself.

    Room that other orders freed later must not raise its rewards. Deductions are not subtracted,
    because they are part of what is due.
    """
    cap, terms = program.rules.max_per_advocate, posted.terms
    if cap is None or not cap.covers(terms.earned_at):
        return {}
    own = own_rewards(terms, posted.rewards)
    due = {reward.member: reward.posted - reward.lapsed for reward in own}
    return {advocate.member: due.get(advocate.member, 0) for advocate in terms.chain}


def compare_friends(books: LedgerBooks) -> Iterator[Difference]:
    """Compares three values with the orders: each friend's counted orders and volume, and each
    advocate's volume.
    """
    payments: defaultdict[str, int] = defaultdict(int)
    given: defaultdict[tuple[str, str | None, str], int] = defaultdict(int)
    advocates: dict[str | None, str] = {}
    for _, posted in books.orders.values():
        if not isinstance(posted, FrozenOrder) or posted.terms.buyer is None:
            continue
        terms, buyer = posted.terms, posted.terms.buyer
        payments[buyer] += posted.slot
        if terms.referral and terms.chain:
            currency = books.program_of(terms.version).currency
            given[buyer, terms.referral, currency] += posted.volume
            advocates[terms.referral] = terms.chain[0].member
    volumes: defaultdict[tuple[str | None, str], int] = defaultdict(int)
    for friend in books.purchases.values():
        name = friend.member
        if friend.payments != payments[name]:
            yield Difference("payments of a friend", name, payments[name], friend.payments)
        for currency, volume in friend.given.items():
            volumes[advocates.get(friend.referral), currency] += volume
            expected = given[name, friend.referral, currency]
            if volume != expected:
                yield Difference("volume of a friend", name, expected, volume)
    yield from _compare_volumes(books, volumes)


def _compare_volumes(
    books: LedgerBooks, volumes: Mapping[tuple[str | None, str], int]
) -> Iterator[Difference]:
    for owner, account in books.accounts.items():
        if account.volume != volumes.get(owner, 0):
            yield Difference(
                "volume of an advocate", str(owner), volumes.get(owner, 0), account.volume
            )


def compare_reviews(books: LedgerBooks) -> Iterator[Difference]:
    """Compares rewards without a date with the entries without a date, and held orders with the
    list of reviews.
    """
    entries: defaultdict[tuple[str | None, str], int] = defaultdict(int)
    for owner, history in books.entries.items():
        for entry, _ in history:
            if entry.under_review:
                entries[entry.order, owner.member] += entry.amount
    for facts, posted in books.orders.values():
        waiting: defaultdict[str, int] = defaultdict(int)
        for reward in posted.rewards:
            waiting[reward.member] += reward.net if reward.available_on is None else 0
        for member, amount in waiting.items():
            if amount != entries[facts.id, member]:
                yield Difference(
                    "an order's rewards without a date",
                    f"{facts.id}/{member}",
                    entries[facts.id, member],
                    amount,
                )
        held = isinstance(posted, FrozenOrder) and posted.terms.held and any(waiting.values())
        if held and facts.id not in books.reviews:
            yield Difference("a held order that nobody is shown", facts.id, True, False)


def _without_zeros(sums: RewardSums) -> RewardSums:
    return {key: amounts for key, amounts in sums.items() if any(amounts)}


def _named(sums: RewardSums) -> dict[str, list[int]]:
    return {str(key): amounts for key, amounts in sums.items()}

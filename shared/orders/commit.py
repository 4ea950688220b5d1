"""What a decision changes in the tables: the order, its entries and the accounts that they move.

All of it is written in one transaction (specification: one-transaction).
"""

from dataclasses import replace
from datetime import datetime

from shared.domain.evaluation.decision import (
    Decision,
    Evaluated,
    FrozenOrder,
    PostedState,
    Withdrawn,
)
from shared.domain.evaluation.reasons import date_shift_reason, delta_reason
from shared.domain.ledger.holds import give_back
from shared.domain.ledger.ledger import ADJUSTMENT, Account
from shared.domain.ledger.owner import Owner
from shared.domain.orders.fraud_signals import review_deadline
from shared.domain.orders.purchases import Purchases
from shared.orders.context import OrderContext
from shared.orders.evidence import stored_evidence
from shared.store import engine
from shared.store.engine import Write
from shared.store.ledger.accounts import all_entries, put_account, put_entry, window_of
from shared.store.ledger.holds import captured_holds_as_read, put_hold
from shared.store.ledger.orders import KnownOrder, order_as_read, put_order, put_ref
from shared.store.ledger.purchases import put_purchases
from shared.store.programs.reviews import put_review


def commit_decision(
    context: OrderContext, decision: Decision, *also: Write, merged_into: KnownOrder | None = None
) -> None:
    """Write what changed and `also`, all or nothing.

    `merged_into` is the order that this one turns out to be. Raises `WriteConflict` where
    anything that the decision is based on is not as it was read.
    """
    if context.stale:
        raise engine.WriteConflict
    writes = [*_order_writes(context, decision, merged_into), *also]
    purchases = _purchases_after(context, decision)
    if purchases and purchases != context.purchases:
        writes.append(put_purchases(purchases))
    engine.write(writes)


def _order_writes(
    context: OrderContext, decision: Decision, merged_into: KnownOrder | None
) -> list[Write]:
    """The order that another is merged into must be as it was read.

    Of two orders that would be merged into each other at once, one meets a conflict.
    """
    known = context.known
    refused = _refused(decision) if isinstance(decision, Evaluated) else known.refused
    after = replace(
        known,
        order=known.order if merged_into else context.order,
        posted=decision.posted,
        state=decision.state,
        parked=decision.parked,
        buyer=context.buyer.member.id if context.buyer else known.buyer,
        merged_into=merged_into.order.id if merged_into else None,
        evidence=stored_evidence(context),
        refused=refused,
    )
    writes = [put_order(after)] if after != known else []
    if writes and context.holds_revision is not None:
        writes.append(captured_holds_as_read(context.order.id, context.holds_revision))
    if merged_into:
        writes.append(order_as_read(merged_into))
    writes += [put_ref(name, after.order.id) for name in context.new_refs]
    writes += _review_writes(context, decision.posted)
    return writes + _account_writes(context, decision)


def _refused(decision: Evaluated) -> tuple[tuple[str, int | None], ...]:
    """Codes and levels of the refusals, sorted by code as they are stored."""
    refusals = decision.outcome.refusals
    codes = list(dict.fromkeys(refusal.code for refusal in refusals))
    by_code = sorted(refusals, key=lambda refusal: codes.index(refusal.code))
    return tuple((refusal.code, refusal.level) for refusal in by_code)


def _review_writes(context: OrderContext, after: PostedState) -> list[Write]:
    """Rewards that are held from now on are listed until their deadline."""
    held_at, before = _held_at(after), _held_at(context.known.posted)
    if held_at is None or before is not None:
        return []
    return [put_review(context.order.id, review_deadline(context.program.review, held_at))]


def _held_at(posted: PostedState) -> datetime | None:
    return posted.terms.held_at if isinstance(posted, FrozenOrder) else None


def _account_writes(context: OrderContext, decision: Decision) -> list[Write]:
    """An entry for each amount that is posted, and each account after its entries."""
    accounts = dict(context.accounts)
    writes: list[Write] = []
    if isinstance(decision, Evaluated | Withdrawn):
        writes += _post_deltas(context, decision, accounts)
        writes += _post_date_shifts(context, decision, accounts)
        _use_room(context, decision, accounts)
        _add_volume(context, decision, accounts)
    writes += _give_back_credit(context, accounts)
    changed = [account for owner, account in accounts.items() if account != context.accounts[owner]]
    return writes + [put_account(account) for account in changed]


def _post_deltas(
    context: OrderContext, decision: Evaluated | Withdrawn, accounts: dict[Owner, Account]
) -> list[Write]:
    terms, entries = decision.posted.terms, []
    for delta in decision.deltas:
        reward = delta.reward
        owner = Owner(reward.member, context.program.currency)
        reason = delta_reason(delta, context.order, terms)
        accounts[owner], entry = accounts[owner].post(
            delta.kind, delta.amount, context.at, reward.available_on, context.order.id, reason
        )
        entries.append(put_entry(entry, terms.earned_at if reward.level else None))
    return entries


def _post_date_shifts(
    context: OrderContext, decision: Evaluated | Withdrawn, accounts: dict[Owner, Account]
) -> list[Write]:
    """Two entries that add up to 0: off the date that the reward had, onto the one that it gets."""
    entries = []
    for shift in decision.date_shifts:
        if not shift.amount:
            continue
        owner = Owner(shift.reward.member, context.program.currency)
        reason = date_shift_reason(shift, decision.posted.terms)
        dates = (-shift.amount, shift.since), (shift.amount, shift.reward.available_on)
        for amount, date in dates:
            accounts[owner], entry = accounts[owner].post(
                ADJUSTMENT, amount, context.at, date, context.order.id, reason
            )
            entries.append(put_entry(entry, None))
    return entries


def _use_room(
    context: OrderContext, decision: Evaluated | Withdrawn, accounts: dict[Owner, Account]
) -> None:
    """Only the window of the order's own program is kept up to date.

    Others are added up from the entries when they are asked for.
    """
    cap = context.program.rules.max_per_advocate
    used = dict(decision.used)
    advocates = {delta.reward.member for delta in decision.deltas if delta.reward.level}
    for member in advocates | used.keys():
        owner = Owner(member, context.program.currency)
        account, windows = accounts[owner], {}
        if cap is not None:
            before = account.used.get(window_of(cap), 0)
            windows = {window_of(cap): before + used.get(member, 0)}
        accounts[owner] = replace(account, used=windows)


def _add_volume(
    context: OrderContext, decision: Evaluated | Withdrawn, accounts: dict[Owner, Account]
) -> None:
    if decision.volume and _counted_referral(context, decision.posted):
        owner = Owner(decision.posted.terms.chain[0].member, context.program.currency)
        account = accounts[owner]
        accounts[owner] = replace(account, volume=account.volume + decision.volume)


def _counted_referral(context: OrderContext, posted: FrozenOrder) -> str | None:
    """The referral that the order was made under, while it is open: then its volume counts."""
    referral = context.buyer.member.referral if context.buyer else None
    is_open = posted.terms.chain and referral and referral.id == posted.terms.referral
    return posted.terms.referral if is_open else None


def _give_back_credit(context: OrderContext, accounts: dict[Owner, Account]) -> list[Write]:
    """Credit that paid an undone order, back to the dates that it came from."""
    writes = []
    for hold in context.captured_holds:
        owner = Owner(hold.member, hold.currency)
        accounts[owner], entries = give_back(accounts[owner], hold, all_entries(*owner), context.at)
        writes.append(put_hold(replace(hold, returned=True)))
        writes += [put_entry(entry, None) for entry in entries]
    return writes


def _purchases_after(context: OrderContext, decision: Decision) -> Purchases | None:
    after, order = context.purchases, context.order
    if after is None:
        return None
    if context.is_sale:
        after = after.with_order(order.id, order.first_seen)
        after = after.with_traces(order.ref_token, order.payment)
    if isinstance(decision, Evaluated | Withdrawn):
        after = after.with_payments(decision.payments)
        referral = _counted_referral(context, decision.posted)
        if referral:
            after = after.with_volume(referral, context.program.currency, decision.volume)
    return after

"""Turns a decision into writes: the order, its entries and the accounts that change.

All of it is written in one transaction (specification: one-transaction).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from shared.domain.evaluation.decision import Decision, Evaluated, Withdrawn
from shared.domain.evaluation.moving import BUYER_CHANGED, Left
from shared.domain.evaluation.parts import first_part
from shared.domain.evaluation.posted import FrozenOrder, PostedState
from shared.domain.evaluation.reasons import date_shift_reason, delta_reason
from shared.domain.ledger.entry import ADJUSTMENT
from shared.domain.ledger.ledger import Account, expiry_date
from shared.domain.ledger.owner import Owner
from shared.domain.orders.fraud_signals import review_deadline
from shared.domain.rewards.terms import Terms
from shared.orders.buyer_purchases import counted_referral, purchases_writes
from shared.orders.context import OrderContext
from shared.orders.credit_settlement import depends_on_credit, settlement_writes
from shared.orders.evidence import stored_evidence
from shared.store import engine
from shared.store.engine import MOST_WRITES, Write
from shared.store.ledger.accounts import put_account, put_entry
from shared.store.ledger.holds import order_credit_as_read
from shared.store.ledger.orders import KnownOrder, order_as_read, put_order, put_ref
from shared.store.ledger.used_room import window_of
from shared.store.programs.reviews import put_review


def commit_decision(
    context: OrderContext,
    decision: Decision,
    *also: Write,
    introduction: Sequence[Write] = (),
    merged_into: KnownOrder | None = None,
) -> None:
    """Writes the changes and `also` in one transaction. `introduction` writes the decision's new
    buyer or referral; `merged_into` is the order into which this one is merged.

    Raises `WriteConflict`, so that the order is read again, if anything that the decision is based
    on has changed, and after a part of an order that is too large for one transaction.
    """
    if context.stale:
        raise engine.WriteConflict
    part = first_part(decision) if isinstance(decision, Evaluated) else decision
    if part is not decision:
        _write_ahead(context, introduction)
        return _commit_part(context, part, *also)
    accounts = dict(context.accounts)
    credit = _credit_writes(context, accounts)
    with_credit = dict(accounts)
    writes = [*_order_writes(context, decision, merged_into), *also]
    writes += reward_writes(context, decision, accounts)
    writes += purchases_writes(context, decision, merged=merged_into is not None)
    writes += put_changed(context, accounts)
    if writes and not credit and context.credit and depends_on_credit(context.order):
        writes.append(order_credit_as_read(context.credit))
    refs = [put_ref(name, context.order.id) for name in context.new_refs]
    whole = [*introduction, *refs, *credit, *writes]
    if len(whole) > MOST_WRITES:
        credit = [*credit, *put_changed(context, with_credit)] if credit else []
        _write_ahead(context, introduction or refs, credit)
    engine.write(whole)


def _write_ahead(
    context: OrderContext, first: Sequence[Write], credit: Sequence[Write] = ()
) -> None:
    """Writes the parts of a too large change that may be written on their own, then raises
    `WriteConflict` so that the order is read again.

    The buyer or the order's lookup names come first, then its credit. If the process stops in
    between, the next attempt finds the difference and writes the remaining parts (decision 131).
    """
    if first:
        engine.write(first)
    elif credit:
        engine.write([order_as_read(context.known), *credit])
    else:
        return
    raise engine.WriteConflict


def _commit_part(context: OrderContext, part: Decision, *also: Write) -> None:
    """Writes as much of a decision as fits into one transaction, and raises `WriteConflict`. The
    evaluation after it finds the order marked as unfinished and posts the rest (decision 131).
    """
    accounts = dict(context.accounts)
    writes = [*_order_writes(context, part, None, unfinished=True), *also]
    writes += [*reward_writes(context, part, accounts), *purchases_writes(context, part)]
    engine.write([*writes, *put_changed(context, accounts)])
    raise engine.WriteConflict


def _order_writes(
    context: OrderContext,
    decision: Decision,
    merged_into: KnownOrder | None,
    unfinished: bool = False,
) -> list[Write]:
    """Writes that store the order itself: its item, its lookup names and its review.

    With `merged_into` they also require that the other order has not changed since it was read. If
    two orders are merged into each other at the same moment, one transaction fails.
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
        unfinished=unfinished,
    )
    writes = [put_order(after)] if after != known else []
    if merged_into:
        writes.append(order_as_read(merged_into))
    return writes + _review_writes(context, decision.posted)


def _refused(decision: Evaluated) -> tuple[tuple[str, int | None], ...]:
    """Codes and levels of the refusals as they are stored, those of one code together."""
    refusals = decision.outcome.refusals
    codes = list(dict.fromkeys(refusal.code for refusal in refusals))
    by_code = sorted(refusals, key=lambda refusal: codes.index(refusal.code))
    return tuple((refusal.code, refusal.level) for refusal in by_code)


def _review_writes(context: OrderContext, after: PostedState) -> list[Write]:
    """A write that lists the order for review until its deadline, if this decision starts to hold
    its rewards.
    """
    held_at, before = _held_at(after), _held_at(context.known.posted)
    if held_at is None or before is not None:
        return []
    return [put_review(context.order.id, review_deadline(context.program.review, held_at))]


def _held_at(posted: PostedState) -> datetime | None:
    return posted.terms.held_at if isinstance(posted, FrozenOrder) else None


def reward_writes(
    context: OrderContext, decision: Decision | Left, accounts: dict[Owner, Account]
) -> list[Write]:
    """The writes of a decision's entries. Replaces in `accounts` each account that the decision
    changes: its balance, used room or volume.
    """
    if not isinstance(decision, Evaluated | Withdrawn | Left):
        return []
    writes = _post_deltas(context, decision, accounts)
    writes += _post_date_shifts(context, decision, accounts)
    _use_room(context, decision, accounts)
    _add_volume(context, decision, accounts)
    return writes


def _credit_writes(context: OrderContext, accounts: dict[Owner, Account]) -> list[Write]:
    """Writes for the order's credit: given back, taken again, or released from holds."""
    if context.credit is None:
        return []
    return settlement_writes(
        context.order, context.credit, context.holds_to_void, accounts, context.at
    )


def put_changed(context: OrderContext, accounts: Mapping[Owner, Account]) -> list[Write]:
    """Writes of the accounts that are no longer equal to those that the context loaded."""
    return [
        put_account(account)
        for owner, account in accounts.items()
        if account != context.accounts[owner]
    ]


def _post_deltas(
    context: OrderContext, decision: Evaluated | Withdrawn | Left, accounts: dict[Owner, Account]
) -> list[Write]:
    """An entry for each reward delta with an amount. A delta of 0 writes no entry; it only records
    what has lapsed.
    """
    terms, entries = _terms_of(decision), []
    cause = BUYER_CHANGED if isinstance(decision, Left) else None
    for delta in decision.deltas:
        if not delta.amount:
            continue
        reward = delta.reward
        expires_at = expiry_date(context.program, reward.available_on)
        owner = Owner(reward.member, context.program.currency)
        reason = delta_reason(delta, context.order, terms, cause)
        accounts[owner], entry = accounts[owner].post(
            delta.kind,
            delta.amount,
            context.at,
            reward.available_on,
            context.order.id,
            reason,
            expires_at if delta.amount > 0 else None,
        )
        entries.append(put_entry(entry, terms.earned_at if reward.level else None))
    return entries


def _terms_of(decision: Evaluated | Withdrawn | Left) -> Terms:
    return decision.terms if isinstance(decision, Left) else decision.posted.terms


def _post_date_shifts(
    context: OrderContext, decision: Evaluated | Withdrawn | Left, accounts: dict[Owner, Account]
) -> list[Write]:
    """Two entries for each date shift. They add up to 0: one takes the amount off the old date, one
    puts it on the new date.
    """
    entries = []
    for shift in decision.date_shifts:
        if not shift.amount:
            continue
        owner = Owner(shift.reward.member, context.program.currency)
        reason = date_shift_reason(shift, _terms_of(decision))
        dates = (-shift.amount, shift.since), (shift.amount, shift.reward.available_on)
        for amount, date in dates:
            accounts[owner], entry = accounts[owner].post(
                ADJUSTMENT,
                amount,
                context.at,
                date,
                context.order.id,
                reason,
                expiry_date(context.program, date) if amount > 0 else None,
            )
            entries.append(put_entry(entry, None))
    return entries


def _use_room(
    context: OrderContext, decision: Evaluated | Withdrawn | Left, accounts: dict[Owner, Account]
) -> None:
    """Adds the posted amounts to the accounts' used room in the window of the program's limit.

    The use of other windows is summed from the entries when it is needed.
    """
    limit = context.program.rules.max_per_advocate
    used = dict(decision.used)
    advocates = {delta.reward.member for delta in decision.deltas if delta.reward.level}
    for member in advocates | used.keys():
        owner = Owner(member, context.program.currency)
        account, windows = accounts[owner], {}
        if limit is not None:
            before = account.used.get(window_of(limit), 0)
            windows = {window_of(limit): before + used.get(member, 0)}
        accounts[owner] = replace(account, used=windows)


def _add_volume(
    context: OrderContext, decision: Evaluated | Withdrawn | Left, accounts: dict[Owner, Account]
) -> None:
    """Adds the change of volume to the account of the level 1 advocate, if the referral is open."""
    terms = _terms_of(decision)
    if decision.volume and counted_referral(context, terms):
        owner = Owner(terms.chain[0].member, context.program.currency)
        accounts[owner] = replace(accounts[owner], volume=accounts[owner].volume + decision.volume)

"""What a decision changes in the ledger: the order, its entries and the accounts they move, in one transaction."""

from dataclasses import replace

from shared.domain.evaluation.decision import Decision
from shared.domain.evaluation.reasons import date_shift_reason, delta_reason
from shared.domain.ledger.holds import Hold, give_back
from shared.domain.ledger.ledger import ADJUSTMENT, Account, DateShift
from shared.domain.orders.fraud_signals import deadline
from shared.domain.orders.purchases import Purchases
from shared.orders.context import OrderContext
from shared.store import engine
from shared.store.engine import Write
from shared.store.ledger.accounts import all_entries, put_account, put_entry, window_of
from shared.store.ledger.holds import put_hold, spent_as_read
from shared.store.ledger.orders import KnownOrder, order_as_read, put_order, put_ref
from shared.store.ledger.purchases import put_purchases
from shared.store.programs.reviews import put_review

Owner = tuple[str, str]
"""Member and currency."""


def apply(
    sale: OrderContext, decision: Decision, *also: Write, merged_into: KnownOrder | None = None
) -> None:
    """Write what changed and `also`, all or nothing; raises `Conflict` where anything it was based on is not as it was read."""
    if sale.stale:
        raise engine.WriteConflict
    engine.write([*writes(sale, decision, merged_into), *also])


def writes(
    sale: OrderContext, decision: Decision, merged_into: KnownOrder | None = None
) -> list[Write]:
    """The order that another is merged into must be as it was read: of two that would become each other's, one gives way."""
    after = replace(
        sale.known,
        order=sale.known.order if merged_into else sale.order,
        posted=decision.posted,
        state=decision.state,
        parked=decision.parked,
        buyer=sale.friend.member.id if sale.friend else sale.known.buyer,
        merged_into=merged_into.order.id if merged_into else None,
        evidence=tuple(sale.kept_evidence) or sale.known.evidence,
        refused=_refused(decision) if decision.outcome else sale.known.refused,
    )
    found = [put_order(after)] if after != sale.known else []
    if found and sale.spent_revision is not None:
        found.append(spent_as_read(sale.order.id, sale.spent_revision))
    found += [order_as_read(merged_into)] if merged_into else []
    found += [put_ref(name, after.order.id) for name in sale.new_refs]
    found += _review(sale, decision)
    found += _money(sale, decision)
    purchases = _purchases(sale, decision)
    return (
        [*found, put_purchases(purchases)] if purchases and purchases != sale.purchases else found
    )


def _review(sale: OrderContext, decision: Decision) -> list[Write]:
    """Rewards that are held from now on are listed until their deadline."""
    before, after = sale.known.posted.terms, decision.posted.terms
    if after is None or after.held_at is None or (before and before.held_at):
        return []
    return [put_review(sale.order.id, deadline(sale.program.review, after.held_at))]


def _refused(decision: Decision) -> tuple[tuple[str, int | None], ...]:
    """Kept with the order, so that what is told of a refusal follows from what was written. By code, as they are stored."""
    codes = list(dict.fromkeys(refusal.code for refusal in decision.outcome.refusals))
    return tuple(
        (row.code, row.level)
        for row in sorted(decision.outcome.refusals, key=lambda row: codes.index(row.code))
    )


def _money(sale: OrderContext, decision: Decision) -> list[Write]:
    """An entry for each change, and each account as it becomes."""
    accounts, currency = dict(sale.accounts), sale.program.currency
    found = []
    for change in decision.changes:
        owner = change.standing.member, currency
        reason = delta_reason(change, sale.order, decision.posted.terms)
        matures = change.standing.available_on
        accounts[owner], entry = accounts[owner].post(
            change.kind, change.amount, sale.at, matures, sale.order.id, reason
        )
        found.append(
            put_entry(entry, decision.posted.terms.earned_at if change.standing.level else None)
        )
    for move in decision.moves:
        found += _move(sale, decision, move, accounts)
    _use_room(sale, decision, accounts)
    if decision.volume and counts(sale, decision):
        owner = decision.posted.terms.chain[0].member, currency
        accounts[owner] = replace(accounts[owner], volume=accounts[owner].volume + decision.volume)
    for hold in sale.paid_by:
        found += _give_back(sale, hold, accounts)
    return found + [
        put_account(account)
        for owner, account in accounts.items()
        if account != sale.accounts[owner]
    ]


def _move(
    sale: OrderContext, decision: Decision, move: DateShift, accounts: dict[Owner, Account]
) -> list[Write]:
    """Two entries that add up to nothing: off the date that the reward had, on the one that it gets."""
    owner = move.standing.member, sale.program.currency
    reason, found = date_shift_reason(move, decision.posted.terms), []
    for amount, date in (
        ((-move.amount, move.since), (move.amount, move.standing.available_on))
        if move.amount
        else ()
    ):
        accounts[owner], entry = accounts[owner].post(
            ADJUSTMENT, amount, sale.at, date, sale.order.id, reason
        )
        found.append(put_entry(entry, None))
    return found


def _give_back(sale: OrderContext, hold: Hold, accounts: dict[Owner, Account]) -> list[Write]:
    """Credit that paid an order which is undone, back to the dates it came from."""
    owner = hold.member, hold.currency
    accounts[owner], entries = give_back(accounts[owner], hold, all_entries(*owner), sale.at)
    return [put_hold(replace(hold, returned=True)), *(put_entry(entry, None) for entry in entries)]


def _use_room(sale: OrderContext, decision: Decision, accounts: dict[Owner, Account]) -> None:
    """Only the window of the order's own program is carried on; others are added up afresh when they are asked for."""
    cap = sale.program.rules.max_per_advocate
    used = dict(decision.used)
    for name in {
        change.standing.member for change in decision.changes if change.standing.level
    } | used.keys():
        account = accounts[name, sale.program.currency]
        window = (
            {window_of(cap): account.used.get(window_of(cap), 0) + used.get(name, 0)} if cap else {}
        )
        accounts[name, sale.program.currency] = replace(account, used=window)


def counts(sale: OrderContext, decision: Decision) -> bool:
    """Whether the referral that the order was made under is still open, so that its volume counts."""
    terms = decision.posted.terms
    referral = sale.friend.member.referral if sale.friend else None
    return bool(terms and terms.chain and referral and referral.id == terms.referral)


def _purchases(sale: OrderContext, decision: Decision) -> Purchases | None:
    if sale.purchases is None:
        return None
    after = sale.purchases.with_payments(decision.payments)
    if sale.usable:
        after = after.with_order(sale.order.id, sale.order.first_seen).with_traces(
            sale.order.ref_token, sale.order.payment
        )
    if counts(sale, decision):
        after = after.with_volume(
            decision.posted.terms.referral, sale.program.currency, decision.volume
        )
    return after

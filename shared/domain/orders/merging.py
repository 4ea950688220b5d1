"""Merges two updates of one order (specification: facts-merge)."""

from collections.abc import Mapping
from datetime import datetime

from shared.domain.orders.facts import NEVER, DailyRate, Dispute, OrderFacts, Refund, Versioned

MOST_CODES = 20
"""The most codes that an order stores: the first ones in alphabetical order (specification:
limits).
"""
MOST_REFS = 20
"""The most processors' ids that an order stores. Further ids still find the order."""


def merge_facts(known: OrderFacts, update: OrderFacts) -> OrderFacts:
    """The facts of both updates together, with the id of `known`.

    Apart from the id, the merge is commutative, associative and idempotent. So updates may arrive
    in any order and more than once.
    """
    return known._replace(
        told_customer=_newest_told(known.told_customer, update.told_customer),
        login=_least(known.login, update.login),
        told_email_hash=_newest_told(known.told_email_hash, update.told_email_hash),
        ref_token=_least(known.ref_token, update.ref_token),
        codes=_first_of(known.codes, update.codes, MOST_CODES),
        placed_at=_least(known.placed_at, update.placed_at),
        paid_at=_least(known.paid_at, update.paid_at),
        completed_at=_least(known.completed_at, update.completed_at),
        status=_newest_told(known.status, update.status),
        cancel_told=_latest(known.cancel_told, update.cancel_told),
        disputed=_newest_told(known.disputed, update.disputed),
        totals=_newest_told(known.totals, update.totals),
        credit_used=_newest_told(known.credit_used, update.credit_used),
        fx_rate=_newest_told(known.fx_rate, update.fx_rate),
        refunds=_merge_refunds(known.refunds, update.refunds),
        refunded_total=max(known.refunded_total, update.refunded_total),
        test=known.test or update.test,
        hint=known.hint and update.hint,
        refs=_first_of(known.refs, update.refs, MOST_REFS),
        payment=_least(known.payment, update.payment),
        payment_told=_least(known.payment_told, update.payment_told),
        refunds_complete=_latest(known.refunds_complete, update.refunds_complete),
        disputes=_merge_disputes(known.disputes, update.disputes),
        credit_captured=max(known.credit_captured, update.credit_captured),
        captured_total=_newest_told(known.captured_total, update.captured_total),
        told_advocate=_newest_told(known.told_advocate, update.told_advocate),
        fx_currency=_newest_told(known.fx_currency, update.fx_currency),
        daily_rate=_least(known.daily_rate, update.daily_rate),
    )


def restamp(update: OrderFacts, as_of: datetime) -> OrderFacts:
    """The update with another time, as if it had been sent at `as_of`."""
    return update._replace(
        told_customer=_stamped(update.told_customer, as_of),
        told_email_hash=_stamped(update.told_email_hash, as_of),
        status=_stamped(update.status, as_of),
        cancel_told=update.cancel_told and as_of,
        disputed=_stamped(update.disputed, as_of),
        totals=_stamped(update.totals, as_of),
        credit_used=_stamped(update.credit_used, as_of),
        fx_rate=_stamped(update.fx_rate, as_of),
        refunds=_all_stamped(update.refunds, as_of),
        payment_told=update.payment_told and as_of,
        refunds_complete=update.refunds_complete and as_of,
        disputes=_all_stamped(update.disputes, as_of),
        captured_total=_stamped(update.captured_total, as_of),
        fx_currency=_stamped(update.fx_currency, as_of),
        told_advocate=_stamped(update.told_advocate, as_of),
    )


def newest_at(order: OrderFacts) -> datetime:
    """The time of the newest update of an order; `NEVER` if nothing has a time."""
    values = (
        order.status,
        order.totals,
        order.disputed,
        order.credit_used,
        order.fx_rate,
        order.told_customer,
        order.told_email_hash,
        order.captured_total,
        order.fx_currency,
        *order.refunds.values(),
        *order.disputes.values(),
    )
    told = (order.cancel_told, order.payment_told, order.refunds_complete)
    instants = [*(value.at for value in values if value), *(at for at in told if at)]
    return max(instants, default=NEVER)


def _least[T: (str, datetime, DailyRate)](known: T | None, update: T | None) -> T | None:
    if known is None or update is None:
        return update if known is None else known
    return min(known, update)


def _latest(known: datetime | None, update: datetime | None) -> datetime | None:
    if known is None or update is None:
        return update if known is None else known
    return max(known, update)


def _first_of(known: tuple[str, ...], update: tuple[str, ...], most: int) -> tuple[str, ...]:
    """The union in alphabetical order, limited to `most`. The result does not depend on the order
    of arrival.
    """
    if known == update:
        return known
    return tuple(sorted({*known, *update})[:most])


def _newest_told[T](known: Versioned[T] | None, update: Versioned[T] | None) -> Versioned[T] | None:
    if known is None or update is None:
        return known or update
    return _newest(known, update)


def _newest[T](one: Versioned[T], other: Versioned[T]) -> Versioned[T]:
    """The version with the higher rank, then the later time. A tie is decided by the values, so the
    result does not depend on the order of arrival.
    """
    if (one.rank, one.at) == (other.rank, other.at):
        return max(one, other, key=lambda version: repr(version.value))
    return max(one, other, key=lambda version: (version.rank, version.at))


def _newest_dispute(one: Versioned[Dispute], other: Versioned[Dispute]) -> Versioned[Dispute]:
    """The newer version of a dispute. Of two with the same time, the one with a decision wins."""
    if one.at == other.at and one.value.decided != other.value.decided:
        return one if one.value.decided else other
    return _newest(one, other)


def _merge_refunds(
    known: Mapping[str, Versioned[Refund]], update: Mapping[str, Versioned[Refund]]
) -> Mapping[str, Versioned[Refund]]:
    merged = {**known, **update}
    for name in known.keys() & update.keys():
        merged[name] = _newest(known[name], update[name])
    return {name: merged[name] for name in sorted(merged)}


def _merge_disputes(
    known: Mapping[str, Versioned[Dispute]], update: Mapping[str, Versioned[Dispute]]
) -> Mapping[str, Versioned[Dispute]]:
    if not update:
        return known
    merged = {**known, **update}
    for name in known.keys() & update.keys():
        merged[name] = _newest_dispute(known[name], update[name])
    return {name: merged[name] for name in sorted(merged)}


def _stamped[T](version: Versioned[T] | None, as_of: datetime) -> Versioned[T] | None:
    return version and version._replace(at=as_of)


def _all_stamped[T](
    versions: Mapping[str, Versioned[T]], as_of: datetime
) -> Mapping[str, Versioned[T]]:
    return {name: version._replace(at=as_of) for name, version in versions.items()}

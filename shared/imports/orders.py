"""Imports orders that were placed before the shop used Grapevine (specification: past-orders)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from shared.domain.document import parse_identifier
from shared.domain.instants import parse_instant
from shared.domain.orders.merging import newest_at
from shared.imports.sequence import TableRow
from shared.orders.evaluate import evaluate_order, report_outcome
from shared.orders.update import parse_update
from shared.store import keys
from shared.store.engine import find
from shared.store.ledger.orders import OrderItem

TIMES = ("placed_at", "paid_at", "completed_at")


def import_order(
    row: TableRow, rewards: bool, hash_email: Callable[[str], str], at: datetime
) -> bool:
    """Evaluates the order of a row. Returns whether anything changed.

    Without `rewards`, an order that was not known before counts but earns nothing. Raises
    `InvalidDocument`.
    """
    as_of = _as_of(row) or _known_since(row) or at
    update = parse_update(row, at, hash_email, as_of=as_of, whole=True)
    context, decision = evaluation = evaluate_order(update._replace(past=not rewards))
    known = context.known
    if (context.order, decision.posted, decision.parked) == (
        known.order,
        known.posted,
        known.parked,
    ):
        return False
    report_outcome(evaluation)
    return True


def _as_of(row: TableRow) -> datetime | None:
    """When the facts were true: the `as_of` of the row, or else the newest instant in the row.

    So the same row always gives the same update, and any update that was sent since then wins over
    it.
    """
    told = _instant(row.get("as_of"))
    return told or max(filter(None, _instants(row)), default=None)


def _instants(row: TableRow) -> Iterator[datetime | None]:
    yield from (_instant(row.get(name)) for name in TIMES)
    for name in ("refunds", "disputes"):
        rows = row.get(name)
        for part in rows if isinstance(rows, list) else ():
            yield _instant(part.get("at")) if isinstance(part, Mapping) else None


def _instant(value: object) -> datetime | None:
    """`None` for a value that is not an instant. The reader of the facts reports the fault."""
    try:
        return parse_instant(value)
    except ValueError:
        return None


def _known_since(row: TableRow) -> datetime | None:
    """The time of the newest update of the order, for a row without any instant; `None` if the
    order is not known.
    """
    try:
        item = find(OrderItem, keys.order(parse_identifier(row.get("id"))))
    except ValueError:
        return None
    return newest_at(item.facts) if item else None

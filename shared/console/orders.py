"""The list of orders, and the page of one: facts, evidence, terms, rewards and their reasons."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from shared.api.answers import REFUSED, REWARDED, order_answer
from shared.console.listing import Column, RowPage
from shared.domain.evaluation.decision import EVALUATED
from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.members.names import Names
from shared.domain.programs.program import Program
from shared.domain.rewards.terms import Terms
from shared.orders import attribution
from shared.orders.evaluate import find_order
from shared.problem import NotFound
from shared.store import keys
from shared.store.filtered_scan import ScanFilter, scan_filtered
from shared.store.ledger.orders import KnownOrder, OrderItem, order_from
from shared.store.reading import Reading
from shared.words import sentence

PARKED, WAITING = "parked", "waiting"
STATES = (REWARDED, REFUSED, WAITING, PARKED)


class OrderRow(NamedTuple):
    """An order of the list.

    `buyer` is the public id of the buyer, `earned` the sum of its rewards in minor units of the
    program's currency.
    """

    order: KnownOrder
    state: str
    buyer: str | None
    login: str | None
    earned: int

    @property
    def at(self) -> datetime | None:
        return self.order.order.first_seen


COLUMNS: list[Column[OrderRow]] = [
    ("id", lambda row: row.order.order.id),
    ("at", lambda row: row.at and row.at.isoformat()),
    ("state", lambda row: row.state),
    ("status", lambda row: row.order.order.current_status),
    ("customer", lambda row: row.buyer),
    ("currency", lambda row: row.order.order.totals and row.order.order.totals.value.currency),
    ("items_minor", lambda row: row.order.order.totals and row.order.order.totals.value.items),
    ("rewards_minor", lambda row: row.earned),
    ("refunded_minor", lambda row: row.order.order.refunded_total),
]


class OrderPage(NamedTuple):
    """The answer of the API for an order, and what only staff sees.

    `say` makes the sentence of a reason, `terms` are `None` before they are frozen.
    """

    answer: Mapping[str, Any]
    terms: Terms | None
    program: Program
    names: Names
    say: Callable[[Mapping[str, Any]], str]


def list_orders(
    filters: Mapping[str, str], now: datetime, limit: int, after: str
) -> RowPage[OrderRow]:
    """Orders in the `state` of the filters, in no order.

    With a text in `q` it is the order with this id, or with this name at a processor.
    """
    if filters["q"]:
        evaluation = find_order(filters["q"], now)
        row = _row(evaluation.context.known, filters) if evaluation else None
        return RowPage(_with_buyers([row] if row else []), None)
    rows, last = scan_filtered(
        OrderItem,
        ScanFilter(keys.order("").pk, {}),
        lambda item: _row(order_from(item), filters),
        limit,
        after,
    )
    return RowPage(_with_buyers(rows), last)


def load_order_page(order_id: str, language: str, now: datetime) -> OrderPage:
    """Raises `NotFound`."""
    evaluation = find_order(order_id, now)
    if evaluation is None:
        raise NotFound(
            "unknown_order",
            "No order has this id or name; perhaps its webhook is still on its way, or parked.",
        )
    context, decision = evaluation
    names = Names([context.buyer.member] if context.buyer else [], context.chain)
    logins = names.logins

    def say(reason: Mapping[str, Any]) -> str:
        return sentence(reason, lambda name: logins.get(name, name), language)

    posted = decision.posted
    terms = posted.terms if isinstance(posted, FrozenOrder) else None
    return OrderPage(order_answer(context, decision), terms, context.program, names, say)


def _row(known: KnownOrder, filters: Mapping[str, str]) -> OrderRow | None:
    """The row of an order; `None` where it does not match, or was merged into another order."""
    state = _state(known)
    if known.merged_into or filters["state"] not in ("", state):
        return None
    earned = sum(reward.net for reward in known.posted.rewards)
    return OrderRow(known, state, known.buyer or known.order.customer, None, earned)


def _state(known: KnownOrder) -> str:
    if known.parked:
        return PARKED
    if known.state != EVALUATED:
        return WAITING
    return REWARDED if any(reward.net > 0 for reward in known.posted.rewards) else REFUSED


def _with_buyers(rows: Sequence[OrderRow]) -> list[OrderRow]:
    """The rows with the public ids and logins of buyers who are members."""
    reading = Reading()
    reading.fetch(*attribution.member_keys(dict.fromkeys(row.buyer for row in rows if row.buyer)))
    return [_with_buyer(row, reading) for row in rows]


def _with_buyer(row: OrderRow, reading: Reading) -> OrderRow:
    buyer = attribution.find_member(reading, row.buyer) if row.buyer else None
    return row._replace(buyer=buyer.public_id, login=buyer.login) if buyer else row

"""The list of orders, and the page of one order: facts, evidence, terms, rewards and their reasons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from shared.api.answers import order_answer
from shared.console.listing import SORT, Column, RowPage
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.evaluation.decision import Decision, Evaluated
from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.members.names import Names
from shared.domain.programs.program import Program
from shared.domain.rewards.terms import Terms
from shared.orders import attribution
from shared.orders.context import OrderContext
from shared.orders.evaluate import decide_order, find_order
from shared.problem import NotFound
from shared.store import keys
from shared.store.attributions.directory import ORDERS, Count, RowRange, read_page
from shared.store.directory_changes import rows_of_order
from shared.store.engine import ItemRequest
from shared.store.ledger.orders import SHOWN_STATES, KnownOrder, OrderItem, RefItem, known_of
from shared.store.programs.programs import DEFAULT, ProgramItem, active_program_of, load_active_item
from shared.store.reading import Reading
from shared.webhooks import PROVIDERS
from shared.words import sentence

STATES = SHOWN_STATES
NEWEST, OLDEST = SORTS = ("newest", "oldest")
FILTERS = ("q", "state", SORT)
MOST_MERGES = 10


class OrderRow(NamedTuple):
    """One row of the list.

    * `buyer`: the public id of the buyer.
    * `earned`: the sum of the order's rewards, in minor units of the program's currency.
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


def file_columns() -> list[Column[OrderRow]]:
    """The columns of the file. The last one is the currency of the rewards, which is the program's."""
    currency = active_program_of(load_active_item(DEFAULT)).currency
    return [*COLUMNS, ("rewards_currency", lambda _: currency)]


class LoweredReward(NamedTuple):
    """What refunds, disputes and a cancellation took of one reward, in minor units of the program's
    currency.

    * `member`: the public id; `None` if it is not known.
    * `full`: the reward without them; `left`: what remains of it.
    """

    member: str | None
    level: int
    full: int
    left: int


class OrderPage(NamedTuple):
    """The order as the API returns it, and what only staff sees.

    * `say`: makes the sentence of a reason.
    * `terms`: `None` until they are frozen.
    * `taken_back`: the rewards that a refund, a dispute or a cancellation lowered.
    """

    answer: Mapping[str, Any]
    terms: Terms | None
    program: Program
    names: Names
    say: Callable[[Mapping[str, Any]], str]
    taken_back: Sequence[LoweredReward]


def list_orders(filters: Mapping[str, str], limit: int, after: str = "") -> RowPage[OrderRow]:
    """One page of the orders in the `state` of the filters, newest first, or oldest first if the
    filters say so.

    If the filters have a text in `q`: the orders with this id, or with this id at a processor.
    Raises `InvalidDocument` for an unknown state or sort.
    """
    _check(filters)
    reading, program_key = Reading(), keys.active_program(DEFAULT)
    if filters["q"]:
        reading.fetch((ProgramItem, program_key), *order_requests(filters["q"]))
        found = find_order_rows(filters["q"], reading)
        named = [row for row in found if filters["state"] in ("", row.state)]
        page = RowPage(named, None, Count(len(named), True))
    else:
        page = _list(reading, filters, limit, after)
    program = active_program_of(reading.item(ProgramItem, program_key))
    values = {"states": STATES, "currency": program.currency, "zone": program.time_zone}
    return page._replace(values=values | {"sort": filters[SORT] or NEWEST})


def _check(filters: Mapping[str, str]) -> None:
    faults = [
        FieldError(name, f"must be one of: {', '.join(values)}")
        for name, values in (("state", STATES), (SORT, SORTS))
        if filters[name] and filters[name] not in values
    ]
    if faults:
        raise InvalidDocument(faults)


def _list(
    reading: Reading, filters: Mapping[str, str], limit: int, after: str
) -> RowPage[OrderRow]:
    partition = keys.directory(ORDERS, filters["state"] or "all")
    found = read_page(RowRange(partition, descending=filters[SORT] != OLDEST), limit, after)
    names = [row.order or "" for row in found.rows]
    reading.fetch(
        (ProgramItem, keys.active_program(DEFAULT)),
        *((OrderItem, keys.order(name)) for name in names),
    )
    stored = (known_of(name, reading.item(OrderItem, keys.order(name))) for name in names)
    rows = [
        _row(known)
        for row, known in zip(found.rows, stored, strict=True)
        if known and not known.merged_into and row.key in rows_of_order(known)
    ]
    return RowPage(_with_buyers(rows, reading), found.last, found.total)


def order_requests(name: str) -> list[ItemRequest]:
    """The items that find an order with this id, or with this id at a processor."""
    names = _order_names(name)
    orders: list[ItemRequest] = [(OrderItem, keys.order(one)) for one in names]
    return [*orders, *((RefItem, keys.ref(one)) for one in names)]


def _order_names(name: str) -> list[str]:
    return [name, *(f"{provider}:{name}" for provider in PROVIDERS)]


def find_order_rows(name: str, reading: Reading) -> list[OrderRow]:
    """The orders with this id, or with this id at a processor, with or without the prefix
    `<provider>:`.
    """
    names = _order_names(name)
    reading.fetch(*order_requests(name))
    refs = [keys.ref(one) for one in names]
    named = [*names, *(item.order for key in refs if (item := reading.item(RefItem, key)))]
    found = {known.order.id: known for one in named if (known := _follow(reading, one))}
    return _with_buyers([_row(known) for known in found.values()], reading)


def _follow(reading: Reading, name: str) -> KnownOrder | None:
    """The order with this id. If it was merged into another order, that order."""
    for _ in range(MOST_MERGES):
        known = known_of(name, reading.item(OrderItem, keys.order(name)))
        if known is None or known.merged_into is None:
            return known
        name = known.merged_into
    return None


def load_order_page(order_id: str, language: str, now: datetime) -> OrderPage:
    """The page of an order. Raises `NotFound`."""
    evaluation = find_order(order_id, now)
    if evaluation is None:
        raise NotFound(
            "unknown_order", "No order has this id. Its webhook may still be on its way, or parked."
        )
    context, decision = evaluation
    names = Names([context.buyer.member] if context.buyer else [], context.chain)
    logins = names.logins

    def say(reason: Mapping[str, Any]) -> str:
        return sentence(reason, lambda name: logins.get(name, name), language)

    posted = decision.posted
    terms = posted.terms if isinstance(posted, FrozenOrder) else None
    taken_back = _list_taken_back(context, decision, names)
    return OrderPage(
        order_answer(context, decision), terms, context.program, names, say, taken_back
    )


def _list_taken_back(
    context: OrderContext, decision: Decision, names: Names
) -> list[LoweredReward]:
    """The rewards that would be higher if nothing had been refunded, disputed or cancelled.

    What a block took is not counted; credit that expired unspent was not taken back.
    """
    whole = context.order._replace(
        refunds={}, refunded_total=0, disputes={}, disputed=None, cancel_told=None
    )
    if whole == context.order:
        return []
    undiminished = decide_order(replace(context, order=whole))
    if not isinstance(decision, Evaluated) or not isinstance(undiminished, Evaluated):
        return []
    due = {one.key: one.amount for one in decision.outcome.dues}
    posted = {reward.key: reward.net for reward in decision.posted.rewards}
    rows = [
        LoweredReward(
            names.public(one.member),
            one.level,
            one.amount,
            max(due.get(one.key, 0), posted.get(one.key, 0)),
        )
        for one in undiminished.outcome.dues
    ]
    return [row for row in rows if row.left < row.full]


def _row(known: KnownOrder) -> OrderRow:
    earned = sum(reward.net for reward in known.posted.rewards)
    return OrderRow(known, known.shown_state, known.buyer or known.order.customer, None, earned)


def _with_buyers(rows: Sequence[OrderRow], reading: Reading) -> list[OrderRow]:
    """The rows, with the public ids and logins of buyers who are members."""
    reading.fetch(*attribution.member_keys(dict.fromkeys(row.buyer for row in rows if row.buyer)))
    return [_with_buyer(row, reading) for row in rows]


def _with_buyer(row: OrderRow, reading: Reading) -> OrderRow:
    buyer = attribution.find_member(reading, row.buyer) if row.buyer else None
    return row._replace(buyer=buyer.public_id, login=buyer.login) if buyer else row

"""Orders as staff looks for them, and one whole: facts, evidence, terms, what was earned and why."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from shared.api.answers import REFUSED, REWARDED, order_answer
from shared.console.listing import Column, ListPage
from shared.domain.evaluation.decision import EVALUATED
from shared.domain.members.names import Names
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import Terms
from shared.orders import attribution
from shared.orders.evaluate import look
from shared.problem import NotFound
from shared.store import keys
from shared.store.filtered_scan import ScanFilter, scan_filtered
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of
from shared.store.reading import Reading
from shared.words import sentence

PARKED, WAITING = "parked", "waiting"
STATES = (REWARDED, REFUSED, WAITING, PARKED)


class OrderRow(NamedTuple):
    """An order of the list; `buyer` is whom it names, `earned` what stands of its rewards, in minor units of the program's currency."""

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
    ("status", lambda row: row.order.order.standing),
    ("customer", lambda row: row.buyer),
    ("currency", lambda row: row.order.order.totals and row.order.order.totals.value.currency),
    ("items_minor", lambda row: row.order.order.totals and row.order.order.totals.value.items),
    ("rewards_minor", lambda row: row.earned),
    ("refunded_minor", lambda row: row.order.order.refunded_total),
]


class OrderPage(NamedTuple):
    """An order as the API tells it, with what only staff is shown; `say` is the sentence of a reason."""

    told: Mapping
    terms: Terms | None
    program: Program
    names: Names
    say: Callable[[Mapping], str]


def orders_of(
    filters: Mapping[str, str], now: datetime, limit: int, after: str
) -> ListPage[OrderRow]:
    """The order of exactly this id, or of this name of a processor; without a search a part of all, in no order."""
    if filters["q"]:
        told = look(filters["q"], now)
        known, last = [told.sale.known] if told else [], None
        rows = [row for order in known if (row := _matching(order, filters))]
    else:
        wanted = ScanFilter(keys.order("").pk, {})
        rows, last = scan_filtered(
            OrderItem, wanted, lambda item: _matching(_known(item), filters), limit, after
        )
    return ListPage(_with_buyers(rows), last)


def order_page(order_id: str, language: str, now: datetime) -> OrderPage:
    """Raises `NotFound`."""
    told = look(order_id, now)
    if told is None:
        raise NotFound(
            "unknown_order",
            "No order has this id or name; perhaps its webhook is still on its way, or parked.",
        )
    sale, decision = told
    names = Names([*([sale.friend.member] if sale.friend else []), *sale.chain])
    logins = names.logins

    def say(reason: Mapping) -> str:
        return sentence(reason, lambda name: logins.get(name, name), language)

    return OrderPage(order_answer(sale, decision), decision.posted.terms, sale.program, names, say)


def _known(item: OrderItem) -> KnownOrder:
    return known_of(item.pk.partition("#")[2], item)


def _matching(known: KnownOrder, filters: Mapping[str, str]) -> OrderRow | None:
    """What was merged into another order is told there."""
    state = _state(known)
    if known.merged_into or filters["state"] not in ("", state):
        return None
    earned = sum(row.net for row in known.posted.standings)
    return OrderRow(known, state, known.buyer or known.order.customer, None, earned)


def _state(known: KnownOrder) -> str:
    if known.parked:
        return PARKED
    if known.state != EVALUATED:
        return WAITING
    return REWARDED if any(row.net > 0 for row in known.posted.standings) else REFUSED


def _with_buyers(rows: Sequence[OrderRow]) -> list[OrderRow]:
    reading = Reading()
    reading.fetch(
        *attribution.members_wanted(dict.fromkeys(row.buyer for row in rows if row.buyer))
    )
    found = {
        name: attribution.member(reading, name)
        for name in dict.fromkeys(row.buyer for row in rows if row.buyer)
    }
    return [
        row._replace(buyer=found[row.buyer].public_id, login=found[row.buyer].login)
        if found.get(row.buyer)
        else row
        for row in rows
    ]

"""What a page of a list costs in a small and in a large shop: requests to the tables, and the bytes
that they answer.

The lists are filled through the store. Their rows, which the ledger's stream writes, are written by
`grapevine ops reindex`.
"""

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import shop
from benchmarks.costs import set_up
from benchmarks.report import Aim, Measurement
from local.cloud.engine import standalone_engine
from shared.console import member_list, orders
from shared.store.connection import connection
from shared.store.directory_rebuild import rebuild_page

SIZES = (100, 10_000)
"""Numbers of members; each has an order."""
ROWS_A_PAGE = 50
MOST_REQUESTS = 3
MOST_BYTES = 512 * 1_024
"""A first page counts up to a thousand rows, so it reads them: half a kilobyte each."""
AT_ONCE = 8
EVERYTHING = {"q": "", "status": "", "group": "", "sort": ""}
ORDERS = {"q": "", "state": "", "sort": ""}


@dataclass
class PageCost:
    requests: int = 0
    bytes: int = 0


LISTS: dict[str, Callable[[], object]] = {
    "members, newest first": lambda: _members(),
    "members by login": lambda: _members(sort="login"),
    "members by balance": lambda: _members(sort="balance"),
    "members who are active": lambda: _members(status="active"),
    "members found by a name that all have": lambda: _members(q="common"),
    "members found by one login": lambda: _members(q="m7"),
    "orders, newest first": lambda: orders.list_orders(ORDERS, ROWS_A_PAGE),
    "orders with rewards": lambda: orders.list_orders(ORDERS | {"state": "rewarded"}, ROWS_A_PAGE),
}


def _members(**asked: str) -> object:
    return member_list.load_members(EVERYTHING | asked, lambda email: email, ROWS_A_PAGE)


def measure() -> Measurement:
    few, many = SIZES
    with (
        tempfile.TemporaryDirectory() as folder,
        standalone_engine(Path(folder), forget=True) as url,
    ):
        set_up(url)
        shop.publish_levels(1)
        small, large = _costs_at(range(few)), _costs_at(range(few, many))
    rows = [
        {
            "first page of": name,
            **{f"requests at {size}": cost[name].requests for size, cost in _by_size(small, large)},
            **{f"bytes at {size}": cost[name].bytes for size, cost in _by_size(small, large)},
        }
        for name in LISTS
    ]
    return Measurement(
        "lists",
        f"A page of {ROWS_A_PAGE} rows in shops of {SIZES[0]} and {SIZES[1]} members",
        rows,
        [
            Aim(
                "most requests of a page",
                max(one.requests for one in large.values()),
                MOST_REQUESTS,
            ),
            Aim("most bytes of a page", max(one.bytes for one in large.values()), MOST_BYTES),
        ],
    )


def _by_size(
    small: dict[str, PageCost], large: dict[str, PageCost]
) -> Iterator[tuple[int, dict[str, PageCost]]]:
    yield from zip(SIZES, (small, large), strict=True)


def _costs_at(members: range) -> dict[str, PageCost]:
    """The cost of each list after these members joined the shop."""
    _fill(members)
    return {name: _cost_of(load) for name, load in LISTS.items()}


def _fill(members: range) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(_add, members))
    after: str | None = ""
    while after is not None:
        after = rebuild_page("EUR", after).last


def _add(number: int) -> None:
    name = f"M{number}"
    shop.register(name, name="Common Name")
    facts = shop.order_facts(customer={"id": name}, items_total=10_000 + number)
    shop.put_order(f"O{number}", facts)


def _cost_of(load: Callable[[], object]) -> PageCost:
    with _counted() as cost:
        load()
    return cost


@contextmanager
def _counted() -> Iterator[PageCost]:
    cost, events = PageCost(), connection().client.meta.events

    def count(http_response: Any, **_: Any) -> None:
        cost.requests += 1
        cost.bytes += len(http_response.content)

    events.register("after-call.dynamodb", count)
    try:
        yield cost
    finally:
        events.unregister("after-call.dynamodb", count)

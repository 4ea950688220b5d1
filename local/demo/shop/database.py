"""The shop's own books: who registered, who is signed in, what was ordered. Grapevine never sees them."""

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from local.demo.shop.products import SHIPPING, CartLine, total

FIRST_ORDER = 5001
_TABLES = """
create table if not exists customers (id text primary key, login text unique not null, name text not null, email text not null);
create table if not exists visits (token text primary key, customer text not null);
create table if not exists orders (number integer primary key, customer text not null, item text not null);
"""


@dataclass(frozen=True)
class Customer:
    id: str
    login: str
    name: str
    email: str


@dataclass(frozen=True)
class ShopOrder:
    """Amounts in minor units. `credit` is what a `hold` of Grapevine's stands for; `refunded` went back in money."""

    number: int
    customer: str
    placed_at: str
    lines: tuple[CartLine, ...]
    discount: int = 0
    credit: int = 0
    hold: str | None = None
    ref_token: str | None = None
    state: str = "placed"
    refunds: tuple[int, ...] = ()

    @property
    def items(self) -> int:
        return total(self.lines)

    @property
    def money(self) -> int:
        """What the processor takes."""
        return self.items - self.discount - self.credit + SHIPPING

    @property
    def left(self) -> int:
        """What of the money could still go back."""
        return self.money - sum(self.refunds)


class LoginTaken(Exception):
    """Somebody else is called that."""


class ShopDatabase:
    def __init__(self, place: Path) -> None:
        self._turn = threading.Lock()
        self._journal = sqlite3.connect(place, check_same_thread=False, isolation_level=None)
        self._journal.executescript(_TABLES)

    def close(self) -> None:
        self._journal.close()

    @contextmanager
    def _written(self) -> Iterator[sqlite3.Connection]:
        with self._turn:
            yield self._journal

    def register(self, login: str, name: str, email: str) -> Customer:
        """Raises `LoginTaken`."""
        customer = Customer(f"c-{secrets.token_hex(4)}", login, name, email)
        try:
            with self._written() as journal:
                journal.execute(
                    "insert into customers values (?, ?, ?, ?)", tuple(asdict(customer).values())
                )
        except sqlite3.IntegrityError:
            raise LoginTaken(login) from None
        return customer

    def strike(self, customer: Customer) -> None:
        """As if they had never registered."""
        with self._written() as journal:
            journal.execute("delete from customers where id = ?", (customer.id,))

    def customers(self) -> list[Customer]:
        return self._customers("order by rowid")

    def customer(self, customer_id: str) -> Customer | None:
        return next(iter(self._customers("where id = ?", customer_id)), None)

    def by_login(self, login: str) -> Customer | None:
        return next(iter(self._customers("where login = ?", login)), None)

    def _customers(self, which: str, *given: str) -> list[Customer]:
        with self._written() as journal:
            return [
                Customer(*row)
                for row in journal.execute(
                    f"select id, login, name, email from customers {which}", given
                )
            ]

    def sign_in(self, customer: Customer) -> str:
        """The token of the visit's cookie."""
        token = secrets.token_urlsafe(16)
        with self._written() as journal:
            journal.execute("insert into visits values (?, ?)", (token, customer.id))
        return token

    def signed_in(self, token: str) -> Customer | None:
        return next(
            iter(
                self._customers("where id = (select customer from visits where token = ?)", token)
            ),
            None,
        )

    def next_number(self) -> int:
        with self._written() as journal:
            return journal.execute(
                "select coalesce(max(number), ?) + 1 from orders", (FIRST_ORDER - 1,)
            ).fetchone()[0]

    def last_placed_at(self) -> datetime | None:
        """When the latest order was placed."""
        with self._written() as journal:
            (text,) = journal.execute(
                "select max(json_extract(item, '$.placed_at')) from orders"
            ).fetchone()
        return datetime.fromisoformat(text) if text else None

    def keep(self, order: ShopOrder) -> ShopOrder:
        """As it is now."""
        with self._written() as journal:
            journal.execute(
                "insert or replace into orders values (?, ?, ?)",
                (order.number, order.customer, json.dumps(asdict(order))),
            )
        return order

    def order(self, number: int) -> ShopOrder | None:
        return next(iter(self._orders("where number = ?", number)), None)

    def orders_of(self, customer: Customer) -> list[ShopOrder]:
        """The newest first."""
        return self._orders("where customer = ? order by number desc", customer.id)

    def _orders(self, which: str, *given: object) -> list[ShopOrder]:
        with self._written() as journal:
            return [
                _order(json.loads(item))
                for (item,) in journal.execute(f"select item from orders {which}", given)
            ]


def _order(item: dict) -> ShopOrder:
    return replace(
        ShopOrder(**item),
        lines=tuple(CartLine(*line) for line in item["lines"]),
        refunds=tuple(item["refunds"]),
    )

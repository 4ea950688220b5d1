"""The shop's own database: customers, their sign-ins and their orders. Grapevine has no access to
it.
"""

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from local.demo.shop.products import SHIPPING, CartLine, cart_total

FIRST_ORDER = 5001
_TABLES = """
create table if not exists customers (
    id text primary key, login text unique not null, name text not null, email text not null);
create table if not exists visits (token text primary key, customer text not null);
create table if not exists orders (
    number integer primary key, customer text not null, item text not null);
"""


@dataclass(frozen=True)
class Customer:
    id: str
    login: str
    name: str
    email: str


@dataclass(frozen=True)
class ShopOrder:
    """An order of the shop. Amounts are in minor units.

    * `customer`: the id of the customer.
    * `credit`: the amount of the hold at Grapevine.
    * `hold`: the id of that hold.
    * `refunds`: the amounts of money that were paid back.
    """

    number: int
    customer: str
    placed_at: str
    lines: tuple[CartLine, ...]
    discount: int = 0
    credit: int = 0
    hold: str | None = None
    ref_token: str | None = None
    state: Literal["placed", "paid", "cancelled"] = "placed"
    refunds: tuple[int, ...] = ()

    @property
    def items(self) -> int:
        return cart_total(self.lines)

    @property
    def money(self) -> int:
        """The amount that the payment processor collects."""
        return self.items - self.discount - self.credit + SHIPPING

    @property
    def left(self) -> int:
        """The paid money that has not been refunded."""
        return self.money - sum(self.refunds)


class LoginTaken(Exception):
    """Another customer has this login."""


class ShopDatabase:
    """The SQLite database. The threads of the shop share one connection, guarded by a lock."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._connection

    def register(self, login: str, name: str, email: str) -> Customer:
        """Stores a new customer; raises LoginTaken."""
        customer = Customer(f"c-{secrets.token_hex(4)}", login, name, email)
        try:
            with self._locked() as connection:
                connection.execute(
                    "insert into customers values (?, ?, ?, ?)", tuple(asdict(customer).values())
                )
        except sqlite3.IntegrityError:
            raise LoginTaken(login) from None
        return customer

    def unregister(self, customer: Customer) -> None:
        with self._locked() as connection:
            connection.execute("delete from customers where id = ?", (customer.id,))

    def list_customers(self) -> list[Customer]:
        """Returns all customers, in the order of their registration."""
        return self._select_customers("order by rowid")

    def load_customer(self, customer_id: str) -> Customer:
        (customer,) = self._select_customers("where id = ?", customer_id)
        return customer

    def find_customer(self, customer_id: str) -> Customer | None:
        return next(iter(self._select_customers("where id = ?", customer_id)), None)

    def find_by_login(self, login: str) -> Customer | None:
        return next(iter(self._select_customers("where login = ?", login)), None)

    def find_signed_in(self, token: str) -> Customer | None:
        """Returns the customer who is signed in with this cookie token, or None."""
        clause = "where id = (select customer from visits where token = ?)"
        return next(iter(self._select_customers(clause, token)), None)

    def _select_customers(self, clause: str, *values: str) -> list[Customer]:
        with self._locked() as connection:
            rows = connection.execute(
                f"select id, login, name, email from customers {clause}", values
            )
            return [Customer(*row) for row in rows]

    def sign_in(self, customer: Customer) -> str:
        """Signs the customer in and returns the token for the cookie."""
        token = secrets.token_urlsafe(16)
        with self._locked() as connection:
            connection.execute("insert into visits values (?, ?)", (token, customer.id))
        return token

    def next_number(self) -> int:
        """Returns the number for the next order."""
        with self._locked() as connection:
            (number,) = connection.execute(
                "select coalesce(max(number), ?) + 1 from orders", (FIRST_ORDER - 1,)
            ).fetchone()
        return int(number)

    def last_placed_at(self) -> datetime | None:
        """Returns when the latest order was placed; None if there are no orders."""
        with self._locked() as connection:
            (text,) = connection.execute(
                "select max(json_extract(item, '$.placed_at')) from orders"
            ).fetchone()
        return datetime.fromisoformat(text) if text else None

    def store_order(self, order: ShopOrder) -> ShopOrder:
        """Stores the order, replacing an earlier version, and returns it."""
        with self._locked() as connection:
            connection.execute(
                "insert or replace into orders values (?, ?, ?)",
                (order.number, order.customer, json.dumps(asdict(order))),
            )
        return order

    def find_order(self, number: int) -> ShopOrder | None:
        return next(iter(self._select_orders("where number = ?", number)), None)

    def list_orders(self, customer: Customer) -> list[ShopOrder]:
        """Returns the customer's orders, the newest first."""
        return self._select_orders("where customer = ? order by number desc", customer.id)

    def _select_orders(self, clause: str, *values: str | int) -> list[ShopOrder]:
        with self._locked() as connection:
            rows = connection.execute(f"select item from orders {clause}", values)
            return [_parse_order(json.loads(item)) for (item,) in rows]


def _parse_order(item: dict[str, Any]) -> ShopOrder:
    return replace(
        ShopOrder(**item),
        lines=tuple(CartLine(*line) for line in item["lines"]),
        refunds=tuple(item["refunds"]),
    )

"""The shop's products and carts. Prices are in minor units of EUR and include tax."""

from collections.abc import Iterable
from typing import NamedTuple

CURRENCY = "EUR"
SHIPPING = 490
MAX_QUANTITY = 9


class Product(NamedTuple):
    id: str
    name: str
    price: int
    text: str


_TEAPOT = Product(
    "teapot",
    "Round teapot",
    4800,
    "Stoneware, glazed by hand. Holds six cups and forgives a dropped lid.",
)
_CUPS = Product(
    "cups",
    "Pair of cups",
    2600,
    "Two cups without handles, warm to hold, stackable, safe in the machine.",
)
_TEA = Product(
    "tea",
    "Tin of fern tea",
    1250,
    "A hundred grams of green tea with lemon fern. Steep for two minutes.",
)
PRODUCTS = {product.id: product for product in (_TEAPOT, _CUPS, _TEA)}


class CartLine(NamedTuple):
    """A line of a cart or an order.

    * `product`: the id of the product.
    * `returned`: how many of the `quantity` pieces were returned.
    """

    product: str
    quantity: int
    returned: int = 0

    @property
    def total(self) -> int:
        return PRODUCTS[self.product].price * self.quantity


def parse_cart(text: str) -> tuple[CartLine, ...]:
    """Parses a cart from its cookie, such as `teapot.1-tea.2`; unknown products are left out."""
    parts = [part.partition(".") for part in text.split("-")]
    return tuple(
        CartLine(product, min(int(quantity), MAX_QUANTITY))
        for product, _, quantity in parts
        if product in PRODUCTS and quantity.isdecimal() and int(quantity)
    )


def format_cart(lines: Iterable[CartLine]) -> str:
    return "-".join(f"{line.product}.{line.quantity}" for line in lines)


def add_one(lines: tuple[CartLine, ...], product: str) -> tuple[CartLine, ...]:
    quantities = {line.product: line.quantity for line in lines}
    quantities[product] = min(quantities.get(product, 0) + 1, MAX_QUANTITY)
    return tuple(CartLine(id, quantity) for id, quantity in quantities.items())


def cart_total(lines: Iterable[CartLine]) -> int:
    return sum(line.total for line in lines)

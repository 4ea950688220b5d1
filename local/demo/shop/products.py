"""What the shop sells, and what a cart of it comes to. Prices are minor units of EUR, taxes included."""

from collections.abc import Iterable
from typing import NamedTuple

CURRENCY = "EUR"
SHIPPING = 490
MOST_OF_ONE = 9


class Product(NamedTuple):
    id: str
    name: str
    price: int
    text: str


PRODUCTS = {
    good.id: good
    for good in (
        Product(
            "teapot",
            "Round teapot",
            4800,
            "Stoneware, glazed by hand. Holds six cups and forgives a dropped lid.",
        ),
        Product(
            "cups",
            "Pair of cups",
            2600,
            "Two cups without handles, warm to hold, stackable, safe in the machine.",
        ),
        Product(
            "tea",
            "Tin of fern tea",
            1250,
            "A hundred grams of green tea with lemon fern. Steep for two minutes.",
        ),
    )
}


class CartLine(NamedTuple):
    """`returned` of `count` came back."""

    good: str
    count: int
    returned: int = 0

    @property
    def total(self) -> int:
        return PRODUCTS[self.good].price * self.count


def read_cart(text: str) -> tuple[CartLine, ...]:
    """What a browser's cookie holds, `teapot.1-tea.2`; whatever is no good of ours is not in it."""
    parts = [part.partition(".") for part in text.split("-")]
    return tuple(
        CartLine(good, min(int(count), MOST_OF_ONE))
        for good, _, count in parts
        if good in PRODUCTS and count.isdecimal() and int(count)
    )


def write_cart(lines: Iterable[CartLine]) -> str:
    return "-".join(f"{line.good}.{line.count}" for line in lines)


def with_one_more(lines: tuple[CartLine, ...], good: str) -> tuple[CartLine, ...]:
    known = {line.good: line.count for line in lines}
    known[good] = min(known.get(good, 0) + 1, MOST_OF_ONE)
    return tuple(CartLine(name, count) for name, count in known.items())


def total(lines: Iterable[CartLine]) -> int:
    return sum(line.total for line in lines)

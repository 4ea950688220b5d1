"""What members are given of their own comes in parts whose cursors name nobody else, however many
others there are.
"""

import json

import pytest

from shared.store import own_data
from shared.store.cursors import InvalidCursor
from shared.store.own_data import read_own_part
from shared.store.personal_data import list_personal_items
from tests.support.shop import Shop

OTHERS = 40


@pytest.fixture
def shop(tables):
    """Anna brought Ines, among many others who bought."""
    shop = Shop()
    shop.anna = shop.member("Anna", email="anna@example.com")
    shop.member("Ines", referrer_login="anna")
    for number in range(6):
        shop.order(f"O{number}", customer={"id": "Ines"})
        shop.order(f"A{number}", customer={"id": "Anna"})
    for number in range(OTHERS):
        shop.member(f"Other{number}")
        shop.order(f"X{number}", customer={"id": f"Other{number}"})
    return shop


def parts_of(member) -> tuple[list[dict], list[str]]:
    items, cursors, last = [], [], ""
    while last is not None:
        part, last = read_own_part(member, last)
        items += part
        cursors += [last] if last else []
    return items, cursors


def whole(member) -> list[dict]:
    items, last = [], ""
    while last is not None:
        found, last = list_personal_items(member, last)
        items += found
    return items


def as_sorted(items: list[dict]) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True, default=str) for item in items)


def test_a_small_shop_gives_all_in_one_part(shop):
    items, cursors = parts_of(shop.anna)
    assert cursors == [] and as_sorted(items) == as_sorted(whole(shop.anna)) != []


@pytest.mark.parametrize(("requests", "items"), [(1, 500), (3, 500), (60, 1), (7, 3)])
def test_parts_are_the_same_items_each_once(shop, monkeypatch, requests, items):
    monkeypatch.setattr(own_data, "MOST_REQUESTS", requests)
    monkeypatch.setattr(own_data, "MOST_ITEMS", items)
    found, cursors = parts_of(shop.anna)
    assert len(cursors) > 3 and as_sorted(found) == as_sorted(whole(shop.anna))


def test_a_table_that_a_part_cannot_scan_is_split(shop, monkeypatch):
    """A scan of one item at a time needs more requests than a part may make."""
    plain = own_data.connection().dispatch

    class Short:
        def dispatch(self, kind, request):
            return plain(kind, request | ({"Limit": 5} if kind == "Scan" else {}))

    monkeypatch.setattr(own_data, "connection", Short)
    monkeypatch.setattr(own_data, "MOST_REQUESTS", 12)
    found, cursors = parts_of(shop.anna)
    assert any(json.loads(cursor)[4] == own_data.SPLIT for cursor in cursors)
    assert as_sorted(found) == as_sorted(whole(shop.anna))


def test_a_cursor_names_nobody_else(shop, monkeypatch):
    monkeypatch.setattr(own_data, "MOST_REQUESTS", 2)
    _, cursors = parts_of(shop.anna)
    assert not [cursor for cursor in cursors if "Other" in cursor or "X" in cursor]


@pytest.mark.parametrize(
    "cursor", ["", "[]", "[true]", '[true,0,"",1,1]', '[true,-1,"",0,1]', "{}"]
)
def test_another_text_is_no_cursor(shop, cursor):
    if cursor:
        with pytest.raises(InvalidCursor):
            read_own_part(shop.anna, cursor)

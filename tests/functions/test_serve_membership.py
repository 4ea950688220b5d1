"""PUT /v1/members/{id}/group: staff's group beats volume, and moves no past order."""

import pytest

from functions.serve_membership import handler
from tests.support.http_events import STAFF, send
from tests.support.shop import PLAIN, Shop

ROUTE = "PUT /v1/members/{id}/group"
GROUPS = [
    {"id": "silver", "name": "Silver", "min_volume": 100, "levels": [{"percent": "20"}]},
    {"id": "staff", "name": "Employees", "assigned": True, "levels": [{"fixed": 500}]},
]


@pytest.fixture
def shop(tables):
    shop = Shop(**PLAIN, groups=GROUPS)
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    return shop


def put(group, member="Anna"):
    return send(handler, ROUTE, caller=STAFF, path={"id": member}, body={"group": group})


def test_an_assigned_group_beats_volume_until_it_is_taken_back(shop):
    shop.order("1", customer={"id": "Ines"})
    assert put("staff").body["group"] == {"id": "staff", "name": "Employees", "description": ""}
    shop.order("2", customer={"id": "Ines"})
    assert put(None).body["group"]["id"] == "silver"
    shop.order("3", customer={"id": "Ines"})
    assert [shop.rewards(order) for order in "123"] == [
        {"Anna": 1_000},
        {"Anna": 500},
        {"Anna": 2_000},
    ]


@pytest.mark.parametrize("group", ["silver", "gold", 7])
def test_only_a_group_that_staff_fills_can_be_named(shop, group):
    answer = put(group)
    assert (answer.status, answer.fields) == (422, ["group"])


def test_a_body_without_a_group_changes_nothing(shop):
    put("staff")
    assert send(handler, ROUTE, caller=STAFF, path={"id": "Anna"}, body={}).fields == ["group"]
    assert put("staff").body["group"]["id"] == "staff"


def test_a_member_nobody_knows_is_not_made(shop):
    assert put("staff", "Nobody").status == 404

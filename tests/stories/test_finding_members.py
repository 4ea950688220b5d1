"""Who are my members, who brings the most, and where is Anna? Asked of a running system."""

from urllib.parse import urlencode

import pytest

from tests.support.running_shop import Person, RunningShop, done, refused

WHY = {"reason": "Ticket 91"}


@pytest.fixture
def people(shop) -> dict[str, Person]:
    """Anna brought Cleo, whose order was the largest; Bert brought Dora."""
    shop.publish()
    mark = shop.named("x").partition("-")[2]
    anna = shop.member("anna", name=f"Änne Berg{mark}", email=f"anna.berg{mark}@mail.example")
    shop.later(hours=1)
    bert = shop.member("bert", name=f"Bert Berg{mark}")
    shop.later(hours=1)
    cleo = shop.friend_of(anna, "cleo", name=f"Cleo Tal{mark}")
    shop.later(hours=1)
    dora = shop.friend_of(bert, "dora")
    shop.order("large", cleo, items=90_000)
    shop.order("small", dora, items=10_000)
    return {"anna": anna, "bert": bert, "cleo": cleo, "dora": dora, "mark": mark}


def found(shop: RunningShop, key: str | None = None, **asked: object) -> list[str]:
    """The ids of one page, without the shop's mark."""
    items = shop.get(f"/v1/members?{urlencode(asked)}", key)["items"]
    return [item["id"].rpartition("-")[0] for item in items]


def own(shop: RunningShop, people: dict, key: str | None = None, **asked: object) -> list[str]:
    """The whole list in pages of two, without those who joined in other stories."""
    mark, ids = people["mark"], []
    asked["limit"] = 2
    while asked.get("cursor", True):
        page = shop.get(f"/v1/members?{urlencode(asked)}", key)
        ids += [item["id"].rpartition("-") for item in page["items"]]
        asked["cursor"] = page["next_cursor"]
    return [name for name, _, of in ids if of == mark]


def test_whom_do_i_have_the_newest_first(shop, people):
    assert own(shop, people) == ["dora", "cleo", "bert", "anna"]
    assert own(shop, people, shop.staff_key) == ["dora", "cleo", "bert", "anna"]


def test_where_is_anna(shop, people):
    mark = people["mark"]
    for typed in (
        f"berg{mark}",
        f"BERG{mark}",
        f"änne berg{mark}",
        f"anna.berg{mark}@ma",
        people["anna"].code.lower(),
        people["anna"].id.upper(),
    ):
        assert "anna" in found(shop, query=typed), typed
    assert found(shop, query=f"erg{mark}") == []
    assert found(shop, query=f"berg{mark}", sort="login") == ["anna", "bert"]


def test_who_brings_the_most(shop, people):
    volumes = [item["volume"] for item in shop.get("/v1/members?sort=volume&limit=5")["items"]]
    balances = [item["balance"] for item in shop.get("/v1/members?sort=balance&limit=5")["items"]]
    assert volumes == sorted(volumes, reverse=True) and balances == sorted(balances, reverse=True)


def test_an_item_of_the_list_is_the_member_as_asked_alone(shop, people):
    (item,) = shop.get(f"/v1/members?query={people['cleo'].id}")["items"]
    assert item == shop.profile(people["cleo"]) and item["referred_by"] == people["anna"].id


def test_every_member_is_on_one_page_and_a_cursor_is_of_its_own_list(shop, people):
    ids = [item["id"] for item in shop.listed("/v1/members", limit=3)]
    assert len(ids) == len(set(ids)) and {people[name].id for name in ("anna", "dora")} <= set(ids)
    page = shop.get("/v1/members?limit=1&sort=login")
    stolen = f"/v1/members?limit=1&sort=joined&cursor={page['next_cursor']}"
    assert refused(shop.ask("GET", stolen), 400)["code"] == "invalid_cursor"


def test_blocked_and_forgotten_members_leave_the_lists_they_were_in(shop, people):
    anna, name = people["anna"], f"änne berg{people['mark']}"
    done(shop.ask("POST", f"/v1/members/{anna.id}/block", WHY, shop.staff_key))
    assert found(shop, query=name, status="blocked") == ["anna"]
    assert found(shop, query=name, status="active") == []
    assert shop.ask("DELETE", f"/v1/members/{anna.id}", {}).status == 204
    assert found(shop, query=name) == []
    assert own(shop, people, status="erased") == ["anna"]


def test_what_cannot_be_asked_for_is_refused_with_what_can(shop, people):
    for wrong in ("sort=age", "status=sad", "group=nobody", "limit=0"):
        problem = refused(shop.ask("GET", f"/v1/members?{wrong}"), 422)
        assert problem["errors"][0]["field"] == wrong.partition("=")[0]

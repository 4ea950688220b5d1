"""How do I set up what advocates earn, and how do I see what it costs before anybody is paid by it?"""

import re

import pytest

from tests.support.running_shop import TEN_PERCENT, RunningShop
from tests.support.running_staff import RunningStaff


@pytest.fixture
def draft(shop: RunningShop) -> str:
    """The draft of a program of the story's own, which no order of the shop follows."""
    program = {"id": shop.named("trial"), "name": "Trial", "currency": "EUR", "credit": TEN_PERCENT}
    assert shop.ask("POST", "/v1/programs", program, shop.staff_key).status == 201
    return f"/console/programs/{program['id']}/draft"


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_i_choose_levels_add_one_see_what_an_order_pays_and_publish(shop, draft) -> None:
    staff = RunningStaff(shop)
    form = {"revision": "0", "seen": "1", "name": "Trial", "currency": "EUR"}
    form |= {"document": staff.get(draft).body.decode().split("hidden>")[1].split("</textarea>")[0]}
    form["document"] = form["document"].replace("&#34;", '"')
    form |= {"system.shown": "peer_to_peer", "credit.system": "levels"}

    levels = staff.push(draft, draft, **form, system="level_based", step="system")
    assert levels.status == 200 and b'name="credit.levels.2" value="6"' in levels.body

    three = {"system.shown": "level_based", "credit.levels.rows": "3", "credit.levels.0": "10"}
    three |= {"credit.levels.1": "8", "credit.levels.2": "6", "credit.customer": "5"}
    three |= {f"{name}.unit": "percent" for name in three if name[-1] in "012r"}
    four = staff.push(draft, draft, **form | three, step="level.add")
    assert b'name="credit.levels.3" value="5"' in four.body
    pays = "A first order of €100.00 pays The buyer earns €5.00 The advocate earns €10.00"
    assert pays in text_of(four.body.decode())

    saved = staff.follow(staff.push(draft, draft, **form | three, step="save"))
    assert "Draft saved." in text_of(saved.body.decode())
    published = staff.follow(staff.push(draft, f"{draft}/publish", revision="1", accepted="yes"))
    told = text_of(published.body.decode())
    assert "Level 3 earns 6%." in told and "Buyers earn 5% on their own orders." in told


def test_a_number_that_could_mean_two_things_is_asked_about_and_nothing_is_saved(
    shop, draft
) -> None:
    staff = RunningStaff(shop)
    form = {"revision": "0", "seen": "1", "currency": "EUR", "document": "{}"}
    refused = staff.push(draft, draft, **form, **{"rules.payment_minimum": "1.250"})
    assert refused.status == 422 and b'value="1.250"' in refused.body
    assert "Nothing saved yet." in text_of(staff.get(draft).body.decode())

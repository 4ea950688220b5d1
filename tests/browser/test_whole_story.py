"""One recommendation from the link to the statement, by three people with browsers of their own, at the demo shop."""

from typing import NamedTuple

import pytest

from tests.support.demo_shop_customer import Customer, customer_of
from tests.support.page_list import World


class Story(NamedTuple):
    """`began` is the first day of a month that nobody has closed yet; `month` is the one in which credit is spent and taken back."""

    scripts: bool
    advocate: str
    friend: str
    began: str
    due: str
    month: str


STORIES = [
    Story(
        True, "Dora Frei", "Ernst Blum", "2026-03-01T10:00:00Z", "2026-03-16T00:00:00Z", "2026-04"
    ),
    Story(
        False,
        "Paula Dietz",
        "Quirin Hart",
        "2026-06-01T10:00:00Z",
        "2026-06-16T00:00:00Z",
        "2026-07",
    ),
]


@pytest.mark.parametrize("story", STORIES, ids=["with scripts", "without scripts"])
def test_from_the_link_to_the_statement(world: World, browser, story: Story):
    world.cloud.clock(story.began)
    options = {"java_script_enabled": story.scripts}
    with (
        customer_of(browser, world.shop_url, **options) as advocate,
        customer_of(browser, world.shop_url, **options) as friend,
    ):
        play(world, advocate, friend, story)


def play(world: World, dora: Customer, ernst: Customer, story: Story) -> None:
    """Told as the story of the first two."""
    dora.join(story.advocate)
    order = follow_and_buy(ernst, dora.link(), story)
    told = world.done("GET", f"/v1/orders/{order.rpartition('/')[2]}")
    (reward,) = told["rewards"]
    assert (reward["amount"], reward["available_on"]) == (432, story.due)
    advocate = f"/v1/members/{reward['member']}"
    wait_and_spend(world, dora, advocate)
    send_back(world, ernst, order, advocate)
    close_month(world, dora, advocate, story)


def follow_and_buy(ernst: Customer, link: str, story: Story) -> str:
    """Ernst follows the link by the claim page, joins with her name in the field, and saves on his first order; its page."""
    ernst.page.goto(link.replace("/r/", "/c/"))
    ernst.page.get_by_role("button").first.click()
    assert ernst.sees(f"{story.advocate.split(' ')[0]} sent you.")
    ernst.visit("/join")
    assert ernst.page.get_by_label("Who sent you?").input_value() == link.rpartition("/")[2]
    ernst.join(story.friend)
    order = ernst.buy("round teapot")
    assert [ernst.amount(row) for row in ("For friends of ours", "To pay")] == ["−€4.80", "€48.10"]
    assert ernst.sees(f"Income from referral program from {story.friend.split(' ')[0].lower()}")
    return order


def wait_and_spend(world: World, dora: Customer, advocate: str) -> None:
    """Her credit waits until the clock is turned, then she spends it."""
    dora.visit("/account")
    assert world.done("GET", f"{advocate}/balance")["pending"] == 432
    dora.turn_clock("+ 1 month")
    assert world.done("GET", f"{advocate}/balance")["available"] == 432
    dora.buy("tin of fern tea")
    assert [dora.amount(row) for row in ("Your credit", "To pay")] == ["−€4.32", "€13.08"]
    assert world.done("GET", f"{advocate}/balance")["available"] == 0


def send_back(world: World, ernst: Customer, order: str, advocate: str) -> None:
    """Ernst sends the teapot back: what was already spent is a debt, and nothing is hidden."""
    ernst.visit(order)
    ernst.press("Send everything back")
    assert ernst.sees("has kept €0.00")
    assert world.done("GET", f"{advocate}")["balance"] == -432


def close_month(world: World, dora: Customer, advocate: str, story: Story) -> None:
    """The month is closed, and its statement adds up."""
    dora.visit("/guide")
    dora.turn_clock("To the 1st")
    statement = world.done("GET", f"{advocate}/statements/{story.month}")
    sums = {
        name: statement[name]
        for name in ("opening", "earned", "clawed_back", "redeemed", "closing")
    }
    assert sums == {
        "opening": 432,
        "earned": 0,
        "clawed_back": 432,
        "redeemed": 432,
        "closing": -432,
    }
    dora.visit("/rewards")
    dora.follow("Statements")
    dora.page.goto(f"{world.cloud.base_url}/rewards/statements/{story.month}")
    closing = dora.page.get_by_text("Closing balance").locator("xpath=..").inner_text()
    assert "4.32" in closing and "-" in closing.replace("−", "-")
    assert world.done("POST", "/v1/verify", {}, "staff_key")["differences"] == []


def test_a_link_that_lands_on_the_shop_greets_and_travels_with_the_forms(world: World, browser):
    """Without the redirect's cookie: the snippet asks the real API from a page of another origin."""
    with customer_of(browser, world.shop_url) as visitor:
        visitor.visit(f"/?gv={world.anna['code'].lower()}")
        assert visitor.sees("Anna sent you.")
        visitor.visit("/join")
        visitor.page.wait_for_selector("#join input[name=gv_ref]", state="attached")
        assert visitor.page.get_by_label("Who sent you?").input_value() == world.anna["code"]
        visitor.page.get_by_label("Who sent you?").fill("")
        visitor.join("Vera Gast")
        assert visitor.sees("You were sent by anna.")
        assert visitor.page.context.cookies()[0]["name"] == "shop_visit"

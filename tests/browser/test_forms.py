"""Forms of the console in a browser: what is typed is told as it is understood, and never lost."""

import pytest

from tests.support.page_list import World

DRAFT = "console: draft"


@pytest.fixture
def member_page(world: World, page):
    page.goto(world.visit(page.context, "console: member"))
    page.get_by_text("Adjust credit").click()
    return page


def test_an_amount_is_told_below_its_field_while_it_is_typed(world: World, page):
    page.goto(world.visit(page.context, DRAFT))
    field = page.get_by_label("Maximum reward")
    field.press_sequentially("1,250")
    page.get_by_text("= €1,250.00").wait_for()
    field.fill("1.250")
    page.get_by_text("could mean 1.25 or 1250").wait_for()


def test_the_switch_says_percent_or_amount(world: World, page):
    page.goto(world.visit(page.context, DRAFT))
    field = page.get_by_label("Friend's bonus after the order", exact=True)
    field.fill("12,5")
    page.get_by_text("= 12.5%").wait_for()
    page.get_by_label("Unit of: Friend's bonus after the order").select_option("amount")
    field.fill("12,50")
    page.get_by_text("= €12.50").wait_for()


def test_a_refused_form_keeps_what_was_typed_and_takes_the_reader_to_the_field(world: World, page):
    page.goto(world.visit(page.context, DRAFT))
    page.get_by_label("Name", exact=True).fill("Typed")
    page.get_by_label("Minimum reward").fill("1.250")
    page.get_by_role("button", name="Save and check").click()
    page.get_by_text("Minimum reward could mean").wait_for()
    assert page.get_by_label("Name", exact=True).input_value() == "Typed"
    focused = page.evaluate("document.activeElement.id")
    assert focused == "rules.min_bonus"
    assert page.get_by_role("link", name="Members").first.is_visible()


def test_an_amount_that_was_told_is_posted_at_once(member_page):
    member_page.get_by_label("Amount in EUR").press_sequentially("1.50")
    member_page.get_by_text("= €1.50").wait_for()
    member_page.get_by_label("Why", exact=True).first.fill("A gift")
    member_page.get_by_role("button", name="Post adjustment").click()
    member_page.get_by_text("It's at the top of the history").wait_for()


def test_without_a_script_the_page_asks_before_it_counts(world: World, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(world.visit(context, "console: member"))
    page.get_by_text("Adjust credit").click()
    page.get_by_label("Amount in EUR").fill("1,000")
    page.get_by_label("Why", exact=True).first.fill("A gift")
    page.get_by_role("button", name="Post adjustment").click()
    assert page.get_by_role("heading", name="+€1,000.00").is_visible()
    page.get_by_role("button", name="Post adjustment").click()
    assert page.get_by_text("It's at the top of the history").is_visible()
    context.close()

"""Forms of the console in a browser: what is typed is told as it is understood, and never lost."""

import pytest

from tests.support.page_list import World

DRAFT = "console: draft"


@pytest.fixture
def member_page(world: World, page):
    page.goto(world.visit(page.context, "console: member"))
    page.get_by_text("Adjust credit").click()
    return page


def turn_on(page, rule: str):
    """The field of a rule that is off until its button is pressed."""
    page.get_by_role("group", name=rule, exact=True).get_by_role("button").click()
    field = page.get_by_role("textbox", name=rule)
    field.wait_for()
    field.fill("")
    return field


def test_an_amount_is_told_below_its_field_while_it_is_typed(world: World, page):
    page.goto(world.visit(page.context, DRAFT))
    field = turn_on(page, "Maximum reward")
    field.press_sequentially("1,250")
    page.get_by_text("= €1,250.00").wait_for()
    field.fill("1.250")
    page.get_by_text("could mean 1.25 or 1250").first.wait_for()


def test_levels_come_at_a_button_and_the_order_of_100_follows_what_is_typed(world: World, page):
    page.goto(world.visit(page.context, DRAFT) + "?from=level_based")
    address = page.url
    page.get_by_role("button", name="Add a level").click()
    page.get_by_label("Level 4", exact=True).wait_for()
    assert page.evaluate("document.activeElement.id") == "credit.levels.3"
    page.get_by_label("Level 1", exact=True).fill("25")
    page.locator("#preview").get_by_text("€25.00").or_(
        page.locator("#preview").get_by_text("€22.50")
    ).wait_for()
    page.get_by_role("button", name="Remove Level 2").click()
    page.get_by_label("Level 4", exact=True).wait_for(state="detached")
    assert page.get_by_label("Level 1", exact=True).input_value() == "25"
    assert page.url == address


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
    turn_on(page, "Minimum reward").fill("1.250")
    page.get_by_role("button", name="Save and check").last.click()
    page.get_by_text("Minimum reward could mean").first.wait_for()
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


def test_a_key_that_cannot_be_one_is_said_at_its_field_and_the_focus_is_there(world: World, page):
    page.goto(world.visit(page.context, "console: connections"))
    page.locator("summary").get_by_text("Shopify", exact=True).click()
    form = page.locator("details[open]")
    form.get_by_label("Store's address", exact=True).fill("my-shop.myshopify.com")
    form.get_by_label("Client ID", exact=True).fill("0123abcd")
    form.get_by_label("Client secret", exact=True).fill("shpss_••••••••")
    form.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_role("alert").get_by_text("copy the whole key once more").wait_for()
    form = page.locator("details[open]")
    assert page.evaluate("document.activeElement.id") == "client_secret-shopify"
    assert form.get_by_label("Store's address", exact=True).input_value() == "my-shop.myshopify.com"
    assert form.get_by_label("Client ID", exact=True).input_value() == "", "no key comes back"
    assert page.locator("#client_secret-shopify-error").is_visible()

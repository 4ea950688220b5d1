"""The mailbox of the local cloud: what mails lead to opens from it, as from a program for mail."""

from urllib.parse import urljoin

from tests.support.page_list import World


def test_the_button_of_a_mail_opens_the_rewards_of_whoever_it_was_sent_to(world: World, page):
    page.goto(urljoin(world.cloud.base_url, "/_local/mailbox"))
    page.get_by_role("link", name="anna@example.com: Your statement for February 2026").click()
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Open your rewards").click()
    opened.value.get_by_role("button", name="Show my rewards").click()
    opened.value.get_by_role("heading", name="Hello Anna").wait_for()

"""The demo shop without a browser: its port, whom it answers, what the clock's switch fires."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from local.cloud.resources import Schedule
from local.cloud.schedule_expressions import parse_firing_times
from local.demo.shop.clock_switch import ClockSwitch, same_day_of_next_month
from local.demo.shop.products import CartLine, add_one, cart_total, format_cart, parse_cart
from tests.support.running_cloud import RunningCloud, request


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    """A system with a demo shop, while the next port is in use."""
    running = RunningCloud(tmp_path_factory.mktemp("shop"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", running.port + 1))
        running.start("--demo")
        try:
            yield running
        finally:
            assert running.stop() == 0


def test_where_the_next_port_is_taken_the_shop_opens_elsewhere_and_links_lead_there(
    open_shop: RunningCloud,
):
    shop_url = open_shop.local["shop_url"]
    assert shop_url != f"http://127.0.0.1:{open_shop.port + 1}"
    assert b"Fern &amp; Kettle" in request(f"{shop_url}/").body
    assert open_shop.get("/r/NOBODY-1").headers["location"] == f"{shop_url}/"


def test_nobody_but_this_machine_and_its_own_forms_are_answered(open_shop: RunningCloud):
    shop_url = open_shop.local["shop_url"]
    assert request(f"{shop_url}/", headers={"host": "evil.example"}).status == 403
    assert (
        request(f"{shop_url}/clock", "POST", b"to=month", {"origin": "https://evil.example"}).status
        == 403
    )
    assert request(f"{shop_url}/clock", "POST", b"x" * 20_000).status == 413
    assert request(f"{shop_url}/orders/999999999").headers["location"] == "/orders"
    assert request(f"{shop_url}/nothing").status == 404


def test_a_form_leads_back_to_a_page_of_the_shop_and_nowhere_else(open_shop: RunningCloud):
    for back, expected in (
        ("/cart", "/cart"),
        ("//evil.example", "/guide"),
        ("https://evil.example", "/guide"),
        ("/\\evil", "/guide"),
    ):
        form = f"to=nothing&back={back}".encode()
        answer = request(
            f"{open_shop.local['shop_url']}/clock",
            "POST",
            form,
            {"content-type": "application/x-www-form-urlencoded"},
        )
        assert answer.headers["location"] == expected


def test_after_a_restart_one_press_leads_back_to_where_the_books_end(open_shop: RunningCloud):
    """The local cloud follows the real time after each start; the shop may be ahead of that."""
    shop_url, form = (
        open_shop.local["shop_url"],
        {"content-type": "application/x-www-form-urlencoded"},
    )
    assert b'value="books"' not in request(f"{shop_url}/guide").body
    open_shop.clock("2090-05-04T10:00:00Z")
    joined = request(
        f"{shop_url}/join", "POST", b"name=Nora+Nord&email=nora@example.com&login=nora", form
    )
    cookie = joined.cookies[0].partition(";")[0]
    request(f"{shop_url}/checkout", "POST", b"", form | {"cookie": f"{cookie}; shop_cart=tea.1"})
    open_shop.clock(None)
    assert b"Back to 4 May 2090" in request(f"{shop_url}/guide").body
    request(f"{shop_url}/clock", "POST", b"to=books", form)
    assert b'Today is <strong><time datetime="2090-05-04">' in request(f"{shop_url}/guide").body
    assert b'value="books"' not in request(f"{shop_url}/guide").body
    open_shop.clock(None)


def test_a_clock_that_is_turned_works_through_the_first_of_each_month_and_the_last_night():
    nightly = Schedule(
        "SettleMonth", "Daily", "aws.scheduler", "cron(0 4 * * ? *)", "UTC", None, "arn"
    )
    switch = ClockSwitch(None, [(nightly, parse_firing_times(nightly))])
    fired = [
        at
        for at, _ in switch._firings(
            datetime(2026, 1, 31, 3, tzinfo=UTC), datetime(2026, 3, 15, 12, tzinfo=UTC)
        )
    ]
    assert [f"{at:%m-%d %H:%M}" for at in fired] == ["02-01 04:00", "03-01 04:00", "03-15 04:00"]
    assert list(switch._firings(fired[-1], fired[-1])) == []


@pytest.mark.parametrize(
    ("day", "later"),
    [((2026, 1, 31), (2026, 2, 28)), ((2028, 1, 31), (2028, 2, 29)), ((2026, 12, 5), (2027, 1, 5))],
)
def test_a_month_later_is_the_same_day_or_the_last(day, later):
    assert same_day_of_next_month(datetime(*day, 8, tzinfo=UTC)) == datetime(*later, 8, tzinfo=UTC)


def test_a_cart_is_what_its_cookie_says_as_far_as_the_shop_has_it():
    lines = add_one(parse_cart("tea.2-gold.1-cups.x--teapot.0"), "tea")
    assert lines == (CartLine("tea", 3),)
    assert (cart_total(lines), format_cart(lines), parse_cart("tea.99")) == (
        3750,
        "tea.3",
        (CartLine("tea", 9),),
    )

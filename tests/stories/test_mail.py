"""A member's mailbox, from the welcome to the statement, over a running system; and what a killed process leaves of it."""

import random
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from running_cloud import RunningCloud, wait_until
from running_shop import RunningShop, done

MEMBERS, KILLS = 40, 5
APRIL = "2026-04-02T04:00:00Z"


def inbox(shop: RunningShop, address: str) -> list[dict]:
    shop.drain()
    return [mail for mail in shop.cloud.get("/_local/mail").json["items"] if mail["to"] == [address]]


def kinds(mails: list[dict]) -> list[str]:
    return [mail["headers"]["X-Grapevine-Kind"] for mail in mails]


def test_a_member_is_written_to_and_says_when_it_is_enough(shop):
    shop.publish(hold_days=14)
    address = f"{shop.named('ines')}@example.com"
    ines = shop.member("ines", email=address, name="Ines Vine", language="de")
    jo = shop.friend_of(ines, "jo", email=f"{shop.named('jo')}@example.com")
    (welcome,) = inbox(shop, address)
    assert ines.code in welcome["text"] and welcome["text"].startswith("Hallo Ines,")

    shop.order("first", jo)
    shop.later(days=3)
    shop.order("first", jo, refunded_total=4_000)
    done(shop.ask("POST", f"/v1/members/{ines.id}/mail-balance", {}, shop.staff_key))
    mails = inbox(shop, address)
    assert sorted(kinds(mails)) == ["balance", "reward", "taken_back", "welcome"]

    shop.clock(APRIL)
    done(shop.cloud.post("/_local/schedule/SettleMonth", {"time": APRIL}))
    (statement,) = [mail for mail in inbox(shop, address) if mail["headers"]["X-Grapevine-Kind"] == "statement"]
    assert statement["subject"] == "Deine Abrechnung für März 2026"
    figures = done(shop.ask("GET", f"/v1/members/{ines.id}/statements/2026-03"))
    assert (figures["earned"], figures["clawed_back"]) == (1_000, 400)
    assert "Endstand: 6,00\xa0€" in statement["text"] and "6,00\xa0€" in statement["html"]
    chart = shop.cloud.get(re.search(r"/mail/chart/[\w.-]+", statement["html"])[0])
    assert (chart.status, chart.headers["content-type"], chart.body[:4]) == (200, "image/png", b"\x89PNG")

    link = statement["headers"]["List-Unsubscribe"].strip("<>").removeprefix(shop.cloud.base_url)
    page = shop.cloud.get(link)
    assert page.status == 200 and b"checked" in page.body
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert shop.cloud.http("POST", link, b"List-Unsubscribe=One-Click", form).status == 200
    shop.order("second", jo)
    assert "reward" not in kinds(inbox(shop, address)[len(mails) + 1 :])


def test_caught_mails_are_read_in_a_browser(shop):
    address = f"{shop.named('kim')}@example.com"
    shop.member("kim", email=address)
    inbox(shop, address)
    page = shop.cloud.get("/_local/mailbox")
    assert page.status == 200 and page.headers["content-type"].startswith("text/html")
    assert address.encode() in page.body and b'<iframe sandbox="allow-popups"' in page.body and b"<pre" in page.body


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory):
    running = RunningCloud(tmp_path_factory.mktemp("killed-mail")).start()
    try:
        yield RunningShop(running)
    finally:
        running.stop()


def test_whenever_the_functions_die_each_member_gets_one_statement_by_mail(alone):
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    dice, shop = random.Random(seed), alone
    shop.publish()
    people = [shop.member(f"m{number}", email=f"m{number}@example.com") for number in range(MEMBERS)]
    friends = [shop.friend_of(person, f"f{place}") for place, person in enumerate(people)]
    with ThreadPoolExecutor(4) as hands:
        list(hands.map(lambda friend: shop.order(f"o{friend.id}", friend), friends))
    shop.drain()
    shop.clock(APRIL)
    done(shop.cloud.post("/_local/schedule/SettleMonth", {"time": APRIL}))
    for _ in range(KILLS):
        sent = len(statements(shop))
        wait_until(lambda sent=sent: len(statements(shop)) > min(sent + dice.randrange(1, 6), MEMBERS - 1), 30)
        gone = shop.cloud.kill("functions")
        wait_until(lambda gone=gone: shop.cloud.local["processes"]["functions"] not in (gone, None), 20)
    shop.drain()
    assert Counter(mail["to"][0] for mail in statements(shop)) == {f"m{number}@example.com": 1 for number in range(MEMBERS)}


def statements(shop: RunningShop) -> list[dict]:
    caught = shop.cloud.get("/_local/mail").json["items"]
    return [mail for mail in caught if mail["headers"].get("X-Grapevine-Kind") == "statement"]

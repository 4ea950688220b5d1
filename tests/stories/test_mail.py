"""A member's mailbox, from the welcome to the statement, over a running system."""

import re

from tests.support.running_shop import RunningShop, done

APRIL = "2026-04-02T04:00:00Z"


def inbox(shop: RunningShop, address: str) -> list[dict]:
    shop.drain()
    return [
        mail for mail in shop.cloud.get("/_local/mail").json["items"] if mail["to"] == [address]
    ]


def kinds(mails: list[dict]) -> list[str]:
    return [mail["headers"]["X-Grapevine-Kind"] for mail in mails]


def test_a_member_is_written_to_and_says_when_it_is_enough(shop):
    shop.publish(hold_days=14)
    address = f"{shop.named('ines')}@example.com"
    ines = shop.member("ines", email=address, name="Ines Vine", language="de")
    jo = shop.friend_of(ines, "jo", email=f"{shop.named('jo')}@example.com")
    (welcome,) = inbox(shop, address)
    assert ines.code in welcome["text"] and welcome["text"].startswith("Hallo Ines,")
    assert "weil du dich bei" in welcome["text"] and "weil du dich bei" in welcome["html"]

    shop.order("first", jo)
    shop.later(days=3)
    shop.order("first", jo, refunded_total=4_000)
    done(shop.ask("POST", f"/v1/members/{ines.id}/mail-balance", {}, shop.staff_key))
    mails = inbox(shop, address)
    assert sorted(kinds(mails)) == ["balance", "reward", "taken_back", "welcome"]

    shop.clock(APRIL)
    done(shop.cloud.post("/_local/schedule/SettleMonth", {"time": APRIL}))
    (statement,) = [
        mail for mail in inbox(shop, address) if mail["headers"]["X-Grapevine-Kind"] == "statement"
    ]
    assert statement["subject"] == "Deine Abrechnung für März 2026"
    figures = done(shop.ask("GET", f"/v1/members/{ines.id}/statements/2026-03"))
    assert (figures["earned"], figures["clawed_back"]) == (1_000, 400)
    assert "Endstand: 6,00\xa0€" in statement["text"] and "6,00\xa0€" in statement["html"]
    chart = shop.cloud.get(re.search(r"/mail/chart/[\w.-]+", statement["html"])[0])
    assert (chart.status, chart.headers["content-type"], chart.body[:4]) == (
        200,
        "image/png",
        b"\x89PNG",
    )

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
    assert (
        address.encode() in page.body
        and b'<iframe sandbox="allow-popups ' in page.body
        and b"<pre" in page.body
    )
    assert b"allow-scripts" not in page.body

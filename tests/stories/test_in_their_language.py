"""My customers read French, German or English: does each of them read their own language?"""

import re

from tests.support.running_shop import Person, RunningShop, done
from tests.support.running_staff import Browser

HELLO = {"en": "Hello Ines", "de": "Hallo Ines", "fr": "Bonjour Ines"}
REWARD = {
    "en": "€10.00 for you",
    "de": "10,00\N{NO-BREAK SPACE}€ für dich",
    "fr": "10,00\N{NO-BREAK SPACE}€ pour vous",
}


def own_page(shop: RunningShop, person: Person) -> str:
    """The page as a browser shows it that asks for no language."""
    browser = Browser(shop)
    session = done(shop.ask("POST", f"/v1/members/{person.id}/session", {}))
    answer = browser.follow(browser.get(f"/rewards?token={session['token']}"))
    assert answer.status == 200, answer.body
    return answer.body.decode()


def test_an_advocate_reads_pages_and_mails_in_the_language_that_the_shop_told(shop):
    shop.publish()
    for language in HELLO:
        address = f"{shop.named(language)}@example.com"
        ines = shop.member(f"ines-{language}", email=address, name="Ines Vine", language=language)
        shop.order(f"first-{language}", shop.friend_of(ines, f"jo-{language}"))
        shop.drain()
        page = own_page(shop, ines)
        assert f'<html lang="{language}" dir="ltr">' in page
        assert f"<h1>{HELLO[language]}</h1>" in page
        assert REWARD[language] in [mail["subject"] for mail in shop.mails(address)]


def test_a_friend_reads_the_claim_page_as_the_browser_asks(shop):
    shop.publish(friend={"discount": {"percent": "12.5"}})
    anna = shop.member("anna", name="Anna Adler")
    page = shop.cloud.get(f"/c/{anna.code}", **{"accept-language": "fr-CA,fr;q=0.9,en;q=0.5"})
    assert page.headers["content-language"] == "fr"
    text = re.sub(r"<[^>]+>", " ", page.body.decode())
    assert "12,5\N{NO-BREAK SPACE}% de remise sur votre première commande" in text
    other = shop.cloud.get(f"/c/{anna.code}", **{"accept-language": "tlh"})
    assert other.headers["content-language"] == "en", "a language without a catalogue"


def test_an_advocate_whose_language_we_do_not_have_reads_english(shop):
    shop.publish()
    kim = shop.member("kim", language="ko-KR")
    assert '<html lang="en"' in own_page(shop, kim)

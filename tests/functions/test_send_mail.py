"""What members find in their mailbox: each mail once, in their language, with the figures of the books, and only if they want it."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from functions import choose_mail, serve_mail
from shared.domain.outgoing.mail import PAUSES_SECONDS, TAKEOVER_RECEIPT
from shared.store import engine
from shared.store.programs import mails
from tests.support.http_events import STAFF, http_event, send
from tests.support.mail_pipeline import (
    AFTER,
    BEFORE,
    TERMS,
    Died,
    kinds,
    month_ends,
    of_kind,
    open_office,
    outcomes,
    signs_up,
)
from tests.support.shop import Shop

INES = "ines@example.com"


@pytest.fixture
def office(tables, monkeypatch):
    with open_office(monkeypatch) as office:
        yield office


@pytest.fixture
def shop(tables) -> Shop:
    return Shop(**TERMS)


# --- what is told ---


def test_a_month_of_mails(shop, office):
    ines = signs_up(shop, "Ines")
    signs_up(shop, "Jo", referrer_login="ines", email=None)
    assert kinds(office.deliver()) == ["welcome"]
    welcome = office.mails[0]
    assert (welcome["to"], welcome["headers"]["From"]) == (
        [INES],
        '"Vineyard & Sons" <rewards@shop.example.com>',
    )
    for part in ("text", "html"):
        assert f"/r/{ines.code}" in welcome[part]
        assert "You get 10% of what they buy, as credit." in welcome[part]

    shop.order("O1", customer={"id": "Jo"})
    reward = of_kind(office.deliver(), "reward")
    assert reward["subject"] == "€10.00 for you"
    assert "Income from referral program from ***: €10.00" in reward["text"]
    assert "You can spend it from 16 March 2026" in reward["text"]

    shop.later(days=1)
    shop.news(id="O1", refunded_total=4_000)
    taken = of_kind(office.deliver(), "taken_back")
    assert taken["subject"] == "€4.00 of your credit was taken back"
    assert "Taken back: a purchase of *** was refunded in part or in full: -€4.00" in taken["text"]

    shop.order("O2", items=60_000, customer={"id": "Jo"})
    assert sorted(kinds(sent := office.deliver())) == ["group", "reward"]
    assert "You are in the group Gold now" in of_kind(sent, "group")["subject"]

    month_ends(datetime(2026, 4, 2, 4, tzinfo=UTC))
    statement = of_kind(office.deliver(), "statement")
    assert statement["subject"] == "Your statement for March 2026"
    assert "Closing balance: €66.00" in statement["text"]
    assert mails.count_outcomes("2026-03") == {"sent": 1}


@pytest.mark.parametrize("language", ["en", "de-AT"])
def test_html_and_text_tell_the_same_figures(shop, office, language):
    signs_up(shop, "Ines", language=language)
    signs_up(shop, "Jo", referrer_login="ines", email=None)
    shop.order("O1", items=123_450, customer={"id": "Jo"})
    shop.news(id="O1", refunded_total=100_000)
    month_ends(datetime(2026, 4, 2, 4, tzinfo=UTC))
    sent = office.deliver()
    assert set(kinds(sent)) == {"welcome", "reward", "group", "taken_back", "statement"}
    for mail in sent:
        plain = re.sub(r"<style.*?</style>|<title>.*?</title>", "", mail["html"], flags=re.S)
        written = set(re.findall(r"-?€[\d,.]+\d|-?[\d.,]+\d\xa0€", mail["subject"] + mail["text"]))
        shown = set(re.findall(r"-?€[\d,.]+\d|-?[\d.,]+\d\xa0€", plain))
        assert written == shown, mail["subject"]
        assert "fonts.googleapis" not in mail["html"], "reading a mail is told to nobody"
    german = language != "en"
    assert (of_kind(sent, "statement")["subject"] == "Deine Abrechnung für März 2026") is german
    assert ("Prämie für einen Einkauf" in of_kind(sent, "statement")["text"]) is german


def test_the_balance_is_mailed_to_whoever_staff_ask_for_and_once_for_each_time(shop, office):
    signs_up(shop, "Ines")
    signs_up(shop, "Jo", referrer_login="ines", email=None)
    shop.order("O1", customer={"id": "Jo"})
    office.deliver()
    for key in ("first", "first", "second"):
        asked = send(
            serve_mail.handler,
            "POST /v1/members/{id}/mail-balance",
            path={"id": "Ines"},
            caller=STAFF,
            at=shop.at,
            headers={"idempotency-key": key},
        )
        assert (asked.status, asked.body) == (202, {"state": "asked"})
    sent = office.deliver()
    assert kinds(sent) == ["balance"] * 2
    assert "Waiting: €10.00\n- from 16 March 2026: €10.00" in sent[0]["text"]


def test_of_the_year_there_is_a_picture_and_its_figures_in_words(shop, office):
    signs_up(shop, "Ines")
    signs_up(shop, "Jo", referrer_login="ines", email=None)
    shop.order("O1", customer={"id": "Jo"})
    month_ends(datetime(2026, 4, 2, 4, tzinfo=UTC))
    html = of_kind(office.deliver(), "statement")["html"]
    picture = re.search(r'<img alt="([^"]*)"[^>]*src="([^"]*)"', html)
    assert picture[1] == "Earned in twelve months: €10.00. March 2026: €10.00."
    token = urlsplit(picture[2]).path.rpartition("/")[2]
    chart = choose_mail.handler(_chart(token))
    assert (chart["statusCode"], chart["headers"]["content-type"], chart["isBase64Encoded"]) == (
        200,
        "image/png",
        True,
    )
    assert choose_mail.handler(_chart(token[:-4] + "AAAA"))["statusCode"] == 404


def _chart(token: str) -> dict:
    return http_event("GET /mail/chart/{token}", path={"token": token})


def test_only_the_kinds_that_the_shop_chose_are_sent(shop, office, monkeypatch):
    monkeypatch.setenv("MAILS", "statement")
    signs_up(shop, "Ines")
    signs_up(shop, "Jo", referrer_login="ines", email=None)
    shop.order("O1", customer={"id": "Jo"})
    month_ends(datetime(2026, 4, 2, 4, tzinfo=UTC))
    assert kinds(office.deliver()) == ["statement"]


def test_customers_of_old_are_not_welcomed(shop, office):
    signs_up(shop, "Ines", signed_up_at="2019-05-01T00:00:00Z")
    assert office.deliver() == []


# --- each once ---


def test_what_is_told_twice_is_mailed_once(shop, office):
    signs_up(shop, "Ines")
    (told,) = office.told()
    for receipt in (1, 1, 2, 5):
        assert office.hand(told, receipt=receipt) == []
    assert kinds(office.mails) == ["welcome"]
    assert office.hand(told, told) == [] and len(office.mails) == 1


def test_whoever_dies_before_sending_sends_when_the_message_comes_a_third_time(shop, office):
    signs_up(shop, "Ines")
    (told,) = office.told()
    office.answers = [BEFORE, ""]
    with pytest.raises(Died):
        office.hand(told)
    for receipt in range(1, TAKEOVER_RECEIPT):
        assert office.hand(told, receipt=receipt) == [told]
    assert office.mails == []
    assert office.hand(told, receipt=TAKEOVER_RECEIPT) == []
    assert (kinds(office.mails), outcomes("Ines")) == (["welcome"], {"welcome/once": "sent"})


def test_two_who_read_that_nobody_sent_it_send_it_once(shop, office):
    """The other one comes between the reading and the claim."""
    signs_up(shop, "Ines")
    (told,) = office.told()
    hook, came = engine.connection().client.meta.events, []

    def come(**_) -> None:
        if not came:
            came.append(told)
            assert office.hand(told) == []

    hook.register("before-call.dynamodb.TransactWriteItems", come)
    try:
        assert office.hand(told) == [told]
    finally:
        hook.unregister("before-call.dynamodb.TransactWriteItems", come)
    assert (kinds(office.mails), outcomes("Ines")) == (["welcome"], {"welcome/once": "sent"})


def test_whoever_dies_after_sending_learns_from_ses_that_it_was_sent(shop, office):
    signs_up(shop, "Ines")
    (told,) = office.told()
    office.answers = [AFTER, ""]
    with pytest.raises(Died):
        office.hand(told)
    assert office.hand(told) == [told]
    office.hear(office.news())
    for receipt in range(2, 6):
        assert office.hand(told, receipt=receipt) == []
    assert (len(office.mails), outcomes("Ines")) == (1, {"welcome/once": "sent"})


def test_news_of_a_mail_that_is_over_change_nothing(shop, office):
    signs_up(shop, "Ines")
    office.deliver()
    (before,) = mails.mail_records("Ines", 10, "")[0]
    office.hear(office.news(), office.news())
    assert mails.mail_records("Ines", 10, "")[0] == [before]


def test_what_ses_does_not_take_now_is_sent_later_and_holds_nobody_up(shop, office):
    signs_up(shop, "Ines")
    signs_up(shop, "Kim")
    office.answers = ["TooManyRequestsException", ""]
    first, second = office.told()
    assert office.hand(first) == [] and office.hand(second) == []
    assert [mail["to"] for mail in office.mails] == [["kim@example.com"]]
    assert (outcomes("Ines"), office.pauses) == ({"welcome/once": "waiting"}, [PAUSES_SECONDS[0]])
    assert kinds(office.deliver()) == ["welcome"]
    assert outcomes("Ines") == {"welcome/once": "sent"}


def test_what_ses_never_takes_ends(shop, office):
    signs_up(shop, "Ines")
    office.answers = ["TooManyRequestsException"]
    assert office.deliver() == []
    assert office.pauses == list(PAUSES_SECONDS)
    (ended,) = mails.mail_records("Ines", 10, "")[0]
    assert (ended.state, ended.note) == ("refused", "TooManyRequestsException")


def test_a_refused_mail_is_not_tried_again(shop, office):
    signs_up(shop, "Ines")
    office.answers = ["MessageRejected", ""]
    assert office.deliver() == []
    assert outcomes("Ines") == {"welcome/once": "refused"}


def test_a_fault_of_ses_leaves_the_mail_open_and_it_is_sent_in_the_end(shop, office):
    signs_up(shop, "Ines")
    (told,) = office.told()
    office.answers = ["InternalServiceErrorException", ""]
    assert office.hand(told) == [told]
    assert office.hand(told, receipt=2) == [told]
    assert office.hand(told, receipt=3) == [] and len(office.mails) == 1

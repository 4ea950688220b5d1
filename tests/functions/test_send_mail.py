"""What members find in their mailbox: each mail once, in their language, with the ledger's figures."""

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
    end_month,
    kinds,
    of_kind,
    open_office,
    outcomes,
    sign_up,
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


# --- what a mail says ---


def test_a_month_of_mails(shop, office):
    ines = sign_up(shop, "Ines")
    sign_up(shop, "Jo", referrer_login="ines", email=None)
    assert kinds(office.deliver()) == ["welcome"]
    welcome = office.mails[0]
    assert (welcome["to"], welcome["headers"]["From"]) == (
        [INES],
        '"Vineyard & Sons" <rewards@shop.example.com>',
    )
    for part in ("text", "html"):
        assert f"/r/{ines.code}" in welcome[part]
        assert "You get 10% of what they buy as credit." in welcome[part]

    shop.order("O1", customer={"id": "Jo"})
    reward = of_kind(office.deliver(), "reward")
    assert reward["subject"] == "€10.00 for you"
    assert "Income from referral program from ***: €10.00" in reward["text"]
    assert "You can spend it from 16 March 2026" in reward["text"]

    shop.later(days=1)
    shop.news(id="O1", refunded_total=4_000)
    taken = of_kind(office.deliver(), "taken_back")
    assert taken["subject"] == "€4.00 of your credit was taken back"
    assert "Taken back: a purchase by *** was refunded in part or in full: -€4.00" in taken["text"]

    shop.order("O2", items=60_000, customer={"id": "Jo"})
    assert sorted(kinds(sent := office.deliver())) == ["group", "reward"]
    assert "You are now in the group Gold" in of_kind(sent, "group")["subject"]

    end_month(datetime(2026, 4, 2, 4, tzinfo=UTC))
    statement = of_kind(office.deliver(), "statement")
    assert statement["subject"] == "Your statement for March 2026"
    assert "Closing balance: €66.00" in statement["text"]
    assert mails.count_outcomes("2026-03") == {"sent": 1}


AMOUNT = re.compile("-?€[\\d,.]+\\d|-?[\\d.,\N{NARROW NO-BREAK SPACE}]+\\d\N{NO-BREAK SPACE}€")
STATEMENTS = {
    "en": ("Your statement for March 2026", "Income from referral program"),
    "de-AT": ("Deine Abrechnung für März 2026", "Prämie für einen Einkauf"),
    "fr": ("Votre relevé pour mars 2026", "Récompense de parrainage pour un achat"),
}


@pytest.mark.parametrize("language", STATEMENTS)
def test_html_and_text_have_the_same_figures(shop, office, language):
    sign_up(shop, "Ines", language=language)
    sign_up(shop, "Jo", referrer_login="ines", email=None)
    shop.order("O1", items=123_450, customer={"id": "Jo"})
    shop.news(id="O1", refunded_total=100_000)
    end_month(datetime(2026, 4, 2, 4, tzinfo=UTC))
    sent = office.deliver()
    assert set(kinds(sent)) == {"welcome", "reward", "group", "taken_back", "statement"}
    for mail in sent:
        plain = re.sub(r"<style.*?</style>|<title>.*?</title>", "", mail["html"], flags=re.S)
        in_text = set(AMOUNT.findall(mail["subject"] + mail["text"]))
        in_html = set(AMOUNT.findall(plain))
        assert in_text == in_html, mail["subject"]
        assert "fonts.googleapis" not in mail["html"], "nobody learns who reads a mail"
    subject, reason = STATEMENTS[language]
    statement = of_kind(sent, "statement")
    assert statement["subject"] == subject and reason in statement["text"]


def test_the_balance_is_mailed_once_for_each_time_that_staff_ask(shop, office):
    sign_up(shop, "Ines")
    sign_up(shop, "Jo", referrer_login="ines", email=None)
    shop.order("O1", customer={"id": "Jo"})
    office.deliver()
    for key in ("first", "first", "second"):
        answer = send(
            serve_mail.handler,
            "POST /v1/members/{id}/mail-balance",
            path={"id": "Ines"},
            caller=STAFF,
            at=shop.at,
            headers={"idempotency-key": key},
        )
        assert (answer.status, answer.body) == (202, {"state": "asked"})
    sent = office.deliver()
    assert kinds(sent) == ["balance"] * 2
    assert "Pending: €10.00\n- from 16 March 2026: €10.00" in sent[0]["text"]


def test_a_statement_has_a_chart_of_the_year_and_its_figures_in_words(shop, office):
    sign_up(shop, "Ines")
    sign_up(shop, "Jo", referrer_login="ines", email=None)
    shop.order("O1", customer={"id": "Jo"})
    end_month(datetime(2026, 4, 2, 4, tzinfo=UTC))
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
    sign_up(shop, "Ines")
    sign_up(shop, "Jo", referrer_login="ines", email=None)
    shop.order("O1", customer={"id": "Jo"})
    end_month(datetime(2026, 4, 2, 4, tzinfo=UTC))
    assert kinds(office.deliver()) == ["statement"]


def test_customers_from_before_the_program_are_not_welcomed(shop, office):
    sign_up(shop, "Ines", signed_up_at="2019-05-01T00:00:00Z")
    assert office.deliver() == []


# --- each mail once ---


def test_a_message_that_comes_twice_is_mailed_once(shop, office):
    sign_up(shop, "Ines")
    (message,) = office.new_messages()
    for receipt in (1, 1, 2, 5):
        assert office.hand_over(message, receipt=receipt) == []
    assert kinds(office.mails) == ["welcome"]
    assert office.hand_over(message, message) == [] and len(office.mails) == 1


def test_a_mail_that_was_claimed_and_not_sent_is_sent_at_the_third_receipt(shop, office):
    sign_up(shop, "Ines")
    (message,) = office.new_messages()
    office.answers = [BEFORE, ""]
    with pytest.raises(Died):
        office.hand_over(message)
    for receipt in range(1, TAKEOVER_RECEIPT):
        assert office.hand_over(message, receipt=receipt) == [message]
    assert office.mails == []
    assert office.hand_over(message, receipt=TAKEOVER_RECEIPT) == []
    assert (kinds(office.mails), outcomes("Ines")) == (["welcome"], {"welcome/once": "sent"})


def test_two_attempts_at_once_send_a_mail_once(shop, office):
    """The other attempt comes between the reading and the claim."""
    sign_up(shop, "Ines")
    (message,) = office.new_messages()
    hook, came = engine.connection().client.meta.events, []

    def come(**_) -> None:
        if not came:
            came.append(message)
            assert office.hand_over(message) == []

    hook.register("before-call.dynamodb.TransactWriteItems", come)
    try:
        assert office.hand_over(message) == [message]
    finally:
        hook.unregister("before-call.dynamodb.TransactWriteItems", come)
    assert (kinds(office.mails), outcomes("Ines")) == (["welcome"], {"welcome/once": "sent"})


def test_a_mail_whose_sender_died_is_recorded_as_sent_when_ses_says_so(shop, office):
    sign_up(shop, "Ines")
    (message,) = office.new_messages()
    office.answers = [AFTER, ""]
    with pytest.raises(Died):
        office.hand_over(message)
    assert office.hand_over(message) == [message]
    office.give_feedback(office.taken_event())
    for receipt in range(2, 6):
        assert office.hand_over(message, receipt=receipt) == []
    assert (len(office.mails), outcomes("Ines")) == (1, {"welcome/once": "sent"})


def test_an_event_about_a_mail_that_is_over_changes_nothing(shop, office):
    sign_up(shop, "Ines")
    office.deliver()
    (before,) = mails.mail_records("Ines", 10, "")[0]
    office.give_feedback(office.taken_event(), office.taken_event())
    assert mails.mail_records("Ines", 10, "")[0] == [before]


def test_a_mail_that_ses_defers_is_sent_later_and_delays_no_other(shop, office):
    sign_up(shop, "Ines")
    sign_up(shop, "Kim")
    office.answers = ["TooManyRequestsException", ""]
    first, second = office.new_messages()
    assert office.hand_over(first) == [] and office.hand_over(second) == []
    assert [mail["to"] for mail in office.mails] == [["kim@example.com"]]
    assert (outcomes("Ines"), office.pauses) == ({"welcome/once": "waiting"}, [PAUSES_SECONDS[0]])
    assert kinds(office.deliver()) == ["welcome"]
    assert outcomes("Ines") == {"welcome/once": "sent"}


def test_a_mail_that_ses_always_defers_ends_as_refused(shop, office):
    sign_up(shop, "Ines")
    office.answers = ["TooManyRequestsException"]
    assert office.deliver() == []
    assert office.pauses == list(PAUSES_SECONDS)
    (ended,) = mails.mail_records("Ines", 10, "")[0]
    assert (ended.state, ended.note) == ("refused", "TooManyRequestsException")


def test_a_rejected_mail_is_not_tried_again(shop, office):
    sign_up(shop, "Ines")
    office.answers = ["MessageRejected", ""]
    assert office.deliver() == []
    assert outcomes("Ines") == {"welcome/once": "refused"}


def test_a_fault_of_ses_leaves_the_mail_open_and_it_is_sent_in_the_end(shop, office):
    sign_up(shop, "Ines")
    (message,) = office.new_messages()
    office.answers = ["InternalServiceErrorException", ""]
    assert office.hand_over(message) == [message]
    assert office.hand_over(message, receipt=2) == [message]
    assert office.hand_over(message, receipt=3) == [] and len(office.mails) == 1

"""Whom mails do not reach, how people unsubscribe, and what names may do to a mail."""

import os
import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from functions import choose_mail, serve_mail
from shared import secrets
from shared.domain.outgoing.mail import AUTOMATIC, MailKey
from shared.domain.staff_action import StaffAction
from shared.mail.links import (
    UnsubscribeLink,
    decode_mail_key,
    encode_mail_key,
    sign_unsubscribe_token,
)
from shared.mail.ses import clean_header, format_sender
from shared.members.erasure import erase_member
from tests.support.http_events import STAFF, send
from tests.support.mail_pipeline import (
    TERMS,
    bounce,
    complaint,
    end_month,
    kinds,
    open_office,
    ses_event,
    sign_up,
)
from tests.support.settlement_runs import open_settlement
from tests.support.shop import Shop

INES = "ines@example.com"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def office(tables, monkeypatch):
    with open_office(monkeypatch) as office:
        yield office


@pytest.fixture
def shop(tables) -> Shop:
    return Shop(**TERMS)


def test_a_settlement_counts_how_its_mails_ended(shop, office):
    people = {"Ines": {}, "Kim": {"email": None}, "Lea": {}, "Max": {}, "Nia": {}, "Ole": {}}
    for name, form in people.items():
        sign_up(shop, name, **form)
        sign_up(shop, f"Friend{name}", referrer_login=name.lower(), email=None)
        shop.order(f"O-{name}", customer={"id": f"Friend{name}"})
    end_month(datetime(2026, 4, 2, 4, tzinfo=UTC))
    erase_member("Lea", StaffAction("ak_test", "erasure", shop.at))
    unsubscribe(unsubscribe_link(office, "Max"))
    office.give_feedback(bounce("nia@example.com"), complaint("OLE@example.com"))
    office.mails.clear()
    sent = [
        mail["to"][0]
        for mail in office.deliver()
        if mail["headers"]["X-Grapevine-Kind"] == "statement"
    ]
    assert sent == [INES]
    with open_settlement() as month:
        outcomes = month.run("2026-03")["mails"]
    assert outcomes == {
        "sent": 1,
        "no_address": 1,
        "erased": 1,
        "unsubscribed": 1,
        "bounced": 1,
        "complained": 1,
    }


def unsubscribe_link(office, member: str) -> str:
    return f"/mail/unsubscribe?token={sign_unsubscribe_token(secrets.pepper(), UnsubscribeLink(member, 'statement'))}"


def unsubscribe(link: str, body: str = "List-Unsubscribe=One-Click", headers: dict | None = None):
    query = dict(parse_qsl(urlsplit(link).query))
    return send(
        choose_mail.handler,
        "POST /mail/unsubscribe",
        query=query,
        body=body,
        headers=headers or {"content-type": FORM},
    )


def test_a_bounce_that_may_pass_suppresses_nothing(shop, office):
    sign_up(shop, "Ines")
    office.give_feedback(
        bounce(INES, "Transient"),
        complaint(INES, complaintFeedbackType="not-spam"),
        ses_event("Open", "open", {}),
    )
    assert kinds(office.deliver()) == ["welcome"]


def test_a_new_address_gets_mail_again(shop, office):
    sign_up(shop, "Ines")
    office.give_feedback(bounce(INES), bounce(INES))
    assert office.deliver() == []
    sign_up(shop, "Ines", email="ines@elsewhere.example")
    sign_up(shop, "Jo", referrer_login="ines", email=None)
    shop.order("O1", customer={"id": "Jo"})
    assert [mail["to"] for mail in office.deliver()] == [["ines@elsewhere.example"]]


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ("nobody", "no_such_member"),
        ("address", "no_address"),
        ("erased", "erased"),
        ("bounced", "bounced"),
        ("sender", "no_mail"),
    ],
)
def test_staff_are_told_why_no_balance_can_be_mailed(shop, office, monkeypatch, spoilt, code):
    if spoilt != "nobody":
        sign_up(shop, "Ines", **({"email": None} if spoilt == "address" else {}))
    if spoilt == "erased":
        erase_member("Ines", StaffAction("ak_test", "erasure", shop.at))
    if spoilt == "bounced":
        office.give_feedback(bounce(INES))
    if spoilt == "sender":
        monkeypatch.setenv("MAIL_FROM", "")
    answer = send(
        serve_mail.handler, "POST /v1/members/{id}/mail-balance", path={"id": "Ines"}, caller=STAFF
    )
    assert answer.status in (404, 409) and (answer.code == code or spoilt == "nobody"), answer.text
    assert office.queued == []


# --- unsubscribing ---


def test_one_click_stops_all_automatic_mails_and_a_look_at_the_page_stops_none(shop, office):
    sign_up(shop, "Ines")
    (welcome,) = office.deliver()
    assert welcome["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = welcome["headers"]["List-Unsubscribe"].strip("<>")
    assert (
        link.startswith(f"{os.environ['BASE_URL']}/mail/unsubscribe?token=")
        and link in welcome["text"]
    )

    query = dict(parse_qsl(urlsplit(link).query))
    page = send(choose_mail.handler, "GET /mail/unsubscribe", query=query)
    assert page.status == 200 and page.text.count(" checked") == len(AUTOMATIC)
    sign_up(shop, "Jo", referrer_login="ines", email=None)
    shop.order("O1", customer={"id": "Jo"})
    assert kinds(office.deliver()) == ["reward"]

    assert unsubscribe(link).status == 200
    shop.order("O2", customer={"id": "Jo"})
    assert office.deliver() == []
    send(
        serve_mail.handler, "POST /v1/members/{id}/mail-balance", path={"id": "Ines"}, caller=STAFF
    )
    assert kinds(office.deliver()) == ["balance"]

    assert unsubscribe(link, "chosen=1&reward=1").text.count(" checked") == 1
    shop.order("O3", customer={"id": "Jo"})
    assert kinds(office.deliver()) == ["reward"]


def test_one_click_may_come_as_a_multipart_form(shop, office):
    sign_up(shop, "Ines")
    (welcome,) = office.deliver()
    link = welcome["headers"]["List-Unsubscribe"].strip("<>")
    body = '--x\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    assert (
        unsubscribe(link, body, {"content-type": "multipart/form-data; boundary=x"}).status == 200
    )
    sign_up(shop, "Jo", referrer_login="ines", email=None)
    shop.order("O1", customer={"id": "Jo"})
    assert office.deliver() == []


@pytest.mark.parametrize("token", ["", "x", "x.y", "c3RhdGVtZW50LkluZXM.AAAA"])
def test_a_link_that_we_did_not_sign_opens_nothing(tables, token):
    for method in ("GET", "POST"):
        answer = send(choose_mail.handler, f"{method} /mail/unsubscribe", query={"token": token})
        assert answer.status == 404 and "text/html" in answer.headers["content-type"]


# --- names ---


@pytest.mark.parametrize(
    "name",
    [
        "=?UTF-8?Q?=0D=0ABcc:_eve@example.com?=",
        "Ines\r\nBcc: eve@example.com",
        "<script>alert(1)</script>",
        "Win!!! https://evil.example",
        "{{ 7777 * 7777 }}",
    ],
)
def test_a_name_stays_a_name(shop, office, name):
    sign_up(shop, "Ines", name=name.replace("\r\n", " "))
    (welcome,) = office.deliver()
    for value in (welcome["subject"], *welcome["headers"].values()):
        assert value.isprintable() and "=?" not in value
    assert welcome["to"] == [INES] and "Bcc" not in welcome["headers"]
    for part in ("text", "html"):
        for trick in ("evil.example", "eve@example.com", "<script>", "60481729"):
            assert trick not in re.sub(
                r"<style.*?</style>|ticket=\S+|token=\S+|chart/\S+", "", welcome[part], flags=re.S
            ), trick


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ines\r\nBcc: eve@example.com", "Ines Bcc: eve@example.com"),
        ("=?UTF-8?Q?=0D=0ABcc:?= Ines", "Ines"),
        ("=?UTF-8?Q?=?UTF-8?Q?a?==0D?=", ""),
        ("12,50\xa0€ für dich", "12,50\xa0€ für dich"),
        ("right\u202eleft\x00\x7f", "right left"),
    ],
)
def test_a_header_holds_text_and_nothing_that_ends_it(text, expected):
    assert clean_header(text) == expected


def test_a_sender_is_a_name_in_quotes_and_an_address():
    assert (
        format_sender('Vineyard "& Sons"\\', "a@example.com") == '"Vineyard & Sons" <a@example.com>'
    )
    assert format_sender("\r\n", "a@example.com") == "a@example.com"


def test_a_mail_is_found_again_by_its_header():
    key = MailKey("Jörg#1", "statement", "2026-03#EUR")
    assert decode_mail_key(encode_mail_key(key)) == key
    assert [decode_mail_key(text) for text in ("", "x", "e30", "WzEsMiwzXQ")] == [None] * 4

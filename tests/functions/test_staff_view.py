"""Staff that looks at an advocate's pages: read-only, with a banner and a way out, and told in the audit."""

from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from functions import authorize, serve_console_members, serve_own_data, serve_rewards
from shared import secrets
from shared.api.access import issue_session
from shared.api.signed_tokens import TokenPurpose, sign_member_token
from shared.domain.staff_action import StaffAction
from shared.mail.requests import MailRequest
from shared.members.erasure import erase_member
from shared.members.profile import load_profile
from shared.portal.staff_view import StaffView, read_view
from shared.store.programs import audit_log, staff
from tests.support.console_visitor import OUR_PAGE, Visitor, open_console, text_of
from tests.support.http_events import NOW, Answered, send
from tests.support.shop import PLAIN, Shop

COOKIE = "__Host-gv_rewards"
VIEW = "POST /console/members/{id}/session"
PAGES = ["", "/history", "/friends", "/statements", "/settings"]
FORMS = {
    "/rewards/language": "language=de",
    "/rewards/mail-balance": "",
    "/rewards/delete": "login=anna",
    "/rewards/sign-in": "email=anna%40example.com",
    "/rewards/enter": "ticket={ticket}",
    "/rewards/credit": "",
    "/rewards/credit/give-back": "",
    "/join": "email=anna%40example.com",
    "/join/enter": "ticket={ticket}",
}
HANDLERS = (serve_rewards.handler, serve_own_data.handler)


@pytest.fixture
def shop(tables, monkeypatch):
    """Anna brought Ines, who bought."""
    open_console(monkeypatch)
    queue = boto3.client("sqs").create_queue(QueueName=tables.name("MailQueue"))["QueueUrl"]
    site = {"MAIL_QUEUE": queue, "SHOP_URL": "https://shop.example.com", "SHOP_NAME": "Weinladen"}
    for name, value in site.items():
        monkeypatch.setenv(name, value)
    shop = Shop(**PLAIN)
    shop.at, shop.queue = NOW, queue
    shop.member("A", login="anna", name="<b>Anna</b>", email="anna@example.com")
    shop.member("I", login="ines", name="Ines Weber", referrer_login="anna")
    shop.order("O1", 10_000, customer={"id": "I"})
    return shop


@pytest.fixture
def support(shop):
    return Visitor("support", "support@example.com")


def begin(visitor: Visitor, member: str = "A", **parts: object) -> Answered:
    return visitor.post(serve_console_members.handler, VIEW, path={"id": member}, **parts)


def token_of(begun: Answered) -> str:
    assert begun.status == 303, begun.text
    (token,) = parse_qs(urlsplit(begun.headers["location"]).query)["token"]
    return token


def look(token: str, part: str = "", **more: object) -> Answered:
    return ask(f"GET /rewards{part}", token, **more)


def ask(route: str, token: str, **more: object) -> Answered:
    handler = next(handler for handler in HANDLERS if route in handler.routes)
    return send(handler, route, **{"cookies": [f"{COOKIE}={token}"], "headers": OUR_PAGE} | more)


def views() -> list[dict]:
    lines, _ = audit_log.list_audit_lines(50)
    return [line for line in lines if line["what"] == "member_viewed"]


def asked_mails(queue: str) -> list[MailRequest]:
    client = boto3.client("sqs")
    got = client.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return got.get("Messages", [])


class TestBeginning:
    def test_it_stands_in_the_audit_with_who_looks_at_whom(self, support):
        begin(support)
        assert [
            (line["who"], line["subject"], line["at"], line["before"], line["after"])
            for line in views()
        ] == [(f"staff:{support.person.id}", {"member": "A"}, "2026-03-01T10:00:00Z", None, None)]

    def test_each_time(self, support):
        begin(support)
        begin(support)
        assert len(views()) == 2

    def test_who_may_not_help_looks_at_nothing(self, shop):
        assert (begin(Visitor("viewer")).status, views()) == (403, [])

    def test_nobody_looks_at_one_who_is_unknown_or_was_forgotten(self, shop, support):
        erase_member("I", StaffAction("tests", "erasure", NOW))
        refused = [begin(support, member).status for member in ("nobody", "I")]
        assert (refused, views()) == ([404, 409], [])

    def test_a_browser_is_led_away_from_the_address_with_the_token(self, support):
        token = token_of(begin(support))
        opened = send(
            serve_rewards.handler,
            "GET /rewards",
            query={"token": token},
            headers={"sec-fetch-dest": "document"},
        )
        assert (opened.status, opened.headers["location"]) == (303, "/rewards")
        assert opened.cookies == [
            f"{COOKIE}={token}; Path=/; Max-Age=900; Secure; SameSite=Lax; HttpOnly"
        ]

    def test_who_keeps_no_cookie_sees_the_page_with_its_banner_at_once(self, support):
        token = token_of(begin(support))
        opened = send(serve_rewards.handler, "GET /rewards", query={"token": token})
        assert (opened.status, "support@example.com" in opened.text) == (200, True)
        assert token not in opened.text


class TestLooking:
    @pytest.mark.parametrize("part", PAGES)
    def test_each_page_says_whose_it_is_and_who_looks(self, support, part):
        page = look(token_of(begin(support)), part)
        said = "You are viewing <b>Anna</b>'s page as support@example.com."
        assert page.status == 200 and said in unescape(text_of(page.text))
        assert "<b>Anna" not in page.text

    @pytest.mark.parametrize("part", PAGES)
    def test_in_german_too(self, support, part):
        page = look(token_of(begin(support)), part, query={"language": "de"})
        said = "Sie sehen die Seite von <b>Anna</b> als support@example.com."
        assert said in unescape(text_of(page.text))

    @pytest.mark.parametrize("part", PAGES)
    def test_the_only_form_is_the_way_out(self, support, part):
        page = look(token_of(begin(support)), part).text
        assert page.count("<form") == page.count('action="/rewards/sign-out"') == 1
        assert "/mail/unsubscribe" not in page and "/rewards/export" not in page

    @pytest.mark.parametrize("part", PAGES)
    def test_the_member_sees_no_banner(self, shop, part):
        own = sign_member_token(secrets.pepper(), TokenPurpose.PORTAL_SESSION, "A", NOW)
        assert "You are viewing" not in look(own, part).text

    @pytest.mark.parametrize(
        ("shown_as", "seen", "unseen"),
        [("masked", "i***s", "ines"), ("login", "ines", "Ines"), ("name", "Ines", "Weber")],
    )
    def test_friends_are_seen_as_the_advocate_sees_them(
        self, shop, support, shown_as, seen, unseen
    ):
        shop.publish(**PLAIN, friends_shown_as=shown_as)
        token = token_of(begin(support))
        own = sign_member_token(secrets.pepper(), TokenPurpose.PORTAL_SESSION, "A", NOW)
        for part in ("", "/history", "/friends"):
            page = text_of(look(token, part).text)
            assert seen in page and unseen not in page
            assert seen in text_of(look(own, part).text)

    def test_the_way_out_leads_to_the_member_in_the_console(self, support):
        token = token_of(begin(support))
        for at in (NOW, NOW + timedelta(hours=1)):
            left = ask("POST /rewards/sign-out", token, at=at)
            assert (left.status, left.headers["location"]) == (303, "/console/members/A")
            assert left.cookies[0].startswith(f"{COOKIE}=; Path=/; Max-Age=0")


class TestChangingNothing:
    @pytest.mark.parametrize("form", FORMS)
    def test_no_form_is_taken(self, shop, support, form):
        ticket = sign_member_token(secrets.pepper(), TokenPurpose.MAILED_SIGN_IN, "A", NOW)
        token = token_of(begin(support))
        before = load_profile("A")
        body = FORMS[form].format(ticket=ticket)
        refused = ask(f"POST {form}", token, body=body)
        assert (refused.status, refused.cookies) == (403, [])
        assert "You are viewing these pages as staff" in text_of(refused.text)
        assert (load_profile("A").member, asked_mails(shop.queue)) == (before.member, [])

    def test_every_form_of_the_pages_is_named_here(self):
        routes = {route for handler in HANDLERS for route in handler.routes}
        forms = {route for route in routes if not route.startswith("GET ")}
        assert forms == {f"POST {form}" for form in (*FORMS, "/rewards/sign-out")}

    def test_nor_the_file_with_everything(self, shop, support):
        refused = look(token_of(begin(support)), "/export")
        assert (refused.status, "anna@example.com" in refused.text) == (403, False)

    def test_it_is_no_session_of_the_widget(self, support):
        bearer = {"authorization": f"Bearer {token_of(begin(support))}"}
        assert send(serve_rewards.handler, "GET /rewards/widget", headers=bearer).status == 403

    @pytest.mark.parametrize("prefix", ["", "ms_"])
    def test_nor_of_the_api(self, support, prefix):
        token = f"{prefix}{token_of(begin(support))}"
        event = {
            "headers": {"authorization": f"Bearer {token}"},
            "routeKey": "GET /v1/members/{id}",
            "requestContext": {"timeEpoch": round(NOW.timestamp() * 1000)},
        }
        assert authorize.handler(event, None)["isAuthorized"] is False


class TestItsEnd:
    def test_after_a_quarter_of_an_hour(self, support):
        token, end = token_of(begin(support)), NOW + timedelta(minutes=15)
        assert look(token, at=end - timedelta(seconds=1)).status == 200
        for part in (*PAGES, "/export"):
            ended = look(token, part, at=end)
            assert (ended.status, "Anna" in ended.text) == (401, False)
        assert ask("POST /rewards/delete", token, body="login=anna", at=end).status == 401

    def test_with_the_visits_to_the_console(self, support):
        token = token_of(begin(support))
        staff.sign_out(support.person.id, StaffAction("tests", "signed_out", NOW))
        assert (look(token).status, look(token, "/settings").status) == (401, 401)

    def test_a_view_after_it_is_another_one(self, support):
        staff.sign_out(support.person.id, StaffAction("tests", "signed_out", NOW))
        later = NOW + timedelta(seconds=1)
        again = Visitor("support", at=later)
        assert look(token_of(begin(again)), at=later).status == 200

    def test_with_the_staff_member(self, support):
        token = token_of(begin(support))
        staff.remove(support.person.id, StaffAction("tests", "staff_removed", NOW))
        assert look(token).status == 401
        assert ask("POST /rewards/delete", token, body="login=anna").status == 403

    def test_with_the_member(self, support):
        token = token_of(begin(support))
        erase_member("A", StaffAction("tests", "erasure", NOW))
        assert look(token).status == 401

    def test_the_members_own_session_replaces_it(self, support):
        token = token_of(begin(support))
        session = issue_session(secrets.pepper(), "A", NOW).token
        opened = look(token, query={"token": session})
        assert (opened.status, "You are viewing" in opened.text) == (200, False)


@pytest.mark.parametrize("member", ["A", "a.b", "1000", "J\u00fcrgen"])
def test_a_view_names_both(member):
    token = sign_member_token(b"pepper" * 4, TokenPurpose.STAFF_VIEW, f"ab12.{member}", NOW)
    assert read_view(b"pepper" * 4, token) == StaffView("ab12", member, NOW + timedelta(minutes=15))

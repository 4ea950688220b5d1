"""What members do with their own data: export it, have a balance mailed, choose a language, erase."""

import json
import re
from urllib.parse import parse_qsl, urlencode

import boto3
import pytest

from functions.choose_mail import handler as choose_mail
from functions.serve_own_data import handler
from functions.serve_rewards import handler as rewards
from shared import secrets
from shared.api import rate_limits
from shared.api.signed_tokens import TokenPurpose, sign_member_token
from shared.domain.outgoing.mail import BALANCE
from shared.domain.staff_action import StaffAction
from shared.mail.contents import compose_mail
from shared.mail.requests import MailRequest
from shared.members.erasure import erase_member
from shared.members.profile import load_profile
from shared.members.registration import choose_language, register_member
from shared.members.registration_form import parse_member_form
from shared.store.programs.audit_log import list_audit_lines
from tests.support.http_events import NOW, send
from tests.support.shop import PLAIN, Shop

COOKIE = "__Host-gv_rewards"
SIGN_IN = "POST /rewards/sign-in"
SETTINGS, EXPORT, DELETE, MAIL = (
    "GET /rewards/settings",
    "GET /rewards/export",
    "POST /rewards/delete",
    "POST /rewards/mail-balance",
)
LANGUAGE = "POST /rewards/language"
OWN = {"sec-fetch-site": "same-origin"}
FAR = {"sec-fetch-site": "cross-site"}


@pytest.fixture
def shop(tables, monkeypatch):
    queue = boto3.client("sqs").create_queue(QueueName=tables.name("MailQueue"))["QueueUrl"]
    environment = {
        "SHOP_URL": "https://shop.example.com",
        "BASE_URL": "https://grapevine.example.com",
        "SHOP_NAME": "Weinladen",
    }
    for name, value in {
        **environment,
        "MAIL_QUEUE": queue,
        "MAIL_FROM": "rewards@example.com",
        "MAILS": "",
    }.items():
        monkeypatch.setenv(name, value)
    shop = Shop(**PLAIN)
    shop.queue = queue
    register_member(
        "A",
        parse_member_form(
            {"login": "anna", "email": "anna@example.com", "name": "Anna Adler"}, secrets.hash_email
        ),
        shop.at,
    )
    shop.member("I", login="ines", email="ines@example.com", referrer_login="anna")
    shop.order("1001", customer={"id": "I"})
    return shop


def ask(route, member="A", at=NOW, on=handler, **parts):
    ticket = sign_member_token(secrets.pepper(), TokenPurpose.PORTAL_SESSION, member, at)
    return send(on, route, cookies=[f"{COOKIE}={ticket}"], at=at, **parts)


@pytest.mark.parametrize("route", [SETTINGS, EXPORT, DELETE, MAIL])
def test_nobody_is_let_in_without_a_session(shop, route):
    refused = send(handler, route, headers=OWN, body="login=anna")
    assert (refused.status, load_profile("A").member.erased) == (401, False)


@pytest.mark.parametrize("route", [DELETE, LANGUAGE, MAIL])
def test_forms_of_other_sites_are_refused(shop, route):
    refused = ask(route, headers=FAR, body="login=anna&language=de")
    known = load_profile("A").member
    assert (refused.status, refused.cookies, known.login, known.preferred_language) == (
        403,
        [],
        "anna",
        None,
    )


class TestSettings:
    def test_whoever_gets_no_mails_is_told_so(self, shop, monkeypatch):
        assert 'href="/mail/unsubscribe?token=' in ask(SETTINGS).text
        monkeypatch.setenv("MAIL_FROM", "")
        assert "doesn't send emails" in ask(SETTINGS).text


class TestLanguage:
    """A choice counts in every browser and in mails, whatever the shop tells later."""

    def choose(self, language="de", member="A", **parts):
        return ask(LANGUAGE, member, headers=OWN, **{"body": f"language={language}"} | parts)

    def mailed(self, member_id="A"):
        member = load_profile(member_id).member
        request = MailRequest(member.id, BALANCE, "x", NOW)
        return compose_mail(request, member, "anna@example.com")

    def test_the_next_mail_is_in_it(self, shop):
        assert "Hello Anna" in self.mailed().text
        assert self.choose().status == 303
        assert "Hallo Anna" in self.mailed().text

    def test_this_browser_keeps_it_and_another_one_reads_it_too(self, shop):
        (kept,) = self.choose().cookies
        assert kept == f"gv_language=de; Path=/; Max-Age={400 * 86_400}; Secure; SameSite=Lax"
        assert "<h1>Einstellungen</h1>" in ask(SETTINGS, headers={"accept-language": "en"}).text

    def test_without_a_choice_the_shops_word_goes_before_the_browsers(self, shop):
        shop.member("D", login="dora", language="de-AT")
        assert (
            "<h1>Einstellungen</h1>" in ask(SETTINGS, "D", headers={"accept-language": "en"}).text
        )

    def test_the_shop_does_not_undo_it(self, shop):
        self.choose()
        shop.member("A", login="anna", language="en")
        assert ("Hallo Anna" in self.mailed().text, load_profile("A").member.language) == (
            True,
            "en",
        )

    def test_looking_at_a_page_in_another_language_writes_nothing(self, shop):
        before = load_profile("A").member
        answered = ask(SETTINGS, query={"language": "de"})
        assert "<h1>Einstellungen</h1>" in answered.text
        assert (answered.cookies[0].partition(";")[0], load_profile("A").member) == (
            "gv_language=de",
            before,
        )

    @pytest.mark.parametrize("language", ["xx", "", "../../etc", "DE"])
    def test_one_that_is_not_spoken_here_is_refused(self, shop, language):
        refused = self.choose(language)
        assert (refused.status, refused.cookies, load_profile("A").member.preferred_language) == (
            422,
            [],
            None,
        )

    @pytest.mark.parametrize("session", [None, "a session of another time"])
    def test_whoever_is_signed_in_no_more_has_it_in_the_browser(self, shop, session):
        cookies = [f"{COOKIE}={session}"] if session else None
        chosen = send(handler, LANGUAGE, headers=OWN, body="language=de", cookies=cookies)
        assert (
            chosen.status,
            len(chosen.cookies),
            load_profile("A").member.preferred_language,
        ) == (303, 1, None)

    def test_it_leads_back_to_where_it_was_chosen_and_nowhere_else(self, shop):
        def leads_to(back):
            return self.choose(body=urlencode({"language": "de", "back": back})).headers["location"]

        page = ask("GET /rewards/history", on=rewards, query={"limit": "1", "language": "en"})
        assert 'name="back" value="/rewards/history?limit=1"' in page.text
        assert leads_to("/rewards/history?limit=1") == "/rewards/history?limit=1"
        far = (
            "https://evil.example",
            "//evil.example",
            "/rewards//evil.example",
            "/rewards/../c/X",
            "/rewards\r\nx: y",
        )
        for astray in ("", "/console", *far):
            assert leads_to(astray) == "/rewards"

    def test_a_mails_pages_are_in_the_mails_language(self, shop):
        self.choose()
        (ticket,) = set(re.findall(r"/rewards/enter\?ticket=([\w.-]+)", self.mailed().text))
        entered = send(rewards, "GET /rewards/enter", query={"ticket": ticket})
        assert "Meine Prämien zeigen" in entered.text
        assert f'href="?ticket={ticket}&amp;language=en"' in entered.text
        (query,) = re.findall(r"/mail/unsubscribe\?(\S+)", self.mailed().text)
        values = dict(parse_qsl(query))
        chosen = send(choose_mail, "GET /mail/unsubscribe", query=values)
        assert "Welche E-Mails" in chosen.text
        assert f'href="?token={values["token"]}&amp;language=en"' in chosen.text

    def test_nobody_who_is_forgotten_chooses(self, shop):
        erase_member("A", StaffAction("member", "erasure", NOW))
        choose_language("A", "de")
        assert load_profile("A").member.preferred_language is None


class TestBalanceByMail:
    def test_it_is_asked_for_and_that_is_said(self, shop):
        answer = ask(MAIL, headers=OWN)
        assert (answer.status, answer.headers["location"]) == (
            303,
            "/rewards/settings?done=balance",
        )
        assert "on its way" in ask(SETTINGS, query={"done": "balance"}).text
        (message,) = boto3.client("sqs").receive_message(QueueUrl=shop.queue)["Messages"]
        request = json.loads(message["Body"])
        assert (request["member"], request["kind"]) == ("A", "balance")

    def test_not_all_the_time(self, shop):
        statuses = [ask(MAIL, headers=OWN).status for _ in range(rate_limits.BALANCE_MAIL.most + 1)]
        assert statuses == [303] * rate_limits.BALANCE_MAIL.most + [429]
        assert ask(MAIL, "I", headers=OWN).status == 303

    def test_whom_no_mail_reaches_is_told_so(self, shop):
        shop.member("N", login="nobody")
        assert ask(MAIL, "N", headers=OWN).headers["location"] == "/rewards/settings?done=no_mail"
        assert "Our emails don't reach you" in ask(SETTINGS, "N", query={"done": "no_mail"}).text


class TestALinkByMail:
    def asked(self, email, **parts):
        return send(handler, SIGN_IN, body=urlencode({"email": email}), **{"headers": OWN} | parts)

    def waiting(self, shop):
        messages = (
            boto3.client("sqs")
            .receive_message(QueueUrl=shop.queue, MaxNumberOfMessages=10)
            .get("Messages", [])
        )
        return sorted(
            (json.loads(message["Body"])["member"], json.loads(message["Body"])["kind"])
            for message in messages
        )

    def test_whoever_is_known_is_mailed_one_and_nobody_is_told_who_is(self, shop):
        known, unknown, none = (
            self.asked(" Anna@Example.com"),
            self.asked("nobody@example.com"),
            self.asked(""),
        )
        assert (known.status, known.cookies) == (200, [])
        assert known.text == unknown.text == none.text
        assert self.waiting(shop) == [
            ("A", "sign_in"),
            ("nobody", "sign_in"),
            ("nobody", "sign_in"),
        ]

    def test_its_link_leads_in(self, shop):
        member = load_profile("A").member
        mail = compose_mail(MailRequest("A", "sign_in", "x", NOW), member, member.email)
        (ticket,) = set(re.findall(r"/rewards/enter\?ticket=([\w.-]+)", mail.text))
        assert ("Your link" in mail.subject, mail.to) == (True, "anna@example.com")
        assert (
            send(rewards, "POST /rewards/enter", body=f"ticket={ticket}", headers=OWN).status == 303
        )

    def test_nobodys_mailbox_is_filled(self, shop, monkeypatch):
        for _ in range(rate_limits.SIGN_IN_MAIL.most + 2):
            assert self.asked("anna@example.com").status == 200
        assert len(self.waiting(shop)) == rate_limits.SIGN_IN_MAIL.most
        monkeypatch.setattr(
            "functions.serve_own_data.SIGN_IN_PER_IP", rate_limits.SIGN_IN_PER_IP._replace(most=1)
        )
        assert self.asked("ines@example.com").status == 429

    def test_other_sites_cannot_ask(self, shop):
        assert (self.asked("anna@example.com", headers=FAR).status, self.waiting(shop)) == (403, [])

    def test_the_form_is_there_where_mails_are_sent(self, shop, monkeypatch):
        assert 'action="/rewards/sign-in"' in send(rewards, "GET /rewards").text
        monkeypatch.setenv("MAIL_FROM", "")
        assert 'action="/rewards/sign-in"' not in send(rewards, "GET /rewards").text


class TestExport:
    def test_everything_of_theirs_and_nobody_elses_address(self, shop):
        answer = ask(EXPORT)
        assert answer.headers["content-disposition"] == 'attachment; filename="grapevine.json"'
        assert {item["item"] for item in answer.body["items"]} >= {
            "member",
            "account",
            "entries",
            "friends",
            "code",
            "login",
            "email",
        }
        assert ("anna@example.com" in answer.text, "ines@example.com" in answer.text) == (
            True,
            False,
        )

    def test_all_of_it_at_once_for_a_cursor_would_name_others(self, shop, monkeypatch):
        whole = ask(EXPORT).body
        monkeypatch.setattr("shared.store.personal_data.MOST_ITEMS", 1)
        monkeypatch.setattr("shared.store.personal_data.MOST_SCANS", 1)
        again = ask(EXPORT).body
        assert (again["next_cursor"], len(again["items"])) == (None, len(whole["items"]))

    def test_not_all_the_time(self, shop, monkeypatch):
        monkeypatch.setattr("functions.serve_own_data.EXPORT", rate_limits.EXPORT._replace(most=1))
        assert ask(EXPORT).status == 200
        refused = ask(EXPORT)
        assert (refused.status, int(refused.headers["retry-after"]) > 0) == (429, True)


class TestBeingForgotten:
    def test_the_login_confirms_it(self, shop):
        for typed in ("", "login=", "login=ines", "login=Anna"):
            refused = ask(DELETE, headers=OWN, body=typed)
            assert refused.headers["location"] == "/rewards/settings?done=login"
        assert "nothing was deleted" in ask(SETTINGS, query={"done": "login"}).text
        assert load_profile("A").member.login == "anna"

    def test_then_nobody_is_there_any_more(self, shop):
        forgotten = ask(DELETE, headers=OWN, body="login=anna")
        assert (forgotten.status, forgotten.headers["location"]) == (303, "/rewards?forgotten=true")
        assert forgotten.cookies == [
            f"{COOKIE}=; Path=/; Max-Age=0; Secure; SameSite=Lax; HttpOnly"
        ]
        assert (load_profile("A").member.erased, load_profile("A").account.balance) == (True, 1_000)
        assert ask(SETTINGS).status == 401
        assert (
            "clicks have been permanently deleted."
            in send(rewards, "GET /rewards", query={"forgotten": "true"}).text
        )
        (line,) = list_audit_lines(5)[0]
        assert (line["who"], line["what"], line["subject"]) == (
            "member",
            "erasure",
            {"member": "A"},
        )

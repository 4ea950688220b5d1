"""Sign-in to the console by OpenID Connect: only known staff, and once for each callback."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from functions import serve_console, serve_console_staff
from shared.console import oidc_sign_in
from shared.domain.staff_action import StaffAction
from shared.store.programs import staff
from tests.support.console_visitor import OWNER_EMAIL, Visitor
from tests.support.http_events import NOW, send
from tests.support.oidc_browser import (
    BACK,
    BASE,
    DOOR,
    GO,
    HOME,
    LOST,
    NO_ANSWER,
    NOT_SIGNED_IN,
    Browser,
    check_refused,
)
from tests.support.oidc_provider import (
    CLIENT_ID,
    DISCOVERY,
    SECRET,
    Provider,
    configure_provider,
    visit_provider,
)


class TestWhereItIsOff:
    def test_nothing_is_shown_and_the_routes_say_so(self, console):
        door = send(serve_console_staff.handler, DOOR)
        assert (door.status, "sign-in/oidc" in door.text) == (200, False)
        for route in (GO, BACK):
            answered = send(serve_console_staff.handler, route, query={"code": "c", "state": "s"})
            assert (
                answered.status,
                "Sign-in with OpenID Connect is not set up here" in answered.text,
            ) == (404, True)
            assert 'href="/console/sign-in"' in answered.text

    def test_an_issuer_alone_does_not_switch_it_on(self, console, monkeypatch):
        monkeypatch.setenv("OIDC_ISSUER", "https://id.example")
        assert send(serve_console_staff.handler, GO).status == 404

    def test_without_a_secret_whoever_comes_back_is_told_and_the_log_says_why(
        self, provider, monkeypatch, caplog
    ):
        configure_provider(monkeypatch, provider.issuer, "")
        check_refused(Browser().sign_in(), 503, NO_ANSWER)
        assert [record.why for record in caplog.records] == ["no_secret"]


class TestSigningIn:
    def test_the_owner_whom_the_stack_names_comes_in_without_any_mail(self, provider):
        browser = Browser()
        entered = browser.sign_in()
        assert (entered.status, entered.headers["location"]) == (303, "/console")
        assert (browser.home(), list(browser.jar)) == (200, ["gv_console"])

    def test_somebody_of_the_staff_comes_in_by_any_spelling_and_in_their_role(self, provider):
        sam = Visitor("viewer", "Sam.Jones@gmail.com")
        provider.email = "samjones@gmail.com"
        browser = Browser()
        assert browser.sign_in().status == 303
        assert browser.jar["gv_console"].startswith(f"cs_{sam.person.id}.")
        assert browser.get("GET /console/staff").status == 403

    def test_what_the_provider_is_asked(self, provider):
        query = {name: value for name, (value,) in parse_qs(urlsplit(Browser().go()).query).items()}
        assert set(query) == {
            *("tenant", "response_type", "scope", "client_id", "redirect_uri"),
            *("state", "nonce", "code_challenge", "code_challenge_method"),
        }
        assert (query["redirect_uri"], query["client_id"]) == (
            f"{BASE}/console/sign-in/callback",
            CLIENT_ID,
        )
        assert len({query["state"], query["nonce"], query["code_challenge"]}) == 3
        again = {name: value for name, (value,) in parse_qs(urlsplit(Browser().go()).query).items()}
        assert {name for name in query if query[name] != again[name]} == {
            "state",
            "nonce",
            "code_challenge",
        }

    def test_the_provider_is_read_once_in_an_hour(self, provider):
        for minutes in (0, 59, 60):
            Browser().go(NOW + timedelta(minutes=minutes))
        assert [path for path, *_ in provider.heard] == [DISCOVERY, DISCOVERY]

    def test_a_provider_that_takes_the_secret_among_the_fields_alone(self, provider):
        provider.configuration["token_endpoint_auth_methods_supported"] = [
            "client_secret_post",
            "private_key_jwt",
        ]
        assert Browser().sign_in().status == 303

    def test_an_issuer_that_ends_with_a_slash_is_published_below_it(self, provider, monkeypatch):
        configure_provider(monkeypatch, f"{provider.issuer}/")
        provider.issuer += "/"
        assert Browser().sign_in().status == 303

    def test_the_cookie_of_the_way_is_short_and_for_this_host_alone(self, console, monkeypatch):
        monkeypatch.setenv("BASE_URL", "https://grapevine.example.com")
        name, *marks = oidc_sign_in.request_cookie("1.x").split("; ")
        assert name == "__Host-gv_oidc=1.x"
        assert set(marks) == {"Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax", "Secure"}

    def test_a_mailed_link_lets_in_beside_it(self, provider):
        assert send(serve_console.handler, HOME, cookies=Visitor().cookies).status == 200
        assert 'action="/console/sign-in"' in send(serve_console_staff.handler, DOOR).text

    @pytest.mark.parametrize(
        ("name", "shown"), [("", "127.0.0.1:"), ("Our <staff> & Co", "Our &lt;staff&gt; &amp; Co")]
    )
    def test_the_button_names_the_provider(self, provider, monkeypatch, name, shown):
        monkeypatch.setenv("OIDC_NAME", name)
        assert f"Sign in with {shown}" in send(serve_console_staff.handler, DOOR).text
        assert (
            f"Anmelden mit {shown}"
            in send(serve_console_staff.handler, DOOR, headers={"accept-language": "de"}).text
        )


class TestWhoeverIsNotKnown:
    def test_a_stranger_is_told_the_same_as_somebody_unproven(self, provider):
        Browser().sign_in()
        provider.email = "stranger@example.com"
        stranger = Browser().sign_in()
        check_refused(stranger, 403, NOT_SIGNED_IN)
        provider.email, provider.claims = OWNER_EMAIL, {"email_verified": False}
        unproven = Browser().sign_in()
        assert (unproven.status, unproven.text, unproven.cookies) == (
            stranger.status,
            stranger.text,
            stranger.cookies,
        )
        assert [person.email for person in staff.list_staff()] == [OWNER_EMAIL]

    def test_whoever_was_removed_does_not_come_back(self, provider):
        sam = Visitor("manager", "sam@example.com")
        provider.email = "sam@example.com"
        browser = Browser()
        assert (browser.sign_in().status, browser.home()) == (303, 200)
        staff.remove(sam.person.id, StaffAction("tests", "staff_removed", NOW))
        assert browser.home() == 303
        check_refused(browser.sign_in(), 403, NOT_SIGNED_IN)

    @pytest.mark.parametrize(
        "email", ["\u212aate@example.com", "ｋate@example.com", "kate@exampl\u2147.com"]
    )
    def test_letters_that_only_look_like_ours_are_another_mailbox(self, provider, email):
        Visitor("owner", "kate@example.com")
        provider.email = email
        check_refused(Browser().sign_in(), 403, NOT_SIGNED_IN)

    @pytest.mark.parametrize(
        "claims",
        [
            {"iss": "https://id.example"},
            {"aud": "another"},
            {"exp": int(NOW.timestamp()) - 300},
            {"nonce": "another"},
            {"email_verified": None},
            {"email": None},
        ],
        ids=lambda claims: next(iter(claims)),
    )
    def test_a_token_that_proves_nothing(self, provider, claims):
        provider.claims = claims
        check_refused(Browser().sign_in(), 403, NOT_SIGNED_IN)


class TestOneBrowserOneAnswer:
    def test_an_answer_that_this_browser_did_not_wait_for_lets_nobody_in(self, provider):
        own, other = Browser(), Browser()
        own.go()
        callback = visit_provider(other.go())
        check_refused(own.back(callback), 400, LOST)
        assert other.back(callback).status == 303

    def test_without_its_cookie_a_browser_is_not_known(self, provider):
        browser = Browser()
        callback = visit_provider(browser.go())
        check_refused(Browser().back(callback), 400, LOST)

    @pytest.mark.parametrize("state", [None, "", "é", "x" * 43])
    def test_an_answer_without_our_word_in_it(self, provider, state):
        browser = Browser()
        callback = visit_provider(browser.go()) | {"state": state}
        check_refused(
            browser.back({name: value for name, value in callback.items() if value is not None}),
            400,
            LOST,
        )

    @pytest.mark.parametrize(
        "cookie", ["", "x", "9999999999.x", "²³.x", "-1.x", "1" * 99, "1." + "x" * 99]
    )
    def test_a_cookie_of_somebodys_own_making(self, provider, cookie):
        browser = Browser()
        callback = visit_provider(browser.go())
        browser.jar["gv_oidc"] = cookie
        check_refused(browser.back(callback), 400, LOST)

    def test_a_cookie_cannot_be_made_younger(self, provider):
        browser = Browser()
        callback, late = visit_provider(browser.go()), NOW + timedelta(minutes=11)
        browser.jar["gv_oidc"] = (
            f"{int(late.timestamp())}.{browser.jar['gv_oidc'].partition('.')[2]}"
        )
        check_refused(browser.back(callback, late), 400, LOST)

    def test_after_ten_minutes_it_is_over(self, provider):
        browser = Browser()
        callback = visit_provider(browser.go())
        check_refused(browser.back(callback, NOW + timedelta(minutes=10)), 400, LOST)
        provider.now = lambda: NOW + timedelta(minutes=9, seconds=59)
        assert browser.back(callback, NOW + timedelta(minutes=9, seconds=59)).status == 303

    def test_an_answer_lets_in_once_even_where_the_provider_takes_its_code_again(self, provider):
        provider.forgets_codes = False
        browser = Browser()
        callback, cookies = visit_provider(browser.go()), dict(browser.jar)

        def again(_) -> int:
            replaying = Browser()
            replaying.jar = dict(cookies)
            return replaying.back(callback).status

        with ThreadPoolExecutor(4) as tills:
            assert sorted(tills.map(again, range(4))) == [303, 400, 400, 400]

    def test_what_is_remembered_of_an_answer_is_no_link(self, provider):
        browser = Browser()
        callback = visit_provider(browser.go())
        assert browser.back(callback).status == 303
        link = send(
            serve_console_staff.handler,
            "GET /console/sign-in/{token}",
            path={"token": callback["state"]},
        )
        assert link.status == 410

    def test_a_code_without_its_verifier_is_worth_nothing(self, provider):
        browser = Browser()
        callback = visit_provider(browser.go())
        provider.codes[callback["code"]]["code_challenge"] = "another"
        check_refused(browser.back(callback), 403, NOT_SIGNED_IN)

    def test_sixty_answers_in_a_quarter_of_an_hour_are_taken_to_the_provider(
        self, provider, monkeypatch
    ):
        monkeypatch.setattr(oidc_sign_in, "MOST_CALLBACKS_PER_IP", 2)
        browser = Browser()
        for status in (403, 403, 429):
            callback = visit_provider(browser.go())
            answered = browser.back(callback | {"code": "guessed"})
            assert answered.status == status
        check_refused(answered, 429, "Please wait 15 minutes")
        assert sum(path == "/token" for path, *_ in provider.heard) == 2
        browser.go(NOW + timedelta(minutes=15))
        assert browser.back({"state": "x"}, NOW + timedelta(minutes=15)).status == 400


def test_the_log_names_the_reason_and_nothing_that_was_sent(provider: Provider, caplog):
    provider.claims = {"nonce": "another"}
    browser = Browser()
    callback, cookie = visit_provider(browser.go()), browser.jar["gv_oidc"]
    browser.back(callback)
    logged = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "a sign-in by OpenID Connect failed" in logged and "wrong_nonce" in logged
    tokens = [
        provider.id_token("another"),
        SECRET,
        cookie,
        callback["code"],
        callback["state"],
        OWNER_EMAIL,
    ]
    assert [secret for secret in tokens if secret in logged] == []

"""The advocate's pages and widget: their own figures and reasons, and nobody else's."""

import re
from base64 import b64decode
from datetime import timedelta
from html import unescape

import pytest

from functions.serve_rewards import handler
from shared import secrets
from shared.api.access import issue_session
from shared.api.signed_tokens import TokenPurpose, sign_member_token
from shared.domain.staff_action import StaffAction
from shared.members.blocking import block_member
from shared.members.erasure import erase_member
from shared.portal.sharing import SHARE_TARGETS
from shared.store import engine
from shared.wallet.adjustments import Adjustment, adjust
from tests.support.http_events import NOW, send
from tests.support.shop import Shop

COOKIE = "__Host-gv_rewards"
BASE, SHOP = "https://grapevine.example.com", "https://shop.example.com"
TERMS = {
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
    "hold_days": 14,
    "rules": {"max_bonus": 900},
    "groups": [
        {
            "id": "silver",
            "name": "Silver",
            "description": "For keen friends",
            "min_volume": 20_000,
            "levels": [{"percent": "12"}],
        }
    ],
    "friend": {"discount": {"percent": "10"}},
}
PORTAL = ["", "/history", "/friends", "/statements"]
OWN = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def shop(tables, monkeypatch):
    """Anna brought Ines, who bought twice and sent a part back, and Paul, who has not bought.

    Ben brought Eva.
    """
    for name, value in {"SHOP_URL": SHOP, "BASE_URL": BASE, "SHOP_NAME": "Weinladen"}.items():
        monkeypatch.setenv(name, value)
    shop = Shop(**TERMS)
    shop.at = NOW - timedelta(days=20)
    shop.anna = shop.member("A", login="anna", name="<b>Anna</b> Adler")
    shop.member("I", login="ines", referrer_login="anna")
    shop.member("P", login="paul", referrer_login="anna")
    shop.member("B", login="ben")
    shop.member("E", login="eva", referrer_login="ben")
    shop.order("1001", 6_000, customer={"id": "I"})
    shop.later(days=15)
    shop.order("1002", 10_000, customer={"id": "I"})
    shop.order("1002", 10_000, customer={"id": "I"}, refunds=[{"id": "r", "amount": 7_500}])
    shop.order("1003", 5_000, customer={"id": "E"})
    return shop


def cookie(member="A", at=NOW):
    return (
        f"{COOKIE}={sign_member_token(secrets.pepper(), TokenPurpose.PORTAL_SESSION, member, at)}"
    )


def look(part="", member="A", at=NOW, **more):
    return send(handler, f"GET /rewards{part}", cookies=[cookie(member)], at=at, **more)


def words(answer):
    """The text of a page as people read it."""
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(text).replace("\N{NO-BREAK SPACE}", " ").split())


class TestSigningIn:
    def test_a_session_of_the_shops_becomes_a_cookie_and_leaves_the_address(self, shop):
        token = issue_session(secrets.pepper(), "A", NOW).token
        opened = send(
            handler, "GET /rewards", query={"token": token}, headers={"sec-fetch-dest": "document"}
        )
        assert (opened.status, opened.headers["location"]) == (303, "/rewards")
        (kept,) = opened.cookies
        assert re.fullmatch(
            rf"{COOKIE}=[\w.-]+; Path=/; Max-Age=43200; Secure; SameSite=Lax; HttpOnly", kept
        )
        assert "Anna" in words(send(handler, "GET /rewards", cookies=[kept.partition(";")[0]]))

    def test_who_does_not_say_that_a_page_is_opened_sees_it_at_once(self, shop):
        """A client over plain HTTP never sends a `Secure` cookie back, so it is not redirected."""
        token = issue_session(secrets.pepper(), "A", NOW).token
        opened = send(handler, "GET /rewards", query={"token": token})
        assert (opened.status, "Anna" in words(opened), token in opened.text) == (200, True, False)
        (kept,) = opened.cookies
        assert send(handler, "GET /rewards/history", cookies=[kept.partition(";")[0]]).status == 200

    def test_half_a_day_later_it_has_ended(self, shop):
        assert look(at=NOW + timedelta(hours=12, seconds=-1)).status == 200
        ended = look(at=NOW + timedelta(hours=12))
        assert (ended.status, "You are signed out" in words(ended)) == (401, True)

    @pytest.mark.parametrize("part", [*PORTAL, "/code.svg", "/code.png"])
    def test_nobody_without_it(self, shop, part):
        for cookies in (None, [f"{COOKIE}=x"], [f"{COOKIE}=MTIz.abc"], [f"{COOKIE}="]):
            refused = send(handler, f"GET /rewards{part}", cookies=cookies)
            assert (refused.status, "anna" in refused.text) == (401, False)

    def test_a_token_is_none_of_its_own_kinds(self, shop):
        """Tokens of a mail, a cookie and the API do not open what the others open."""
        mailed = sign_member_token(secrets.pepper(), TokenPurpose.MAILED_SIGN_IN, "A", NOW)
        session = issue_session(secrets.pepper(), "A", NOW).token
        for wrong in (mailed, session):
            assert send(handler, "GET /rewards", cookies=[f"{COOKIE}={wrong}"]).status == 401
        browser = sign_member_token(secrets.pepper(), TokenPurpose.PORTAL_SESSION, "A", NOW)
        for wrong in (mailed, browser, "", "x" * 500, session + "x"):
            assert send(handler, "GET /rewards", query={"token": wrong}).status == 401
        assert (
            send(
                handler, "GET /rewards", query={"token": session}, at=NOW + timedelta(minutes=15)
            ).status
            == 401
        )

    def test_a_link_in_a_mail_asks_for_one_click(self, shop):
        ticket = sign_member_token(secrets.pepper(), TokenPurpose.MAILED_SIGN_IN, "A", NOW)
        page = send(
            handler, "GET /rewards/enter", query={"ticket": ticket}, at=NOW + timedelta(days=29)
        )
        assert (page.status, page.cookies, "Anna" in page.text) == (200, [], False)
        entered = send(handler, "POST /rewards/enter", body=f"ticket={ticket}", headers=OWN)
        assert (entered.status, entered.cookies[0].startswith(COOKIE)) == (303, True)
        for late in ({"at": NOW + timedelta(days=30)}, {"query": {"ticket": "x"}}):
            assert (
                send(handler, "GET /rewards/enter", **{"query": {"ticket": ticket}} | late).status
                == 401
            )
        assert send(handler, "POST /rewards/enter", body="ticket=x", headers=OWN).status == 401

    @pytest.mark.parametrize(
        "headers",
        [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"origin": "https://evil.example"},
            {},
        ],
    )
    @pytest.mark.parametrize("part", ["/enter", "/sign-out"])
    def test_forms_of_other_sites_are_refused(self, shop, part, headers):
        ticket = sign_member_token(secrets.pepper(), TokenPurpose.MAILED_SIGN_IN, "A", NOW)
        refused = send(
            handler,
            f"POST /rewards{part}",
            body=f"ticket={ticket}",
            headers=headers,
            cookies=[cookie()],
        )
        assert (refused.status, refused.cookies) == (403, [])

    def test_a_browser_that_tells_its_origin_alone_is_believed(self, shop):
        out = send(handler, "POST /rewards/sign-out", headers={"origin": BASE}, cookies=[cookie()])
        assert (out.status, out.cookies) == (
            303,
            [f"{COOKIE}=; Path=/; Max-Age=0; Secure; SameSite=Lax; HttpOnly"],
        )

    def test_whoever_was_forgotten_is_let_in_nowhere(self, shop):
        erase_member("A", StaffAction("ak_012345", "erasure", NOW))
        assert look().status == 401

    def test_pages_are_nobody_elses_to_keep_or_to_frame(self, shop):
        headers = look().headers
        assert headers["cache-control"] == "no-store"
        for rule in (
            "default-src 'none'",
            "script-src 'self';",
            "frame-ancestors 'none'",
            "form-action 'self';",
        ):
            assert rule in headers["content-security-policy"]


class TestOverview:
    def test_what_can_be_spent_and_what_waits_until_when(self, shop):
        text = words(look())
        assert "Available €6.00" in text
        assert "Pending €2.50 from 11 March 2026" in text
        assert "Friends' purchases €85.00" in text

    def test_the_same_in_german(self, shop):
        text = words(look(headers={"accept-language": "de"}))
        assert "Verfügbar 6,00 €" in text
        assert "2,50 € ab 11. März 2026" in text
        assert "Prämie für einen Einkauf von i***s" in text

    def test_the_link_to_copy_to_share_and_for_the_camera(self, shop):
        text = look().text
        code = shop.anna.code
        assert f">{BASE}/r/{code}</span>" in text
        addresses = re.findall(r'href="([^"]+)" data-pattern=', text)
        assert len(addresses) == len(SHARE_TARGETS)
        assert all(address.endswith(f"%2Fc%2F{code}") or "url=" in address for address in addresses)
        assert re.search(rf'href="mailto:\?subject=Weinladen&amp;body=[^"]*{code}"', text)
        assert "<svg viewBox=" in text
        drawn, picture = look("/code.svg"), look("/code.png")
        assert (drawn.headers["content-type"], drawn.text[:4]) == ("image/svg+xml", "<svg")
        assert (picture.headers["content-type"], b64decode(picture.text)[1:4]) == (
            "image/png",
            b"PNG",
        )

    def test_what_the_levels_the_bounds_and_own_orders_earn(self, shop):
        shop.publish(
            credit={
                "system": "levels",
                "levels": [{"percent": "10"}, {"percent": "8"}, {"fixed": 100}],
                "customer": {"percent": "5"},
            },
            rules={"min_bonus": 200, "max_bonus": 5_000},
        )
        text = words(look())
        assert (
            "You earn 10% when a friend buys. At least €2.00 for each order."
            " At most €50.00 for each order."
            " When a friend's friend buys, you earn 8%. On level 3, you earn €1.00."
            " Your own orders earn you 5%."
        ) in text

    def test_available_credit_leads_to_the_shop(self, shop):
        assert f'<a href="{SHOP}">Use it on your next order at Weinladen</a>' in look().text

    def test_what_is_shared_is_text_and_no_markup(self, shop, monkeypatch):
        monkeypatch.setenv("SHOP_NAME", "Tom & Jerry's")
        text = look().text
        assert "amp%3B" not in text and "%2339" not in text and "&amp;amp;" not in text
        assert "I%20like%20Tom%20%26%20Jerry%27s" in text
        assert 'data-text="I like Tom &amp; Jerry&#39;s.' in text

    def test_the_group_and_the_way_to_the_next(self, shop):
        text = look().text
        assert "When friends buy for another €115.00, you reach Silver." in text
        assert '<progress class="meter" value="8500" max="20000"' in text
        shop.order("1004", 20_000, customer={"id": "I"})
        reached = words(look())
        assert "Silver Your group For keen friends You earn 12% when a friend buys." in reached

    def test_markup_in_names_is_text(self, shop):
        assert "Hello &lt;b&gt;Anna&lt;/b&gt;" in look().text

    def test_a_chart_of_many_days_names_the_first_the_last_and_the_highest(self, shop):
        for number, items in enumerate((1_000, 500, 3_000, 2_000, 1_500, 2_500, 900)):
            shop.later(days=1)
            shop.order(f"2{number}", items, customer={"id": "I"})
        text = send(handler, "GET /rewards", cookies=[cookie(at=shop.at)], at=shop.at).text
        (drawn,) = re.findall(r'<figure class="chart">.*?</figure>', text, re.DOTALL)
        assert drawn.count("<rect") == 8
        assert re.findall(r">([^<>]+)</text>", drawn) == ["11 Mar", "€3.00", "18 Mar"]
        assert "<summary>Day by day</summary>" in text

    def test_a_debt_is_not_hidden(self, shop):
        shop.order("1001", 6_000, customer={"id": "I"}, refunds=[{"id": "r", "amount": 6_000}])
        adjust(Adjustment("A", -1_000), StaffAction("ak_012345", "adjustment", NOW, "Too much"))
        assert "Your next rewards cover €10.00 first." in words(look())

    def test_somebody_new_is_told_what_to_do(self, shop):
        text = words(look(member="P"))
        assert "Available €0.00" in text
        assert "As soon as a friend buys" in text


class TestHistory:
    def test_every_line_newest_first_with_its_sentence_and_the_running_balance(self, shop):
        text = words(look("/history"))
        sentences = [
            "Taken back: a purchase by i***s was refunded in part or in full",
            "Income from referral program from i***s 24 February 2026 · Order 1002",
            "Income from referral program from i***s 9 February 2026 · Order 1001",
        ]
        places = [text.index(sentence) for sentence in sentences]
        assert places == sorted(places)
        assert re.findall(r"Balance (€[\d.]+)", text) == ["€8.50", "€15.00", "€6.00"]
        assert "ines" not in text

    def test_why_this_amount(self, shop):
        text = words(look("/history"))
        why = "Why this amount? The shop kept €100.00 of the purchase 10% of €100.00 is €10.00 Capped at the maximum reward of €9.00"
        assert why in text
        assert "€9.00 was already posted, so this line is -€6.50" in text
        assert "Under version 2 of the program" in text

    def test_why_not_yet(self, shop):
        text = words(look("/history"))
        assert (
            text.count(
                "Why not yet? The shop waits in case something is returned. You can spend it from 11 March 2026."
            )
            == 2
        )

    def test_a_long_one_comes_in_pages(self, shop):
        first = look("/history", query={"limit": "2"})
        (cursor,) = re.findall(r'rel="next" href="\?cursor=([^"]+)"', first.text)
        rest = look("/history", query={"limit": "2", "cursor": cursor})
        assert (
            "Order 1001" in words(first),
            "Order 1001" in words(rest),
            'rel="next"' in rest.text,
        ) == (False, True, False)
        assert look("/history", query={"cursor": "x"}).status == 400


class TestFriends:
    def test_they_are_masked_with_their_state(self, shop):
        text = words(look("/friends"))
        assert "i***s Has bought Since 9 February 2026 €85.00" in text
        assert "p***l Signed up" in text
        assert not {"ines", "paul", "e***a", "eva"} & set(text.split())

    def test_why_nothing_came_of_one_yet(self, shop):
        assert "Why not yet? This friend hasn't ordered yet." in words(look("/friends"))
        shop.order("1005", 5_000, customer={"id": "P"}, status="paid")
        assert "p***l Has ordered" in words(look("/friends"))
        assert "You get a reward once the shop has completed it" in words(look("/friends"))
        shop.order("1005", 5_000, customer={"id": "P"}, status="cancelled")
        shop.publish(**TERMS | {"rules": {"payment_minimum": 100_000}})
        shop.order("1006", 5_000, customer={"id": "P"})
        refused = words(look("/friends"))
        assert "No reward: what the shop keeps of this purchase is below the minimum" in refused
        assert "1006" not in refused

    def test_nobody_yet(self, shop):
        assert "Share your link" in words(look("/friends", "P"))


class TestWhatCannotBeShown:
    def test_it_is_said_in_the_readers_language_with_a_way_on(self, shop):
        refused = send(
            handler,
            "GET /rewards/statements/{month}",
            path={"month": "2020-01"},
            cookies=[cookie(), "gv_language=de"],
        )
        assert (refused.status, "/v1" in refused.text) == (404, False)
        assert "Für diesen Monat gibt es keine Abrechnung" in refused.text
        assert 'href="/rewards">Zu deinen Prämien</a>' in refused.text

    def test_what_has_no_sentence_of_its_own_has_a_general_one(self, shop):
        refused = look("/history", query={"limit": "many"})
        assert (refused.status, "Go back and try again." in refused.text) == (422, True)


class TestNobodyElses:
    @pytest.mark.parametrize("part", PORTAL)
    def test_nothing_of_anna_is_on_bens_pages(self, shop, part):
        text = words(look(part, "B"))
        assert not any(
            word in text
            for word in ("anna", "Anna", "i***s", "p***l", "1001", "1002", shop.anna.code, "€8.50")
        )


class TestWidget:
    def test_a_session_of_the_shops_shows_what_is_there(self, shop):
        token = issue_session(secrets.pepper(), "A", NOW).token
        shown = send(
            handler,
            "GET /rewards/widget",
            headers={"authorization": f"Bearer {token}"},
            query={"language": "de"},
        )
        assert shown.status == 200
        assert "Verfügbar 6,00 €" in words(shown)
        assert f'value="{BASE}/r/{shop.anna.code}"' in shown.text
        assert "<html" not in shown.text
        assert f'href="{BASE}/assets/widget.css?v=' in shown.text

    def test_a_blocked_member_is_not_told_what_is_missing_to_a_group(self, shop):
        def shown() -> str:
            token = issue_session(secrets.pepper(), "A", NOW).token
            headers = {"authorization": f"Bearer {token}"}
            return send(handler, "GET /rewards/widget", headers=headers).text

        assert "you reach Silver" in shown()
        block_member("A", StaffAction("tests", "block", NOW, "Why"))
        assert "you reach Silver" not in shown()

    def test_without_one_it_shows_nothing(self, shop):
        for token in (
            "",
            "ms_x.y",
            sign_member_token(secrets.pepper(), TokenPurpose.PORTAL_SESSION, "A", NOW),
        ):
            refused = send(
                handler,
                "GET /rewards/widget",
                headers={"authorization": f"Bearer {token}"},
                cookies=[cookie()],
            )
            assert (refused.status, "€" in refused.text) == (401, False)


@pytest.mark.parametrize(
    ("part", "most"), [("", 4), ("/history", 4), ("/friends", 5), ("/statements", 3)]
)
def test_a_page_asks_the_tables_a_few_times(shop, part, most, monkeypatch):
    look("")  # a process asks once for its pepper, and once a minute for settings and stores
    operations = []
    emit = engine.connection().client._emit_api_params
    monkeypatch.setattr(
        engine.connection().client,
        "_emit_api_params",
        lambda **call: operations.append(call["operation_model"].name) or emit(**call),
    )
    assert look(part).status == 200
    assert 1 <= len(operations) <= most, operations

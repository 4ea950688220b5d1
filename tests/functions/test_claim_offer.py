"""The page behind a link in a chat: who sends the friend, what they get, and that only the button is a click."""

import re
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import unquote, urlencode

import pytest

from functions.claim_offer import handler
from shared.api import rate_limits
from shared.domain.members.code import normalize_code
from shared.links import wrong_code_limits
from shared.mail import ses
from shared.store import keys
from shared.store.attributions import links
from shared.store.attributions.links import CodeItem
from shared.store.engine import Write, write
from shared.store.items import AttributionsItem
from tests.support.http_events import NOW, send
from tests.support.shop import PLAIN, Shop

LOOK, TAKE = "GET /c/{code}", "POST /c/{code}"
SHOP, BASE = "https://shop.example.com", "https://grapevine.example.com"
PRESSED = {"sec-fetch-dest": "document", "sec-fetch-site": "same-origin"}
TERMS = PLAIN | {
    "friend": {
        "discount": {"percent": "12.5", "max": 2_000, "minimum_order": 3_000},
        "bonus": {"fixed": 500},
    }
}


@pytest.fixture
def shop(tables, monkeypatch):
    for name, value in {"SHOP_URL": SHOP, "BASE_URL": BASE, "SHOP_NAME": "Weinladen"}.items():
        monkeypatch.setenv(name, value)
    shop = Shop(**TERMS)
    shop.anna = shop.member("A", login="anna", name="Anna Adler")
    shop.ben = shop.member("B", login="ben")
    write([Write(CodeItem(*keys.code("OUT-9999"), member="O", first_name="Otto", blocked=True))])
    return shop


def look(code, **parts):
    return send(handler, LOOK, path={"code": code}, **parts)


def take(code, cookie=None, **parts):
    return send(
        handler,
        TAKE,
        path={"code": code},
        cookies=[f"gv_ref={cookie}"] if cookie else None,
        **{"headers": PRESSED} | parts,
    )


def visitors():
    return [item for item in AttributionsItem.scan() if item.pk.startswith("VISITOR#")]


def tokens(answered):
    return re.findall(
        r"^gv_ref=([^;]+); Path=/; Max-Age=34560000; Secure; SameSite=Lax$",
        "\n".join(answered.cookies),
        re.MULTILINE,
    )


class TestWhatAFriendReads:
    def test_who_sends_them_and_what_they_get(self, shop):
        text = look(shop.anna.code).text
        assert "<h1>Anna recommends Weinladen to you</h1>" in text
        assert "Adler" not in text
        for told in (
            "12.5% off your first order",
            "Up to €20.00 off",
            "For orders from €30.00",
            "Plus €5.00 in credit",
            "5 April 2027",
        ):
            assert told in text
        assert shop.anna.code in text

    def test_in_their_language(self, shop):
        accepted = look(shop.anna.code, headers={"accept-language": "de-AT,en;q=0.5"})
        assert "<h1>Anna empfiehlt dir Weinladen</h1>" in accepted.text
        assert "12,5\N{NO-BREAK SPACE}% Rabatt auf deine erste Bestellung" in accepted.text
        assert (accepted.headers["content-language"], accepted.cookies) == ("de", [])

    def test_a_language_once_chosen_is_kept(self, shop):
        chosen = look(shop.anna.code, query={"language": "de"})
        assert chosen.cookies == ["gv_language=de; Path=/; Max-Age=34560000; Secure; SameSite=Lax"]
        assert look(shop.anna.code, query={"language": "xx"}).cookies == []
        assert look(shop.anna.code, cookies=["gv_language=de"]).headers["content-language"] == "de"

    def test_an_advocate_without_a_name_and_a_program_without_an_offer(self, shop):
        shop.publish(**PLAIN)
        text = look(shop.ben.code).text
        assert "A friend recommends Weinladen to you" in text
        assert "Have a look around" in text

    def test_a_chat_shows_a_preview_that_counts_nothing(self, shop):
        answered = look(shop.anna.code, headers={"user-agent": "WhatsApp/2.23.20.0"})
        assert (
            '<meta property="og:title" content="Anna recommends Weinladen to you">' in answered.text
        )
        assert (
            '<meta property="og:description" content="12.5% off your first order">' in answered.text
        )
        assert f'<meta property="og:url" content="{BASE}/c/{shop.anna.code}">' in answered.text
        assert (answered.cookies, visitors()) == ([], [])

    def test_markup_in_a_name_is_text(self, shop):
        code = shop.member("X", name="<script>alert(1)</script>\"'>").code
        text = look(code).text
        assert "&lt;script&gt;alert(1)" in text
        assert "<script" not in text

    def test_the_page_may_load_our_own_files_alone_and_send_its_form_to_the_shop(self, shop):
        policy = look(shop.anna.code).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert f"form-action 'self' {SHOP};" in policy
        assert "frame-ancestors 'none'" in policy


class TestWhenTheProgramIsActive:
    """NOW is 1 March 2026, 10:00 in UTC."""

    def text(self, shop, **active):
        shop.publish(**TERMS, active=active)
        return look(shop.anna.code).text

    def test_an_offer_that_begins_later_says_so(self, shop):
        text = self.text(shop, **{"from": "2026-03-10T00:00:00Z", "until": "2026-03-20T00:00:00Z"})
        assert "For orders placed from 10 March 2026" in text
        assert "Valid until 19 March 2026" in text

    def test_an_offer_that_has_begun_says_when_it_ends(self, shop):
        text = self.text(shop, **{"from": "2026-03-01T10:00:00Z", "until": "2026-03-01T10:00:01Z"})
        assert "12.5% off" in text and "For orders placed from 1 March" not in text
        assert "Valid until 1 March 2026" in text

    def test_an_offer_that_is_over_promises_nothing(self, shop):
        text = self.text(shop, until="2026-03-01T10:00:00Z")
        assert "This offer has ended" in text and "12.5%" not in text and "credit after" not in text


class TestTheButton:
    def test_it_is_a_click_and_leads_to_the_shop_with_the_code(self, shop):
        answered = take(shop.anna.code, query={"to": "/red?x=1"})
        assert (answered.status, answered.headers["location"]) == (
            303,
            f"{SHOP}/red?x=1&gv={shop.anna.code}",
        )
        (token,) = tokens(answered)
        assert (links.find_visitor(token).code, links.find_visitor(token).landing) == (
            normalize_code(shop.anna.code),
            "/red",
        )

    def test_a_shop_that_reads_our_cookie_needs_no_code_in_its_address(self, shop):
        same_host = PRESSED | {"host": "shop.example.com"}
        assert take(shop.anna.code, headers=same_host).headers["location"] == f"{SHOP}/"

    def test_without_a_path_it_leads_where_the_programs_links_lead(self, shop):
        shop.publish(**TERMS, landing="/register?from=friend")
        told = f"{SHOP}/register?from=friend&gv={shop.anna.code}"
        assert take(shop.anna.code).headers["location"] == told
        other = take(shop.anna.code, query={"to": "/tea"}).headers["location"]
        assert other == f"{SHOP}/tea?gv={shop.anna.code}"

    def test_at_a_payment_link_click_and_code_are_filled_in(self, shop):
        shop.publish(**TERMS, landing="https://buy.stripe.com/abc")
        taken = take(shop.anna.code)
        (token,) = tokens(taken)
        assert taken.headers["location"].startswith(
            f"https://buy.stripe.com/abc?client_reference_id={token}"
        )

    @pytest.mark.parametrize("behind", ["/", ".", ")", "%E2%80%8B", "/x", "!%20"])
    def test_a_sign_behind_the_code_is_forgiven(self, shop, behind):
        assert (
            f'<strong class="code code-word">{shop.anna.code}</strong>'
            in look(shop.anna.code + unquote(behind)).text
        )
        assert len(tokens(take(shop.anna.code + unquote(behind)))) == 1

    def test_it_leads_nowhere_but_to_the_shop(self, shop):
        assert (
            take(shop.anna.code, query={"to": "//evil.example/"})
            .headers["location"]
            .startswith(f"{SHOP}/?")
        )

    def test_the_first_link_stays(self, shop):
        (first,) = tokens(take(shop.ben.code))
        again = take(shop.anna.code, first)
        assert (again.status, again.cookies, len(visitors())) == (303, [], 1)
        assert (
            "recommendation still counts" in look(shop.anna.code, cookies=[f"gv_ref={first}"]).text
        )
        assert (
            "recommendation still counts"
            not in look(shop.ben.code, cookies=[f"gv_ref={first}"]).text
        )

    def test_under_last_touch_the_newest_counts(self, shop):
        (first,) = tokens(take(shop.ben.code))
        shop.publish(**TERMS, attribution={"touch": "last"})
        assert len(tokens(take(shop.anna.code, first))) == 1

    @pytest.mark.parametrize(
        "headers",
        [
            {"sec-fetch-dest": "iframe"},
            {"sec-fetch-dest": "empty"},
            PRESSED | {"sec-purpose": "prefetch"},
        ],
    )
    def test_a_hidden_frame_cannot_press_it(self, shop, headers):
        answered = take(shop.anna.code, headers=headers)
        assert (answered.status, answered.cookies, visitors()) == (303, [], [])


class TestTheAddressIfTheyGiveOne:
    @pytest.fixture
    def mails(self, monkeypatch):
        sent = []
        monkeypatch.setenv("MAIL_FROM", "rewards@example.com")
        monkeypatch.setattr(
            ses,
            "_client",
            lambda patience: SimpleNamespace(send_email=lambda **mail: sent.append(mail)),
        )
        return sent

    def give(self, shop, email="kim@example.com", **parts):
        return take(shop.anna.code, body=urlencode({"email": email}), **parts)

    def test_the_page_is_mailed_once_and_the_address_is_not_kept(self, shop, mails):
        answers = [self.give(shop), self.give(shop)]
        assert [(answered.status, len(tokens(answered))) for answered in answers] == [(303, 1)] * 2
        (mail,) = mails
        assert mail["Destination"] == {"ToAddresses": ["kim@example.com"]}
        text = mail["Content"]["Simple"]["Body"]["Text"]["Data"]
        assert mail["Content"]["Simple"]["Subject"]["Data"] == "Anna recommends Weinladen to you"
        assert (f"{BASE}/c/{shop.anna.code}" in text, "12.5" in text) == (True, False)
        assert (
            f'href="{BASE}/c/{shop.anna.code}"' in mail["Content"]["Simple"]["Body"]["Html"]["Data"]
        )
        assert not [item for item in AttributionsItem.scan() if "kim@" in item.pk]

    def test_what_is_none_is_said_so_and_nothing_happens(self, shop, mails):
        for wrong in (
            "kim",
            "kim@example",
            "a@b.c,d@e.f",
            "<x@y.z>",
            "a@b.c\nBcc: d@e.f",
            "x" * 255 + "@y.de",
        ):
            refused = self.give(shop, wrong)
            assert (refused.status, refused.cookies, "aria-invalid" in refused.text) == (
                422,
                [],
                True,
            )
        assert (mails, visitors()) == ([], [])

    def test_neither_other_sites_nor_one_place_fill_mailboxes(self, shop, mails):
        assert self.give(shop, headers=PRESSED | {"sec-fetch-site": "cross-site"}).status == 303
        assert mails == []
        for number in range(rate_limits.OFFER_PER_IP.most + 3):
            assert self.give(shop, f"kim{number}@example.com").status == 303
        assert len(mails) == rate_limits.OFFER_PER_IP.most

    def test_a_shop_without_mails_asks_for_no_address(self, shop, mails, monkeypatch):
        assert 'name="email"' in look(shop.anna.code).text
        monkeypatch.setenv("MAIL_FROM", "")
        assert 'name="email"' not in look(shop.anna.code).text
        assert (self.give(shop).status, mails) == (303, [])


class TestACodeThatNobodyShares:
    @pytest.mark.parametrize("ask", [look, take])
    def test_an_unknown_code_and_a_blocked_one_look_the_same(self, shop, ask):
        unknown, blocked = ask("NOBODY-0000"), ask("OUT-9999")
        assert (unknown.status, unknown.text, unknown.cookies) == (404, blocked.text, [])
        assert "Otto" not in blocked.text
        assert f'href="{SHOP}"' in unknown.text

    @pytest.mark.parametrize("code", ["x" * 65, "%00", "%C3%A9" * 40])
    def test_so_does_what_can_be_no_code(self, shop, code):
        assert look(code).status == take(code).status == 404

    def test_guessing_ends_in_a_page_that_says_when_to_go_on(self, shop, monkeypatch):
        monkeypatch.setattr(wrong_code_limits, "PER_IP", wrong_code_limits.PER_IP._replace(most=3))
        for _ in range(2):
            assert (look("ANNA-0000").status, take("OUT-9999").status) == (404, 404)
        take("ANNA-0000")
        refused = [look(shop.anna.code), take(shop.anna.code)]
        assert [(one.status, one.headers["retry-after"]) for one in refused] == [(429, "60")] * 2
        assert "text/html" in refused[0].headers["content-type"]
        assert look(shop.anna.code, at=NOW + timedelta(minutes=1)).status == 200
        assert visitors() == []

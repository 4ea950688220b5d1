import json
import re
from datetime import timedelta

import pytest

from functions.track_click import handler
from shared.domain.programs.program_document import program_document
from shared.store import keys
from shared.store.attributions.links import CodeItem, VisitorItem
from shared.store.connection import connection
from shared.store.engine import Write, find, open_tables, write
from shared.store.items import AttributionsItem
from shared.store.programs import programs
from shared.store.programs.programs import ProgramItem
from tests.support.engine_faults import conflict, inject_fault
from tests.support.http_events import NOW, http_event, send

FOLLOW, LAND, KNOWN = "GET /r/{code}", "POST /v1/clicks", "GET /v1/clicks/{ref_token}"
SHOP = "https://shop.example.com"
OPENED = {"Host": "shop.example.com", "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}


@pytest.fixture(autouse=True)
def codes(tables, monkeypatch):
    monkeypatch.setenv("SHOP_URL", SHOP)
    open_tables()
    write(
        [
            Write(
                CodeItem(
                    *keys.code("ANNA-7K2Q"), member="A", first_name="Anna", written="ANNA-7K2Q"
                )
            ),
            Write(CodeItem(*keys.code("BEN-1234"), member="B", written="BEN-1234")),
            Write(CodeItem(*keys.code("OUT-9999"), member="O", first_name="Otto", blocked=True)),
        ]
    )


def follow(code="ANNA-7K2Q", cookie=None, **parts):
    parts = {"headers": OPENED} | parts
    return send(
        handler,
        FOLLOW,
        path={"code": code},
        cookies=[f"gv_ref={cookie}"] if cookie else None,
        **parts,
    )


def land(code="ANNA-7K2Q", cookie=None, **parts):
    parts = {"body": {"code": code}} | parts
    return send(handler, LAND, cookies=[f"gv_ref={cookie}"] if cookie else None, **parts)


def token(answered):
    return re.match(r"gv_ref=([^;]+)", answered.cookies[0])[1]


def visitor(ref_token):
    return find(VisitorItem, keys.visitor(ref_token))


def visitors():
    return [item for item in AttributionsItem.scan() if item.pk.startswith("VISITOR#")]


def publish(**changes):
    document = program_document(programs.first_program()) | changes
    write(
        [
            Write(
                ProgramItem(
                    *keys.active_program("default"), version=2, document=json.dumps(document)
                )
            )
        ]
    )


@pytest.fixture
def calls():
    """The requests that reach the tables, by their names."""
    made = []

    def note(model, **_):
        made.append(model.name)

    events = connection().client.meta.events
    events.register("before-call.dynamodb", note)
    yield made
    events.unregister("before-call.dynamodb", note)


def test_a_link_leads_to_the_shop_and_leaves_a_cookie():
    answered = follow(query={"to": "/shoes?size=42"})
    assert (answered.status, answered.headers["location"], answered.text) == (
        302,
        f"{SHOP}/shoes?size=42",
        "",
    )
    assert re.fullmatch(
        r"gv_ref=[A-Za-z0-9_-]{22}; Path=/; Max-Age=34560000; Secure; SameSite=Lax",
        answered.cookies[0],
    )
    item = visitor(token(answered))
    assert (item.code, item.clicked_at, item.landing) == (
        "ANNA7K2Q",
        "2026-03-01T10:00:00Z",
        "/shoes",
    )
    assert item.expires_at == (NOW + timedelta(days=400)).timestamp()


def test_every_click_has_a_token_of_its_own():
    assert token(follow()) != token(follow())


@pytest.mark.parametrize(
    "code",
    [
        "anna-7k2q",
        "%20Anna-7K2q%20",
        "anna 7k2q",
        "anna7k2q",
        "Anna\u20137k2q",
        "ANNA\u22127K2Q",
        "ANNA-7K2Q.",
        "ANNA-7K2Q/",
        "ANNA-7K2Q/tea",
        "(ANNA-7K2Q)",
        "ANNA-7K2Q\u200b",
        "\ufeffANNA-7K2Q\u2060",
        "\uff21NNA-7K2Q",
    ],
)
def test_a_code_is_known_however_it_is_typed(code):
    assert visitor(token(follow(code))).code == "ANNA7K2Q"


@pytest.mark.parametrize(
    "code", ["NOBODY", "OUT-9999", "x" * 65, "%00", "%20", "a" * 1000, "%F0%9F%98%80"]
)
def test_an_unknown_or_blocked_code_leads_to_the_shop_without_a_cookie(code):
    answered = follow(code, query={"to": "/shoes"})
    assert (answered.status, answered.headers["location"], answered.cookies, visitors()) == (
        302,
        f"{SHOP}/shoes",
        [],
        [],
    )


def test_without_a_path_a_link_leads_where_the_program_says():
    publish(landing="/register")
    assert follow().headers["location"] == f"{SHOP}/register"
    assert follow("NOBODY").headers["location"] == f"{SHOP}/register"
    assert follow(query={"to": "/tea"}).headers["location"] == f"{SHOP}/tea"
    assert follow(query={"to": "//evil.example"}).headers["location"] == f"{SHOP}/register"
    previewed = follow(headers=OPENED | {"User-Agent": "WhatsApp/2.2"})
    assert (previewed.headers["location"], previewed.cookies) == (f"{SHOP}/register", [])


class TestToAPaymentLink:
    """The shop sells by a Payment Link at Stripe, which reads no cookie of ours."""

    LINK = "https://buy.stripe.com/test_5kA3cd"

    def test_it_names_the_click_and_the_code_that_takes_something_off(self):
        publish(landing=self.LINK, friend={"discount": {"percent": "10"}})
        answered = follow(query={"utm_source": "mail"})
        assert answered.headers["location"] == (
            f"{self.LINK}?client_reference_id={token(answered)}"
            "&prefilled_promo_code=ANNA-7K2Q&utm_source=mail"
        )

    def test_without_a_discount_there_is_no_code_that_stripe_would_know(self):
        publish(landing=self.LINK, friend={"discount": None})
        answered = follow()
        named = f"?client_reference_id={token(answered)}"
        assert answered.headers["location"] == self.LINK + named

    def test_a_second_link_names_the_click_and_the_code_of_the_first(self):
        publish(landing=self.LINK, friend={"discount": {"percent": "10"}})
        first = follow()
        again = follow("BEN-1234", cookie=token(first))
        assert again.headers["location"] == first.headers["location"]

    def test_an_unknown_code_leads_there_all_the_same(self):
        publish(landing=self.LINK)
        assert follow("NOBODY").headers["location"] == self.LINK

    def test_a_path_that_a_link_names_is_one_on_the_shop(self):
        publish(landing=self.LINK, friend={"discount": {"percent": "10"}})
        assert follow(query={"to": "/tea"}).headers["location"].startswith(f"{SHOP}/tea")


class TestOnAHostOfItsOwn:
    """The shop does not see the cookie of another host, so the address carries the code."""

    ELSEWHERE = OPENED | {"Host": "go.example"}

    @pytest.mark.parametrize(
        ("to", "target"),
        [
            (None, "/?gv=ANNA-7K2Q"),
            ("/tea", "/tea?gv=ANNA-7K2Q"),
            ("/tea?size=2#top", "/tea?size=2&gv=ANNA-7K2Q#top"),
            ("/tea?gv=EVE-1234&size=2", "/tea?size=2&gv=ANNA-7K2Q"),
        ],
    )
    def test_the_code_goes_along(self, to, target):
        answered = follow(query={"to": to} if to else None, headers=self.ELSEWHERE)
        assert answered.headers["location"] == SHOP + target

    @pytest.mark.parametrize("code", ["NOBODY", "OUT-9999"])
    def test_a_code_that_may_not_be_followed_does_not(self, code):
        assert follow(code, headers=self.ELSEWHERE).headers["location"] == f"{SHOP}/"

    def test_a_code_goes_as_its_advocate_writes_it(self):
        answered = follow("anna 7k2q.", headers=self.ELSEWHERE)
        assert answered.headers["location"] == f"{SHOP}/?gv=ANNA-7K2Q"

    def test_the_code_that_counts_goes_along(self):
        first = token(follow(headers=self.ELSEWHERE))
        again = follow("BEN-1234", first, headers=self.ELSEWHERE)
        assert again.headers["location"] == f"{SHOP}/?gv=ANNA-7K2Q"

    @pytest.mark.parametrize("host", ["shop.example.com", "SHOP.example.com:8443"])
    def test_on_the_shops_own_host_the_cookie_is_enough(self, host):
        assert follow(headers=OPENED | {"Host": host}).headers["location"] == f"{SHOP}/"


class TestWithACookieOfTheDomainThatBothHostsAreOf:
    @pytest.fixture(autouse=True)
    def domain(self, monkeypatch):
        monkeypatch.setenv("COOKIE_DOMAIN", "example.com")

    def test_the_shop_sees_it_and_the_address_needs_no_code(self):
        answered = follow(headers=OPENED | {"Host": "go.example.com"})
        assert answered.headers["location"] == f"{SHOP}/"
        (cookie,) = answered.cookies
        assert cookie.endswith("; Secure; SameSite=Lax; Domain=example.com")

    @pytest.mark.parametrize("host", ["go.example", "badexample.com", "x1.execute-api.aws"])
    def test_a_host_that_is_not_of_it_sets_its_own(self, host):
        answered = follow(headers=OPENED | {"Host": host})
        assert answered.headers["location"] == f"{SHOP}/?gv=ANNA-7K2Q"
        assert "Domain" not in answered.cookies[0]

    def test_the_host_that_a_proven_proxy_was_asked_for_counts(self, monkeypatch):
        behind = OPENED | {"Host": "x1.execute-api.aws", "X-Forwarded-Host": "go.example.com"}
        assert "Domain" not in follow(headers=behind).cookies[0]
        monkeypatch.setenv("TRUSTED_PROXY_SECRET", "a secret of the proxy")
        proven = behind | {"X-Grapevine-Proxy": "a secret of the proxy"}
        assert "Domain=example.com" in follow(headers=proven).cookies[0]


def test_a_link_leads_nowhere_but_to_the_shop():
    astray = follow(query={"to": "//evil.example/x"})
    assert (astray.headers["location"], visitor(token(astray)).landing) == (f"{SHOP}/", None)
    assert follow("NOBODY", query={"to": "https://evil.example"}).headers["location"] == f"{SHOP}/"


def test_campaign_names_go_along():
    answered = follow(query={"to": "/shoes", "utm_source": "mail", "other": "x", "utm_x": "a\nb"})
    assert answered.headers["location"] == f"{SHOP}/shoes?utm_source=mail"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Dest": "embed"},
        OPENED | {"Sec-Purpose": "prefetch"},
        OPENED | {"Sec-Purpose": "prefetch;prerender"},
        OPENED | {"Purpose": "prefetch"},
        OPENED | {"X-Purpose": "preview"},
        OPENED | {"X-Moz": "prefetch"},
        {"User-Agent": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"},
        {"User-Agent": "WhatsApp/2.23.20.0"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
    ],
)
def test_hidden_frames_prefetches_and_previews_are_no_clicks(headers):
    answered = follow(headers=headers, query={"to": "/shoes"})
    assert (answered.status, answered.headers["location"], answered.cookies, visitors()) == (
        302,
        f"{SHOP}/shoes",
        [],
        [],
    )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"User-Agent": "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) Chrome/120"},
        {"User-Agent": "Mozilla/5.0 [FBAN/FBIOS;FBAV/400]"},
    ],
)
def test_a_browser_that_says_nothing_of_the_kind_is_a_person(headers):
    assert follow(headers=headers).cookies


def test_a_living_cookie_is_kept_under_first_touch():
    first = token(follow())
    again = follow("BEN-1234", cookie=first, at=NOW + timedelta(days=399))
    assert (again.status, again.cookies, len(visitors())) == (302, [], 1)


def test_a_cookie_that_ended_or_is_not_ours_makes_room():
    first = token(follow())
    assert follow("BEN-1234", cookie=first, at=NOW + timedelta(days=400)).cookies
    assert follow("BEN-1234", cookie="unknown-token-of-someone").cookies
    assert follow("BEN-1234", cookie="x" * 5000).cookies
    assert follow("BEN-1234", cookie="\x00").cookies


def test_a_cookie_lives_as_long_as_the_programs_window():
    publish(attribution={"touch": "first", "window_days": 30})
    first = token(follow())
    assert not follow("BEN-1234", cookie=first, at=NOW + timedelta(days=30, seconds=-1)).cookies
    assert follow("BEN-1234", cookie=first, at=NOW + timedelta(days=30)).cookies


def test_under_last_touch_the_newest_click_counts():
    publish(attribution={"touch": "last"})
    again = follow("BEN-1234", cookie=token(follow()))
    assert visitor(token(again)).code == "BEN1234"


def test_a_page_of_the_shop_tells_a_click():
    answered = land(
        body={
            "code": " anna-7k2q",
            "landing": "https://shop.example.com/shoes?email=ines@example.com",
        }
    )
    assert answered.status == 200
    ref_token = answered.body["ref_token"]
    assert answered.body == {
        "ref_token": ref_token,
        "code": "ANNA-7K2Q",
        "advocate": {"first_name": "Anna"},
        "offer": {
            "currency": "EUR",
            "discount": {"percent": "10", "fixed": None, "max": None, "minimum_order": None},
            "bonus": None,
            "new_customers_only": True,
            "from": None,
            "until": None,
            "text": "10 % off your first order",
        },
        "expires_at": "2027-04-05T10:00:00Z",
    }
    assert (visitor(ref_token).landing, token(answered)) == ("/shoes", ref_token)


def test_a_body_may_be_plain_text():
    assert land(body='{"code": "ANNA-7K2Q"}', headers={"Content-Type": "text/plain"}).status == 200


def test_an_advocate_without_a_name_and_a_program_without_an_offer_are_null():
    publish(friend={})
    answered = land("BEN-1234")
    assert (answered.body["advocate"], answered.body["offer"]) == ({"first_name": None}, None)


@pytest.mark.parametrize("code", ["NOBODY", "OUT-9999"])
@pytest.mark.parametrize("cookie", [None, "some-token-of-somebody"])
def test_an_unknown_or_blocked_code_is_told_and_nothing_kept(code, cookie):
    answered = land(code, cookie)
    assert (answered.status, answered.code, answered.cookies, visitors()) == (
        404,
        "unknown_code",
        [],
        [],
    )


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["code"]),
        ({"code": None}, ["code"]),
        ({"code": 7}, ["code"]),
        ({"code": ""}, ["code"]),
        ({"code": "x" * 65}, ["code"]),
        ({"code": "\ud800"}, ["code"]),
        ({"code": "ANNA-7K2Q", "landing": 7}, ["landing"]),
        ({"code": "ANNA-7K2Q", "landing": "x" * 2049}, ["landing"]),
        ({"code": "ANNA-7K2Q", "landng": "/"}, ["landng"]),
    ],
)
def test_a_field_that_cannot_be_used_is_named(body, fields):
    answered = land(body=body)
    assert (answered.status, answered.fields, visitors()) == (422, fields, [])


def test_an_unknown_code_is_told_to_a_browser_with_a_living_cookie_too():
    first = land().body["ref_token"]
    assert land("NOBODY", first).code == land("OUT-9999", first).code == "unknown_code"
    assert len(visitors()) == 1


def test_an_earlier_click_is_told_again_under_first_touch():
    first = land().body
    again = land("BEN-1234", first["ref_token"], at=NOW + timedelta(days=1))
    assert (again.body, again.cookies) == (first, [])


def test_whose_link_a_browser_followed_is_told_by_its_token_as_long_as_the_click_counts():
    publish(attribution={"touch": "first", "window_days": 30})
    landed = land().body

    def known(ref_token=landed["ref_token"], after=0):
        return send(handler, KNOWN, path={"ref_token": ref_token}, at=NOW + timedelta(days=after))

    assert known().body == landed
    assert known(after=29).body == landed
    assert [known(after=30).code, known("x" * 22).code, known("short").code] == [
        "unknown_click"
    ] * 3
    write([Write(CodeItem(*keys.code("ANNA-7K2Q"), member="A", blocked=True))])
    assert (known().status, known().code) == (404, "unknown_click")


def test_a_page_fetched_ahead_tells_no_click():
    answered = land(headers={"Sec-Purpose": "prefetch;prerender"})
    assert (answered.status, answered.code, visitors()) == (403, "not_a_click", [])


def test_an_unknown_code_is_told_although_another_write_was_in_the_way():
    with inject_fault(conflict, lambda number: number == 1, "TransactWriteItems") as requests:
        assert (land("NOBODY").code, visitors()) == ("unknown_code", [])
    assert requests.struck


def test_a_click_is_one_round_trip(calls):
    follow()
    assert sorted(calls) == ["BatchGetItem", "PutItem"]
    calls.clear()
    first = token(follow())
    calls.clear()
    follow(cookie=first)
    assert calls == ["BatchGetItem"]
    calls.clear()
    land()
    assert sorted(calls) == ["BatchGetItem", "PutItem"]


def test_many_clicks_on_one_link_at_once_are_all_kept():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: handler(http_event(FOLLOW, path={"code": "ANNA-7K2Q"})), range(40))
        )
    assert all(answer["cookies"] for answer in answers) and len(visitors()) == 40

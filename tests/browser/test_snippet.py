"""The storefront snippet: whom does it find, what does it tell the shop, and what does it do when things break?"""

import base64
import gzip

import pytest

from tests.support.snippet_shop import API, CLICK, CODE, SHOP, SNIPPET, TOKEN, SnippetShop, fields

LARGEST_BYTES = 2500
NO_STORAGE = """for (const [owner, name] of [[window, "localStorage"], [document, "cookie"]])
  Object.defineProperty(owner, name, {get() { throw new DOMException("no", "SecurityError") }, set() { throw new DOMException("no") }})"""
RAW = {"gv_code": CODE, "who": CODE}
CLICKED = {"gv_ref": CLICK["ref_token"], "who": CODE}


def test_it_weighs_no_more_than_two_and_a_half_kilobytes():
    assert len(gzip.compress(SNIPPET.encode(), 9)) <= LARGEST_BYTES


# --- who sent this visitor? ---


def test_a_link_that_lands_on_the_shop_is_told_and_the_forms_carry_it(context):
    shop = SnippetShop(context)
    page = shop.opened(f"/shoes?gv={CODE}")

    assert shop.asked_for("POST /v1/clicks") == [{"code": CODE, "landing": "/shoes"}]
    assert "authorization" not in shop.asked[0][2]
    assert page.evaluate("ref.advocate.first_name") == "Anna"
    assert fields(page) == CLICKED


def test_the_next_page_remembers_and_asks_nobody(context):
    shop = SnippetShop(context)
    shop.opened(f"/?gv={CODE}")
    page = shop.opened("/cart")

    assert len(shop.asked) == 1
    assert fields(page) == CLICKED


def test_the_cookie_of_a_link_is_found_and_explained_and_never_written(context):
    shop = SnippetShop(context)
    shop.answers[f"GET /v1/clicks/{TOKEN}"] = CLICK | {"ref_token": TOKEN}
    shop.leave_cookie()
    kept = shop.cookie()
    page = shop.opened()
    shop.opened("/again")

    assert fields(page) == {"gv_ref": TOKEN, "who": CODE}
    assert [call for call, _, _ in shop.asked] == [f"GET /v1/clicks/{TOKEN}"]
    assert shop.cookie() == kept


def test_the_script_leaves_no_cookie_of_its_own(context):
    shop = SnippetShop(context)
    shop.opened(f"/?gv={CODE}")
    assert context.cookies() == []


def test_a_cookie_goes_before_a_copy_of_another_click(context):
    shop = SnippetShop(context)
    shop.opened(f"/?gv={CODE}")
    shop.leave_cookie()
    shop.answers[f"GET /v1/clicks/{TOKEN}"] = CLICK | {"ref_token": TOKEN, "code": "BEN-1"}
    assert fields(shop.opened()) == {"gv_ref": TOKEN, "who": "BEN-1"}


@pytest.mark.parametrize(
    ("touch", "clicks", "token"),
    [("first", 1, CLICK["ref_token"]), ("last", 2, "tok_of_the_second_1")],
)
def test_a_second_link_counts_only_where_the_last_touch_does(context, touch, clicks, token):
    shop = SnippetShop(context, touch=touch)
    shop.opened(f"/?gv={CODE}")
    shop.answers["POST /v1/clicks"] = CLICK | {"ref_token": "tok_of_the_second_1", "code": "BEN-1"}
    page = shop.opened("/?gv=BEN-1")
    assert (len(shop.asked_for("POST /v1/clicks")), fields(page)["gv_ref"]) == (clicks, token)


def test_on_the_shops_own_host_the_api_decides_which_click_counts(context):
    shop = SnippetShop(context, script=SHOP)
    shop.leave_cookie()
    shop.answers["POST /v1/clicks"] = CLICK | {"ref_token": TOKEN}
    assert fields(shop.opened("/?gv=BEN-1")) == {"gv_ref": TOKEN, "who": CODE}


def test_nobody_sent_me(context):
    shop = SnippetShop(context)
    page = shop.opened()
    assert (shop.asked, page.evaluate("ref"), fields(page)) == ([], None, {"who": ""})


def test_an_unknown_code_is_forgotten(context):
    shop = SnippetShop(context)
    shop.answers["POST /v1/clicks"] = 404
    page = shop.opened("/?gv=NOBODY-1")
    assert fields(page)["who"] in ("", "NOBODY-1")
    assert page.evaluate("grapevine.ref()") is None
    assert fields(shop.opened("/cart")) == {"who": ""}


# --- what breaks ---

BROKEN = {
    "an API that is down": "down",
    "an API that fails": 500,
    "too many requests": 429,
    "garbage": "<html>",
    "a bare word": '"yes"',
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_the_code_reaches_the_form_without_us_and_is_told_when_we_are_back(context, answer):
    shop = SnippetShop(context)
    shop.answers["POST /v1/clicks"] = answer
    assert fields(shop.opened(f"/?gv={CODE}")) == RAW

    shop.answers["POST /v1/clicks"] = CLICK
    assert fields(shop.opened("/cart")) == CLICKED


def test_an_api_that_never_answers_delays_nothing(context):
    shop = SnippetShop(context, timeout="60000")
    shop.answers["POST /v1/clicks"] = "silent"
    page = shop.open(f"/?gv={CODE}")
    page.wait_for_selector("input[name=gv_code]", state="attached")
    assert page.evaluate("[document.readyState, window.ready]") == ["complete", None]
    assert fields(page) == RAW


def test_it_waits_so_long_and_no_longer(context):
    shop = SnippetShop(context, timeout="300")
    shop.answers["POST /v1/clicks"] = "silent"
    page = shop.opened(f"/?gv={CODE}")
    assert page.evaluate("performance.now()") >= 300
    assert fields(page) == RAW


@pytest.mark.parametrize("answer", ["down", 503, "silent", "<html>"])
def test_a_shop_without_the_script_is_the_same_shop(context, answer):
    shop = SnippetShop(context)
    shop.answers["script"] = answer
    page = context.new_page()
    page.goto(f"{SHOP}/?gv={CODE}", wait_until="domcontentloaded")
    page.fill("#who", "Anna")
    assert page.get_by_role("button", name="Buy").is_enabled()
    assert [error for error in page.evaluate("errors") if "grapevine" in error] == []


HANDICAPS = {
    "storage is blocked": NO_STORAGE,
    "fetch is gone": "delete window.fetch; window.fetch = undefined",
    "fetch throws": "window.fetch = () => { throw new Error('blocked') }",
    "fetch is no promise": "window.fetch = () => 1",
    "requests cannot be cut": "delete window.AbortController",
    "events cannot be made": "window.CustomEvent = undefined",
    "what was kept is garbage": "localStorage.setItem('grapevine pk_1', '{\"expires_at\":')",
    "what was kept is something else": "localStorage.setItem('grapevine pk_1', '[1, null]')",
}


@pytest.mark.parametrize("handicap", HANDICAPS.values(), ids=HANDICAPS)
def test_whatever_a_browser_lacks_no_error_reaches_the_page(context, handicap):
    shop = SnippetShop(context)
    page = shop.open(f"/?gv={CODE}", before=handicap)
    page.wait_for_selector("input[name=gv_code], input[name=gv_ref]", state="attached")
    assert page.evaluate("errors") == []
    assert fields(page)["who"] == CODE


def test_a_listener_of_the_shop_that_throws_stops_nobody_else(context):
    shop = SnippetShop(context)
    page = shop.opened(f"/?gv={CODE}")
    page.evaluate("""() => {
      grapevine("on", "rejected", () => { throw new Error("the shop's own") });
      grapevine("on", "rejected", (told) => { window.rejected = told.code });
    }""")
    shop.answers["POST /v1/clicks"] = 404
    page.evaluate("grapevine('code', ' ben-1 ')")
    assert page.evaluate("rejected") == "BEN-1"
    assert page.evaluate("errors") == []


def test_words_that_it_does_not_know_do_nothing(context):
    page = SnippetShop(context).opened()
    assert page.evaluate("[grapevine('nonsense', 1), grapevine()]") == [None, None]
    page.evaluate(
        "grapevine('attach', '#nowhere'); grapevine('attach', null); grapevine('prefill', 7); grapevine('quote')"
    )
    assert page.evaluate("errors") == []


# --- what people type ---


def test_a_typed_code_goes_before_the_link(context):
    shop = SnippetShop(context)
    page = shop.opened(f"/?gv={CODE}")
    shop.answers["POST /v1/clicks"] = CLICK | {"code": "BEN-1", "ref_token": "tok_of_ben_000001"}
    page.evaluate("grapevine('code', ' ben-1 ')")
    assert fields(page) == {"gv_ref": "tok_of_ben_000001", "gv_code": "BEN-1", "who": "BEN-1"}


def test_what_somebody_wrote_is_never_written_over(context):
    shop = SnippetShop(context)
    page = shop.opened()
    page.fill("#who", "my neighbour")
    page.evaluate(f"grapevine('code', '{CODE}')")
    assert fields(page)["who"] == "my neighbour"


def test_a_cart_is_quoted_for_the_visitor(context):
    shop = SnippetShop(context)
    quote = {"discount": 1000, "currency": "EUR", "code": "discount_granted", "text": "10 % off"}
    shop.answers["POST /v1/quotes"] = quote
    page = shop.opened(f"/?gv={CODE}")
    assert (
        page.evaluate("grapevine('quote', {currency: 'EUR', items_total: 10000, secrets: 1})")
        == quote
    )
    assert shop.asked_for("POST /v1/quotes") == [
        {"currency": "EUR", "items_total": 10000, "ref_token": CLICK["ref_token"]}
    ]
    shop.answers["POST /v1/quotes"] = 500
    assert page.evaluate("grapevine('quote', {currency: 'EUR', items_total: 10000})") is None


def test_a_member_who_is_signed_in_is_known_by_the_token_of_the_shops_server(context):
    shop = SnippetShop(context)
    token = (
        "ms_"
        + base64.urlsafe_b64encode("1772359200.jörg 1".encode()).decode().rstrip("=")
        + ".signature"
    )
    shop.answers["GET /v1/members/j%C3%B6rg%201"] = {
        "id": "jörg 1",
        "code": "JOERG-1",
        "balance": 500,
    }
    page = shop.opened()
    assert (
        page.evaluate(f"grapevine('identify', '{token}').then((member) => member.code)")
        == "JOERG-1"
    )
    assert shop.asked[0][2]["authorization"] == f"Bearer {token}"
    page.evaluate("grapevine('quote', {currency: 'EUR', items_total: 1})")
    assert shop.asked_for("POST /v1/quotes") == [
        {"currency": "EUR", "items_total": 1, "customer": {"id": "jörg 1"}}
    ]
    assert page.evaluate("grapevine('identify', 'nonsense')") is None


# --- consent ---


def test_nothing_is_asked_or_kept_before_consent(context):
    shop = SnippetShop(context, consent="required")
    page = shop.opened(f"/?gv={CODE}")
    assert (shop.asked, fields(page), page.evaluate("localStorage.length")) == ([], {"who": ""}, 0)

    page.evaluate("grapevine('consent')")
    page.wait_for_selector("input[name=gv_ref]", state="attached")
    assert fields(page) == CLICKED


def test_consent_withdrawn_leaves_nothing(context):
    shop = SnippetShop(context)
    shop.leave_cookie()
    page = shop.opened()
    page.evaluate("grapevine('consent', 'denied')")
    assert (shop.cookie(), fields(page), page.evaluate("localStorage.length")) == (
        None,
        {"who": ""},
        0,
    )
    assert page.evaluate("[grapevine.ref(), grapevine.fields()]") == [None, {}]


def test_a_page_that_is_fetched_ahead_is_no_click_until_it_is_shown(context):
    shop = SnippetShop(context)
    ahead = "Object.defineProperty(document, 'prerendering', {value: true})"
    page = shop.open(f"/?gv={CODE}", before=ahead)
    assert (page.evaluate("typeof grapevine.ref"), shop.asked) == ("function", [])
    with page.expect_response("**/v1/clicks"):
        page.evaluate("document.dispatchEvent(new Event('prerenderingchange'))")
    assert len(shop.asked) == 1


def test_the_api_is_where_the_page_says_it_is(context):
    shop = SnippetShop(context, script=SHOP, api=API, param="friend")
    assert fields(shop.opened(f"/?friend={CODE}")) == CLICKED

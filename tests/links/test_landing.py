import pytest

from shared.domain.shop_path import LONGEST_PATH
from shared.links.landing import FollowedCode, landing_url, link_target, path_of, shop_path

SHOP = "https://shop.example.com"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("/shoes", "/shoes"),
        ("/shoes?size=42&utm_source=anna#top", "/shoes?size=42&utm_source=anna#top"),
        ("/search?q=a b", "/search?q=a%20b"),
        ("/search?q=a%20b", "/search?q=a%20b"),
        ("/café", "/caf%C3%A9"),
        ("/caf%C3%A9", "/caf%C3%A9"),
        ("/sale?off=100%", "/sale?off=100%25"),
        ("/login?next=//other.example", "/login?next=//other.example"),
        ("/login?next=https://other.example/@x", "/login?next=https://other.example/@x"),
        ("/a<b>", "/a%3Cb%3E"),
        ("/.well-known/x", "/.well-known/x"),
        ("/" + "x" * (LONGEST_PATH - 1), "/" + "x" * (LONGEST_PATH - 1)),
    ],
)
def test_a_path_on_the_shop_is_kept(path, expected):
    assert landing_url(SHOP, shop_path(path), {}) == SHOP + expected


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "shoes",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "@evil.example",
        ".evil.example",
        ":443@evil.example",
        "/@evil.example",
        "/%2f%2fevil.example",
        "/%2Fevil.example",
        "%2f%2fevil.example",
        "/%5cevil.example",
        "/%5C%5Cevil.example",
        "/%255cevil.example",
        "/%25252fevil.example",
        "/%2525252525252fevil.example",
        "/a//evil.example",
        "/../admin",
        "/a/%2e%2e/b",
        "/./a",
        "/a\r\nSet-Cookie: x=1",
        "/a%0d%0aSet-Cookie: x=1",
        "/a\tb",
        "/\x00",
        "/%00",
        "/a?x=\r\nSet-Cookie: y=1",
        "/a\u2028b",
        "/a\x85b",
        "/\ud800",
        " /shoes",
        "\t//evil.example",
        "/" + "x" * LONGEST_PATH,
        "/" + "ä" * (LONGEST_PATH // 2),
    ],
)
def test_a_path_that_may_lead_astray_leads_to_the_shops_front(path):
    assert landing_url(SHOP, shop_path(path), {}) == SHOP + "/"


def test_paths_stay_below_the_shops_own_path():
    assert (
        landing_url("https://example.com/shop/", "/shoes", {}) == "https://example.com/shop/shoes"
    )


def test_parameters_are_passed_on_where_the_path_does_not_name_them():
    passed = {"utm_source": "anna & co", "utm_medium": "x"}
    assert (
        landing_url(SHOP, "/a?utm_medium=mail#top", passed)
        == SHOP + "/a?utm_medium=mail&utm_source=anna%20%26%20co#top"
    )
    assert landing_url(SHOP, "/", passed) == SHOP + "/?utm_source=anna%20%26%20co&utm_medium=x"


@pytest.mark.parametrize(
    ("landing", "path"),
    [
        ("https://shop.example.com/shoes?email=ines@example.com#x", "/shoes"),
        ("/shoes?x=1", "/shoes"),
        ("https://shop.example.com", "/"),
        ("", "/"),
        ("/" + "x" * 2000, "/" + "x" * 511),
    ],
)
def test_of_a_landing_only_the_path_is_kept(landing, path):
    assert path_of(landing) == path


FOLLOWED = FollowedCode("ANNA-7K2Q", "tok_1", "/discount/ANNA-7K2Q", True, True)


@pytest.mark.parametrize(
    ("path", "by_cookie", "redirect"),
    [
        ("/", True, "%2F"),
        ("/tea", True, "%2Ftea"),
        ("/tea?size=2#top", True, "%2Ftea%3Fsize%3D2%23top"),
        ("/tea", False, "%2Ftea%3Fgv%3DANNA-7K2Q"),
        ("/caf\u00e9", True, "%2Fcaf%25C3%25A9"),
    ],
)
def test_a_shop_that_applies_codes_itself_is_led_over_its_discount(path, by_cookie, redirect):
    target = link_target(SHOP, path, FOLLOWED._replace(by_cookie=by_cookie), {})
    assert target == f"{SHOP}/discount/ANNA-7K2Q?redirect={redirect}"


def test_a_campaign_reaches_the_page_behind_the_discount():
    """The shop's own redirect need not pass parameters on."""
    target = link_target(SHOP, "/tea?size=2", FOLLOWED, {"utm_source": "anna & co"})
    inner = "%2Ftea%3Fsize%3D2%26utm_source%3Danna%2520%2526%2520co"
    assert target == f"{SHOP}/discount/ANNA-7K2Q?redirect={inner}"

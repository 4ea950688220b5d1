"""Markup in names, logins, codes and campaign names is text wherever it is shown: nothing of it runs, in any page."""

from urllib.parse import quote

import pytest

from tests.support.page_list import World

MARKUP = [
    "<script>pwned()</script>",
    "<img/src=x/onerror=pwned()>",
    "<svg/onload=pwned()>",
    "<svg><script>pwned()</script></svg>",
    "<body/onload=pwned()>",
    "<iframe/src=javascript:parent.pwned()>",
    "<input/autofocus/onfocus=pwned()>",
    "<details/open/ontoggle=pwned()>",
    "<video><source/onerror=pwned()></video>",
    "<a/href=javascript:pwned()>x</a>",
    "<math><mtext></mtext><script>pwned()</script></math>",
    "<template><script>pwned()</script></template>",
    "<style>@import'javascript:pwned()'</style>",
    "<meta/http-equiv=refresh/content=0;url=javascript:pwned()>",
    "<base/href=javascript:pwned()//>",
    "<object/data=javascript:pwned()>",
    "<form/action=javascript:pwned()><button/autofocus>x</form>",
    '"><script>pwned()</script>',
    "'><script>pwned()</script>",
    '"/autofocus/onfocus="pwned()',
    "'/onmouseover='pwned()",
    "`/onerror=`pwned()",
    "</title><script>pwned()</script>",
    "</textarea><script>pwned()</script>",
    "</script><script>pwned()</script>",
    "--><script>pwned()</script>",
    "]]><script>pwned()</script>",
    "{{constructor.constructor('pwned()')()}}",
    "${pwned()}",
    "javascript:pwned()",
]
PLANTED = "[onerror], [onload], [onfocus], [ontoggle], [onmouseover], iframe, object, base"
WATCH = "window.ran = []; window.pwned = () => window.ran.push(document.URL); window.alert = window.pwned;"


@pytest.fixture
def watched(world: World, page):
    """A browser that is signed in everywhere and counts what runs that should not."""
    page.context.add_cookies(world.cookies)
    page.add_init_script(WATCH)
    return page


def visit(page, address: str) -> str:
    """What stands on the page; nothing may have run, nor led away."""
    page.goto(address, wait_until="load")
    assert page.evaluate("window.ran") == [], address
    assert page.locator(PLANTED).count() == 0, address
    return page.content()


@pytest.fixture(scope="module")
def marked(world: World) -> list[dict]:
    """Members whose names are markup, each a friend of Anna's who bought, and a customer of the shop."""
    found = []
    for number, text in enumerate(MARKUP):
        found.append(
            world.member(f"m{number}", login=f"{number}{text}", name=text, code=world.anna["code"])
        )
        world.shop_form(
            "/join",
            {
                "name": text,
                "login": f"s{number}{text}",
                "email": f"s{number}@example.com",
                "referrer": text,
            },
        )
    for number in range(3):
        world.order(f"markup-{number}", f"m{number}", 5_000)
    return found


def test_names_are_names_wherever_they_are_shown(world: World, watched, marked):
    base, shop = world.cloud.base_url, world.shop_url
    for path in ("/rewards", "/rewards/friends", "/rewards/history", "/console", "/console/audit"):
        visit(watched, base + path)
    shown = visit(watched, f"{shop}/login")
    assert shown.count("pwned()") == 2 * len(MARKUP), "each by name and login"
    for member in marked:
        visit(watched, f"{base}/c/{quote(member['code'])}")


def test_codes_and_campaigns_are_text_too(world: World, watched):
    code, base = world.anna["code"], world.cloud.base_url
    for text in MARKUP:
        told = quote(text, safe="")
        visit(
            watched,
            f"{base}/r/{code}?utm_source={told}&utm_campaign={told}&to=/join%3Fgv%3D{quote(told, safe='')}",
        )
        visit(watched, f"{base}/c/{told}")


def test_a_long_name_makes_no_page_of_the_shop_wider_than_a_telephone(world: World, page, marked):
    longest = max(MARKUP, key=len)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{world.shop_url}/login")
    for path in ("/login", "/", "/cart", "/checkout", "/orders", "/account"):
        page.goto(world.shop_url + path)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 360, path
        if path == "/login":
            page.get_by_role("button", name=longest, exact=True).click()
            page.get_by_text(longest).first.wait_for()

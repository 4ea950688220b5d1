"""The owner's first day: settings without a deployment, a look, words of one's own, and the ticks of the set-up."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.language import LANGUAGES
from tests.support.running_cloud import RunningCloud
from tests.support.running_shop import RunningShop
from tests.support.running_staff import RunningStaff

ROOT = Path(__file__).parents[2]
PAGE, LOOK, MAILS = "/console/settings", "/console/settings/look", "/console/settings/mails"


@pytest.fixture(scope="module")
def signed_in(system: RunningCloud) -> RunningStaff:
    """Signed in once, because an address gets only a few links an hour."""
    return RunningStaff(RunningShop(system))


@pytest.fixture
def owner(shop: RunningShop, signed_in: RunningStaff) -> Iterator[RunningStaff]:
    """Signed in; what every story shares is put back at the end."""
    owner = signed_in
    owner.shop = shop
    yield owner
    save(owner, PAGE, **as_before(shop))
    save(owner, LOOK, accent="", accent_dark="", font="classic")
    save(owner, MAILS, credit_hint="yes")


def as_before(shop: RunningShop) -> dict[str, str]:
    shop_url = shop.cloud.local["shop_url"]
    spoken = {f"language.{language}": "yes" for language in LANGUAGES} | {"first_language": "en"}
    return {"origins": shop_url, "completed_by.shopify": "fulfilment"} | spoken


def save(owner: RunningStaff, page: str, **form: str):
    """Save a form of the settings as they are now."""
    seen = owner.get(page).body.decode().partition('name="seen" value="')[2].partition('"')[0]
    answer = owner.push(page, page, seen=seen, **form)
    assert answer.status == 303, answer.body
    return answer


def test_may_another_page_of_mine_use_the_snippet(shop: RunningShop, owner: RunningStaff):
    """Add its origin in the settings; no deployment."""
    anna, origin = shop.member("anna"), f"https://{shop.named('blog')}.example".lower()
    click = {"code": anna.code}
    asked = {"origin": origin, "access-control-request-method": "POST"}
    assert (
        "access-control-allow-origin"
        not in shop.cloud.post("/v1/clicks", click, origin=origin).headers
    )
    form = as_before(shop)
    save(owner, PAGE, **form | {"origins": f"{form['origins']}\n{origin}"})
    answer = shop.cloud.post("/v1/clicks", click, origin=origin)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, origin)
    preflight = shop.cloud.http("OPTIONS", "/v1/quotes", None, asked)
    assert (preflight.status, preflight.headers["access-control-allow-origin"]) == (204, origin)


def test_what_do_customers_see_of_my_shop(shop: RunningShop, owner: RunningStaff):
    """Its name, its address and its legal pages, in its colour, where they are asked to recommend it."""
    anna = shop.member("anna")
    save(
        owner,
        PAGE,
        **as_before(shop),
        shop_name="Weinladen",
        postal_address="Am Markt 1, 10115 Berlin",
        imprint_url="https://wein.example/impressum",
    )
    save(owner, LOOK, accent="#0b5fa5", font="serif")
    claim = shop.cloud.get(f"/c/{anna.code}").body.decode()
    assert "recommends Weinladen to you" in claim and "Am Markt 1, 10115 Berlin" in claim
    assert 'href="https://wein.example/impressum"' in claim
    sheet = claim.partition('href="/assets/look-')[2].partition('"')[0]
    assert "--grape: #0b5fa5;" in shop.cloud.get(f"/assets/look-{sheet}").body.decode()


def test_a_colour_that_nobody_could_read(owner: RunningStaff):
    """It is refused, and the nearest one that works is named."""
    seen = owner.get(LOOK).body.decode().partition('name="seen" value="')[2].partition('"')[0]
    refused = owner.push(LOOK, LOOK, seen=seen, accent="#ffee00")
    assert refused.status == 422
    assert b"the nearest colour that works is #" in refused.body and b"#ffee00" in refused.body


def test_in_my_own_words(shop: RunningShop, owner: RunningStaff):
    """Subject and first sentences of a mail, and where the answer to it goes."""
    words = {"subject": "{amount} from us", "intro": "Thank you, {first_name}."}
    save(owner, MAILS, kind="reward", mail_language="en", **words)
    answers = {"reply_to": "help@wein.example", "mail_imprint": "Weinladen GmbH, HRB 1"}
    save(owner, MAILS, credit_hint="yes", **answers)
    try:
        address = f"{shop.named('anna')}@example.com"
        anna = shop.member("anna", name="Anna Adler", email=address)
        ben = shop.friend_of(anna, "ben")
        shop.order("1", ben, 10_000)
        shop.drain()
        mail = next(one for one in shop.mails(address) if one["subject"] == "€10.00 from us")
        assert "Thank you, Anna." in mail["text"] and "Weinladen GmbH, HRB 1" in mail["text"]
        assert "You have €10.00 to spend." in mail["text"]
    finally:
        save(owner, MAILS, kind="reward", mail_language="en", subject="", intro="")


def test_she_has_deleted_the_mail(shop: RunningShop, owner: RunningStaff):
    """Send it again from the list of her mails; it says what the ledger says today."""
    address = f"{shop.named('anna')}@example.com"
    anna = shop.member("anna", email=address)
    shop.order("1", shop.friend_of(anna, "ben"), 10_000)
    shop.drain()
    page = f"/console/mails?member={anna.id}"
    row = owner.get(page).body.decode().partition('name="kind" value="reward"')
    fields = dict(
        re.findall(r'name="(member|topic|shown)" value="([^"]*)"', row[0][-400:] + row[2][:400])
    )
    before = [mail["subject"] for mail in shop.mails(address)]
    again = owner.push(page, "/console/mails/resend", kind="reward", **fields)
    assert again.status == 303 and "said=mail_resent" in again.headers["location"]
    after = [mail["subject"] for mail in shop.mails(address)]
    assert (after.count("€10.00 for you"), len(after)) == (2, len(before) + 1)
    lost = owner.push(page, "/console/mails/resend", kind="reward", **fields | {"topic": "EUR#99"})
    assert lost.status == 404


def test_what_is_still_to_be_set_up(shop: RunningShop, owner: RunningStaff):
    """A test order takes the way of a real one, posts nothing, and turns its tick."""
    anna = shop.member("anna")
    before = shop.entries(anna)
    page = owner.get("/console/setup").body.decode()
    documented = (ROOT / "docs/storefront.md").read_text()
    stub = next(line for line in documented.splitlines() if line.startswith("<script>"))
    assert f"{stub}<script async src=" in html.unescape(page), "the whole snippet"
    assert "/grapevine.js" in page and "first order of €100.00 would pay" in page
    for step in ("click", "order"):
        told = owner.push("/console/setup", f"/console/setup/{step}", code=anna.code)
        assert told.status == 303, told.body
    shop.drain()
    page = owner.get("/console/setup").body.decode()
    for title in ("Make a test click", "Send a test order"):
        assert "✓ Done" in page.partition(f">{title}</h2>")[2].partition("</header>")[0]
    assert shop.entries(anna) == before
    wrong = owner.push("/console/setup", "/console/setup/order", code="NOBODY-0000")
    assert wrong.status == 422 and b"not an advocate" in wrong.body


def test_may_my_support_change_them(owner: RunningStaff):
    """They may look. Owners decide."""
    support = owner.colleague("support")
    assert support.get(PAGE).status == 200
    assert support.push(PAGE, PAGE, seen="0", shop_name="Mine").status == 403


def test_does_anybody_follow_the_links(shop: RunningShop, owner: RunningStaff):
    """The overview counts clicks, beside who joined and bought. A test click is none."""
    anna = shop.member("anna")
    before = clicks_shown(owner)
    shop.click(anna.code)
    shop.drain()
    assert clicks_shown(owner) > before


def clicks_shown(owner: RunningStaff) -> int:
    page = owner.get("/console?days=365").body.decode()
    shown = re.search(r"Clicks on links</dt><dd>([\d,]+)</dd>", page)
    assert shown
    return int(shown[1].replace(",", ""))

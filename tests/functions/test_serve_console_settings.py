"""Settings, look, mails and set-up in the console: what an owner changes, and what is refused."""

import re
import zlib
from base64 import b64decode

import pytest

from functions import serve_assets, serve_rewards
from functions.serve_console_settings import handler
from shared import owner_settings
from shared.domain.shop.logo import LARGEST_LOGO
from shared.language import LANGUAGES
from shared.store import engine
from shared.store.programs import audit_log, sightings
from shared.store.programs.owner_settings import find_settings, list_settings_versions
from shared.store.programs.recoveries import DONE, STOPPED, Recovery, put_recovery
from shared.webhooks import PROVIDERS
from shared.webhooks.completed_by import offered_settings
from tests.support.console_visitor import OUR_PAGE, Visitor, open_console, text_of
from tests.support.http_events import NOW, http_event, send

SHOP_FORM = {
    "seen": "0",
    "shop_name": "Weinladen",
    "postal_address": "Am Markt 1\n10115 Berlin",
    "support_email": "help@wein.example",
    "origins": "https://Wein.example/\nhttps://www.wein.example",
    "language.de": "yes",
    "first_language": "de",
    "completed_by.stripe": "shop",
    "terms_url": "https://wein.example/agb",
    "imprint_url": "https://wein.example/impressum",
}
MAIL_FORM = {"seen": "0", "kind": "reward", "mail_language": "en"}


@pytest.fixture
def owner(tables, monkeypatch):
    engine.open_tables()
    open_console(monkeypatch)
    monkeypatch.setenv("SHOP_ORIGINS", "https://shop.example.com")
    owner_settings.forget()
    yield Visitor("owner")
    owner_settings.forget()


def page(visitor, route="settings", status=200, **parts):
    answered = visitor.get(handler, f"GET /console/{route}", **parts)
    assert answered.status == status, answered.text
    return answered.text


def post(visitor, route="settings", form=None, **parts):
    return visitor.post(handler, f"POST /console/{route}", form, **parts)


def upload(visitor, content: bytes, kind="image/png", **fields):
    """Send the form of the look with a file, as a browser does."""
    from shared.console import sign_in

    fields = {"form": sign_in.form_token(visitor.cookie), "seen": "0"} | fields
    mark = "----mark"
    parts = [
        f'--{mark}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{mark}\r\ncontent-disposition: form-data; name="logo"; filename="l"\r\ncontent-type: {kind}\r\n\r\n'
    body = b"".join(parts) + head.encode() + content + f"\r\n--{mark}--\r\n".encode()
    headers = OUR_PAGE | {"content-type": f"multipart/form-data; boundary={mark}"}
    return visitor.post(handler, "POST /console/settings/look", headers=headers, body=body)


def png(width=4, height=4) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    size = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    rows = zlib.compress(bytes((1 + 3 * width) * height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


class TestTheShop:
    def test_what_an_owner_saves_applies(self, owner):
        assert post(owner, form=SHOP_FORM | {"reason": "We moved"}).status == 303
        assert owner_settings.shop_name() == "Weinladen"
        assert owner_settings.origins() == ("https://wein.example", "https://www.wein.example")
        assert owner_settings.offered_languages() == ("de",)
        assert owner_settings.completed_by("stripe") == "shop"
        assert owner_settings.completed_by("shopify") == "fulfilment"

    def test_it_is_shown_again_and_logged(self, owner):
        post(owner, form=SHOP_FORM | {"reason": "We moved"})
        assert "help@wein.example" in page(owner) and "Version 1" in page(owner)
        (line,) = [
            line for line in audit_log.list_audit_lines(50)[0] if line["what"] == "settings_changed"
        ]
        assert (line["who"], line["reason"], line["subject"]) == (
            f"staff:{owner.person.id}",
            "We moved",
            {"settings": 1},
        )
        assert line["before"]["shop_name"] is None and line["after"]["shop_name"] == "Weinladen"
        assert "reply_to" not in line["after"]

    def test_parameters_count_until_then(self, owner):
        assert owner_settings.origins() == ("https://shop.example.com",)
        assert owner_settings.offered_languages() == LANGUAGES
        assert "https://shop.example.com" in page(owner)

    def test_fulfilment_can_be_chosen_only_for_who_reports_it(self, owner):
        shown = page(owner)
        choices = {
            name: re.findall(
                r'value="(\w+)"',
                shown.partition(f'name="completed_by.{name}">')[2].partition("</select>")[0],
            )
            for name in PROVIDERS
        }
        assert choices == {name: list(offered_settings(name)) for name in PROVIDERS}
        assert "fulfilment" not in choices["stripe"] and "fulfilment" in choices["shopify"]

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("origins", "https://wein.example/shop", "must be an origin without a path"),
            ("origins", "", "must be 1 to 20 origins"),
            ("origins", "http://wein.example", "must be an origin"),
            ("support_email", "help", "must be an email address"),
            ("terms_url", "/agb", "must be the whole address"),
            ("terms_url", "javascript:alert(1)", "must be the whole address"),
            ("shop_name", "n" * 81, "must be at most 80"),
            ("completed_by.stripe", "magic", "must be one of"),
        ],
    )
    def test_a_refused_form_comes_back_as_it_was_typed(self, owner, field, value, said):
        refused = post(owner, form=SHOP_FORM | {field: value})
        assert refused.status == 422
        assert said in refused.text and "Am Markt 1" in refused.text
        assert find_settings().version == 0

    def test_without_a_language_nothing_is_saved(self, owner):
        form = {name: value for name, value in SHOP_FORM.items() if name != "language.de"}
        assert post(owner, form=form).status == 422

    def test_who_saves_what_somebody_else_has_changed_is_told(self, owner):
        post(owner, form=SHOP_FORM)
        late = post(owner, form=SHOP_FORM | {"shop_name": "Too late"})
        assert late.status == 412 and "Someone else saved settings" in late.text
        assert owner_settings.shop_name() == "Weinladen"
        assert post(owner, form=SHOP_FORM | {"seen": "1", "shop_name": "In time"}).status == 303
        assert [one.version for one in list_settings_versions(9)] == [2, 1]

    @pytest.mark.parametrize("role", ["manager", "support", "viewer"])
    def test_only_an_owner_changes_them(self, owner, role):
        visitor = Visitor(role)
        assert "Only owners can change settings" in page(visitor)
        assert post(visitor, form=SHOP_FORM).status == 403
        assert find_settings().version == 0


class TestTheLook:
    def test_a_colour_that_can_be_read_is_taken(self, owner):
        form = {"seen": "0", "accent": "#0B5FA5", "accent_dark": "", "font": "serif"}
        assert post(owner, "settings/look", form).status == 303
        shown = send(serve_rewards.handler, "GET /rewards", at=NOW).text
        address = shown.partition('href="/assets/look-')[2].partition('"')[0]
        sheet = send(
            serve_assets.handler,
            "GET /assets/{name}",
            path={"name": "look-" + address.partition("?")[0]},
            query={"v": "1"},
        )
        rules = b64decode(sheet.text).decode()
        assert sheet.status == 200 and "--grape: #0b5fa5;" in rules
        assert "prefers-color-scheme: dark" in rules
        assert "immutable" in sheet.headers["cache-control"]

    @pytest.mark.parametrize(
        ("field", "colour"), [("accent", "#ffdd00"), ("accent_dark", "#333333")]
    )
    def test_a_colour_that_cannot_is_refused_with_the_nearest(self, owner, field, colour):
        refused = post(owner, "settings/look", {"seen": "0", field: colour})
        assert refused.status == 422 and colour in refused.text
        said = text_of(refused.text)
        nearest = said.partition("the nearest colour that works is ")[2][:7]
        assert post(owner, "settings/look", {"seen": "0", field: nearest}).status == 303

    def test_a_logo_is_kept_served_and_shown(self, owner):
        assert upload(owner, png(), accent="", accent_dark="", font="classic").status == 303
        name = find_settings().settings.logo
        served = send(serve_assets.handler, "GET /assets/{name}", path={"name": name})
        assert b64decode(served.text) == png() and served.headers["content-type"] == "image/png"
        assert served.headers["content-security-policy"].startswith("default-src 'none'")
        shown = send(serve_rewards.handler, "GET /rewards", at=NOW).text
        assert f'<link rel="icon" href="/assets/{name}?v=1">' in shown
        assert f'<img class="logo" src="/assets/{name}?v=1"' in shown
        icon = serve_assets.handler(http_event("$default") | {"rawPath": "/favicon.ico"}, None)
        assert b64decode(icon["body"]) == png()
        removal = {"seen": "1", "remove_logo": "yes"}
        assert post(owner, "settings/look", removal).status == 303
        assert find_settings().settings.logo == ""

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"GIF89a", "must be a PNG, SVG or WebP picture"),
            (png()[:-8], "is damaged"),
            (png(2001, 1), "must be at most 2000 pixels"),
            (png() + bytes(LARGEST_LOGO), "must be at most 64 KiB"),
            (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "element script"),
            (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "scripts"),
        ],
    )
    def test_what_is_no_harmless_picture_is_refused(self, owner, content, said):
        refused = upload(owner, content, accent="#0b5fa5")
        assert refused.status == 422 and said in refused.text and "#0b5fa5" in refused.text
        assert find_settings().version == 0

    @pytest.mark.parametrize("kind", ["rewards", "claim", "statement", "reward"])
    def test_previews_show_the_look(self, owner, kind):
        tried = page(
            owner,
            "settings/preview/{kind}",
            path={"kind": kind},
            query={"accent": "#0b5fa5", "font": "sans"},
        )
        assert "0b5fa5" in tried

    def test_a_preview_of_nothing(self, owner):
        page(owner, "settings/preview/{kind}", 404, path={"kind": "nothing"})


class TestMails:
    def test_texts_with_placeholders_are_previewed_and_used(self, owner):
        words = {"subject": "{amount} from {shop}", "intro": "Well done, {first_name}!"}
        assert post(owner, "settings/mails", MAIL_FORM | words).status == 303
        shown = page(owner, "settings/preview/{kind}", path={"kind": "reward"})
        assert "€12.50 from" in shown and "Well done, Anna!" in shown

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ({"subject": "Hello {nmae}"}, "has no value for {nmae}"),
            ({"intro": "Hello {first_name"}, "has a brace that is not a placeholder"),
            ({"subject": "n" * 121}, "must be at most 120"),
            ({"intro": "{link}"}, "has no value for {link}"),
        ],
    )
    def test_placeholders_that_would_break_are_refused(self, owner, words, said):
        refused = post(owner, "settings/mails", MAIL_FORM | words)
        assert refused.status == 422 and said in refused.text
        assert find_settings().version == 0

    def test_an_empty_text_is_the_usual_one_again(self, owner):
        post(owner, "settings/mails", MAIL_FORM | {"subject": "Mine"})
        post(owner, "settings/mails", MAIL_FORM | {"seen": "1", "subject": "", "intro": ""})
        assert find_settings().settings.wordings == {}

    def test_answers_and_imprint(self, owner):
        form = {"seen": "0", "reply_to": "help@wein.example", "mail_imprint": "Weinladen GmbH"}
        assert post(owner, "settings/mails", form).status == 303
        saved = find_settings().settings
        assert (saved.reply_to, saved.credit_hint) == ("help@wein.example", False)
        assert "Weinladen GmbH" in page(owner, "settings/preview/{kind}", path={"kind": "balance"})

    def test_a_test_goes_to_whoever_asks_and_turns_the_tick(self, owner):
        form = {"kind": "welcome", "mail_language": "de"}
        assert post(owner, "settings/mails/test", form).status == 303
        assert sightings.MAIL in sightings.list_sightings()

    def test_a_sender_that_is_not_verified_is_said(self, owner, monkeypatch):
        monkeypatch.setenv("MAIL_FROM", "stranger@elsewhere.example")
        answered = post(owner, "settings/mails/test", {"kind": "welcome", "mail_language": "en"})
        assert answered.status in (303, 503)


def test_settings_tell_what_the_stack_was_told_and_no_secret(owner):
    text = page(owner, "settings")
    assert (
        "https://grapevine.example.com/webhooks/stripe" in text
        and "Set up" in text
        and "whsec_" not in text
    )


def test_settings_tell_when_each_processor_was_last_reconciled_and_why_one_could_not(owner):
    done = Recovery("stripe", NOW, NOW, state=DONE, covered_at=NOW)
    stopped = Recovery("shopify", NOW, NOW, state=STOPPED, text="Name the shop's address.")
    for recovery in (done, stopped, Recovery("square", NOW, NOW, pages=7)):
        put_recovery(recovery)
    text = page(owner, "settings")
    assert text.count("Last reconciled") == 1
    assert "Could not be reconciled" in text
    assert "Name the shop&#39;s address." in text
    assert "Being reconciled: 7 pages read" in text

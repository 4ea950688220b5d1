"""What the owner's settings may hold, and that they come back from storage as they went in."""

import pytest

from shared.domain.document import InvalidDocument
from shared.domain.outgoing import mail
from shared.domain.shop.logo import parse_logo
from shared.domain.shop.mail_wording import PLACEHOLDERS, MailWording, fill_placeholders
from shared.domain.shop.owner_settings import (
    COMPLETED_BY,
    OWNER_SETTINGS,
    UNCHANGED,
    OwnerSettings,
    parse_origin,
)
from shared.webhooks.completed_by import SETTINGS

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"{}>{}</svg>'
)


def test_they_come_back_as_they_were_written():
    settings = OwnerSettings(
        shop_name="Weinladen",
        postal_address="Am Markt 1\n10115 Berlin",
        origins=("https://wein.example",),
        languages=("de", "en"),
        completed_by={"stripe": "shop"},
        accent="#0b5fa5",
        font="serif",
        logo=f"logo-{'0' * 32}.png",
        reply_to="help@wein.example",
        credit_hint=False,
        wordings={"reward.de": MailWording("{amount} für Sie", "")},
    )
    assert OWNER_SETTINGS.parse(OWNER_SETTINGS.write(settings)) == settings
    assert OWNER_SETTINGS.parse({}) == UNCHANGED


def test_words_of_other_modules_are_the_same_here():
    assert COMPLETED_BY == SETTINGS
    assert set(PLACEHOLDERS) <= set(mail.KINDS)


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://Shop.Example", "https://shop.example"),
        (" https://shop.example:8443/ ", "https://shop.example:8443"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
    ],
)
def test_an_origin_is_brought_into_its_form(typed, origin):
    assert parse_origin(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "*",
        "shop.example",
        "http://shop.example",
        "https://",
        "https://shop.example/path",
        "https://shop.example?a",
        "https://me@shop.example",
        "https://shop.example:port",
        "https://shop .example",
        "null",
        7,
    ],
)
def test_what_is_no_origin_is_refused(typed):
    with pytest.raises(ValueError, match="must be an origin"):
        parse_origin(typed)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("wordings", {"sign_in.de": {"subject": "Hi"}}),
        ("wordings", {"reward.de": {"subject": "two\nlines"}}),
        ("wordings", {"reward.de": {"subject": "{}"}}),
        ("wordings", {"reward.de": {"intro": "}"}}),
        ("logo", "../secret.png"),
        ("accent", "red"),
        ("font", "comic"),
        ("languages", []),
        ("nothing", "at all"),
    ],
)
def test_what_could_break_is_refused(field, value):
    with pytest.raises(InvalidDocument):
        OWNER_SETTINGS.parse({field: value})


def test_a_value_is_never_read_as_a_placeholder():
    values = {"first_name": "{shop}", "shop": "Weinladen"}
    assert fill_placeholders("{first_name} at {shop}", values) == "{shop} at Weinladen"
    assert fill_placeholders("{link}!", {}) == "!"


@pytest.mark.parametrize(
    ("attributes", "content"),
    [
        ("", "<script>x()</script>"),
        ("", '<SCRIPT xmlns="http://www.w3.org/1999/xhtml">x()</SCRIPT>'),
        ("", "<foreignObject/>"),
        ("", '<animate attributeName="href" to="javascript:x()"/>'),
        ("", '<use xlink:href="https://elsewhere.example/a.svg#a"/>'),
        ("", '<use href="data:image/svg+xml,x#a"/>'),
        ("", "<style>@import 'https://elsewhere.example';</style>"),
        ("", "<style>rect{fill:url(https://elsewhere.example)}</style>"),
        ("", '<rect style="fill:url(//elsewhere.example#a)"/>'),
        ("", '<rect fill="u\\72l(x)"/>'),
        (' onload="x()"', ""),
        (' OnLoad="x()"', ""),
        (' xml:base="https://elsewhere.example/"', ""),
    ],
)
def test_an_svg_that_does_more_than_draw_is_refused(attributes, content):
    with pytest.raises(ValueError, match="save it as a plain SVG"):
        parse_logo(SVG.format(attributes, content).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"<html/>",
        b"<svg/>",
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("", "&a;").encode(),
        b"<?xml-stylesheet href='x'?>" + SVG.format("", "").encode(),
        b"RIFF\x04\x00\x00\x00WEBP",
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(ValueError):
        parse_logo(content)


def test_a_drawing_is_taken():
    gradient = '<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/><use href="#a"/>'
    logo = parse_logo(SVG.format(' viewBox="0 0 1 1"', gradient).encode())
    assert logo.content_type == "image/svg+xml" and logo.name.endswith(".svg")

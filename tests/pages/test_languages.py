"""A language is a folder of catalogues: what pages take from it, and from CLDR for the rest."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from local.translation.catalogues import UndatedCatalogue, build_catalogue, format_mo
from shared import secrets
from shared.api.signed_tokens import TokenPurpose, sign_member_token
from shared.console.amounts import read_amount
from shared.console.mail_samples import compose_sample
from shared.domain.shop.owner_settings import OwnerSettings
from shared.language import LANGUAGES
from shared.pages import figures
from shared.pages.rendering import render
from shared.store import engine
from tests.support.console_visitor import Visitor, open_console
from tests.support.http_events import NOW, http_event
from tests.support.running_cloud import PATIENCE_SECONDS
from tests.support.shop import Shop

ROOT = Path(__file__).parents[2]
LAMBDA_MAIN = ROOT / "tests" / "built" / "lambda_main.py"
ARABIC: Mapping[str, Mapping[str, str]] = {
    "portal": {"Your rewards": "مكافآتك", "Your link": "رابطك", "Available": "متاح"},
    "console": {"Overview": "نظرة عامة", "Members": "الأعضاء"},
}
BOX = re.compile(r"(?:margin|padding|inset): ([^;(]+);")
PAGE = {"shop": "Weinladen", "shop_url": "https://shop.example.com"}


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """This release, and in it a folder of a few Arabic texts."""
    _link_all(tmp_path, "", ("functions", "web"))
    for folder in ("shared", "shared/pages", "shared/pages/locale"):
        _link_all(tmp_path, folder, os.listdir(ROOT / folder))
    for domain, texts in ARABIC.items():
        catalogue = UndatedCatalogue("ar")
        for text, translation in texts.items():
            catalogue.add(text, translation)
        file = tmp_path / "shared" / "pages" / "locale" / "ar" / "LC_MESSAGES" / f"{domain}.mo"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(format_mo(catalogue))
    return tmp_path


def _link_all(release: Path, folder: str, names: Iterable[str]) -> None:
    """Links files and folders of the repository into a folder of `release`, but those on the way to
    the catalogues.
    """
    (release / folder).mkdir(exist_ok=True)
    for name in set(names) - {"pages", "locale"}:
        (release / folder / name).symlink_to(ROOT / folder / name)


def ask(release: Path, module: str, event: dict) -> dict:
    told = {
        "path": [str(release), *filter(lambda folder: folder.endswith("-packages"), sys.path)],
        "handler": f"functions.{module}.handler",
        "event": event,
    }
    called = subprocess.run(
        [sys.executable, "-I", "-S", "-B", str(LAMBDA_MAIN)],
        input=json.dumps(told),
        cwd=release,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert called.returncode == 0, called.stderr[-2000:]
    answered: dict = json.loads(called.stdout)
    assert answered["statusCode"] == 200, answered
    assert answered["headers"]["content-language"] == "ar"
    return answered


def test_a_folder_makes_a_language_that_is_read_from_right_to_left(tables, monkeypatch, release):
    open_console(monkeypatch)
    shop, visitor = Shop(), Visitor()
    shop.member("anna", name="Anna Adler")
    shop.member("bert", referrer_login="anna")
    shop.order("1001", 10_000, customer={"id": "bert"})
    session = sign_member_token(secrets.pepper(), TokenPurpose.PORTAL_SESSION, "anna", NOW)
    arabic = {"headers": {"accept-language": "ar-EG, fr;q=0.5"}}

    own = http_event("GET /rewards", cookies=[f"__Host-gv_rewards={session}"], **arabic)
    page = ask(release, "serve_rewards", own)["body"]
    assert '<html lang="ar" dir="rtl">' in page
    assert "رابطك" in page and "متاح" in page
    assert "Pending" in page, "a text without a translation stays English"
    assert "\N{RIGHT-TO-LEFT MARK}10.00\N{NO-BREAK SPACE}€" in page, "CLDR writes the amounts"
    assert all(name in page for name in ("العربية", "Deutsch", "Français", "English"))

    member = http_event(
        "GET /console/members/{id}", path={"id": "bert"}, cookies=visitor.cookies, **arabic
    )
    page = ask(release, "serve_console_members", member)["body"]
    assert '<html lang="ar" dir="rtl">' in page and "الأعضاء" in page
    assert "←" in page and "→" not in page, "the chain points to where Arabic goes on"


def test_a_page_names_its_language_its_direction_and_every_other_language(tables) -> None:
    for language in LANGUAGES:
        page = render("claim/unknown.html", language, **PAGE)
        assert f'<html lang="{language}" dir="ltr">' in page
        for other in LANGUAGES:
            assert f'hreflang="{other}"' in page and figures.language_name(other) in page


def test_a_catalogue_says_whose_formats_its_language_has(tmp_path, monkeypatch) -> None:
    catalogue = UndatedCatalogue("pt_PT")
    catalogue.add("Language", "Língua")
    file = tmp_path / "pt" / "LC_MESSAGES" / "site.mo"
    file.parent.mkdir(parents=True)
    file.write_bytes(format_mo(catalogue))
    monkeypatch.setattr("shared.language.CATALOGUES", tmp_path)
    assert figures.locale_name("pt") == "pt_PT"
    assert figures.locale_name("eo") == "eo", "a language without a catalogue of its own"


def test_the_tool_keeps_the_region_that_a_translator_wrote(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("local.translation.catalogues.CATALOGUES", tmp_path)
    file = tmp_path / "pt" / "LC_MESSAGES" / "site.po"
    file.parent.mkdir(parents=True)
    file.write_text('msgid ""\nmsgstr ""\n"Language: pt_PT\\n"\n', encoding="utf-8")
    assert str(build_catalogue("site", "pt").locale) == "pt_PT"


def test_a_mail_is_laid_out_in_the_direction_of_its_language(tables, monkeypatch) -> None:
    monkeypatch.setitem(figures.LOCALES, "ar", "ar")
    engine.open_tables()
    for language, direction, start in (("en", "ltr", "left"), ("ar", "rtl", "right")):
        html = compose_sample("statement", language, OwnerSettings())[2]
        assert set(re.findall(r'dir="(\w+)"', html)) == {direction}
        assert set(re.findall(r"direction:(\w+)", html)) == {direction}
        assert f'align="{start}"' in html and f"text-align:{start}" in html


def test_styles_name_no_side_but_where_the_other_direction_has_its_own() -> None:
    for file in (ROOT / "web").glob("*.css"):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            has_both = "linear-gradient(to " in line
            assert has_both or not re.search(r"\b(left|right)\b", line), f"{file.name}:{number}"
            for box in BOX.findall(line):
                sides = box.split()
                assert len(sides) < 4 or sides[1] == sides[3], f"{file.name}:{number}: {box}"


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD", "USD"])
def test_an_amount_with_marks_of_direction_is_read_as_it_was_shown(monkeypatch, currency) -> None:
    monkeypatch.setitem(figures.LOCALES, "ar", "ar")
    shown = figures.money(1_234_567, currency, "ar")
    assert "\N{RIGHT-TO-LEFT MARK}" in shown
    assert read_amount(shown, currency, "ar") == 1_234_567

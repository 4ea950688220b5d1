"""Refusals of the console in the reader's language: every sentence that it can say, with its values."""

import re

import pytest

from functions import (
    serve_console_members,
    serve_console_months,
    serve_console_programs,
    serve_members,
)
from local.translation import sentences
from local.translation.catalogues import build_catalogue
from shared.pages.refusals import REFUSALS, translate_refusal, value_names
from shared.pages.rendering import TEMPLATES
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.http_events import SHOP, send
from tests.support.languages import TWO_LANGUAGES
from tests.support.shop import Shop

SPOKEN = TWO_LANGUAGES[1]
TRANSLATED = {
    message.id: message.string for message in build_catalogue(REFUSALS, SPOKEN) if message.id
}
HTTP_GERMAN = {"accept-language": "de"}
SHOWS_FAULTS = re.compile(r'\b(?:field|area|faults|colour)\((?:\w+|form_of\([^)]*\)), "(\w+)"')
LABELLED = re.compile(r'"(\w+)": _\(')


@pytest.mark.parametrize("text", TRANSLATED)
def test_what_is_said_is_found_again_with_its_values(text):
    values = {name: f"W{place} €" for place, name in enumerate(value_names(text))}
    said = text.format_map(values)
    assert translate_refusal(said, SPOKEN) in {
        translation.format_map(values)
        for english, translation in TRANSLATED.items()
        if value_names(english) == value_names(text)
    }
    assert translate_refusal(said, SPOKEN) != said or TRANSLATED[text] == text
    assert translate_refusal(said, "en") == said


@pytest.mark.parametrize(
    ("said", "german"),
    [
        (
            "must be an amount in EUR, such as 12.50",
            "muss ein Betrag in EUR sein, zum Beispiel 12.50",
        ),
        ("must be text, not a list", "muss Text sein, nicht eine Liste"),
        (
            'write either {"percent": "10"} or {"fixed": 500}',
            'schreiben Sie entweder {"percent": "10"} oder {"fixed": 500}',
        ),
        ("must be one of: is required", "muss eines hiervon sein: fehlt"),
        ("Two words that nobody wrote down", "Two words that nobody wrote down"),
    ],
)
def test_values_stay_in_their_place(said, german):
    assert translate_refusal(said, "de") == german


def test_minor_units_of_a_finding_are_money_on_a_page():
    finding = "an order that keeps 1 costs 500; set payment_minimum or lower the fixed amounts"
    assert (
        translate_refusal(finding, "en", "EUR")
        == "an order that keeps €0.01 costs €5.00; set payment_minimum or lower the fixed amounts"
    )
    assert "0,01\N{NO-BREAK SPACE}€" in translate_refusal(finding, "de", "EUR")


@pytest.mark.parametrize(
    "line",
    [
        "raise ValueError(sentence_of(value))",
        "source.fault('a', SENTENCES['b'])",
        "FieldError('a', text)",
    ],
)
def test_a_sentence_that_the_catalogue_could_not_have_is_an_error(tmp_path, line):
    place = tmp_path / "anew.py"
    place.write_text(line)
    with pytest.raises(sentences.UnreadableSentence):
        list(sentences.list_module_sentences(place))


def test_the_console_is_behind_it_whole():
    names = {place.name for place in sentences.console_modules()}
    assert {
        "serve_console.py",
        "serve_console_programs.py",
        "program_drafts.py",
        "program_document.py",
        "findings.py",
        "listing.py",
        "staff_accounts.py",
    } <= names


@pytest.fixture
def owner(tables, monkeypatch) -> Visitor:
    open_console(monkeypatch)
    Shop().member("anna")
    return Visitor()


class TestInGerman:
    def test_a_form_is_refused_by_its_labels(self, owner):
        form = {"amount": "viel", "reason": "Kulanz"}
        route, path = "POST /console/members/{id}/adjust", {"id": "anna"}
        answered = owner.post(
            serve_console_members.handler,
            route,
            form,
            path=path,
            headers=HTTP_GERMAN | {"sec-fetch-site": "same-origin"},
        )
        assert answered.status == 422
        assert "muss ein Betrag in EUR sein, zum Beispiel 12,50" in text_of(answered.text)
        assert "Berichtigen Sie dies" in answered.text

    def test_a_filter_too_long_and_a_month_that_is_none(self, owner):
        answered = owner.get(
            serve_console_members.handler,
            "GET /console/members",
            query={"q": "x" * 300},
            headers=HTTP_GERMAN,
        )
        assert "Suche darf höchstens 200 Zeichen haben" in text_of(answered.text)
        answered = owner.get(
            serve_console_months.handler,
            "GET /console/statements",
            query={"month": "neulich"},
            headers=HTTP_GERMAN,
        )
        assert "Monat schreiben Sie Jahr und Monat, etwa 2026-03" in text_of(answered.text)

    def test_a_draft_says_what_is_wrong_and_what_lint_found(self, owner):
        route, path = "POST /console/programs/{id}/draft", {"id": "default"}
        levels = '{"id": "default", "name": "x", "currency": "EUR", "credit": {"system": "levels", "levels": [%s]}}'
        for number, (level, german) in enumerate(
            [
                ('{"percent": 10}', "schreiben Sie den Prozentsatz als Text"),
                ('{"fixed": 500}', "kostet 5,00\N{NO-BREAK SPACE}€"),
            ]
        ):
            form = {
                "as": "document",
                "seen": "2",
                "revision": str(number),
                "document": levels % level,
            }
            assert owner.post(serve_console_programs.handler, route, form, path=path).status == 303
            page = owner.get(
                serve_console_programs.handler,
                "GET /console/programs/{id}/draft",
                path=path,
                headers=HTTP_GERMAN,
            )
            assert german in page.text

    def test_the_api_answers_in_english_to_everybody(self, owner):
        answered = send(
            serve_members.handler,
            "GET /v1/members/{id}",
            path={"id": "nobody"},
            caller=SHOP,
            headers=HTTP_GERMAN,
        )
        assert answered.body["detail"] == (
            "No member has this id. Register them first with PUT /v1/members/{id}."
        )


@pytest.mark.parametrize(
    "template", sorted((TEMPLATES / "console").glob("*.html")), ids=lambda path: path.stem
)
def test_whatever_can_be_wrong_in_a_form_is_named_by_a_label(template):
    """Not by the name that the form's field has for machines."""
    named = LABELLED.findall((TEMPLATES / "console/refusal_parts.html").read_text("utf-8"))
    assert not {*SHOWS_FAULTS.findall(template.read_text("utf-8"))} - {*named}

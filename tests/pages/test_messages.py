"""Every text has a translation in every language.

`make messages` writes what is missing into the catalogues, to be filled in by hand.
"""

import ast
import re
from pathlib import Path

import pytest

from local.translation import catalogues
from shared.language import LANGUAGES, catalogue
from shared.pages.rendering import TEMPLATES
from shared.words import SENTENCES, sentence

ROOT = Path(__file__).parents[2]
ALL = [
    (domain, language)
    for domain in catalogues.list_domains()
    for language in catalogues.translated_languages()
]


@pytest.mark.parametrize(("domain", "language"), ALL)
def test_every_text_is_there_in_every_language(domain, language):
    missing = [
        message.id
        for message in catalogues.list_untranslated(catalogues.build_catalogue(domain, language))
    ]
    assert not missing, (
        f"translate in {catalogues.catalogue_path(domain, language)}, after `make messages`"
    )


@pytest.mark.parametrize(("domain", "language"), ALL)
def test_catalogues_are_those_of_the_templates_of_today(domain, language):
    current, place = (
        catalogues.build_catalogue(domain, language),
        catalogues.catalogue_path(domain, language),
    )
    assert place.read_bytes() == catalogues.format_po(current), "run `make messages`"
    assert place.with_suffix(".mo").read_bytes() == catalogues.format_mo(current), (
        "run `make messages`"
    )


def test_what_is_missing_is_noticed():
    texts = catalogues.UndatedCatalogue("de")
    texts.add("Hello %(name)s", "Hallo %(nmae)s", flags=["python-format"])
    texts.add("Good-bye")
    texts.add(("One friend", "Many friends"), ("Eine Freundin", ""))
    texts.add("Yes", "Ja")
    assert [message.id for message in catalogues.list_untranslated(texts)] == [
        "Hello %(name)s",
        "Good-bye",
        ("One friend", "Many friends"),
    ]


def test_pages_of_every_folder_know_the_texts_that_they_all_share():
    assert (
        catalogue("portal", "de").gettext("Skip to content")
        == catalogue("site", "de").gettext("Skip to content")
        != "Skip to content"
    )


def test_a_reason_reads_in_the_readers_language_and_its_values_are_the_same():
    reason = {"code": "referral", "inputs": {"friend": "F", "level": 1}, "steps": []}
    assert sentence(reason, lambda _: "jo") == "Income from referral program from jo"
    assert sentence(reason, lambda _: "jo", "de") == "Prämie für einen Einkauf von jo"
    assert sentence(reason, lambda _: "jo", "xx") == "Income from referral program from jo"
    inputs = {"friend": "F", "advocate": "A", "days": 365}
    for language in LANGUAGES:
        for code in SENTENCES:
            read = {"code": code, "inputs": inputs, "steps": []}
            assert "{" not in sentence(read, lambda name: name, language), (language, code)


def test_one_and_none_are_singular_in_french_and_only_one_in_german():
    texts = ("and %(num)s more line", "and %(num)s more lines")
    french, german = (catalogue("mail", language) for language in ("fr", "de"))
    assert [french.ngettext(*texts, count) for count in (0, 1, 2)] == [
        "et %(num)s ligne de plus",
        "et %(num)s ligne de plus",
        "et %(num)s lignes de plus",
    ]
    assert german.ngettext(*texts, 0) == german.ngettext(*texts, 2) != german.ngettext(*texts, 1)


def sentences_in_code(path: Path) -> list[str]:
    """Every text in a module that is no docstring."""
    tree = ast.parse(path.read_text())
    loose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in loose
    ]


def test_nothing_that_people_read_sends_them_to_a_file_of_the_sources():
    said = [str(text) for domain, _ in ALL for _, text in catalogues.extract_texts(domain)]
    for folder in ("shared", "functions"):
        for path in (ROOT / folder).rglob("*.py"):
            said += sentences_in_code(path)
    for path in TEMPLATES.rglob("*.*"):
        said.append(path.read_text())
    assert [text for text in said if re.search(r"\b[\w-]+\.md\b", text)] == []

"""Choosing a system, and rows and rules that are added and taken away before anything is saved."""

import pytest

from shared.console.program_fields import form_fields
from shared.console.program_form import apply_form
from shared.console.program_systems import (
    RULES,
    choose_system,
    load_translated_preset,
    rule_examples,
    system_of,
    take_step,
)
from shared.domain.programs.program_document import parse_program, program_document
from shared.language import LANGUAGES
from shared.presets import PRESETS, list_texts, load_preset
from shared.words import translate
from tests.support.languages import TWO_LANGUAGES


def whole(name: str, /, **more: object) -> dict:
    return program_document(parse_program(load_preset(name) | more))


def rates(form: dict) -> list[str]:
    return [form[f"credit.levels.{row}"] for row in range(int(form["credit.levels.rows"]))]


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_is_recognised_as_its_own_system(name: str) -> None:
    assert system_of(whole(name)) == name


@pytest.mark.parametrize("document", [{}, {"credit": 7, "groups": [3], "rules": None}])
def test_a_document_that_is_no_program_has_a_system_too(document: dict) -> None:
    assert system_of(document) == "peer_to_peer"


@pytest.mark.parametrize("before", PRESETS)
@pytest.mark.parametrize("after", PRESETS)
def test_another_system_keeps_the_name_that_the_owner_gave(before: str, after: str) -> None:
    own = choose_system(whole(before, name="Ours"), after, "en")
    assert (own["name"], own["credit"]) == ("Ours", whole(after)["credit"])
    assert choose_system(whole(before), after, "en")["name"] == load_preset(after)["name"]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_names_of_the_preset_are_in_the_language_of_whoever_chooses_it(language: str) -> None:
    spoken = choose_system(whole("peer_to_peer"), "volume_groups", language)
    assert spoken["name"] == translate("The more your friends buy, the more you earn", language)
    assert [group["name"] for group in spoken["groups"]] == [
        translate(name, language) for name in ("Start", "Silver", "Gold")
    ]
    assert spoken["groups"][2]["description"] == translate("Friends bought for 5,000", language)
    assert [group["id"] for group in spoken["groups"]] == ["start", "silver", "gold"]


def test_a_translated_name_is_no_name_that_an_owner_gave() -> None:
    spoken = choose_system(whole("peer_to_peer"), "volume_groups", "de")
    assert choose_system(spoken, "recursive", "fr")["name"] == translate(
        load_preset("recursive")["name"], "fr"
    )


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_text_of_a_preset_is_translated(language: str) -> None:
    same = {text for text in list_texts() if translate(text, language) == text}
    assert same <= {"Start", "Gold"}
    for name in PRESETS:
        parse_program(load_translated_preset(name, language))


def test_a_level_is_added_below_the_others_and_is_typed_in_next() -> None:
    form, focus = take_step(form_fields(whole("level_based"), "en"), "level.add", "en")
    assert (rates(form), focus) == (["10", "8", "6", "5"], "credit.levels.3")


def test_a_level_that_is_taken_away_lets_the_others_move_up_with_what_was_typed() -> None:
    typed = form_fields(whole("level_based"), "en") | {"credit.levels.1": "7.5", "name": "Typed"}
    form, _ = take_step(typed, "level.drop.0", "en")
    assert (rates(form), form["name"]) == (["7.5", "6"], "Typed")


@pytest.mark.parametrize("step", ["level.drop.9", "level.drop.x", "group.drop.0", "on.name", "?"])
def test_a_step_that_is_not_there_changes_nothing(step: str) -> None:
    form = form_fields(whole("level_based"), "en")
    assert take_step(form, step, "en") == (form, "")


def test_forty_levels_are_the_most() -> None:
    form = form_fields(whole("level_based"), "en")
    for _ in range(50):
        form, _ = take_step(form, "level.add", "en")
    assert len(rates(form)) == 40
    assert parse_program(apply_form(whole("level_based"), form, "en")).depth() == 40


def test_groups_come_and_go() -> None:
    form, focus = take_step(form_fields(whole("volume_groups"), "en"), "group.add", "en")
    assert (form["groups.rows"], focus) == ("4", "groups.3.name")
    form, _ = take_step(form, "group.drop.1", "en")
    assert [form[f"groups.{row}.id"] for row in range(3)] == ["start", "gold", ""]


@pytest.mark.parametrize("language", TWO_LANGUAGES)
@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_each_rule_turned_on_with_its_example_is_a_valid_program(
    currency: str, language: str
) -> None:
    document = whole("peer_to_peer", currency=currency)
    form = form_fields(document, language)
    for name in RULES:
        form, focus = take_step(form, f"on.{name}", language)
        assert (focus, form[name]) == (name, rule_examples(form, language)[name])
    program = parse_program(apply_form(document, form, language))
    assert program.rules.max_bonus == {"EUR": 5_000, "JPY": 5_000, "KWD": 50_000}[currency]
    assert (program.rules.total_days, program.wallet.expires_after_days) == (365, 365)
    for name in RULES:
        form, _ = take_step(form, f"off.{name}", language)
    assert program_document(parse_program(apply_form(document, form, language))) == document

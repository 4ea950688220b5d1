"""The console's form of a program says what the document says, and keeps it when it is saved."""

import pytest

from shared.console.program_fields import form_fields, overlay_typed
from shared.console.program_form import apply_form
from shared.domain.document import InvalidDocument
from shared.domain.programs.program_document import parse_program, program_document
from shared.presets import PRESETS, load_preset
from tests.support.languages import TWO_LANGUAGES

BARE = {
    "id": "default",
    "name": "P",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
}


@pytest.mark.parametrize("language", TWO_LANGUAGES)
@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_that_is_saved_untouched_stays_as_it_was(
    name: str, currency: str, language: str
) -> None:
    document = program_document(parse_program(load_preset(name) | {"currency": currency}))
    saved = apply_form(document, form_fields(document, language), language)
    assert program_document(parse_program(saved)) == document


def test_the_fields_of_time_and_friends() -> None:
    whole = program_document(parse_program(BARE))
    form = form_fields(whole, "en") | {
        "active.from": "2026-03-10T00:00:00Z",
        "active.until": "",
        "landing": "/register",
        "friends_shown_as": "name",
        "friend.bonus": "5.00",
        "friend.bonus.unit": "amount",
        "friend.bonus.once": "yes",
        "wallet.expiry_notice_days": "",
    }
    saved = parse_program(apply_form(whole, form, "en"))
    written = program_document(saved)
    assert written["active"] == {"from": "2026-03-10T00:00:00Z", "until": None}
    assert (written["landing"], written["friends_shown_as"]) == ("/register", "name")
    assert written["friend"]["bonus"] == {"fixed": 500, "once": True}
    assert saved.wallet.expiry_notice_days is None


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("2026-03-10", "2026-03-10T00:00:00Z", "2026-03-10"),
        (" 2026-03-10 09:30 ", "2026-03-10T09:30:00Z", "2026-03-10 09:30"),
        ("2026-03-10T09:30", "2026-03-10T09:30:00Z", "2026-03-10 09:30"),
        ("2026-03-10T09:30:15Z", "2026-03-10T09:30:15Z", "2026-03-10T09:30:15Z"),
        ("10.3.2026", "10.3.2026", "10.3.2026"),
        ("", None, ""),
    ],
)
def test_a_program_begins_on_a_day_or_at_a_time_in_utc(
    typed: str, kept: object, shown: str
) -> None:
    whole = program_document(parse_program(BARE))
    saved = apply_form(whole, form_fields(whole, "en") | {"active.from": typed}, "en")
    assert saved["active"] == {"from": kept, "until": None}
    assert form_fields(saved, "en")["active.from"] == shown


def test_a_document_without_a_notice_shows_the_default_and_one_with_none_shows_nothing() -> None:
    assert form_fields(BARE, "en")["wallet.expiry_notice_days"] == "14"
    none = BARE | {"wallet": {"expiry_notice_days": None}}
    assert form_fields(none, "en")["wallet.expiry_notice_days"] == ""


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("rules.max_bonus", "1.250", "could mean 1.25 or 1250"),
        ("groups.0.levels", "10", "could mean 10 % or 10 EUR"),
        ("friend.discount", "10 %", "is a percentage"),
        ("hold_days", "soon", "must be a whole number"),
        ("currency", "EURO", "must be the code of a currency, such as EUR"),
    ],
)
def test_a_number_that_is_not_sure_refuses_the_form(field: str, text: str, sentence: str) -> None:
    form = form_fields(program_document(parse_program(BARE)), "en")
    form |= {"friend.discount.unit": "amount", "groups.rows": "1", "groups.0.name": "Gold"}
    form[field] = text
    with pytest.raises(InvalidDocument) as refused:
        apply_form(BARE, form, "en")
    (fault,) = refused.value.faults
    assert fault.field == field and fault.message.startswith(sentence)


def test_the_switch_says_what_a_number_is() -> None:
    form = form_fields(program_document(parse_program(BARE)), "de")
    form |= {"friend.bonus": "12,5", "friend.bonus.unit": "percent"}
    form |= {"friend.discount": "12,5", "friend.discount.unit": "amount"}
    friend = parse_program(apply_form(BARE, form, "de")).friend
    assert friend.bonus and friend.discount
    assert (friend.bonus.reward.parts, friend.discount.reward.fixed) == (125_000, 1_250)


def test_what_the_form_does_not_show_stays_as_it_is() -> None:
    document = program_document(parse_program(load_preset("advocate_rules")))
    few = {"name": "New", "currency": "EUR", "friend.new_customers_only": "yes"}
    few |= {"wallet.credit_reduces_base": "yes", "credit.system": "levels"}
    assert apply_form(document, few, "en") == document | {"name": "New"}


def test_rows_are_those_that_were_typed_whatever_the_document_has() -> None:
    document = program_document(parse_program(load_preset("level_based")))
    typed = {"credit.levels.rows": "1", "credit.levels.0": "7", "credit.levels.0.unit": "percent"}
    form = overlay_typed(form_fields(document, "en"), typed)
    assert "credit.levels.1" not in form and form["name"] == document["name"]
    assert apply_form(document, form, "en")["credit"] == {
        "system": "levels",
        "levels": [{"percent": "7"}],
        "customer": {"percent": "5"},
    }


def test_a_group_without_an_id_is_called_after_its_name() -> None:
    form = form_fields(BARE, "en") | {"groups.rows": "3", "groups.0.name": "Gold & friends"}
    form |= {"groups.0.levels": "12 %", "groups.1.id": "", "groups.2.name": "Füchse"}
    groups = apply_form(BARE, form, "en")["groups"]
    assert [group["id"] for group in groups] == ["gold-friends", "f-chse"]


def test_reviews_are_graded_signal_by_signal() -> None:
    whole = program_document(parse_program(BARE))
    graded = {"review.same_payment": "hold", "review.own_browser": "refuse"}
    review = parse_program(apply_form(whole, form_fields(whole, "en") | graded, "en")).review
    assert (review.hold, review.refuse) == (("same_payment",), ("own_browser",))
    assert (review.deadline_days, review.at_deadline) == (14, "approve")

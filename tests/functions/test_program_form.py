"""The console's form of a program says what the document says, and keeps it when it is saved."""

import pytest

from shared.console.program_form import apply_form, form_fields
from shared.domain.programs.program_document import parse_program, program_document
from shared.presets import PRESETS, load_preset

BARE = {
    "id": "default",
    "name": "P",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_that_is_saved_untouched_stays_as_it_was(name: str) -> None:
    document = program_document(parse_program(load_preset(name)))
    saved = apply_form(document, form_fields(document))
    assert program_document(parse_program(saved)) == document


def test_the_fields_of_time_and_friends() -> None:
    whole = program_document(parse_program(BARE))
    form = form_fields(whole) | {
        "active.from": "2026-03-10T00:00:00Z",
        "active.until": "",
        "landing": "/register",
        "friends_shown_as": "name",
        "friend.bonus": "5.00",
        "friend.bonus.once": "yes",
        "wallet.expiry_notice_days": "",
    }
    saved = parse_program(apply_form(whole, form))
    written = program_document(saved)
    assert written["active"] == {"from": "2026-03-10T00:00:00Z", "until": None}
    assert (written["landing"], written["friends_shown_as"]) == ("/register", "name")
    assert written["friend"]["bonus"] == {"fixed": 500, "once": True}
    assert saved.wallet.expiry_notice_days is None


def test_a_document_without_a_notice_shows_the_default_and_one_with_none_shows_nothing() -> None:
    assert form_fields(BARE)["wallet.expiry_notice_days"] == "14"
    none = BARE | {"wallet": {"expiry_notice_days": None}}
    assert form_fields(none)["wallet.expiry_notice_days"] == ""

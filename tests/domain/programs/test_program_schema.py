"""The published JSON Schema says what the reader of program documents does."""

from copy import deepcopy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from shared.domain.document import InvalidDocument
from shared.domain.programs.group import Group
from shared.domain.programs.program_document import parse_program, program_schema
from shared.presets import PRESETS, load_preset
from tests.support.strategies import programs

SCHEMA = Draft202012Validator(program_schema())
VALUES = st.sampled_from(
    [
        *(
            None,
            True,
            False,
            0,
            1,
            40,
            41,
            -1,
            500,
            10**12,
            1.5,
            "",
            "10",
            "100",
            "0100",
            "100.0001",
            "10.12345",
            "-1",
            "1e2",
        ),
        *(
            "approve",
            "masked",
            "name",
            "2026-03-10T00:00:00Z",
            {"from": "2026-03-10T00:00:00Z", "until": None},
            "refuse",
            ["own_browser"],
            ["same_email"],
            ["own_browser", "instant_click", "own_browser"],
            365,
            1_001,
        ),
        *(
            "EUR",
            "eur",
            "XXX",
            "levels",
            "recursive",
            "first",
            "last",
            "paid",
            "completed",
            "items_list",
            "x" * 128,
            "x" * 129,
            "x" * 257,
        ),
        *(
            [],
            {},
            [{}],
            [{"percent": "5"}],
            {"fixed": 5},
            {"percent": "5", "fixed": 5},
            {"percent": None},
            {"amount": 5},
        ),
        *({"percent": "5", "fixed": None}, {"percent": "5", "max": 10}, {"fixed": 5, "max": 10}),
        *({"fixed": 5, "once": True}, {"percent": "5", "once": None}, {"fixed": 5, "once": "yes"}),
    ]
)
FIELDS = [
    "id",
    "name",
    "currency",
    "credit",
    "base",
    "earn_on",
    "hold_days",
    "groups",
    "rules",
    "friend",
    "attribution",
    "wallet",
]
FIELDS += ["review", "active", "friends_shown_as", "extra"]
DEEPER = {
    "credit": ["system", "levels", "percent", "customer", "max_levels", "extra"],
    "rules": [
        "total_days",
        "payment_minimum",
        "max_bonus",
        "min_bonus",
        "max_per_advocate",
        "total_payments",
        "extra",
    ],
    "friend": ["bonus", "discount", "new_customers_only", "extra"],
    "attribution": ["touch", "window_days", "extra"],
    "wallet": [
        "max_percent_of_order",
        "expires_after_days",
        "expiry_notice_days",
        "credit_reduces_base",
        "extra",
    ],
    "active": ["from", "until", "extra"],
    "review": ["hold", "refuse", "sign_ups_an_hour", "deadline_days", "at_deadline", "extra"],
    "groups": ["id", "name", "description", "min_volume", "assigned", "levels", "extra"],
}
GONE = object()


def reads(document: object) -> bool:
    try:
        parse_program(document)
    except InvalidDocument:
        return False
    return True


@st.composite
def damaged(draw) -> dict:
    """A good program with up to three values replaced or left out."""
    document = deepcopy(
        draw(programs) | {"groups": []}
        if draw(st.booleans())
        else load_preset("advocate_rules") | {"review": {"hold": []}}
    )
    for _ in range(draw(st.integers(0, 3))):
        place, name = document, draw(st.sampled_from(FIELDS))
        if (
            name in DEEPER
            and isinstance(document.get(name), dict | list)
            and document[name]
            and draw(st.booleans())
        ):
            place = document[name][0] if isinstance(document[name], list) else document[name]
            name = draw(st.sampled_from(DEEPER[name]))
        value = draw(VALUES | st.just(GONE))
        if not isinstance(place, dict) or (value is GONE and place.pop(name, None) is not GONE):
            continue
        place[name] = value
    return document


@given(damaged())
@example({})
@example({"id": "x", "name": "", "currency": "EUR", "credit": {"system": "levels", "levels": []}})
@example(
    {
        "id": "x",
        "name": "",
        "currency": "EUR",
        "credit": {"system": "levels"},
        "groups": [{"id": "x", "assigned": True}],
    }
)
@example(
    {
        "id": "x",
        "name": "",
        "currency": "EUR",
        "credit": {"system": "recursive", "percent": "1", "levels": []},
    }
)
@example(
    load_preset("level_based")
    | {"review": {"hold": ["own_browser"], "refuse": ["instant_click", "own_browser"]}}
)
@example(
    load_preset("level_based") | {"review": {"hold": ["own_browser"], "refuse": ["instant_click"]}}
)
@example(
    load_preset("level_based")
    | {"review": {"hold": None, "refuse": ["instant_click"], "at_deadline": None}}
)
def test_the_schema_accepts_what_the_reader_reads(document: dict) -> None:
    assert SCHEMA.is_valid(document) == reads(document), document


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_valid(name: str) -> None:
    assert SCHEMA.is_valid(load_preset(name))
    assert parse_program(load_preset(name)).id == "default"


@pytest.mark.parametrize(
    "place", ["", "credit", "rules", "friend", "attribution", "wallet", "review"]
)
def test_unknown_fields_are_refused_by_name(place: str) -> None:
    document = load_preset("level_based")
    (document.setdefault(place, {}) if place else document)["bonus_percent"] = 1
    with pytest.raises(InvalidDocument, match="bonus_percent: is not a known field"):
        parse_program(document)
    assert not SCHEMA.is_valid(document)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        (
            {
                "rules": {
                    "max_per_advocate": {
                        "amount": 1,
                        "from": "2026-02-01T00:00:00Z",
                        "until": "2026-02-01T00:00:00Z",
                    }
                }
            },
            "until",
        ),
        ({"rules": {"max_per_advocate": {"amount": 1, "from": "2026-02-01"}}}, "from"),
        (
            {
                "groups": [
                    {"id": "a", "name": "", "min_volume": volume, "levels": []} for volume in (1, 2)
                ]
            },
            "groups[1].id",
        ),
        ({"credit": {"system": "levels", "levels": [{"percent": "١٠"}]}}, "percent"),
    ],
)
def test_what_only_the_reader_refuses(change: dict, field: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        parse_program(load_preset("level_based") | change)
    assert field in str(refused.value)


def test_only_four_fields_are_required_of_a_program_and_of_a_group_its_id_and_how_it_is_reached() -> (
    None
):
    short = {
        "id": "x",
        "name": "X",
        "currency": "EUR",
        "credit": {"system": "levels"},
        "groups": [{"id": "gold", "min_volume": 1}],
    }
    read = parse_program(short)
    assert (read.credit.levels, read.groups) == ((), (Group("gold", "gold", "", (), 1),))


def test_defaults_hold_field_by_field() -> None:
    short = {
        "id": "x",
        "name": "X",
        "currency": "EUR",
        "credit": {"system": "levels", "levels": []},
        "rules": {"max_bonus": 5},
        "friend": {},
    }
    read = parse_program(short)
    assert (read.base, read.earn_on, read.hold_days, read.time_zone, read.groups) == (
        "items_net",
        "completed",
        0,
        "UTC",
        (),
    )
    assert read.rules.max_bonus == 5 and read.rules.min_bonus is None
    assert read.friend.new_customers_only and read.wallet.credit_reduces_base
    assert (read.attribution.touch, read.wallet.max_percent_of_order) == ("first", 1_000_000)

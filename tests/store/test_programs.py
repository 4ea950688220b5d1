import pytest

from shared.domain.programs.program_document import parse_program, program_document
from shared.store.programs import programs
from shared.store.programs.programs import NoProgram

EVERYTHING = {
    "id": "default",
    "name": "All of it",
    "currency": "JPY",
    "time_zone": "Europe/Berlin",
    "base": "items_list",
    "earn_on": "paid",
    "hold_days": 3,
    "credit": {
        "system": "levels",
        "levels": [{"percent": "12.5"}, {"fixed": 500}],
        "customer": {"percent": "5"},
    },
    "groups": [
        {
            "id": "silver",
            "name": "Silver",
            "description": "Friends bought",
            "min_volume": 0,
            "levels": [{"percent": "12"}],
        },
        {"id": "staff", "name": "Employees", "description": "", "assigned": True, "levels": []},
    ],
    "rules": {
        "total_days": 0,
        "payment_minimum": 1,
        "max_bonus": 2,
        "min_bonus": 3,
        "max_per_advocate": {"amount": 4, "from": "2026-01-01T00:00:00Z", "until": None},
        "total_payments": 5,
    },
    "friend": {
        "bonus": {"fixed": 1, "once": False},
        "discount": {"percent": "0.5", "max": 2000, "minimum_order": 1},
        "new_customers_only": False,
    },
    "attribution": {"touch": "last", "window_days": 30},
    "wallet": {
        "max_percent_of_order": "50",
        "expires_after_days": 365,
        "expiry_notice_days": None,
        "credit_reduces_base": False,
    },
    "active": {"from": "2026-01-01T00:00:00Z", "until": None},
    "landing": "/register",
    "friends_shown_as": "login",
}
LEAST = {
    "id": "x",
    "name": "X",
    "currency": "EUR",
    "credit": {"system": "recursive", "percent": "10"},
}


def test_a_full_document_is_the_one_that_was_read():
    assert program_document(parse_program(EVERYTHING)) == EVERYTHING


@pytest.mark.parametrize(
    "document", [EVERYTHING, LEAST, LEAST | {"credit": {"system": "levels", "levels": []}}]
)
def test_a_full_document_reads_back_as_the_same_program(document):
    program = parse_program(document)
    assert parse_program(program_document(program)) == program


def test_defaults_are_those_of_the_design():
    assert program_document(parse_program(LEAST)) == LEAST | {
        "time_zone": "UTC",
        "base": "items_net",
        "earn_on": "completed",
        "hold_days": 0,
        "credit": {"system": "recursive", "percent": "10", "max_levels": None},
        "groups": [],
        "rules": dict.fromkeys(EVERYTHING["rules"]),
        "friend": {"bonus": None, "discount": None, "new_customers_only": True},
        "attribution": {"touch": "first", "window_days": None},
        "wallet": {
            "max_percent_of_order": "100",
            "expires_after_days": None,
            "expiry_notice_days": 14,
            "credit_reduces_base": True,
        },
        "active": {"from": None, "until": None},
        "landing": "/",
        "friends_shown_as": "masked",
    }


def test_a_fresh_system_has_the_first_program_without_a_write():
    program = programs.active_program_of(None)
    assert (program.id, program.version, program.currency, program.hold_days) == (
        "default",
        1,
        "EUR",
        14,
    )
    assert programs.load_version(program, 1) is program


def test_a_version_that_was_never_published_is_unknown(tables):
    from shared.store.engine import open_tables

    open_tables()
    with pytest.raises(NoProgram):
        programs.load_version(programs.active_program_of(None), 2)

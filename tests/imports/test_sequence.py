"""Rows wait for what they need: their advocate, and an earlier row about the same thing."""

from shared.imports.sequence import BALANCES, MEMBERS, ORDERS, codes_of_several, rank_rows


def ranks(kind: str, *rows: dict, in_turn: bool = False) -> list[int]:
    return rank_rows(kind, rows, in_turn)


def test_an_advocate_goes_before_whom_they_brought_however_they_are_named():
    rows = (
        {"id": "c", "login": "cara", "referrer_login": "BEN."},
        {"id": "b", "login": "ben", "code": "anna 7k2q"},
        {"id": "a", "login": "anna", "own_code": "ANNA-7K2Q"},
        {"id": "d", "login": "dora", "referrer_login": "somebody else"},
    )
    assert ranks(MEMBERS, *rows) == [2, 1, 0, 0]


def test_a_circle_comes_last():
    rows = (
        {"id": "a", "login": "anna", "referrer_login": "ben"},
        {"id": "b", "login": "ben", "referrer_login": "anna"},
        {"id": "c", "login": "cara"},
    )
    assert ranks(MEMBERS, *rows) == [1, 1, 0]


def test_a_chain_of_thousands_has_a_rank_for_each():
    rows = [
        {"id": str(number), "login": f"m{number}", "referrer_login": f"m{number + 1}"}
        for number in range(5_000)
    ]
    assert ranks(MEMBERS, *rows) == list(range(4_999, -1, -1))


def test_rows_about_one_thing_keep_their_order():
    orders = (
        {"id": "1", "customer": {"id": "a"}},
        {"id": "1", "customer": {"id": "b"}},
        {"id": "2", "customer": {"id": "b"}},
        {"id": "3", "customer": {"email": "c@example.com"}},
        {"id": "4", "customer": None},
    )
    assert ranks(ORDERS, *orders) == [0, 1, 2, 0, 0]
    assert ranks(ORDERS, *orders, in_turn=True) == [0, 1, 2, 3, 4]
    balances = ({"member": "a"}, {"member": "a"}, {"member": 5}, {})
    assert ranks(BALANCES, *balances)[:2] == [0, 1]


def test_codes_that_several_rows_name_are_an_advocates():
    rows = ({"code": "X-1"}, {"code": "x1"}, {"code": "Y1"}, {"own_code": "Z1"}, {"code": "Z-1"})
    assert codes_of_several(rows) == {"X1", "Z1"}

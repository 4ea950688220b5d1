from datetime import timedelta

import pytest

from shared.domain.instants import parse_instant
from shared.domain.programs.program_document import parse_program
from shared.domain.rewards.offer import amount_text, offer_document
from tests.support.http_events import NOW

PROGRAM = {
    "id": "default",
    "name": "P",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": []},
}


def offered(active=None, at=NOW, **friend):
    return offer_document(parse_program(PROGRAM | {"friend": friend, "active": active}), at)


def test_no_promise_is_no_offer():
    assert offered() is None


def test_an_offer_has_one_shape():
    assert offered(discount={"percent": "10", "max": 2000}) == {
        "currency": "EUR",
        "discount": {"percent": "10", "fixed": None, "max": 2000, "minimum_order": None},
        "bonus": None,
        "new_customers_only": True,
        "from": None,
        "until": None,
        "text": "10 % off your first order, at most 20.00 EUR",
    }


@pytest.mark.parametrize(
    ("friend", "text"),
    [
        ({"discount": {"fixed": 1000}}, "10.00 EUR off your first order"),
        (
            {"discount": {"fixed": 1000, "minimum_order": 5000}},
            "10.00 EUR off your first order, from 50.00 EUR",
        ),
        ({"discount": {"percent": "12.5"}, "new_customers_only": False}, "12.5 % off your order"),
        ({"bonus": {"percent": "5"}}, "5 % of your purchase as credit"),
        ({"bonus": {"fixed": 500}}, "5.00 EUR as credit"),
        ({"bonus": {"fixed": 500, "once": True}}, "5.00 EUR as credit once"),
        (
            {"discount": {"percent": "10"}, "bonus": {"fixed": 500}},
            "10 % off your first order, and 5.00 EUR as credit",
        ),
    ],
)
def test_the_sentence_says_what_the_friend_gets(friend, text):
    assert offered(**friend)["text"] == text


def test_an_offer_of_a_bonus_says_whether_it_comes_once():
    bonus = offered(bonus={"fixed": 500, "once": True})["bonus"]
    assert bonus == {"percent": None, "fixed": 500, "once": True}


def test_an_offer_says_when_it_counts_and_ends_with_the_program():
    window = {"from": "2026-03-10T00:00:00Z", "until": "2026-03-20T00:00:00Z"}
    before = offered(window, discount={"percent": "10"})
    assert (before["from"], before["until"]) == (window["from"], window["until"])
    assert before["text"] == (
        "10 % off your first order, for orders from 2026-03-10T00:00:00Z on"
        " until 2026-03-20T00:00:00Z"
    )
    end = parse_instant(window["until"])
    assert offered(window, end - timedelta(seconds=1), discount={"percent": "10"})
    assert offered(window, end, discount={"percent": "10"}) is None


def test_amounts_have_the_decimals_of_their_currency():
    assert [amount_text(1005, code) for code in ("EUR", "JPY", "KWD")] == [
        "10.05 EUR",
        "1005 JPY",
        "1.005 KWD",
    ]

import pytest

from shared.domain.programs.program_document import parse_program
from shared.domain.rewards.offer import amount_text, offer_document

PROGRAM = {
    "id": "default",
    "name": "P",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": []},
}


def offered(**friend):
    return offer_document(parse_program(PROGRAM | {"friend": friend}))


def test_no_promise_is_no_offer():
    assert offered() is None


def test_an_offer_has_one_shape():
    assert offered(discount={"percent": "10", "max": 2000}) == {
        "currency": "EUR",
        "discount": {"percent": "10", "fixed": None, "max": 2000, "minimum_order": None},
        "bonus": None,
        "new_customers_only": True,
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
        (
            {"discount": {"percent": "10"}, "bonus": {"fixed": 500}},
            "10 % off your first order, and 5.00 EUR as credit",
        ),
    ],
)
def test_the_sentence_says_what_the_friend_gets(friend, text):
    assert offered(**friend)["text"] == text


def test_amounts_have_the_decimals_of_their_currency():
    assert [amount_text(1005, code) for code in ("EUR", "JPY", "KWD")] == [
        "10.05 EUR",
        "1005 JPY",
        "1.005 KWD",
    ]

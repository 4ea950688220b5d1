"""An order without an advocate that is told again with new evidence (specification: reopened)."""

import pytest

from shared.api.answers import order_answer
from tests.support.shop import Shop

OWN_REWARD = {
    "credit": {"system": "levels", "levels": [{"percent": "10"}], "customer": {"percent": "5"}},
    "friend": {"new_customers_only": False},
}


@pytest.fixture
def shop(tables):
    shop = Shop(**OWN_REWARD)
    shop.anna = shop.member("Anna")
    return shop


class TestOwnRewardAlone:
    @pytest.fixture(autouse=True)
    def rewarded(self, shop):
        shop.order("1", customer={"id": "Ines"})
        assert shop.rewards("1") == {"Ines": 500}

    def test_new_evidence_brings_an_advocate_and_keeps_the_own_reward(self, shop):
        shop.order("1", customer={"id": "Ines"}, code=shop.anna.code)
        assert shop.rewards("1") == {"Ines": 500, "Anna": 1_000}

    def test_a_test_order_gives_everything_back_whatever_else_is_told_with_it(self, shop):
        shop.order("1", customer={"id": "Ines"}, code=shop.anna.code, test=True)
        assert (shop.rewards("1"), shop.balance("Ines"), shop.balance("Anna")) == ({}, 0, 0)

    def test_a_test_order_is_shown_as_parked_and_a_repeat_posts_nothing(self, shop):
        for _ in range(2):
            told = shop.order("1", customer={"id": "Ines"}, test=True)
            assert order_answer(*told)["state"] == "parked"
        assert shop.balance("Ines") == 0


def test_the_terms_are_those_that_the_order_earned_under(shop):
    """The program in force now rewards a completed order with a tenth of that, in yen."""
    shop.publish(**OWN_REWARD, earn_on="paid")
    shop.order("1", status="paid", customer={"id": "Ines"})
    shop.publish(credit={"system": "levels", "levels": [{"percent": "1"}]}, currency="JPY")

    told = shop.order("1", status="paid", customer={"id": "Ines"}, code=shop.anna.code)

    answer = order_answer(*told)
    assert (answer["state"], [row["currency"] for row in answer["rewards"]]) == (
        "rewarded",
        ["EUR", "EUR"],
    )
    assert shop.rewards("1") == {"Ines": 500, "Anna": 1_000}

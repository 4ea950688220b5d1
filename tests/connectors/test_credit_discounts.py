"""Credit codes at BigCommerce, Paddle and Lemon Squeezy: one use, one code, and dropped safely."""

import contextlib
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.connectors.connector import PlatformRefused, TryLater
from shared.connectors.credit.bigcommerce_credit import drop_at_bigcommerce, put_at_bigcommerce
from shared.connectors.credit.credit_terms import CreditTerms
from shared.connectors.credit.lemonsqueezy_credit import drop_at_lemonsqueezy, put_at_lemonsqueezy
from shared.connectors.credit.paddle_credit import drop_at_paddle, put_at_paddle
from tests.support import sdk_calls
from tests.support.platforms.every_store import TriedStore, tried_store

PYTHON = Path(__file__).parents[2] / ".venv-sdks" / "bin" / "python"
NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
VERBS = {
    "bigcommerce": (put_at_bigcommerce, drop_at_bigcommerce),
    "paddle": (put_at_paddle, drop_at_paddle),
    "lemonsqueezy": (put_at_lemonsqueezy, drop_at_lemonsqueezy),
}
BUYER = {"id": 5, "email": "anna@example.com"}


@pytest.fixture(params=VERBS)
def at(request):
    with tried_store(request.param) as tried:
        yield tried


def terms(at: TriedStore, minimum: int | None = None) -> CreditTerms:
    text = "GC-2345-6789-ABCD" if at.provider == "bigcommerce" else "GC23456789ABCD"
    ends_at = NOW + timedelta(days=6)
    return CreditTerms(text, 1_200, "EUR", minimum, NOW, ends_at, "5", "anna@example.com")


def put(at: TriedStore, **changed: object) -> str:
    return VERBS[at.provider][0](at.connector(), terms(at)._replace(**changed))


def drop(at: TriedStore, name: str | None = None) -> None:
    VERBS[at.provider][1](at.connector(), terms(at).text, name)


def test_a_code_pays_its_amount_at_most_and_once(at):
    put(at)
    code = terms(at).text
    assert [at.double.takes_off(code, items) for items in (1_000, 5_000)] == [1_000, 1_200]
    at.double.buys(BUYER, code, 5_000)
    assert at.double.takes_off(code, 5_000) == 0


def test_a_second_attempt_finds_what_the_first_one_made(at):
    first = put(at)
    assert put(at) == first and len(at.double.codes()) == 1


@pytest.mark.parametrize("after", range(4))
def test_an_attempt_whose_answer_is_lost_leaves_one_code(at, after):
    at.stumbles(after)
    with contextlib.suppress(TryLater):
        put(at)
    at.double.faults.clear()
    name = put(at)
    assert len(at.double.codes()) == 1
    drop(at, name)
    assert not at.double.codes()
    if at.provider == "bigcommerce":
        assert not at.double.promotions


def test_a_code_whose_id_is_not_known_is_dropped_and_dropping_again_does_no_harm(at):
    put(at)
    drop(at)
    drop(at)
    assert not at.double.codes()


def test_what_a_platform_refuses_is_said_in_its_words_and_leaves_nothing(at):
    before = {"bigcommerce": 3, "paddle": 1, "lemonsqueezy": 0}
    at.stumbles(before[at.provider], 422)
    with pytest.raises(PlatformRefused, match="refused: try again"):
        put(at)
    assert not at.double.codes() and not getattr(at.double, "promotions", None)


def test_a_key_that_is_no_longer_accepted_is_said(at):
    put(at)
    spoilt = at.connector(**{at.kind.wrong: "wrong"})
    for verb in (
        lambda: VERBS[at.provider][0](spoilt, terms(at)),
        lambda: VERBS[at.provider][1](spoilt, terms(at).text, "1"),
    ):
        with pytest.raises(PlatformRefused, match=r"key|token"):
            verb()


def test_bigcommerce_asks_for_a_large_enough_cart_and_ends_the_code():
    with tried_store("bigcommerce") as at:
        put(at, minimum=2_400)
        (promotion,) = at.double.promotions.values()
        ends = promotion["start_date"], promotion["end_date"], promotion["currency_code"]
        assert ends == ("2026-03-01T10:00:00+00:00", "2026-03-07T10:00:00+00:00", "EUR")
        assert [at.double.takes_off(terms(at).text, items) for items in (2_399, 2_400)] == [
            0,
            1_200,
        ]
        assert promotion["can_be_used_with_other_promotions"] is True


def test_of_two_attempts_at_bigcommerce_one_leaves_a_promotion():
    """The second comes between looking for the code and making it."""
    with tried_store("bigcommerce") as at:
        ours, made = at.connector(), []
        looks = ours.find

        def find(codes):
            if not made:
                made.append(put(at))
                at.double.promotions[int(made[0])]["name"] = "renamed by staff"
                return {}
            return looks(codes)

        ours.find = find
        assert put_at_bigcommerce(ours, terms(at)) == made[0]
        assert len(at.double.promotions) == len(at.double.codes()) == 1


def test_a_code_that_was_redeemed_stays_at_lemon_squeezy():
    """The redemption alone tells what an order's code took off, and goes with the discount."""
    with tried_store("lemonsqueezy") as at:
        name = put(at)
        at.double.buys(BUYER, terms(at).text, 5_000)
        drop(at, name)
        (redemption,) = at.double.rows["discount-redemptions"].values()
        assert (redemption["amount"], at.double.codes()) == (1_200, set())
        (discount,) = at.double.rows["discounts"].values()
        assert discount["expires_at"] == "2026-03-07T10:00:00Z"


@pytest.mark.skipif(not PYTHON.exists(), reason="make sdks installs the processors' libraries")
def test_every_field_is_one_of_paddles():
    with tried_store("paddle") as at:
        drop(at, put(at))
        asked = json.dumps({"call": "paddle_fields"})
        done = subprocess.run(
            [PYTHON, sdk_calls.__file__], input=asked, capture_output=True, text=True, check=True
        )
        known = json.loads(done.stdout)["answer"]
        for kind, fields in at.double.sent.items():
            assert fields <= set(known["fields"][kind]), kind
        (discount,) = at.double.rows["discounts"].values()
        assert discount["type"] in known["types"] and discount["status"] == "archived"
        assert (discount["usage_limit"], discount["expires_at"]) == (1, "2026-03-07T10:00:00Z")

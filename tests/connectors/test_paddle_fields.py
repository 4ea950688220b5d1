"""What we send to Paddle has the fields that Paddle's own library declares (`make sdks`)."""

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.connectors import paddle
from shared.domain.money import Grant
from shared.domain.platforms.codes import NOT_ACCEPTED
from shared.domain.platforms.offer_terms import OfferTerms
from shared.domain.programs.reward_fields import Discount
from tests.support import sdk_calls
from tests.support.platforms.every_store import tried_store

PYTHON = Path(__file__).parents[2] / ".venv-sdks" / "bin" / "python"
NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
TERMS = OfferTerms("Grapevine: Tea", "EUR", Discount(Grant(0, 1000)), True, NOW)


@pytest.fixture
def at():
    with tried_store("paddle") as tried:
        yield tried


@pytest.mark.skipif(not PYTHON.exists(), reason="make sdks installs the processors' libraries")
def test_every_field_is_one_of_paddles(at):
    ours = at.connector()
    for terms in (TERMS, replace(TERMS, discount=Discount(Grant(75_000)))):
        ours.drop(ours.put([at.code("ANNA-7K2Q", terms.own_offer)], terms))
        ours.webhooks("http://127.0.0.1:8000/webhooks/paddle")
    asked = json.dumps({"call": "paddle_fields"})
    done = subprocess.run(
        [PYTHON, sdk_calls.__file__], input=asked, capture_output=True, text=True, check=True
    )
    known = json.loads(done.stdout)["answer"]
    assert set(at.double.sent) == set(known["fields"])
    for kind, fields in at.double.sent.items():
        assert fields <= set(known["fields"][kind]), kind
    discounts = at.double.rows["discounts"].values()
    assert {row["status"] for row in discounts} <= set(known["statuses"])
    assert {row["type"] for row in discounts} <= set(known["types"])
    assert set(paddle.EVENTS) <= set(known["events"])


def test_an_archived_discount_of_ours_comes_back_with_the_terms_of_today(at):
    first = at.connector().put([at.code("ANNA-7K2Q", TERMS.own_offer)], TERMS)
    at.connector().drop(first)
    less = replace(TERMS, discount=Discount(Grant(75_000)))
    (again,) = at.connector().put([at.code("ANNA-7K2Q", less.own_offer)], less)
    assert (again.id, again.problem) == (first[0].id, None)
    assert at.takes_off("ANNA-7K2Q", 10_000) == 750


@pytest.mark.parametrize("text", ["ÄNNE-7K2Q", "A" * 33])
def test_what_paddle_cannot_write_is_not_sent(at, text):
    offer = at.connector().offer(TERMS, None)
    (code,) = at.connector().put([at.code(text, offer)], TERMS)
    assert code.problem == NOT_ACCEPTED and not at.double.sent


def test_codes_are_looked_up_together(at):
    codes = [at.code(f"ANNA-{number:04}", TERMS.own_offer) for number in range(25)]
    at.connector().put(codes, TERMS)
    at.connector().put(codes, TERMS)
    reads = [line for line in at.double.asked if line == "GET /discounts"]
    assert len(reads) == 2 and len(at.double.codes()) == 25

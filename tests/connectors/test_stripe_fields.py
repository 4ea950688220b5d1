"""What we send to Stripe has the fields that Stripe's own library declares (`make sdks`)."""

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.connectors.connector import StoreKey
from shared.connectors.credit.credit_terms import CreditTerms
from shared.connectors.credit.stripe_credit import put_at_stripe
from shared.connectors.stripe import API_VERSION, EVENTS, Stripe
from shared.domain.money import Grant
from shared.domain.platforms.codes import TAKEN, PlatformCode
from shared.domain.platforms.offer_terms import OfferTerms
from shared.domain.programs.reward_fields import Discount
from tests.support import sdk_calls
from tests.support.platforms.stripe import KEY, StripeAccount, stripe_account

PYTHON = Path(__file__).parents[2] / ".venv-sdks" / "bin" / "python"
NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
CREDIT = CreditTerms("GC-2345-6789-ABCD", 1_200, "EUR", 2_400, NOW, NOW, "I", None)
TERMS = OfferTerms("Grapevine: Tea", "EUR", Discount(Grant(0, 1000), None, 2000), True, NOW)


@pytest.fixture
def account():
    with stripe_account() as double:
        yield double


def stripe(account: StripeAccount) -> Stripe:
    return Stripe(
        StoreKey("api.stripe.com", account.url, "http://127.0.0.1:8000", {"access_token": KEY})
    )


@pytest.mark.skipif(not PYTHON.exists(), reason="make sdks installs the processors' libraries")
def test_every_field_is_one_of_stripes(account):
    ours = stripe(account)
    code = PlatformCode("ANNA7K2Q", "ANNA-7K2Q", None, ours.offer(TERMS, None))
    ours.drop(ours.put([code], TERMS))
    put_at_stripe(ours, CREDIT)
    ours.webhooks("http://127.0.0.1:8000/webhooks/stripe")
    asked = json.dumps({"call": "stripe_fields"})
    done = subprocess.run(
        [PYTHON, sdk_calls.__file__], input=asked, capture_output=True, text=True, check=True
    )
    known = json.loads(done.stdout)["answer"]
    assert set(account.sent) == set(known["fields"])
    for kind, fields in account.sent.items():
        assert fields <= set(known["fields"][kind]), kind
    assert (API_VERSION in known["versions"], set(EVENTS) - set(known["events"])) == (True, set())


def test_a_code_of_somebody_else_stays_and_ours_gives_way_to_its_successor(account):
    ours = stripe(account)
    first = ours.offer(TERMS, None)
    assert ours.offer(TERMS, None) == first, "asked twice, made once"
    account.promotion_codes["promo_sale"] = {
        "id": "promo_sale",
        "code": "SALE",
        "active": True,
        "metadata": {},
        "promotion": {"type": "coupon", "coupon": first},
        "restrictions": {},
    }
    assert ours.put([PlatformCode("SALE", "SALE", None, first)], TERMS)[0].problem == TAKEN
    (anna,) = ours.put([PlatformCode("ANNA", "ANNA", None, first)], TERMS)
    second = ours.offer(replace(TERMS, discount=Discount(Grant(100_000))), first)
    (again,) = ours.put([anna._replace(offer=second)], TERMS)
    assert account.codes() == {"SALE": "promo_sale", "ANNA": again.id} and again.id != anna.id
    (forgotten,) = ours.put([PlatformCode("ANNA", "ANNA", None, second)], TERMS)
    assert forgotten.id == again.id

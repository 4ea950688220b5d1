"""A busy second on the local cloud: everybody is answered, the books add up, wrong answers are told."""

import argparse

import pytest

from local.rehearsal.cloud import RehearsalFailed
from local.rehearsal.load import MOST_SECONDS, bear_load, parse_seconds, put_under_load, rows_of
from local.rehearsal.shop import RehearsedShop


def test_a_busy_shop_is_answered_and_its_books_add_up(grapevine):
    shop = RehearsedShop(grapevine.local)
    rows = rows_of(put_under_load(shop, 2))
    assert rows[0]["what"] == "all" and rows[0]["calls"] > 4 and rows[0]["errors"] == 0
    verified = shop.ask("POST", "/v1/verify", {}, "staff_key").json
    assert verified["differences"] == []


def test_what_is_answered_wrong_ends_the_load_with_the_first_of_it(grapevine):
    secrets = grapevine.local["webhook_secrets"] | {
        "stripe": "whsec_b2Ygc29tZWJvZHkgZWxzZSBhbmQgbG9uZw"
    }
    shop = RehearsedShop(grapevine.local | {"webhook_secrets": secrets})
    with pytest.raises(RehearsalFailed, match=r"the first of \d+ errors: .*webhook.*401"):
        bear_load(shop, 2)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "long", str(MOST_SECONDS + 1)])
def test_how_long_is_a_number_of_seconds_with_a_limit(text):
    with pytest.raises(argparse.ArgumentTypeError, match="from 1 to 3600"):
        parse_seconds(text)

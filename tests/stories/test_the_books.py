"""The bookkeeper asks: what was posted this month, on which accounts, and does it agree with what is owed?"""

import csv
import io
import subprocess
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from shared.journal.datev import COLUMNS
from tests.support.running_shop import RunningShop, done, refused

MARCH, APRIL = "from=2026-03-01&until=2026-04-01", "from=2026-04-01&until=2026-05-01"
BEAN_CHECK = Path(sys.executable).with_name("bean-check")


def books(shop: RunningShop, period: str) -> dict:
    """All pages of a period; whatever it is, debits and credits agree."""
    shop.drain()
    answer = shop.get(f"/v1/journal?{period}&limit=3", shop.staff_key)
    page = answer
    while page["next_cursor"]:
        page = shop.get(
            f"/v1/journal?{period}&limit=3&cursor={page['next_cursor']}", shop.staff_key
        )
        answer["items"] += page["items"]
        known = {(row["account"], row["currency"]) for row in answer["accounts"]}
        answer["accounts"] += [
            row for row in page["accounts"] if (row["account"], row["currency"]) not in known
        ]
    moved, sums = defaultdict(int), defaultdict(int)
    for item in answer["items"]:
        assert item["amount"] > 0
        moved[item["debit"], item["currency"]] += item["amount"]
        moved[item["credit"], item["currency"]] -= item["amount"]
    for row in answer["accounts"]:
        place = row["account"], row["currency"]
        assert row["closing"] - row["opening"] == moved.pop(place, 0), row
        sums[row["currency"], "opening"] += row["opening"]
        sums[row["currency"], "closing"] += row["closing"]
    assert (dict(moved), set(sums.values())) == ({}, {0})
    return answer


def account(answer: dict, name: str) -> tuple[int, int]:
    rows = [row for row in answer["accounts"] if row["account"] == name]
    return (rows[0]["opening"], rows[0]["closing"]) if rows else (0, 0)


def mine(shop: RunningShop, answer: dict) -> list[dict]:
    """The postings of this story; others told theirs to the same system."""
    return [item for item in answer["items"] if shop.mark in item["member"]]


@pytest.fixture
def quarter(shop):
    """Two friends in March; a refund, a purchase with credit and a hand-made posting in April."""
    shop.publish(friend={"bonus": {"fixed": 300}})
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    shop.later(days=10)
    shop.order("two", ben, items=5_000)
    shop.drain()
    shop.clock("2026-04-02T10:00:00Z")
    shop.order(
        "two", ben, items=5_000, refunds=[{"id": "re", "amount": 5_000, "at": shop.clock_text}]
    )
    shop.spends(anna, "annas own", 400)
    done(
        shop.ask(
            "POST",
            f"/v1/members/{anna.id}/adjustments",
            {"amount": 50, "reason": "a present"},
            shop.staff_key,
        )
    )
    return anna, ben


def test_each_posting_debits_one_account_and_credits_another(shop, quarter):
    anna, ben = quarter
    own, friends = f"liability:credit:{anna.id}", f"liability:credit:{ben.id}"
    march, april = books(shop, MARCH), books(shop, APRIL)
    assert sorted(
        (item["kind"], item["debit"], item["credit"], item["amount"]) for item in mine(shop, march)
    ) == sorted(
        [
            ("reward", "expense:rewards", own, 1_000),
            ("reward", "expense:friend_bonus", friends, 300),
            ("reward", "expense:rewards", own, 500),
            ("reward", "expense:friend_bonus", friends, 300),
        ]
    )
    assert sorted(
        (item["kind"], item["debit"], item["credit"], item["amount"]) for item in mine(shop, april)
    ) == sorted(
        [
            ("clawback", own, "expense:rewards", 500),
            ("clawback", friends, "expense:friend_bonus", 300),
            ("capture", own, "clearing:redemptions", 400),
            ("adjustment", "expense:adjustments", own, 50),
        ]
    )
    assert account(march, own)[1] == -1_500
    assert account(april, own) == (-1_500, -650)
    assert account(april, friends) == (-600, -300)
    texts = [item["text"] for item in mine(shop, march) if item["debit"] == "expense:rewards"]
    assert texts == [f"Income from referral program from {ben.login}"] * 2


def test_one_period_opens_where_the_one_before_closed(shop, quarter):
    halves = [
        "until=2026-03-05",
        "from=2026-03-05&until=2026-03-11T10:00:00Z",
        "from=2026-03-11T10:00:00Z&until=2026-04-02",
        "from=2026-04-02",
    ]
    answers = [books(shop, half) for half in halves]
    for before, after in pairwise(answers):
        closed = {row["account"]: row["closing"] for row in before["accounts"] if row["closing"]}
        opened = {row["account"]: row["opening"] for row in after["accounts"] if row["opening"]}
        assert closed == opened
    entries = [item["entry"] for answer in answers for item in mine(shop, answer)]
    assert len(entries) == len(set(entries)) == 8


def test_the_whole_is_what_balances_say(shop, quarter):
    anna, ben = quarter
    whole = books(shop, "")
    for person in (anna, ben):
        assert account(whole, f"liability:credit:{person.id}") == (0, -shop.credit(person))


def file_of(shop: RunningShop, form: str, period: str = APRIL):
    shop.drain()
    return shop.ask("GET", f"/v1/journal?{period}&format={form}", key=shop.staff_key)


def test_a_spreadsheet_gets_the_same_columns(shop, quarter):
    answer = file_of(shop, "csv")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    items = books(shop, APRIL)["items"]
    assert [
        {**row, "amount": int(row["amount"]), "order": row["order"] or None} for row in rows
    ] == items


def test_beancount_takes_the_file_as_it_is(shop, quarter, tmp_path):
    for period in (MARCH, APRIL, ""):
        answer = file_of(shop, "beancount", period)
        file = tmp_path / "journal.beancount"
        file.write_bytes(answer.body)
        checked = subprocess.run([BEAN_CHECK, file], capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")
        wrong = answer.body.decode().replace("400", "401").replace("4.00", "4.01", 1)
        if period == APRIL:
            file.write_text(wrong)
            assert subprocess.run([BEAN_CHECK, file], capture_output=True, check=False).returncode


def test_datev_takes_the_file_as_it_is(shop, quarter):
    answer = file_of(shop, "datev")
    lines = answer.body.decode("windows-1252").split("\r\n")
    assert lines[0].startswith('"EXTF";700;21;"Buchungsstapel";13;2026040210000')
    assert len(lines[0].split(";")) == 31
    assert lines[0].split(";")[12:16] == ["20260101", "4", "20260401", "20260430"]
    assert lines[1].split(";") == list(COLUMNS)
    booked = [line.split(";") for line in lines[2:-1]]
    assert {len(fields) for fields in booked} == {125} and lines[-1] == ""
    spent = [fields for fields in booked if shop.mark in fields[10] and fields[7] == "1590"]
    assert [fields[:3] + fields[6:10] for fields in spent] == [
        ["4,00", '"S"', '"EUR"', "1700", "1590", "", "0204"]
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("format=xml", "format"),
        ("from=yesterday", "from"),
        ("from=2026-02-30", "from"),
        ("until=2500-01-01", "until"),
        ("from=2026-04-01&until=2026-03-01", "until"),
        ("limit=0", "limit"),
        ("format=datev&account_length=3", "account_length"),
        ("format=datev&account_credit=17", "account_credit"),
        ("format=datev&currency=KWD", "currency"),
        ("format=datev&from=2025-12-01&until=2026-02-01", "until"),
    ],
)
def test_what_cannot_be_handed_out_is_named(shop, query, field):
    refused(shop.ask("GET", f"/v1/journal?{query}", key=shop.staff_key), 422, field)


def test_the_shops_key_opens_no_books(shop):
    assert shop.ask("GET", "/v1/journal").status == 403


def test_each_currency_has_books_of_its_own(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    shop.publish(currency="JPY")
    shop.order("two", ben, items=7_000, currency="JPY")
    own = f"liability:credit:{anna.id}"
    rows = {
        row["currency"]: row["closing"]
        for row in books(shop, MARCH)["accounts"]
        if row["account"] == own
    }
    assert rows == {"EUR": -1_000, "JPY": -700}
    answer = file_of(shop, "datev", MARCH + "&currency=JPY")
    booked = [line.split(";") for line in answer.body.decode("windows-1252").split("\r\n")[2:-1]]
    assert [fields[0] for fields in booked if shop.mark in fields[10]] == ["700,00"]
    shop.publish(currency="EUR")

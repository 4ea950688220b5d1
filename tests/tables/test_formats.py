"""Files as incumbents, platforms and processors export them, read line by line."""

from collections import Counter
from pathlib import Path

import pytest

from shared.tables.formats import FORMATS, find_format
from shared.tables.table import BALANCES, MEMBERS, ORDERS, read_with
from shared.tables.text import UnreadableTable, read_lines
from tests.support.running_cloud import ROOT


def read(kind: str, text: str, currency: str | None = "EUR") -> tuple[str, list]:
    lines = list(read_lines(text.splitlines(True)))
    table = find_format(kind, lines[0].cells)
    rows = read_with(table, lambda: lines, currency)
    return table.name, [row.refused or row.row for row in rows]


def test_affiliatewp_affiliates_are_members_and_what_they_are_owed():
    text = (
        '"Affiliate ID","Email","First Name","Last Name","Payment Email","Username","Rate","Rate Type",'
        '"Earnings","Unpaid Earnings","Referrals","Visits","Conversion Rate","Status","Date Registered"\n'
        '"12","anna@example.com","Anna","Schmidt","pay@example.com","anna","20%","percentage","100.00",'
        '"1,234.56","9","70","12%","active","January 5, 2025"\n'
        '"13","ben@example.com","Ben","","","ben","20%","percentage","0","0","0","0","0%","rejected",""\n'
    )
    assert read(MEMBERS, text) == (
        "AffiliateWP's affiliates",
        [
            {
                "id": "anna@example.com",
                "login": "anna",
                "email": "anna@example.com",
                "name": "Anna Schmidt",
                "own_code": "12",
                "signed_up_at": "2025-01-05T00:00:00Z",
            },
            "the affiliate is rejected there",
        ],
    )
    assert read(BALANCES, text)[1] == [
        {"member": "anna@example.com", "amount": 123_456, "currency": "EUR"}
    ]


def test_affiliatewp_referrals_add_up_to_what_is_owed():
    text = (
        "Affiliate ID,Email,Name,Payment Email,Username,Amount,Currency,Description,Campaign,Reference,"
        "Context,Status,Date\n"
        '12,anna@example.com,Anna,,anna,10.10,EUR,"A mug, blue",,1001,woocommerce,unpaid,"May 1, 2026"\n'
        '13,ben@example.com,Ben,,ben,5.00,EUR,Cup,,1002,woocommerce,paid,"May 2, 2026"\n'
        '12,anna@example.com,Anna,,anna,20.20,EUR,Cup,,1003,woocommerce,unpaid,"May 3, 2026"\n'
        '12,anna@example.com,Anna,,anna,1/2,EUR,Cup,,1004,woocommerce,unpaid,"May 4, 2026"\n'
    )
    name, rows = read(BALANCES, text)
    assert name == "AffiliateWP's referrals"
    assert rows[0] == {"member": "anna@example.com", "amount": 3_030, "currency": "EUR"}
    assert len(rows) == 2 and "spreadsheet" in rows[1]


def test_referralcandy_advocates_and_their_friends():
    advocates = (
        "First Name,Last Name,Email,Referral Link,Unclaimed Rewards,Signed up at\n"
        "Anna,Schmidt,anna@example.com,https://shop.refr.cc/default/u/annaschmidt?s=copy,12.50,2025-02-01\n"
    )
    assert read(MEMBERS, advocates)[1] == [
        {
            "id": "anna@example.com",
            "login": "anna@example.com",
            "email": "anna@example.com",
            "name": "Anna Schmidt",
            "own_code": "annaschmidt",
            "signed_up_at": "2025-02-01T00:00:00Z",
        }
    ]
    assert read(BALANCES, advocates)[1][0]["amount"] == 1_250

    referrals = (
        "Advocate Email,Friend Email,Order ID,Purchase Amount,Currency,Purchase Date,Reward,Status\n"
        "anna@example.com,ben@example.com,1001,80.00,EUR,2026-02-01,8.00,pending\n"
        "anna@example.com,cara@example.com,1002,20.00,EUR,2026-02-02,2.00,pending\n"
    )
    assert [row["referrer_login"] for row in read(MEMBERS, referrals)[1]] == [
        "anna@example.com"
    ] * 2
    assert [row["items_total"] for row in read(ORDERS, referrals)[1]] == [8_000, 2_000]
    assert read(BALANCES, referrals)[1] == [
        {"member": "anna@example.com", "amount": 1_000, "currency": "EUR"}
    ]


def test_woocommerces_analytics_put_a_refund_to_its_order():
    text = (
        '\ufeffDate,"Order #",Status,Customer,"Customer type","Product(s)","Items sold","Coupon(s)",'
        '"N. Revenue",Attribution\n'
        '"2026-01-05 10:00:00",1002,Refunded,"Ben B",New,"1× Cup",-1,,-20.00,Direct\n'
        '"2026-01-02 10:00:00",1001,Completed,"Ann A",New,"1× Mug",1,anna-7k2q,150.00,Direct\n'
        '"2026-01-03 10:00:00",1002,Completed,"Ben B",New,"2× Cup",2,NONE,50.00,Direct\n'
        '"2026-01-04 10:00:00",1003,Cancelled,"Cat C",New,"1× Cup",1,,25.00,Direct\n'
    )
    name, rows = read(ORDERS, text)
    assert name == "WooCommerce's analytics of orders"
    assert [(row["id"], row["status"], row["items_total"]) for row in rows] == [
        ("1001", "completed", 15_000),
        ("1002", "completed", 5_000),
        ("1003", "cancelled", 2_500),
    ]
    assert (rows[0]["codes"], rows[1]["refunded_total"]) == (["anna-7k2q"], 2_000)


def test_an_export_of_woocommerces_orders():
    text = (
        "order_id;order_number;order_date;paid_date;status;shipping_total;fee_total;tax_total;"
        "discount_total;order_total;order_currency;customer_id;billing_email;coupon_items;refund_items\n"
        "7;7;2026-01-02 10:00:00;2026-01-02 10:05:00;wc-completed;4,90;2,00;19,00;10,00;125,90;EUR;3;"
        "ben@example.com;code:anna-7k2q|amount:10.00;amount:-5.00|reason:broken\n"
    )
    (row,) = read(ORDERS, text)[1]
    assert row["customer"] == {"id": "3", "email": "ben@example.com"}
    assert (row["items_total"], row["discount_total"], row["tax_total"]) == (11_000, 1_000, 1_900)
    assert (row["shipping_total"], row["other_total"], row["refunded_total"]) == (490, 200, 500)
    assert (row["codes"], row["status"]) == (["anna-7k2q"], "completed")
    assert row["paid_at"] == "2026-01-02T10:05:00Z"


def test_stripes_payments_and_what_failed():
    text = (
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Fee,Status,Description,"
        "Customer ID,Customer Email,gv_code (metadata)\n"
        'ch_1,2026-06-05 20:38:34,"3,125.00",25.00,eur,true,90.93,Paid,Mugs,cus_1,ben@example.com,ANNA\n'
        "ch_2,2026-06-06 20:38:34,10.00,0.00,eur,false,0,Failed,Mugs,cus_1,ben@example.com,\n"
    )
    name, rows = read(ORDERS, text, None)
    assert name == "Stripe's payments"
    (row,) = rows
    assert (row["id"], row["refs"], row["code"]) == ("stripe:ch_1", ["stripe:ch_1"], "ANNA")
    assert (row["items_total"], row["refunded_total"]) == (312_500, 2_500)


@pytest.mark.parametrize(
    "text",
    [
        "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,"
        "reporting_category,source_id,charge_id\n"
        "txn_2,2026-09-15 09:12:45,2026-09-17 00:00:00,eur,-20.00,0,-20,refund,re_1,ch_1\n"
        "txn_1,2026-09-14 10:02:11,2026-09-16 00:00:00,eur,600.00,8.70,591.30,charge,ch_1,ch_1\n"
        "txn_3,2026-09-16 09:12:45,2026-09-17 00:00:00,eur,-500.00,0,-500,payout,po_1,\n",
        "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description\n"
        "txn_1,charge,ch_1,600.00,8.70,591.30,eur,2026-09-14 10:02,2026-09-16 00:00,Mug\n"
        "txn_3,payout,po_1,-500.00,0,-500.00,eur,2026-09-16 10:02,2026-09-16 00:00,\n",
    ],
)
def test_stripes_changes_of_the_balance(text):
    (row,) = read(ORDERS, text, None)[1]
    assert (row["id"], row["items_total"]) == ("stripe:ch_1", 60_000)
    assert row["refunded_total"] == (2_000 if "re_1" in text else 0)


def test_a_generic_table_and_its_ruined_cells():
    text = (
        "id;placed_at;currency;items_total\n3.8E+12;31.12.2025;EUR;12,50\n1001;31.12.2025;EUR;1/2\n"
    )
    assert ["spreadsheet" in row for row in read(ORDERS, text)[1]] == [True, True]
    text = "id,login,balance\nanna,anna,12.50\n,ben,1\n"
    assert read(MEMBERS, text)[1] == [
        {"id": "anna", "login": "anna", "balance": 1_250},
        "the line has no id",
    ]


def test_amounts_without_a_currency_are_refused_by_line():
    text = "member,amount\nanna,12.50\n"
    assert read(BALANCES, text, None)[1] == [
        "the line has no currency; choose the currency of the file"
    ]


def test_columns_that_nobody_knows_are_told_with_those_that_would_do():
    with pytest.raises(UnreadableTable, match="id, login"):
        find_format(MEMBERS, {"foo"})


def test_each_format_is_known_by_columns_of_its_own():
    assert max(Counter((table.kind, table.needed) for table in FORMATS).values()) == 1
    for table in FORMATS:
        assert find_format(table.kind, table.needed).name == table.name


def test_a_format_is_a_short_module():
    folder = ROOT / "shared" / "tables" / "formats"
    modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert {path.stem: len(Path(path).read_text().splitlines()) < 150 for path in modules} == {
        path.stem: True for path in modules
    }

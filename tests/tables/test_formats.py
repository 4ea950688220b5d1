"""Files as incumbents, platforms and processors export them, read line by line."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.tables.formats import FORMATS, find_format
from shared.tables.table import BALANCES, MEMBERS, ORDERS, TableTerms, read_with
from shared.tables.text import Line, UnreadableTable, read_lines
from tests.support.running_cloud import ROOT


def read(kind: str, text: str, currency: str | None = "EUR") -> tuple[str, list]:
    lines = list(read_lines(text.splitlines(True)))
    table = find_format(kind, lines[0].cells)
    rows = read_with(table, lambda: lines, TableTerms(currency))
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
    )
    name, rows = read(BALANCES, text)
    assert name == "AffiliateWP's referrals"
    assert rows == [{"member": "anna@example.com", "amount": 3_030, "currency": "EUR"}]


def test_of_a_sum_with_a_ruined_line_nothing_is_owed_before_it_is_corrected():
    text = (
        "Affiliate ID,Email,Amount,Currency,Reference,Status\n"
        "12,anna@example.com,10.10,EUR,1001,unpaid\n"
        "12,anna@example.com,1/2,EUR,1002,unpaid\n"
        "13,ben@example.com,5.00,EUR,1003,unpaid\n"
    )
    first, ruined, other = read(BALANCES, text)[1]
    assert first == "another line of anna@example.com cannot be read; correct it first"
    assert "spreadsheet" in ruined
    assert other == {"member": "ben@example.com", "amount": 500, "currency": "EUR"}


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


@pytest.mark.parametrize(
    "text",
    [
        "Date,Order #,Status,Customer,Coupon(s),Net sales,Attribution\n"
        '"2026-01-03 10:00:00",1002,completed,Ben B,anna-7k2q,1050,Direct\n'
        '"2026-01-05 10:00:00",1002,completed,Ben B,,-20.5,Direct\n',
        'Date,"Order #","N. Revenue (formatted)",Status,Customer,Coupon(s),"Net Sales"\n'
        '"2026-01-03 10:00:00",1002,1050.00€,completed,"Ben B",anna-7k2q,1050\n'
        '"2026-01-05 10:00:00",1002,\'-20.50€,completed,"Ben B",,\'-20.5\n',
        'Datum;"Bestellung #";Status;Kunde;Gutschein(e);Nettoumsatz\n'
        '"03.01.2026 10:00";1002;Abgeschlossen;Ben;anna-7k2q;1.050,00\n'
        '"05.01.2026 10:00";1002;Abgeschlossen;Ben;;-20,50\n',
    ],
    ids=["browser", "server", "german"],
)
def test_woocommerces_analytics_as_they_are_written_today(text):
    (row,) = read(ORDERS, text)[1]
    assert (row["id"], row["refs"], row["codes"]) == ("1002", ["woocommerce:1002"], ["anna-7k2q"])
    assert (row["status"], row["placed_at"]) == ("completed", "2026-01-03T10:00:00Z")
    assert (row["items_total"], row["refunded_total"]) == (105_000, 2_050)


def test_an_order_that_woocommerce_calls_refunded_is_refunded_in_full():
    report = "Date,Order #,Status,Net sales\n2026-01-03,7,refunded,50\n"
    export = (
        "order_id,order_date,status,order_total,tax_total\n7,2026-01-03,wc-refunded,59.50,9.50\n"
    )
    assert [read(ORDERS, text)[1][0]["refunded_total"] for text in (report, export)] == [
        5_000,
        5_950,
    ]


def test_an_order_of_which_a_refund_is_ruined_is_refused_too():
    text = (
        "Date,Order #,Status,Net sales\n2026-01-03,7,completed,50\n"
        "2026-01-04,7,completed,-1.2E+3\n2026-01-04,7,completed,-5\n"
    )
    first, ruined = read(ORDERS, text)[1]
    assert first == "another line of 7 cannot be read; correct it first"
    assert "shortened" in ruined


def test_a_status_of_a_plugin_says_nothing_without_a_payment():
    text = (
        "order_id,order_date,paid_date,status,order_total\n"
        "7,2026-01-03,2026-01-04,wc-packing,50\n8,2026-01-03,,wc-packing,50\n"
        "9,2026-01-03,,wc-on-hold,50\n"
    )
    paid, unknown, waits = read(ORDERS, text)[1]
    assert (paid["status"], paid["paid_at"]) == ("paid", "2026-01-04T00:00:00Z")
    assert unknown == "the status wc-packing is not known; export the file in English"
    assert waits["status"] == "placed"


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


def test_stripes_payments_of_the_test_mode_and_of_a_status_that_nobody_knows():
    text = (
        "id,Status,Mode,Currency,Amount Refunded,Amount,Created date (UTC)\n"
        "ch_1,Paid,Live,jpy,0,1000,2026-06-05 20:38:34\n"
        "ch_2,Paid,Test,jpy,0,1000,2026-06-05 20:38:34\n"
        "ch_3,Requires_payment_method,Live,jpy,0,1000,2026-06-05 20:38:34\n"
        "ch_4,Bezahlt,Live,jpy,0,1000,2026-06-05 20:38:34\n"
    )
    live, unknown = read(ORDERS, text, None)[1]
    assert (live["id"], live["items_total"]) == ("stripe:ch_1", 1_000)
    assert unknown == "the status bezahlt is not known; export the file in English"


def test_what_left_a_charge_again_and_what_came_back_to_it():
    text = "balance_transaction_id,created_utc,currency,gross,reporting_category,charge_id\n"
    changes = (("charge", 600), ("refund", -20), ("dispute", -600), ("dispute_reversal", 600))
    changes += (("refund_failure", 5), ("fee", -3))
    for number, (category, gross) in enumerate(changes):
        text += f"txn_{number},2026-09-14 10:02,eur,{gross}.00,{category},ch_1\n"
    (row,) = read(ORDERS, text, None)[1]
    assert (row["items_total"], row["refunded_total"]) == (60_000, 1_500)


def test_a_refund_that_names_no_charge_is_refused():
    text = (
        "id,Type,Source,Amount,Net,Currency,Created (UTC)\n"
        "txn_1,charge,ch_1,600.00,591.30,eur,2026-09-14 10:02\n"
        "txn_2,refund,re_1,-20.00,-20.00,eur,2026-09-15 10:02\n"
    )
    _, refund = read(ORDERS, text, None)[1]
    assert refund == "the refund does not name its charge; export the payments instead"


def test_a_generic_table_and_its_ruined_cells():
    text = (
        "id;placed_at;currency;items_total\n3.8E+12;31.12.2025;EUR;12,50\n1001;31.12.2025;EUR;1/2\n"
    )
    assert ["spreadsheet" in row for row in read(ORDERS, text)[1]] == [True, True]
    text = "id,login,balance\nanna,anna,12.50\n,ben,1\n"
    assert read(MEMBERS, text)[1] == [
        {"id": "anna", "login": "anna", "currency": "EUR", "balance": 1_250},
        "the line has no id",
    ]


def test_amounts_without_a_currency_are_refused_by_line():
    text = "member,amount\nanna,12.50\n"
    assert read(BALANCES, text, None)[1] == [
        "the line has no currency; choose the currency of the file"
    ]


def test_dates_with_two_meanings_follow_the_sure_ones_of_their_table():
    text = "id,placed_at,items_total\n1,03/04/2026,1.50\n2,12/31/2026,1.50\n"
    assert [row["placed_at"][:10] for row in read(ORDERS, text)[1]] == ["2026-03-04", "2026-12-31"]
    text = text.replace("12/31", "05/05")
    assert [row if isinstance(row, str) else row["id"] for row in read(ORDERS, text)[1]] == [
        "'03/04/2026' could be 2026-04-03 or 2026-03-04; write dates like 2026-12-31 or 31.12.2026",
        "2",
    ]


def test_a_decimal_comma_in_a_table_of_commas_is_refused():
    text = "id,placed_at,items_total\n1,2026-03-04,12,50\n2,2026-03-04,12.50,\n"
    torn, whole = read(ORDERS, text)[1]
    assert "more cells than the table has columns" in torn
    assert whole["items_total"] == 1_250


def test_a_column_that_is_there_twice_has_to_say_one_thing():
    text = "id,login,email,email\n1,anna,a@example.com,b@example.com\n2,ben,,b@example.com\n"
    differs, once = read(MEMBERS, text)[1]
    assert differs == "the table has email twice, and the line differs there; rename one"
    assert once["email"] == "b@example.com"


def test_ruined_codes_and_totals_name_no_member():
    text = "id,login,own_code,balance\n1,anna,12-Jan,1.50\n2,ben,'007,2.50\nSumme,,,4.00\n"
    ruined, marked, totals = read(MEMBERS, text)[1]
    assert "spreadsheet" in ruined and "totals" in totals
    assert marked["own_code"] == "007"


def test_a_table_of_another_kind_is_told_by_its_kind():
    with pytest.raises(UnreadableTable, match="Stripe's payments, which tell of orders and not of"):
        find_format(MEMBERS, ["id", "amount", "amount refunded", "currency", "status"])


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


CELLS = ["", "7", "ch_1", "12.50", "-3", "1,234", "2026-01-02", "03/04/2026", "paid", "completed"]
CELLS += ["EUR", "eur", "x@y.z", "refund", "charge", "#NAME?", "1/2", "Total", "'-1", "9" * 50]
CELLS += ["unpaid", "code:A|amount:1", "amount:-5|x", "amount:", "\0", "١٢", "5²", "Infinity"]


@settings(max_examples=400)
@given(st.data())
def test_any_cells_in_any_format_are_rows_or_refused_with_a_sentence(data):
    table = data.draw(st.sampled_from(FORMATS))
    columns = sorted(
        table.needed | {"currency", "email", "refund_items", "id", "mode", "paid_date"}
    )
    cell = st.sampled_from(CELLS) | st.text(max_size=8)
    lines = [
        Line(number, dict(zip(columns, data.draw(st.lists(cell, min_size=10)), strict=False)))
        for number in range(data.draw(st.integers(0, 4)))
    ]
    for row in read_with(
        table, lambda: lines, TableTerms(data.draw(st.sampled_from([None, "EUR"])))
    ):
        assert row.refused or json.loads(json.dumps(row.row)) == row.row

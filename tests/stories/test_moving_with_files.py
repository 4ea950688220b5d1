"""A shop moves here with the files of its old program: who recommends, what they are owed, what was
bought.
"""

from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from local.cli.main import main
from tests.support.running_shop import RunningShop


class OldProgram(NamedTuple):
    """Its files by the kinds that they tell, written with a shop's mark, and what Anna has there."""

    files: tuple[tuple[str, str, str], ...]
    anna: str
    ben: str
    code: str
    owed: int
    encoding: str = "utf-8"


AFFILIATEWP = OldProgram(
    (
        (
            "members",
            "affiliates.csv",
            "Affiliate ID,Email,First Name,Last Name,Payment Email,Username,Rate,Rate Type,Earnings,"
            "Unpaid Earnings,Referrals,Visits,Conversion Rate,Status,Date Registered,Coupon Code\n"
            '12,anna-{mark}@example.com,Anna,Schmidt,,anna-{mark},20%,percentage,100.00,"1,234.56",9,'
            '70,12%,active,"January 5, 2025",ANNA{mark}\n'
            "13,eve-{mark}@example.com,Eve,,,eve-{mark},20%,percentage,0,0,0,0,0%,active,"
            '"January 6, 2025",EVE{mark}\n',
        ),
        (
            "balances",
            "referrals.csv",
            "Affiliate ID,Email,Name,Payment Email,Username,Amount,Currency,Description,Campaign,"
            "Reference,Context,Status,Date\n"
            '12,anna-{mark}@example.com,Anna,,anna,1234.06,EUR,"Mug, blue",,7,woocommerce,unpaid,x\n'
            "12,anna-{mark}@example.com,Anna,,anna,5.00,EUR,Cup,,8,woocommerce,paid,x\n"
            "12,anna-{mark}@example.com,Anna,,anna,0.50,EUR,Cup,,9,woocommerce,unpaid,x\n",
        ),
        (
            "orders",
            "orders.csv",
            "order_id,order_date,paid_date,status,shipping_total,fee_total,tax_total,discount_total,"
            "order_total,order_currency,customer_id,billing_email,coupon_items\n"
            "7-{mark},2025-07-01 10:00:00,2025-07-01 10:00:00,wc-completed,0,0,0,0,500.00,EUR,0,"
            "ben-{mark}@example.com,code:anna{mark}|amount:0\n",
        ),
    ),
    anna="anna-{mark}@example.com",
    ben="ben-{mark}@example.com",
    code="ANNA{mark}",
    owed=123_456,
)
REFERRALCANDY = OldProgram(
    (
        (
            "members",
            "advocates.csv",
            "First Name,Last Name,Email,Referral Link,Unclaimed Rewards,Signed up at\n"
            "Anna,Schmidt,anna-{mark}@example.com,https://shop.refr.cc/u/anna{mark},12.50,2025-02-01\n",
        ),
        (
            "members",
            "referrals.csv",
            "Advocate Email,Friend Email,Order ID,Purchase Amount,Currency,Purchase Date,Reward,Status\n"
            "anna-{mark}@example.com,ben-{mark}@example.com,1001,500.00,EUR,2025-07-01,12.50,pending\n",
        ),
        (
            "balances",
            "advocates.csv",
            "First Name,Last Name,Email,Referral Link,Unclaimed Rewards,Signed up at\n"
            "Anna,Schmidt,anna-{mark}@example.com,https://shop.refr.cc/u/anna{mark},12.50,2025-02-01\n",
        ),
        (
            "orders",
            "shopify.csv",
            "Name,Email,Financial Status,Paid at,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,"
            "Discount Code,Discount Amount,Created at,Lineitem name,Refunded Amount,Id\n"
            "#1001,ben-{mark}@example.com,paid,2025-07-01 10:00:00 +0200,2025-07-02 10:00:00 +0200,EUR,"
            "500.00,0.00,0.00,500.00,,0.00,2025-07-01 10:00:00 +0200,Mug,0.00,5001-{mark}\n"
            "#1001,ben-{mark}@example.com,,,,,,,,,,,2025-07-01 10:00:00 +0200,Cup,,\n",
        ),
    ),
    anna="anna-{mark}@example.com",
    ben="ben-{mark}@example.com",
    code="anna{mark}",
    owed=1_250,
)
SPREADSHEET = OldProgram(
    (
        (
            "members",
            "Kundinnen.csv",
            "id;login;name;own_code;referrer_login;signed_up_at\n"
            "b-{mark};ben-{mark};Ben;;anna-{mark};01.06.2025\n"
            "a-{mark};anna-{mark};Änne Müller;ÄNNE-{mark};;05.01.2025\n",
        ),
        (
            "balances",
            "Guthaben.csv",
            "member;amount;currency\na-{mark};1.234,56;EUR\nc-{mark};1/2;EUR\n",
        ),
        (
            "orders",
            "Bestellungen.csv",
            "id;customer;placed_at;completed_at;currency;items_total\n"
            "7-{mark};b-{mark};01.07.2025;03.07.2025;EUR;500,00\n"
            "3.8E+12;b-{mark};01.07.2025;03.07.2025;EUR;500,00\n",
        ),
    ),
    anna="a-{mark}",
    ben="b-{mark}",
    code="änne-{mark}",
    owed=123_456,
    encoding="cp1252",
)


@pytest.mark.parametrize(
    "old", [AFFILIATEWP, REFERRALCANDY, SPREADSHEET], ids=["affiliatewp", "referralcandy", "own"]
)
def test_a_shop_moves_here_with_its_files(
    old: OldProgram, shop: RunningShop, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    moved = [move(shop, tmp_path, *file, old.encoding) for file in old.files]
    spoilt = old is SPREADSHEET
    assert moved == [1 if spoilt and kind != "members" else 0 for kind, _, _ in old.files]
    capsys.readouterr()

    anna = shop.get(f"/v1/members/{old.anna.format(mark=shop.mark)}")
    assert (anna["balance"], anna["volume"]) == (old.owed, 50_000)
    customer = {"email": f"new-{shop.mark}@example.com"}
    order = shop.order("new", items=10_000, customer=customer, code=old.code.format(mark=shop.mark))
    assert [(row["member"], row["amount"]) for row in order["rewards"]] == [(anna["id"], 1_000)]
    assert shop.click(quote(anna["code"]))

    eve = shop.member("eve") if old is not AFFILIATEWP else None
    known = {"id": old.ben.format(mark=shop.mark)}
    known = {"email": known["id"]} if "@" in known["id"] else known
    bens = shop.order(
        "bens", items=10_000, customer=known, code=eve.code if eve else f"EVE{shop.mark}"
    )
    assert [row["member"] for row in bens["rewards"]] == [anna["id"]]

    for file in old.files:
        move(shop, tmp_path, *file, old.encoding)
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if " 0 changed" not in line] == []
    assert shop.get(f"/v1/members/{anna['id']}")["balance"] == old.owed + 2_000


def move(shop: RunningShop, folder: Path, kind: str, name: str, text: str, encoding: str) -> int:
    """Write a file of the old program and import it; return the exit code."""
    path = folder / name
    path.write_bytes(text.format(mark=shop.mark).encode(encoding))
    system = ["--url", shop.cloud.base_url, "--key", shop.secret_key]
    return main(["import", *system, "--currency", "EUR", kind, str(path)])


SHOPIFYS = (
    "Name,Email,Financial Status,Paid at,Fulfilled at,Currency,Subtotal,Total,Created at,"
    "Discount Code,Refunded Amount,Id\n"
    "#1,ben-{mark}@example.com,paid,2025-07-01 10:00:00 +0200,2025-07-02 10:00:00 +0200,EUR,500.00,"
    "500.00,2025-07-01 10:00:00 +0200,{code},0.00,{id}\n"
)
WOOCOMMERCES = (
    "order_id;order_date;status;order_total;order_currency;billing_email;coupon_items\n"
    "{id};01.07.2025 10:00;wc-completed;500,00;EUR;ben-{mark}@example.com;code:{code}|amount:0\n"
)


@pytest.mark.parametrize(
    ("provider", "text"), [("shopify", SHOPIFYS), ("woocommerce", WOOCOMMERCES)]
)
def test_a_refund_that_the_platform_tells_of_an_order_in_the_file_pays_nobody(
    provider: str, text: str, shop: RunningShop, tmp_path: Path
) -> None:
    anna, order_id = shop.member("anna"), int(shop.mark, 36)
    text = text.format(mark=shop.mark, code=anna.code, id=order_id)
    assert move(shop, tmp_path, "orders", "orders.csv", text, "utf-8") == 0
    assert shop.profile(anna)["volume"] == 50_000

    shop.hears(provider, refunded_here(provider, order_id, shop.mark, anna.code))

    assert (shop.profile(anna)["volume"], shop.credit(anna)) == (30_000, 0)
    assert shop.seen_order(f"{provider}:{order_id}")["order"]["id"] == str(order_id)


def refunded_here(provider: str, order_id: int, mark: str, code: str) -> dict:
    """The platform's news that 200.00 of the order were refunded after the move."""
    then, now = "2025-07-01T08:00:00", "2026-03-02T08:00:00"
    common = {"id": order_id, "currency": "EUR"}
    if provider == "woocommerce":
        return common | {
            "order_key": "wc_order_1",
            "status": "completed",
            "date_created_gmt": then,
            "date_modified_gmt": now,
            "date_paid_gmt": then,
            "date_completed_gmt": then,
            "total": "500.00",
            "billing": {"email": f"ben-{mark}@example.com"},
            "coupon_lines": [{"code": code}],
            "refunds": [{"id": order_id + 1, "total": "-200.00"}],
        }
    return common | {
        "email": f"ben-{mark}@example.com",
        "created_at": f"{then}Z",
        "updated_at": f"{now}Z",
        "financial_status": "partially_refunded",
        "fulfillment_status": "fulfilled",
        "subtotal_price": "500.00",
        "total_price": "500.00",
        "current_subtotal_price": "300.00",
        "current_total_price": "300.00",
        "discount_codes": [{"code": code}],
        "refunds": [
            {
                "id": order_id + 1,
                "created_at": f"{now}Z",
                "transactions": [{"kind": "refund", "status": "success", "amount": "200.00"}],
            }
        ],
    }


def test_the_shop_tells_its_own_id_of_a_member_who_came_by_address(
    shop: RunningShop, tmp_path: Path
) -> None:
    for file in AFFILIATEWP.files[:2]:
        move(shop, tmp_path, *file, "utf-8")
    address = f"anna-{shop.mark}@example.com"

    anna = shop.member("shops-own-id", login=f"anna-{shop.mark}", email=address)

    assert anna.id == shop.named("shops-own-id")
    assert shop.get(f"/v1/members/{anna.id}")["balance"] == 123_456
    assert shop.get(f"/v1/members/{address}")["id"] == anna.id


def test_a_long_file_goes_in_parts_and_goes_on_after_a_stop(
    shop: RunningShop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    monkeypatch.setattr("local.cli.import_run.MOST_ROWS", 40)
    rows = [
        f"m{number}-{shop.mark},{'' if number == 99 else f'm{number + 1}-{shop.mark}'}"
        for number in range(100)
    ]
    table = "id,login,referrer_login\n" + "".join(
        f"{row.partition(',')[0]},{row}\n" for row in rows
    )
    assert move(shop, tmp_path, "members", "chain.csv", table, "utf-8") == 0
    assert "100 rows: 100 changed, 0 unchanged, 0 refused" in capsys.readouterr().out
    first = shop.get(f"/v1/members/m0-{shop.mark}")
    assert first["referred_by"] == f"m1-{shop.mark}"

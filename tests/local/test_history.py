"""`grapevine history`: exports of shops become histories that a backtest reads."""

import json
from pathlib import Path

import pytest

from local.cli.main import main

SHOPIFY = """Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,\
Discount Amount,Created at,Lineitem name,Cancelled at,Refunded Amount,Id
#1001,ines@example.com,paid,2024-01-15 10:24:00 -0500,fulfilled,2024-01-16 09:00:00 -0500,EUR,90.00,4.90,15.15,94.90,ANNA-7K2Q,10.00,\
2024-01-15 10:23:45 -0500,Mug,,9.49,5001
#1001,ines@example.com,,,,,,,,,,,,,Cup,,,
#1002,bea@example.com,pending,,,,EUR,5.00,0.00,0.00,5.00,,0.00,2024-01-10 08:00:00 UTC,Cup,2024-01-11 08:00:00 UTC,0.00,
"""
GENERIC = """id,customer,advocate,email,placed_at,completed_at,currency,items_total,refunded_total
1,B,A,,2026-03-01T10:00:00Z,2026-03-02T10:00:00Z,EUR,100.00,
2,B,A,,2026-03-03T10:00:00+01:00,2026-03-04T10:00:00Z,EUR,50.5,10.10
"""


def lines(tmp_path: Path, capsys: pytest.CaptureFixture, table: str, *more: str) -> list[dict]:
    path = tmp_path / "orders.csv"
    path.write_text(table)
    assert main(["history", str(path), *more]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def backtested(tmp_path: Path, capsys: pytest.CaptureFixture, events: list[dict]) -> dict:
    program, history = tmp_path / "program.json", tmp_path / "history.jsonl"
    program.write_text(
        json.dumps(
            {
                "id": "p",
                "name": "P",
                "currency": "EUR",
                "credit": {"system": "levels", "levels": [{"percent": "10"}]},
            }
        )
    )
    history.write_text("".join(json.dumps(event) + "\n" for event in events))
    assert main(["backtest", str(program), str(history), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_shopify(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    advocates = tmp_path / "advocates.csv"
    advocates.write_text("id,code\nA,ANNA-7K2Q\n")
    events = lines(tmp_path, capsys, SHOPIFY, "--advocates", str(advocates))
    assert [event["type"] for event in events] == ["member", "order", "order"]
    cancelled, sold = events[1]["order"], events[2]["order"]
    assert (cancelled["id"], cancelled["status"], cancelled["items_total"]) == (
        "#1002",
        "cancelled",
        500,
    )
    assert (sold["id"], sold["status"], sold["placed_at"]) == (
        "5001",
        "completed",
        "2024-01-15T15:23:45Z",
    )
    assert (
        sold["items_total"],
        sold["discount_total"],
        sold["shipping_total"],
        sold["refunded_total"],
    ) == (8_403, 840, 412, 949)
    rewards = backtested(tmp_path, capsys, events)["rewards"]
    assert [(row["member"], row["level"]) for row in rewards] == [("A", 1)]


def test_generic(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    events = lines(tmp_path, capsys, GENERIC)
    assert [(event["type"], event["id"]) for event in events[:2]] == [
        ("member", "A"),
        ("member", "B"),
    ]
    assert {
        row["order"]: row["amount"] for row in backtested(tmp_path, capsys, events)["rewards"]
    } == {"1": 1_000, "2": 404}


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("a,b\n1,2\n", "has no columns that tell of orders"),
        (GENERIC.replace("50.5", "50.555"), "line 3: '50.555' could be 50.555 or 50555"),
        (GENERIC.replace("EUR,50.5", "XXX,50.5"), "line 3: 'XXX' is not an ISO 4217"),
        (GENERIC.replace("2026-03-01T10:00:00Z", "03/04/2026"), "line 2: '03/04/2026' could be"),
        ("id,placed_at,currency,items_total\n1,,EUR,5\n", "line 2: the line has no placed_at"),
    ],
)
def test_what_cannot_be_used_is_named(
    table: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(table)
    assert main(["history", str(path)]) == 2
    shown = capsys.readouterr()
    assert reason in shown.err and not shown.out


def test_an_advocate_without_an_id_is_named(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    orders, advocates = tmp_path / "orders.csv", tmp_path / "advocates.csv"
    orders.write_text(GENERIC)
    advocates.write_text("id,code\nA,ANNA-7K2Q\n,BEA-7K2Q\n")
    assert main(["history", str(orders), "--advocates", str(advocates)]) == 2
    shown = capsys.readouterr()
    assert "advocates.csv: line 3: the line has no id" in shown.err and not shown.out

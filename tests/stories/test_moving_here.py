"""A shop that ran its program elsewhere moves here in a morning, with everybody and everything."""

from tests.support.running_shop import RunningShop, done, refused


def imported(shop: RunningShop, kind: str, rows: list[dict], **more: object) -> dict:
    """Import rows, wait until they are done, return how it ended."""
    answer = shop.ask("POST", "/v1/imports", {"kind": kind, "rows": rows} | more)
    assert answer.status == 202, answer.body
    assert set(answer.json) == {"id", "kind", "state", "rows", "changed", "unchanged", "refused"}
    shop.drain()
    return shop.get(f"/v1/imports/{answer.json['id']}")


def counts(run: dict) -> tuple[str, int, int, list[int]]:
    return run["state"], run["changed"], run["unchanged"], [row["row"] for row in run["refused"]]


def people(shop: RunningShop) -> list[dict]:
    """Ben stands before Anna, who brought him."""
    return [
        {
            "id": shop.named("ben"),
            "login": shop.named("ben"),
            "referrer_login": shop.named("anna").upper(),
            "signed_up_at": "2025-06-01T00:00:00Z",
        },
        {
            "id": shop.named("anna"),
            "login": shop.named("anna"),
            "own_code": f"OLD-{shop.mark}",
            "signed_up_at": "2025-01-01T00:00:00Z",
            "balance": 1234,
        },
    ]


def test_members_come_in_any_order_with_their_codes_advocates_and_balances(shop):
    run = imported(shop, "members", people(shop))

    assert counts(run) == ("done", 2, 0, [])
    anna, ben = (shop.get(f"/v1/members/{shop.named(name)}") for name in ("anna", "ben"))
    assert (anna["code"], anna["balance"]) == (f"OLD-{shop.mark}", 1234)
    assert ben["referred_by"] == shop.named("anna")
    assert shop.get(f"/v1/members/{shop.named('anna')}/entries")["items"][0]["reason"]["code"] == (
        "imported"
    )


def test_an_old_code_and_an_old_link_lead_to_its_advocate(shop):
    imported(shop, "members", people(shop))
    carl, token = shop.member("carl"), shop.click(f"old-{shop.mark}")

    by_code = shop.order("by code", items=10_000, code=f"OLD-{shop.mark}")
    by_link = shop.order("by link", carl, items=10_000, ref_token=token)

    for order in (by_code, by_link):
        assert [(row["member"], row["amount"]) for row in order["rewards"]] == [
            (shop.named("anna"), 1000)
        ]


def test_past_orders_count_and_earn_nothing(shop):
    imported(shop, "members", people(shop))
    past = {
        "id": shop.named("past"),
        "customer": {"id": shop.named("ben")},
        "status": "completed",
        "currency": "EUR",
        "items_total": 50_000,
        "placed_at": "2025-07-01T00:00:00Z",
    }

    assert counts(imported(shop, "orders", [past])) == ("done", 1, 0, [])

    assert shop.get(f"/v1/members/{shop.named('anna')}")["volume"] == 50_000
    assert shop.get(f"/v1/members/{shop.named('anna')}")["balance"] == 1234
    order = shop.seen_order(shop.named("past"))
    assert (order["rewards"], [row["reason"]["code"] for row in order["refusals"]]) == (
        [],
        ["past_order"],
    )
    shop.order("past", items=50_000, refunds=[{"id": "re", "amount": 20_000}])
    assert shop.get(f"/v1/members/{shop.named('anna')}")["volume"] == 30_000


def test_who_bought_in_the_past_is_no_new_customer(shop):
    anna = shop.member("anna")
    past = {
        "id": shop.named("past"),
        "customer": {"email": f"dora-{shop.mark}@example.com"},
        "status": "paid",
        "currency": "EUR",
        "items_total": 4_000,
        "placed_at": "2025-07-01T00:00:00Z",
    }
    imported(shop, "orders", [past])

    customer = {"email": f"dora-{shop.mark}@example.com"}
    order = shop.order("new", items=9_000, customer=customer, code=anna.code)

    assert order["rewards"] == []
    assert [row["reason"]["code"] for row in order["refusals"]] == ["existing_customer"]


def test_on_request_past_orders_earn(shop):
    imported(shop, "members", people(shop))
    past = {
        "id": shop.named("past"),
        "customer": {"id": shop.named("ben")},
        "status": "completed",
        "currency": "EUR",
        "items_total": 50_000,
    }

    imported(shop, "orders", [past], rewards=True)

    assert shop.get(f"/v1/members/{shop.named('anna')}")["balance"] == 1234 + 5_000


def test_the_same_rows_again_change_nothing(shop):
    orders = [
        {
            "id": shop.named(f"past {number}"),
            "customer": {"id": shop.named("ben")},
            "status": "completed",
            "currency": "EUR",
            "items_total": 50_000,
        }
        for number in range(3)
    ]
    balances = [
        {"member": shop.named("ben"), "amount": -700, "currency": "EUR"},
        {"member": shop.named("ben"), "amount": 900, "currency": "EUR", "reason": "gift cards"},
    ]
    whole = {"members": people(shop), "orders": orders, "balances": balances}
    for kind, rows in whole.items():
        assert counts(imported(shop, kind, rows)) == ("done", len(rows), 0, [])
    shop.later(days=1)

    for kind, rows in whole.items():
        assert counts(imported(shop, kind, rows)) == ("done", 0, len(rows), [])
    assert shop.get(f"/v1/members/{shop.named('anna')}")["balance"] == 1234
    assert shop.get(f"/v1/members/{shop.named('ben')}")["balance"] == 200


def test_a_row_that_is_refused_says_why_and_stops_no_other(shop):
    rows = [
        {"id": shop.named("carl"), "login": shop.named("carl"), "referrer_login": "nobody"},
        {"id": shop.named("dora"), "login": shop.named("dora"), "email": "no address"},
        {"id": shop.named("emil"), "login": shop.named("emil")},
        "frieda",
    ]
    run = imported(shop, "members", rows)
    assert counts(run) == ("done", 1, 0, [1, 2, 4])
    assert run["refused"][0]["reason"].startswith("referrer_login is not a member's login")

    balances = [
        {"member": shop.named("emil"), "amount": 100, "currency": "USD"},
        {"member": shop.named("nobody"), "amount": 100, "currency": "EUR"},
        {"member": shop.named("emil"), "amount": 100, "currency": "EUR"},
        {"member": shop.named("emil"), "amount": 200, "currency": "EUR"},
    ]
    assert counts(imported(shop, "balances", balances)) == ("done", 1, 0, [1, 2, 4])


def test_a_code_in_a_row_is_the_advocates_or_else_the_members_own(shop):
    old = f"OLD{shop.mark}"
    anna = {"id": shop.named("anna"), "login": shop.named("anna"), "code": old}
    ben = {"id": shop.named("ben"), "login": shop.named("ben"), "code": old}
    assert counts(imported(shop, "members", [anna])) == ("done", 1, 0, [])
    assert counts(imported(shop, "members", [ben])) == ("done", 1, 0, [])
    assert shop.get(f"/v1/members/{shop.named('anna')}")["code"] == old
    assert shop.get(f"/v1/members/{shop.named('ben')}")["referred_by"] == shop.named("anna")

    lost = [
        {"id": shop.named(name), "login": shop.named(name), "code": f"GONE{shop.mark}"}
        for name in ("carl", "dora")
    ]
    assert counts(imported(shop, "members", lost)) == ("done", 0, 0, [1, 2])


def test_what_cannot_be_an_import_is_refused_whole(shop):
    for body in (
        {"kind": "people", "rows": []},
        {"kind": "members"},
        {"kind": "members", "rows": [], "csv": "id\n"},
        {"kind": "members", "rows": [], "rewards": True},
        {"kind": "members", "rows": [{}] * 5_001},
    ):
        refused(shop.ask("POST", "/v1/imports", body), 422)
    assert done(shop.ask("POST", "/v1/imports", {"kind": "orders", "rows": []}))["state"] == "done"
    assert shop.ask("GET", "/v1/imports/nothing").status == 404


def test_a_table_is_read_as_rows_are_and_a_line_that_is_ruined_is_refused(shop):
    ids = {name: shop.named(name) for name in ("anna", "ben")}
    table = "id;login;balance\n{anna};{anna};12,50\n{ben};{ben};1/2\n".format(**ids)
    answer = done(shop.ask("POST", "/v1/imports", {"kind": "members", "csv": table}))
    shop.drain()
    run = shop.get(f"/v1/imports/{answer['id']}")
    assert counts(run) == ("done", 1, 0, [3])
    assert "spreadsheet" in run["refused"][0]["reason"]
    assert shop.get(f"/v1/members/{ids['anna']}")["balance"] == 1_250

    table = "member,amount,currency\n{anna},700,EUR\n".format(**ids)
    for units, counted in (({}, [2]), ({"units": "major"}, [2])):  # 7.00 or 700.00, not the 12.50
        told = {"kind": "balances", "csv": table} | units
        answer = done(shop.ask("POST", "/v1/imports", told))
        shop.drain()
        assert counts(shop.get(f"/v1/imports/{answer['id']}"))[3] == counted
    table = "member,amount,currency,reason\n{anna},700,EUR,gifts\n".format(**ids)
    done(shop.ask("POST", "/v1/imports", {"kind": "balances", "csv": table}))
    shop.drain()
    assert shop.get(f"/v1/members/{ids['anna']}")["balance"] == 1_250 + 700
    refused(shop.ask("POST", "/v1/imports", {"kind": "members", "csv": "a,b\n1,2\n"}), 422, "csv")


def test_a_members_balance_in_another_currency_is_never_taken_for_one_in_ours(shop):
    """Credit is kept in euros: 12.50 dollars are refused, and nobody is half moved."""
    anna, ben = shop.named("anna"), shop.named("ben")
    rows = [{"id": anna, "login": anna, "balance": 1_250, "currency": "USD"}]
    run = imported(shop, "members", rows)
    assert counts(run) == ("done", 0, 0, [1])
    assert "Credit is kept in EUR" in run["refused"][0]["reason"]
    refused(shop.ask("GET", f"/v1/members/{anna}"), 404)

    table = f"id,login,balance,currency\n{anna},{anna},12.50,USD\n{ben},{ben},12.50,EUR\n"
    answer = done(shop.ask("POST", "/v1/imports", {"kind": "members", "csv": table}))
    shop.drain()
    assert counts(shop.get(f"/v1/imports/{answer['id']}")) == ("done", 1, 0, [2])
    table = f"id,login,balance\n{anna},{anna},12.50\n"
    named = {"kind": "members", "csv": table, "currency": "USD"}
    answer = done(shop.ask("POST", "/v1/imports", named))
    shop.drain()
    assert counts(shop.get(f"/v1/imports/{answer['id']}")) == ("done", 0, 0, [2])
    assert shop.get(f"/v1/members/{ben}")["balance"] == 1_250


def test_an_order_that_was_told_before_keeps_what_it_earned(shop):
    imported(shop, "members", people(shop))
    ben = shop.named("ben")
    live = shop.order("live", items=10_000, customer={"id": ben})
    row = {
        "id": live["order"]["id"],
        "customer": {"id": ben},
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
        "placed_at": "2026-02-28T10:00:00Z",
    }
    waits = shop.order("waits", items=10_000, customer={"id": ben}, status="placed")

    imported(shop, "orders", [row, row | {"id": waits["order"]["id"]}])

    for order in (live, waits):
        assert [row["amount"] for row in shop.seen_order(order["order"]["id"])["rewards"]] == [
            1_000
        ]


def test_a_code_that_another_member_shares_is_refused(shop):
    imported(shop, "members", people(shop))
    own = {"own_code": f"old-{shop.mark}"}
    carl = {"id": shop.named("carl"), "login": shop.named("carl")}
    run = imported(shop, "members", [carl | own])
    assert counts(run) == ("done", 0, 0, [1])
    assert "own_code is already another member's code" in run["refused"][0]["reason"]
    anna = {"id": shop.named("anna"), "login": shop.named("anna"), "own_code": "ANOTHER-1"}
    assert counts(imported(shop, "members", [anna])) == ("done", 0, 0, [1])

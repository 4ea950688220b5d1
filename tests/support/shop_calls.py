"""Every route of a shop's server, its customers and its processors, used once.

For the test of permissions.
"""

from datetime import timedelta
from unittest.mock import patch

from shared.api.signed_tokens import TokenPurpose, sign_member_token
from shared.domain.instants import instant_text
from shared.members import blocking, member_merge
from shared.members.joining import sign_ticket
from tests.conftest import SECRETS
from tests.support.permission_watch import SHOP_KEY, STAFF_KEY, Day

TERMS = {
    "id": "default",
    "name": "Day",
    "currency": "EUR",
    "credit": {
        "system": "levels",
        "levels": [{"percent": "10"}, {"percent": "5"}],
        "customer": {"percent": "5"},
    },
    "groups": [
        {
            "id": "staff",
            "name": "Staff",
            "description": "",
            "assigned": True,
            "levels": [{"percent": "20"}],
        }
    ],
    "friend": {"bonus": {"fixed": 100}, "discount": {"percent": "10"}, "new_customers_only": False},
    "rules": {"max_per_advocate": {"amount": 50_000}},
    "wallet": {"expires_after_days": 30},
    "review": {"hold": ["same_payment", "many_sign_ups"]},
}
OPENED = {"sec-fetch-dest": "document"}
ON_THE_SHOP = {"origin": "https://shop.example.com"}
"""What the browser adds to a call from the shop's own page."""
WHY = {"reason": "Asked by phone"}


def programs(day: Day) -> None:
    path = {"id": "default"}
    day.ask("POST /v1/programs/{id}/versions", TERMS, 201, path=path, headers={"if-match": "1"})
    day.ask(
        "POST /v1/programs/{id}/versions",
        TERMS | {"name": "Days"},
        201,
        path=path,
        headers={"if-match": "2"},
    )
    day.ask("POST /v1/programs/{id}/versions", TERMS, 412, path=path, headers={"if-match": "1"})
    day.ask("POST /v1/programs", TERMS | {"id": "other"}, 201)
    day.ask("POST /v1/programs", TERMS | {"id": "other"}, 409)
    day.ask("POST /v1/programs/lint", TERMS)
    day.ask("GET /v1/programs")
    day.ask("GET /v1/programs/schema")
    day.ask("GET /v1/programs/{id}", path=path)
    day.ask("GET /v1/programs/{id}", path=path, query={"version": "2"})
    yen = {"id": "1", "status": "completed", "currency": "JPY", "items_total": 1}
    line = {"type": "order", "at": "2026-01-01T00:00:00Z", "order": yen}
    for history in ([], [line]):
        day.ask("POST /v1/backtests", {"program": TERMS, "history": history})


def members(day: Day) -> None:
    put = "PUT /v1/members/{id}"
    for name, form in (
        ("Anna", {}),
        ("Bert", {"referrer_login": "anna"}),
        ("Carl", {"referrer_login": "bert"}),
    ):
        form = {"login": name.lower(), "name": name, "email": f"{name}@example.com"} | form
        day.ask(put, form, path={"id": name}, headers={"idempotency-key": name})
        day.ask(put, form, path={"id": name}, headers={"idempotency-key": name})
    day.ask(
        put, {"login": "carlo", "name": "Carlo", "email": "carlo@example.com"}, path={"id": "Carl"}
    )
    day.ask(put, {"login": "anna"}, 409, path={"id": "Emil"})
    for query in ({}, {"query": "ann"}, {"sort": "balance"}):
        day.ask("GET /v1/members", query=query)
    for part in ("", "/entries", "/balance", "/friends"):
        day.ask(f"GET /v1/members/{{id}}{part}", path={"id": "Anna"})
        day.ask(f"GET /v1/members/{{id}}{part}", status=404, path={"id": "nobody"})


def clicks(day: Day) -> str:
    code = day.ask("GET /v1/members/{id}", path={"id": "Anna"}).body["code"]
    cookie = (
        day.ask("GET /r/{code}", status=302, path={"code": code}, headers=OPENED)
        .cookies[0]
        .partition(";")[0]
    )
    for cookies in (None, [cookie], ["gv_ref=unknown-token-of-somebody"]):
        day.ask("GET /r/{code}", status=302, path={"code": code}, headers=OPENED, cookies=cookies)
        day.ask("POST /v1/clicks", {"code": code}, cookies=cookies, headers=ON_THE_SHOP)
        day.ask("POST /v1/clicks", {"code": "NOBODY-0000"}, 404, cookies=cookies)
    day.ask("GET /v1/clicks/{ref_token}", path={"ref_token": cookie.partition("=")[2]})
    for method, opened, known, pressed in (
        ("GET", 200, [cookie], None),
        ("POST", 303, None, OPENED),
        ("POST", 303, [cookie], OPENED),
    ):
        day.ask(
            f"{method} /c/{{code}}",
            status=opened,
            path={"code": code},
            cookies=known,
            headers=pressed,
        )
        day.ask(f"{method} /c/{{code}}", status=404, path={"code": "NOBODY-0000"}, headers=pressed)
    own_page = OPENED | {"sec-fetch-site": "same-origin"}
    day.ask("POST /c/{code}", "email=kim%40example.com", 303, path={"code": code}, headers=own_page)
    day.ask("GET /r/{code}", status=302, path={"code": "NOBODY-0000"}, headers=OPENED)
    behind = {"code": f"{code}/"}
    day.ask("GET /r/{code+}", status=302, path=behind, headers=OPENED)
    day.ask("GET /c/{code+}", path=behind)
    day.ask("POST /c/{code+}", status=303, path=behind, headers=OPENED)
    cart = {"currency": "EUR", "items_total": 1000}
    day.ask(
        "POST /v1/quotes",
        cart | {"code": code, "customer": {"id": "Carl", "email": "carl@example.com"}},
    )
    day.ask(
        "POST /v1/quotes",
        cart | {"code": code, "customer": {"id": "Carl", "email": "carl@example.com"}},
        headers={"authorization": f"Bearer {SHOP_KEY}"},
    )
    day.ask("POST /v1/quotes", cart | {"code": "NOBODY-0000"})
    day.ask("POST /v1/quotes", cart | {"ref_token": cookie.partition("=")[2]})
    return cookie.partition("=")[2]


def orders(day: Day, token: str) -> None:
    put, order = (
        "PUT /v1/orders/{id}",
        {"status": "completed", "currency": "EUR", "items_total": 10_000},
    )
    day.ask(
        put,
        order | {"customer": {"id": "Carl"}},
        path={"id": "O1"},
        headers={"idempotency-key": "O1"},
    )
    day.ask(put, order | {"customer": {"id": "Carl"}}, path={"id": "O1"}, query={"dry_run": "true"})
    refund = {"id": "re", "amount": 2_500, "at": instant_text(day.at), "status": "succeeded"}
    day.ask(put, order | {"customer": {"id": "Carl"}, "refunds": [refund]}, path={"id": "O1"})
    day.ask(
        put,
        order | {"customer": {"email": "guest@example.com"}, "ref_token": token},
        path={"id": "O2"},
    )
    day.ask(
        put, order | {"customer": {"id": "Gust", "email": "guest@example.com"}}, path={"id": "O3"}
    )
    day.ask(
        "PUT /v1/members/{id}", {"login": "gust", "email": "guest@example.com"}, path={"id": "Gust"}
    )
    day.ask(put, order | {"customer": {"id": "Carl"}, "currency": "JPY"}, path={"id": "O4"})
    day.ask(
        put,
        order | {"customer": {"id": "Carl"}, "currency": "JPY", "fx_rate": "0.0061"},
        path={"id": "O4"},
    )
    day.ask("GET /v1/orders/{id}", path={"id": "O1"})
    day.ask("GET /v1/orders/{id}", status=404, path={"id": "O9"})
    day.news(
        order | {"id": "O5", "customer": {"id": "Carl"}},
        order | {"id": "O6", "customer": {"email_hash": "hash"}, "ref_token": token},
    )
    day.news(
        order | {"id": "O7", "customer": {"id": "Carl"}, "currency": "JPY"},
        {"id": "O8", "status": 5},
    )
    day.news(
        order | {"id": "O7", "customer": {"id": "Carl"}, "currency": "JPY", "fx_rate": "0.0061"}
    )
    paid = {"provider": "stripe", "totals_rank": 1, "customer": {"id": "Carl"}}
    day.news(order | paid | {"refs": ["stripe:cs_1"]}, order | paid | {"refs": ["stripe:pi_1"]})
    day.news(order | paid | {"refs": ["stripe:cs_1", "stripe:pi_1"]})
    day.news({"id": "O5", "status": "cancelled"}, order | {"id": "O6", "refunded_total": 10_000})


def credit(day: Day) -> None:
    hold, spend = "POST /v1/members/{id}/holds", {"id": "Bert"}
    first = day.ask(
        hold, {"order_id": "C1", "amount": 200}, 201, path=spend, headers={"idempotency-key": "h1"}
    ).body["id"]
    second = day.ask(hold, {"order_id": "C2", "amount": 100}, 201, path=spend).body["id"]
    third = day.ask(hold, {"order_id": "C3", "amount": 50}, 201, path=spend).body["id"]
    day.ask(hold, {"order_id": "C4", "amount": 9_000_000}, 409, path=spend)
    day.ask(
        "POST /v1/holds/{id}/capture",
        {"amount": 150},
        path={"id": first},
        headers={"idempotency-key": "c1"},
    )
    day.ask("POST /v1/holds/{id}/capture", path={"id": third})
    day.ask("POST /v1/holds/{id}/void", path={"id": second})
    day.ask("POST /v1/holds/{id}/void", status=409, path={"id": first})
    paid = {"currency": "EUR", "items_total": 200, "credit_used": 150, "customer": {"id": "Bert"}}
    day.ask("PUT /v1/orders/{id}", paid | {"status": "completed"}, path={"id": "C1"})
    day.ask("PUT /v1/orders/{id}", paid | {"status": "cancelled"}, path={"id": "C1"})
    day.news(
        {
            "id": "C3",
            "status": "cancelled",
            "currency": "EUR",
            "items_total": 100,
            "customer": {"id": "Bert"},
        }
    )


def levers(day: Day) -> None:
    path = {"id": "Anna"}
    day.ask("PUT /v1/members/{id}/group", {"group": "staff"}, path=path)
    day.ask("POST /v1/members/{id}/adjustments", {"amount": 500} | WHY, 201, path=path)
    day.ask("POST /v1/members/{id}/adjustments", {"amount": -100} | WHY, 201, path=path)
    day.ask("POST /v1/members/{id}/block", WHY, path=path)
    with patch.object(blocking, "finish_block", lambda *_: False):  # a page, and more to come
        day.events("MemberBlocked", {"member": "Anna"})
    day.ask(
        "POST /v1/clicks", {"code": day.ask("GET /v1/members/{id}", path=path).body["code"]}, 404
    )
    day.ask("POST /v1/members/{id}/unblock", path=path)
    day.ask("PUT /v1/members/{id}", {"login": "fred"}, path={"id": "Fred"})
    for login in ("fred-one", "fred-two"):
        day.ask("PUT /v1/members/{id}", {"login": login}, path={"id": login})
    friend = {"login": "fred-friend", "referrer_login": "fred-two"}
    day.ask("PUT /v1/members/{id}", friend, path={"id": "Fred-Friend"})
    with patch.object(member_merge, "move_friends", lambda *_: False):  # more is to come
        merge = {"closed": "fred-two"} | WHY
        day.ask("POST /v1/members/{id}/merge", merge, 202, path={"id": "fred-one"})
        day.events("MergeUnfinished", {"member": "fred-two"})
    day.events("MergeUnfinished", {"member": "fred-two"})
    referral = day.ask(
        "POST /v1/referrals", {"advocate_login": "anna", "friend_login": "fred"} | WHY, 201
    ).body["id"]
    bought = {
        "status": "completed",
        "currency": "EUR",
        "items_total": 5000,
        "customer": {"id": "Fred"},
    }
    day.ask("PUT /v1/orders/{id}", bought, path={"id": "F1"})
    day.ask("DELETE /v1/referrals/{id}", {"take_back": "unspent"} | WHY, path={"id": referral})
    day.ask("PUT /v1/orders/{id}", bought, path={"id": "F2"})
    named = {"advocate_login": "anna", "later_orders": False} | WHY
    day.ask("PUT /v1/orders/{id}/advocate", named, path={"id": "F2"})


def processors(day: Day) -> None:
    order = {"id": "W1", "status": "paid", "currency": "EUR", "items_total": 100}
    day.deliver(
        "standard", {"type": "OrderChanged", "timestamp": instant_text(day.at), "data": order}
    )
    day.deliver(
        "stripe",
        {
            "id": "evt",
            "object": "event",
            "type": "charge.updated",
            "created": 1772359260,
            "livemode": True,
        },
        status=200,
    )
    day.ask("POST /webhooks/{provider}", b"{}", 401, path={"provider": "stripe"})
    day.ask(
        "PUT /v1/orders/{id}",
        {"status": "completed", "currency": "JPY", "items_total": 1},
        path={"id": "P1"},
    )
    parked = next(item for item in day.ask("GET /v1/parked").body["items"] if item["retryable"])
    day.ask("POST /v1/parked/{id}/retry", status=202, path={"id": parked["id"]})


def access_given(day: Day) -> None:
    session = day.ask("POST /v1/members/{id}/session", path={"id": "Anna"}).body["token"]
    day.ask("POST /v1/members/{id}/session", path={"id": "Gust"})
    for credentials in (session, SHOP_KEY, STAFF_KEY, "sk_" + "x" * 32, "nothing"):
        day.authorize("GET /v1/members/{id}", credentials)
    made = day.ask("POST /v1/keys", {"scope": "shop"}, 201).body
    next_one = day.ask("POST /v1/keys", {"replaces": made["prefix"]}, 201).body
    assert day.authorize("GET /v1/orders/{id}", next_one["key"])["isAuthorized"]
    day.ask("GET /v1/keys")
    day.ask("DELETE /v1/keys/{prefix}", status=204, path={"prefix": made["prefix"]})


def looks(day: Day) -> None:
    for route in ("GET /v1/audit", "GET /openapi.json"):
        day.ask(route)
    assert day.ask("POST /v1/verify").body["differences"] == []
    day.ask("GET /assets/{name}", path={"name": "style.css"})
    day.ask("GET /assets/{name}", status=404, path={"name": f"logo-{'0' * 32}.png"})
    day.ask("GET /grapevine.js")


def portal(day: Day) -> None:
    """Open Anna's own pages, by a session that the shop asked for and by a link in a mail."""
    token = day.ask("POST /v1/members/{id}/session", path={"id": "Anna"}).body["token"]
    opened = day.ask("GET /rewards", query={"token": token})
    own = {"cookies": [opened.cookies[0].partition(";")[0]]}
    for part in ("", "/history", "/friends", "/statements", "/code.svg", "/code.png"):
        day.ask(f"GET /rewards{part}", **own)
    month = "2026-03"
    day.ask("GET /rewards/statements/{month}", path={"month": month}, **own)
    day.ask("GET /rewards/widget", headers={"authorization": f"Bearer {token}"})
    ticket = sign_member_token(
        SECRETS["pepper"].encode(), TokenPurpose.MAILED_SIGN_IN, "Anna", day.at
    )
    day.ask("GET /rewards/enter", query={"ticket": ticket})
    day.ask(
        "POST /rewards/enter", f"ticket={ticket}", 303, headers={"sec-fetch-site": "same-origin"}
    )
    form = own | {"headers": {"sec-fetch-site": "same-origin"}}
    day.ask("POST /rewards/sign-in", "email=anna@example.com", **form)
    day.ask("GET /rewards/settings", **own)
    day.ask("POST /rewards/language", "language=de", 303, **form)
    day.ask("GET /rewards/export", **own)
    day.ask("POST /rewards/mail-balance", status=303, **form)
    day.ask("POST /rewards/credit", status=303, **form)
    day.ask("POST /rewards/credit/give-back", status=303, **form)
    day.ask("GET /join")
    day.ask("POST /join", "email=joiner@example.com", headers=form["headers"])
    ticket = sign_ticket("joiner@example.com", day.at)
    day.ask("GET /join/enter", query={"ticket": ticket})
    day.ask("POST /join/enter", f"ticket={ticket}", 303, headers=form["headers"])
    day.ask("POST /rewards/delete", "login=anna", 303, **form)
    day.ask("POST /rewards/sign-out", status=303, **form)


def reviews(day: Day) -> None:
    """Hold three orders of Carl that his advocate Bert paid; approve one, refuse one, leave one."""
    order = {
        "status": "completed",
        "currency": "EUR",
        "items_total": 1_000,
        "payment_fingerprint": "fp_bert",
    }
    day.ask("PUT /v1/orders/{id}", order | {"customer": {"id": "Bert"}}, path={"id": "R0"})
    for name in ("R1", "R2"):
        day.ask("PUT /v1/orders/{id}", order | {"customer": {"id": "Carl"}}, path={"id": name})
    day.news(order | {"id": "R3", "customer": {"id": "Carl"}})
    assert [review["order"] for review in day.ask("GET /v1/reviews").body["items"]] == [
        "R1",
        "R2",
        "R3",
    ]
    day.ask("POST /v1/reviews/{id}/approve", path={"id": "R1"})
    day.ask("POST /v1/reviews/{id}/refuse", WHY, path={"id": "R2"})
    day.ask("POST /v1/reviews/{id}/approve", status=409, path={"id": "R2"})
    later = day.at + timedelta(days=15)
    assert day.call("DecideReviews", {"time": instant_text(later)}) == {"failed": 0}
    assert day.ask("GET /v1/reviews").body["items"] == []


def privacy(day: Day) -> None:
    for name in ("Gust", "Carl"):
        day.ask("GET /v1/members/{id}/export", path={"id": name})
        day.ask("DELETE /v1/members/{id}", status=204, path={"id": name})

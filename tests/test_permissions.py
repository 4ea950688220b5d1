"""No function asks of AWS what its role does not allow: a day of a shop, told to every function, judged by the template's policies."""

import json
import os
from datetime import timedelta
from importlib import import_module
from urllib.parse import urlencode

import boto3
import pytest
from receiver import receiving

from local.template import Template
from shared import access as scopes
from shared import buyers, secrets, tickets
from shared.console.visiting import NOTED_EVERY, form_token
from shared.domain.mail import BY_THEMSELVES
from shared.domain.moment import instant_text
from shared.mail_links import Unsubscribing, chart_token, unsubscribe_token
from shared.store import access, engine, staff
from shared.store import programs as programs_store
from shared.store.reading import Reading
from shared.webhooks.signature import sign
from tests import console_day
from tests.conftest import SECRETS
from tests.functions.events import NOW, Answered, http_event, send
from tests.permissions import SAM, Ask, Roles, Watch, transformed
from tests.post_office import bounce, open_ses
from tests.streams import lambda_event, stream_records
from tests.visitor import OUR_PAGE, OWNER_EMAIL, Visitor, link_for, open_console

SHOP_KEY, STAFF_KEY = "sk_" + "s" * 32, "ak_" + "a" * 32
CALLERS = {"shop": {"scope": "shop", "key": SHOP_KEY[:11]}, "staff": {"scope": "staff", "key": STAFF_KEY[:11]}}
TERMS = {
    "id": "default",
    "name": "Day",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": [{"percent": "10"}, {"percent": "5"}], "customer": {"percent": "5"}},
    "groups": [{"id": "staff", "name": "Staff", "description": "", "assigned": True, "levels": [{"percent": "20"}]}],
    "friend": {"bonus": {"fixed": 100}, "discount": {"percent": "10"}, "new_customers_only": False},
    "rules": {"max_per_advocate": {"amount": 50_000}},
    "wallet": {"expires_after_days": 30},
    "review": {"hold": ["same_payment", "many_sign_ups"]},
}
QUEUES = {
    "WEBHOOKS_QUEUE": "WebhooksQueue",
    "EXPIRY_QUEUE": "ExpiryQueue",
    "SETTLEMENT_QUEUE": "SettlementQueue",
    "AUDIT_QUEUE": "AuditQueue",
    "MAIL_QUEUE": "MailQueue",
}
READ_BY = {
    "DeliverWebhook": "WEBHOOKS_QUEUE",
    "ExpireCredit": "EXPIRY_QUEUE",
    "SettleMonth": "SETTLEMENT_QUEUE",
    "AuditLedger": "AUDIT_QUEUE",
}
OPENED = {"sec-fetch-dest": "document"}
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "PutEvents", "SendMessage")
WHY = {"reason": "Asked by phone"}

pytestmark = pytest.mark.skipif(not SAM.exists(), reason="`make test` sets up .venv-sam, which these tests need")


def routes_of(template: Template) -> dict[str, str]:
    """The function of each route."""
    found = {}
    for name in template.resources("AWS::Serverless::Function"):
        for event in (template.properties(name).get("Events") or {}).values():
            if event["Type"] == "HttpApi":
                found[f"{event['Properties']['Method']} {event['Properties']['Path']}"] = name
    return found


class Day:
    """Every function of the template, called in this process and watched."""

    def __init__(self, template: Template, watch: Watch):
        self.template, self.watch, self.routes = template, watch, routes_of(template)
        self.at, self.served = NOW, set()

    def handler(self, function: str):
        module, name = self.template.properties(function)["Handler"].rsplit(".", 1)
        return getattr(import_module(module), name)

    def fresh(self, function: str):
        """A function as in a process of its own: what another one has read does not spare it the asking."""
        for kept in (secrets._read, secrets._lasting_pepper, programs_store._version):
            kept.cache_clear()
        return self.watch.running_as(function)

    def call(self, function: str, event: dict) -> dict:
        with self.fresh(function):
            return self.handler(function)(event, None)

    def ask(self, route: str, body: object = None, status: int = 200, at: timedelta = timedelta(0), **parts) -> Answered:
        """A request to a route, by whom it is open to."""
        scope = next((scope for scope in ("shop", "staff") if scopes.opens(scope, route)), None)
        with self.fresh(self.routes[route]):
            parts = {"caller": CALLERS[scope] if scope else None} | parts
            answered = send(self.handler(self.routes[route]), route, body=body, at=self.at + at, **parts)
        assert answered.status == status, f"{route}: {answered.status} {answered.text}"
        if status < 400:
            self.served.add(route)
        return answered

    def authorize(self, route: str, credentials: str) -> dict:
        return self.call("Authorize", http_event(route, headers={"authorization": f"Bearer {credentials}"}, at=self.at))

    def deliver(self, provider: str, body: dict, topic: str = "", status: int = 202) -> Answered:
        raw = json.dumps(body).encode()
        topics = {"shopify": {"x-shopify-topic": topic}}.get(provider, {})
        headers = sign(provider, SECRETS[provider], raw, self.at) | {"content-type": "application/json"} | topics
        return self.ask("POST /webhooks/{provider}", raw, status, path={"provider": provider}, headers=headers)

    def news(self, *orders: dict) -> None:
        """Records of the orders queue."""
        told = {"id": "e", "source": "grapevine", "time": instant_text(self.at)}
        events = [told | {"detail": {"schema_version": 1} | order} for order in orders]
        records = [{"messageId": str(place), "body": json.dumps(event)} for place, event in enumerate(events)]
        assert self.call("RewardOrder", {"Records": records}) == {"batchItemFailures": []}


def programs(day: Day) -> None:
    path = {"id": "default"}
    day.ask("POST /v1/programs/{id}/versions", TERMS, 201, path=path, headers={"if-match": "1"})
    day.ask("POST /v1/programs/{id}/versions", TERMS | {"name": "Days"}, 201, path=path, headers={"if-match": "2"})
    day.ask("POST /v1/programs/{id}/versions", TERMS, 412, path=path, headers={"if-match": "1"})
    day.ask("POST /v1/programs", TERMS | {"id": "other"}, 201)
    day.ask("POST /v1/programs", TERMS | {"id": "other"}, 409)
    day.ask("POST /v1/programs/lint", TERMS)
    day.ask("GET /v1/programs")
    day.ask("GET /v1/programs/schema")
    day.ask("GET /v1/programs/{id}", path=path)
    day.ask("GET /v1/programs/{id}", path=path, query={"version": "2"})
    day.ask("POST /v1/backtests", {"program": TERMS, "history": []})


def members(day: Day) -> None:
    put = "PUT /v1/members/{id}"
    for name, form in (("Anna", {}), ("Bert", {"referrer_login": "anna"}), ("Carl", {"referrer_login": "bert"})):
        form = {"login": name.lower(), "name": name, "email": f"{name}@example.com"} | form
        day.ask(put, form, path={"id": name}, headers={"idempotency-key": name})
        day.ask(put, form, path={"id": name}, headers={"idempotency-key": name})
    day.ask(put, {"login": "carlo", "name": "Carlo", "email": "carlo@example.com"}, path={"id": "Carl"})
    day.ask(put, {"login": "anna"}, 409, path={"id": "Emil"})
    for part in ("", "/entries", "/balance", "/friends"):
        day.ask(f"GET /v1/members/{{id}}{part}", path={"id": "Anna"})
        day.ask(f"GET /v1/members/{{id}}{part}", status=404, path={"id": "nobody"})


def clicks(day: Day) -> str:
    code = day.ask("GET /v1/members/{id}", path={"id": "Anna"}).body["code"]
    cookie = day.ask("GET /r/{code}", status=302, path={"code": code}, headers=OPENED).cookies[0].partition(";")[0]
    for cookies in (None, [cookie], ["gv_ref=unknown-token-of-somebody"]):
        day.ask("GET /r/{code}", status=302, path={"code": code}, headers=OPENED, cookies=cookies)
        day.ask("POST /v1/clicks", {"code": code}, cookies=cookies)
        day.ask("POST /v1/clicks", {"code": "NOBODY-0000"}, 404, cookies=cookies)
    day.ask("GET /v1/clicks/{ref_token}", path={"ref_token": cookie.partition("=")[2]})
    for method, opened, known, pressed in (("GET", 200, [cookie], None), ("POST", 303, None, OPENED), ("POST", 303, [cookie], OPENED)):
        day.ask(f"{method} /c/{{code}}", status=opened, path={"code": code}, cookies=known, headers=pressed)
        day.ask(f"{method} /c/{{code}}", status=404, path={"code": "NOBODY-0000"}, headers=pressed)
    own_page = OPENED | {"sec-fetch-site": "same-origin"}
    day.ask("POST /c/{code}", "email=kim%40example.com", 303, path={"code": code}, headers=own_page)
    day.ask("GET /r/{code}", status=302, path={"code": "NOBODY-0000"}, headers=OPENED)
    cart = {"currency": "EUR", "items_total": 1000}
    day.ask("POST /v1/quotes", cart | {"code": code, "customer": {"id": "Carl", "email": "carl@example.com"}})
    day.ask("POST /v1/quotes", cart | {"code": "NOBODY-0000"})
    day.ask("POST /v1/quotes", cart | {"ref_token": cookie.partition("=")[2]})
    return cookie.partition("=")[2]


def orders(day: Day, token: str) -> None:
    put, order = "PUT /v1/orders/{id}", {"status": "completed", "currency": "EUR", "items_total": 10_000}
    day.ask(put, order | {"customer": {"id": "Carl"}}, path={"id": "O1"}, headers={"idempotency-key": "O1"})
    day.ask(put, order | {"customer": {"id": "Carl"}}, path={"id": "O1"}, query={"dry_run": "true"})
    refund = {"id": "re", "amount": 2_500, "at": instant_text(day.at), "status": "succeeded"}
    day.ask(put, order | {"customer": {"id": "Carl"}, "refunds": [refund]}, path={"id": "O1"})
    day.ask(put, order | {"customer": {"email": "guest@example.com"}, "ref_token": token}, path={"id": "O2"})
    day.ask(put, order | {"customer": {"id": "Gust", "email": "guest@example.com"}}, path={"id": "O3"})
    day.ask("PUT /v1/members/{id}", {"login": "gust", "email": "guest@example.com"}, path={"id": "Gust"})
    day.ask(put, order | {"customer": {"id": "Carl"}, "currency": "JPY"}, path={"id": "O4"})
    day.ask(put, order | {"customer": {"id": "Carl"}, "currency": "JPY", "fx_rate": "0.0061"}, path={"id": "O4"})
    day.ask("GET /v1/orders/{id}", path={"id": "O1"})
    day.ask("GET /v1/orders/{id}", status=404, path={"id": "O9"})
    day.news(order | {"id": "O5", "customer": {"id": "Carl"}}, order | {"id": "O6", "customer": {"email_hash": "hash"}, "ref_token": token})
    day.news(order | {"id": "O7", "customer": {"id": "Carl"}, "currency": "JPY"}, {"id": "O8", "status": 5})
    day.news(order | {"id": "O7", "customer": {"id": "Carl"}, "currency": "JPY", "fx_rate": "0.0061"})
    told = {"provider": "stripe", "totals_rank": 1, "customer": {"id": "Carl"}}
    day.news(order | told | {"refs": ["stripe:cs_1"]}, order | told | {"refs": ["stripe:pi_1"]})
    day.news(order | told | {"refs": ["stripe:cs_1", "stripe:pi_1"]})
    day.news({"id": "O5", "status": "cancelled"}, order | {"id": "O6", "refunded_total": 10_000})


def credit(day: Day) -> None:
    hold, spend = "POST /v1/members/{id}/holds", {"id": "Bert"}
    first = day.ask(hold, {"order_id": "C1", "amount": 200}, 201, path=spend, headers={"idempotency-key": "h1"}).body["id"]
    second = day.ask(hold, {"order_id": "C2", "amount": 100}, 201, path=spend).body["id"]
    third = day.ask(hold, {"order_id": "C3", "amount": 50}, 201, path=spend).body["id"]
    day.ask(hold, {"order_id": "C4", "amount": 9_000_000}, 409, path=spend)
    day.ask("POST /v1/holds/{id}/capture", {"amount": 150}, path={"id": first}, headers={"idempotency-key": "c1"})
    day.ask("POST /v1/holds/{id}/capture", path={"id": third})
    day.ask("POST /v1/holds/{id}/void", path={"id": second})
    day.ask("POST /v1/holds/{id}/void", status=409, path={"id": first})
    paid = {"currency": "EUR", "items_total": 200, "credit_used": 150, "customer": {"id": "Bert"}}
    day.ask("PUT /v1/orders/{id}", paid | {"status": "completed"}, path={"id": "C1"})
    day.ask("PUT /v1/orders/{id}", paid | {"status": "cancelled"}, path={"id": "C1"})
    day.news({"id": "C3", "status": "cancelled", "currency": "EUR", "items_total": 100, "customer": {"id": "Bert"}})


def levers(day: Day) -> None:
    path = {"id": "Anna"}
    day.ask("PUT /v1/members/{id}/group", {"group": "staff"}, path=path)
    day.ask("POST /v1/members/{id}/adjustments", {"amount": 500} | WHY, 201, path=path)
    day.ask("POST /v1/members/{id}/adjustments", {"amount": -100} | WHY, 201, path=path)
    day.ask("POST /v1/members/{id}/block", WHY, path=path)
    day.ask("POST /v1/clicks", {"code": day.ask("GET /v1/members/{id}", path=path).body["code"]}, 404)
    day.ask("POST /v1/members/{id}/unblock", path=path)
    day.ask("PUT /v1/members/{id}", {"login": "fred"}, path={"id": "Fred"})
    referral = day.ask("POST /v1/referrals", {"advocate_login": "anna", "friend_login": "fred"} | WHY, 201).body["id"]
    bought = {"status": "completed", "currency": "EUR", "items_total": 5000, "customer": {"id": "Fred"}}
    day.ask("PUT /v1/orders/{id}", bought, path={"id": "F1"})
    day.ask("DELETE /v1/referrals/{id}", {"take_back": "unspent"} | WHY, path={"id": referral})


def processors(day: Day) -> None:
    order = {"id": "W1", "status": "paid", "currency": "EUR", "items_total": 100}
    day.deliver("standard", {"type": "OrderChanged", "timestamp": instant_text(day.at), "data": order})
    day.deliver("stripe", {"id": "evt", "object": "event", "type": "charge.updated", "created": 1772359260, "livemode": True}, status=200)
    day.ask("POST /webhooks/{provider}", b"{}", 401, path={"provider": "stripe"})
    day.ask("PUT /v1/orders/{id}", {"status": "completed", "currency": "JPY", "items_total": 1}, path={"id": "P1"})
    parked = next(row for row in day.ask("GET /v1/parked").body["items"] if row["retryable"])
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
    day.ask("GET /grapevine.js")


def portal(day: Day) -> None:
    """Anna's own pages, from a session of the shop's and from a link in a mail."""
    token = day.ask("POST /v1/members/{id}/session", path={"id": "Anna"}).body["token"]
    opened = day.ask("GET /rewards", status=303, query={"token": token})
    own = {"cookies": [opened.cookies[0].partition(";")[0]]}
    for part in ("", "/history", "/friends", "/statements", "/code.svg"):
        day.ask(f"GET /rewards{part}", **own)
    month = "2026-03"
    day.ask("GET /rewards/statements/{month}", path={"month": month}, **own)
    day.ask("GET /rewards/widget", headers={"authorization": f"Bearer {token}"})
    ticket = tickets.issue(SECRETS["pepper"].encode(), tickets.MAILED, "Anna", day.at)
    day.ask("GET /rewards/enter", query={"ticket": ticket})
    day.ask("POST /rewards/enter", f"ticket={ticket}", 303, headers={"sec-fetch-site": "same-origin"})
    form = own | {"headers": {"sec-fetch-site": "same-origin"}}
    day.ask("POST /rewards/sign-in", "email=anna@example.com", **form)
    day.ask("GET /rewards/settings", **own)
    day.ask("GET /rewards/export", **own)
    day.ask("POST /rewards/mail-balance", status=303, **form)
    day.ask("POST /rewards/delete", "login=anna", 303, **form)
    day.ask("POST /rewards/sign-out", status=303, **form)


def reviews(day: Day) -> None:
    """Three orders that Bert's card paid for Carl, whom he brought: approved, refused, decided by nobody."""
    order = {"status": "completed", "currency": "EUR", "items_total": 1_000, "payment_fingerprint": "fp_bert"}
    day.ask("PUT /v1/orders/{id}", order | {"customer": {"id": "Bert"}}, path={"id": "R0"})
    for name in ("R1", "R2"):
        day.ask("PUT /v1/orders/{id}", order | {"customer": {"id": "Carl"}}, path={"id": name})
    day.news(order | {"id": "R3", "customer": {"id": "Carl"}})
    assert [row["order"] for row in day.ask("GET /v1/reviews").body["items"]] == ["R1", "R2", "R3"]
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


def told_outside(day: Day, url: str) -> None:
    made = day.ask("POST /v1/webhooks", {"url": url}, 201).body
    path = {"id": made["id"]}
    day.ask("PUT /v1/webhooks/{id}", {"url": url}, path=path)
    day.ask("POST /v1/webhooks/{id}/secret", status=201, path=path)
    records = stream_records()
    for function in ("TellBus", "RecordDay"):
        assert day.call(function, lambda_event(records)) == {"batchItemFailures": []}
    visit = Sitting(day, Visitor("viewer", at=day.at))
    visit.get("GET /console")
    visit.get("GET /console/transactions")
    told = {"schema_version": 1, "id": "evt_1", "at": instant_text(day.at), "member": "Anna", "amount": 5}
    hand_on(day, "DeliverWebhook", json.dumps({"id": "bus", "source": "grapevine", "detail-type": "RewardPosted", "detail": told}))
    (delivery, *_) = day.ask("GET /v1/webhooks/{id}/deliveries", path=path).body["items"]
    again = "POST /v1/webhooks/{id}/deliveries/{delivery}/replay"
    day.ask(again, status=202, path=path | {"delivery": delivery["id"]})
    day.ask("GET /v1/webhooks")
    day.ask("DELETE /v1/webhooks/{id}", status=204, path=path)


def credit_expires(day: Day) -> None:
    """A year later; the second page begins where the first one ends."""
    day.at += timedelta(days=365)
    assert day.call("ExpireCredit", {"time": instant_text(day.at)})["begun"]
    hand_on(day, "ExpireCredit", json.dumps({"time": instant_text(day.at), "after": None, "owner": None}))


def month_ends(day: Day) -> None:
    """A month later."""
    day.at += timedelta(days=31)
    month, path = "2026-03", {"id": "Anna"}
    day.call("SettleMonth", {"time": instant_text(day.at)})
    day.ask("POST /v1/settlements", {"month": month}, 202)
    hand_on(day, "SettleMonth", json.dumps({"time": instant_text(day.at), "until": month}))
    day.ask("GET /v1/settlements")
    assert day.ask("GET /v1/settlements/{month}", path={"month": month}).body["statements"] > 1
    day.ask("GET /v1/members/{id}/statements", path=path)
    day.ask("GET /v1/members/{id}/statements/{month}", path=path | {"month": month})
    day.ask("GET /v1/members/{id}/statements/{month}", status=404, path=path | {"month": "2026-02"})


def mails(day: Day) -> None:
    """Anna's statement and every other mail; one that waits, one that SES tells of, an address that takes none, a link in one."""
    at = instant_text(day.at)
    common = {"member": "Anna", "at": at, "currency": "EUR"}
    told = [
        ("StatementIssued", {"month": "2026-03"}),
        ("RewardPosted", {"kind": "reward", "amount": 1, "entry": "Anna-EUR-1"}),
        ("GroupChanged", {"id": "evt_1", "group": "staff"}),
        ("MemberJoined", {"signed_up_at": at}),
    ]
    bodies = [json.dumps({"detail-type": kind, "detail": common | detail}) for kind, detail in told]
    with open_ses() as ses:
        ses.answers = ["", "TooManyRequestsException", ""]
        for body in bodies:
            record = {"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
            assert day.call("SendMail", {"Records": [record]}) == {"batchItemFailures": []}
        news = [ses.news(), bounce("bert@example.com")]
    records = [{"messageId": str(place), "body": json.dumps(event)} for place, event in enumerate(news)]
    assert day.call("HearOfMail", {"Records": records}) == {"batchItemFailures": []}
    for key in ("m1", "m1"):
        day.ask("POST /v1/members/{id}/mail-balance", status=202, path={"id": "Anna"}, headers={"idempotency-key": key})
    day.ask("POST /v1/members/{id}/mail-balance", status=409, path={"id": "Bert"})
    query = {"token": unsubscribe_token(secrets.pepper(), Unsubscribing("Anna", "statement"))}
    day.ask("GET /mail/unsubscribe", query=query)
    day.ask("POST /mail/unsubscribe", query=query)
    day.ask("GET /mail/chart/{token}", path={"token": chart_token(secrets.pepper(), [1, 2])})


def audit(day: Day) -> None:
    assert day.call("AuditLedger", {"time": instant_text(day.at)})["parts"] > 1
    for part in range(28):
        hand_on(day, "AuditLedger", json.dumps({"time": instant_text(day.at), "part": part, "after": None}))


def hand_on(day: Day, function: str, body: str) -> None:
    """A record of a queue, and each that is asked for because of it."""
    waiting, sqs = [body], boto3.client("sqs")
    queue = os.environ[READ_BY[function]]
    while waiting:
        attributes = {"ApproximateFirstReceiveTimestamp": str(int(day.at.timestamp() * 1000))}
        record = {"messageId": "m", "body": waiting.pop(), "attributes": attributes}
        assert day.call(function, {"Records": [record]}) == {"batchItemFailures": []}
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            waiting.append(message["Body"])


def console(day: Day) -> None:
    """An owner signs in by a mailed link and does what only owners do; others look."""
    token, form = link_for(secrets.pepper(), OWNER_EMAIL, day.at), {"email": "sam@example.com", "role": "viewer"}
    day.ask("GET /console/sign-in")
    day.ask("POST /console/sign-in", urlencode({"email": OWNER_EMAIL}), headers=OUR_PAGE)
    day.ask("GET /console/sign-in/{token}", path={"token": token})
    day.ask("POST /console/sign-in/{token}", status=303, path={"token": token}, headers=OUR_PAGE)
    visit = Sitting(day, Visitor(at=day.at))
    visit.post("POST /console/staff", form)
    sam = staff.by_email(secrets.hash_email(form["email"]))
    visit.post("POST /console/staff/{id}/role", {"role": "support"}, path={"id": sam.id})
    visit.post("POST /console/staff/{id}/remove", path={"id": sam.id})
    for route in ("GET /console", "GET /console/audit", "GET /console/staff", "GET /console/members", "GET /console/orders",
                  "GET /console/groups", "GET /console/transactions"):
        visit.get(route)
    console_levers(day, visit)
    visit.post("POST /console/sign-out")


def console_levers(day: Day, visit: "Sitting") -> None:
    """What staff does to members, once by a page each."""
    member, path = "/console/members/{id}", {"id": "Olga"}
    for name in ("Olga", "Otto"):
        day.ask("PUT /v1/members/{id}", {"login": name.lower(), "email": f"{name}@example.com"}, path={"id": name})
    bought = {"status": "completed", "currency": "EUR", "items_total": 5000}
    visit.post(f"POST {member}/refer", {"advocate_login": "otto"} | WHY, path=path)
    day.ask("PUT /v1/orders/{id}", bought | {"customer": {"id": "Olga"}}, path={"id": "L1"})
    visit.get("GET /console/orders/{id}", path={"id": "L1"})
    for query in ({"q": "olga@example.com"}, {"q": "L1"}):
        visit.get("GET /console/members", query=query)
    visit.post(f"POST {member}/adjust", {"amount": "12.50", "once": "1"} | WHY, path=path)
    visit.post(f"POST {member}/group", {"group": "staff"}, path=path)
    visit.post(f"POST {member}/block", WHY, path={"id": "Otto"})
    visit.post(f"POST {member}/unblock", path={"id": "Otto"})
    visit.get(f"GET {member}", path=path)
    visit.get(f"GET {member}/referral", path=path)
    olga = buyers.member(Reading(), "Olga")
    visit.post(f"POST {member}/referral", {"referral": olga.referral.id, "take_back": "unspent"} | WHY, path=path)
    visit.post(f"POST {member}/session", path=path)
    visit.post(f"POST {member}/mail-balance", path=path)
    visit.get(f"GET {member}/export", path=path)
    visit.get(f"GET {member}/erase", path=path)
    visit.post(f"POST {member}/erase", {"typed": "Olga"}, path=path)


def console_of_money(day: Day) -> None:
    visit = Sitting(day, Visitor("owner", "later@example.com", at=day.at))
    console_day.money(visit, "Anna", "2026-03")
    console_day.reviews(visit)
    console_day.wiring(visit)
    console_day.terms(visit)


class Sitting:
    """Pages and forms of one visit, as the day asks for them; each page is the first in a while, which is noted."""

    def __init__(self, day: Day, visitor: Visitor):
        self.day, self.visitor = day, visitor

    def get(self, route: str, status: int = 200, **parts) -> Answered:
        self.day.at += NOTED_EVERY
        return self.day.ask(route, status=status, cookies=self.visitor.cookies, **parts)

    def post(self, route: str, form: dict | None = None, status: int = 303, **parts) -> Answered:
        self.day.at += NOTED_EVERY
        body = urlencode({"form": form_token(self.visitor.cookie)} | (form or {}))
        return self.day.ask(route, body, status, cookies=self.visitor.cookies, headers=OUR_PAGE, **parts)


@pytest.fixture(scope="module")
def roles() -> Roles:
    return Roles(transformed())


@pytest.fixture
def day(tables, monkeypatch) -> Day:
    """A day in which every route and every other function did its work once, and was refused where that takes another way."""
    engine.open_tables()
    open_console(monkeypatch)
    monkeypatch.setenv("BASE_URL", "http://127.0.0.1:8000")
    monkeypatch.setenv("MAILS", ",".join(BY_THEMSELVES))
    monkeypatch.setenv("MAIL_CONFIGURATION", "grapevine-mail")
    for variable, logical in QUEUES.items():
        monkeypatch.setenv(variable, boto3.client("sqs").create_queue(QueueName=tables.name(logical))["QueueUrl"])
    access.put_key(SHOP_KEY, "shop", NOW)
    access.put_key(STAFF_KEY, "staff", NOW)
    with Watch(tables).watching() as watch, receiving() as shop:
        day = Day(tables, watch)
        programs(day)
        members(day)
        orders(day, clicks(day))
        credit(day)
        levers(day)
        reviews(day)
        processors(day)
        access_given(day)
        looks(day)
        console(day)
        privacy(day)
        month_ends(day)
        mails(day)
        console_of_money(day)
        portal(day)
        audit(day)
        told_outside(day, shop.url)
        credit_expires(day)
    return day


def test_no_function_asks_for_what_its_role_does_not_allow(day, roles):
    refused = {(function, ask) for function, asked in day.watch.asked.items() for ask in asked if not roles.allow(function, ask)}
    assert sorted((function, ask.action, ask.resource, str(ask.leading_key).partition("#")[0]) for function, ask in refused) == []


def test_the_day_left_no_route_and_no_function_out(day, roles):
    assert set(day.routes) - day.served == set()
    assert set(roles.statements) - set(day.watch.asked) == {"ServeAssets", "ServeBacktests"}


def test_what_may_be_written_is_written(day, roles):
    """Of every statement that functions share, each permission to write is used by one of them that day."""
    unused: dict[str, set[str]] = {}
    for function, statements in roles.statements.items():
        asked = {ask.action for ask in day.watch.asked.get(function, ())}
        for statement in (statement for statement in statements if "Sid" in statement):
            actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
            left = {action for action in actions if statement["Effect"] == "Allow" and action.endswith(WRITES)} - asked
            unused.setdefault(json.dumps(statement), left)
            unused[json.dumps(statement)] &= left
    assert {statement: sorted(left) for statement, left in unused.items() if left} == {}


ENTRY = "ENTRIES#A"


@pytest.mark.parametrize(
    ("ask", "allowed"),
    [
        (Ask("dynamodb:PutItem", "LedgerTable", ENTRY, "TransactWriteItems"), True),
        (Ask("dynamodb:PutItem", "LedgerTable", "ORDER#1"), True),
        (Ask("dynamodb:PutItem", "LedgerTable", ENTRY, "BatchWriteItem"), False),
        (Ask("dynamodb:UpdateItem", "LedgerTable", ENTRY, "TransactWriteItems"), False),
        (Ask("dynamodb:DeleteItem", "LedgerTable", "ORDER#1"), False),
        (Ask("dynamodb:DeleteItem", "AttributionsTable", "LOGIN#anna"), True),
        (Ask("dynamodb:DeleteItem", "AttributionsTable", "MEMBER#A"), False),
        (Ask("dynamodb:PutItem", "ProgramsTable", "KEY#1"), False),
        (Ask("sqs:SendMessage", "OrdersQueue"), False),
    ],
)
def test_policies_are_read_as_aws_reads_them(roles, ask, allowed):
    assert roles.allow("RewardOrder", ask) is allowed


def test_whoever_notes_a_use_cannot_make_a_key(roles):
    assert roles.allow("Authorize", Ask("dynamodb:PutItem", "ProgramsTable", "KEYUSE#1", "TransactWriteItems"))
    assert not roles.allow("Authorize", Ask("dynamodb:PutItem", "ProgramsTable", "KEY#1", "TransactWriteItems"))

"""Every page and button of the console for terms, money and wiring, used once.

For the test of permissions.
"""

import json
import os
import re
from typing import Protocol

import boto3

from shared.domain.outgoing.mail import SENT, WELCOME, MailKey, MailRecord
from shared.domain.outgoing.webhook import WebhookDelivery, given_up
from shared.store import engine
from shared.store.attributions import links
from shared.store.programs import parked, programs, webhooks
from shared.store.programs.imports import list_imports
from shared.store.programs.mails import put_mail_record
from tests.support.http_events import Answered

WHY = {"reason": "Asked by phone"}
SHOP_SETTINGS = {
    "origins": "https://shop.example.com",
    "language.en": "yes",
    "language.de": "yes",
    "first_language": "en",
}
"""The least that the form of the shop's settings needs."""


class Visit(Protocol):
    """Opens pages and sends forms as one signed-in member of the staff."""

    day: object

    def get(self, route: str, status: int = 200, **parts) -> Answered: ...

    def post(
        self, route: str, form: dict | None = None, status: int = 303, **parts
    ) -> Answered: ...


def terms(visit: Visit) -> None:
    """Write a draft, try it, throw it away, write it again and publish it."""
    item = programs.load_active_item("default")
    program, here = "/console/programs/{id}", {"id": "default"}
    draft = {"as": "document", "document": item.document, "seen": str(item.version)}
    visit.get("GET /console/programs")
    visit.get(f"GET {program}", path=here)
    visit.get(
        f"GET {program}/versions/{{version}}",
        path=here | {"version": str(item.version)},
        query={"with": "1"},
    )
    visit.get(f"GET {program}/draft", path=here)
    visit.post(f"POST {program}/draft", draft | {"revision": "0"}, path=here)
    visit.post(f"POST {program}/draft/drop", path=here)
    visit.post(f"POST {program}/draft", draft | {"revision": "0"}, path=here)
    visit.get(f"GET {program}/draft/backtest", path=here)
    visit.get("GET /console/simulator", query={"items": "100.00", "terms": "draft"})
    visit.post(f"POST {program}/draft/publish", {"revision": "1", "accepted": "yes"}, path=here)


def money(visit: Visit, member: str, month: str) -> None:
    """Look at a closed month and ask for its settlement again."""
    visit.get("GET /console/settlements")
    visit.get("GET /console/settlements/{month}", path={"month": month})
    visit.post("POST /console/settlements", {"month": month})
    for query in ({"month": month}, {"member": member}, {"member": member, "month": month}):
        visit.get("GET /console/statements", query=query)
    visit.get("GET /console/statements/{member}/{month}", path={"member": member, "month": month})
    visit.get("GET /console/mails", query={"member": member})


def reviews(visit: Visit) -> None:
    """Approve one review and refuse another."""
    order = {
        "status": "completed",
        "currency": "EUR",
        "items_total": 1_000,
        "payment_fingerprint": "fp_of_vera",
    }
    for name, form in (("Vera", {}), ("Will", {"referrer_login": "vera"})):
        visit.day.ask("PUT /v1/members/{id}", {"login": name.lower()} | form, path={"id": name})
    for name, buyer in (("V0", "Vera"), ("V1", "Will"), ("V2", "Will")):
        visit.day.ask("PUT /v1/orders/{id}", order | {"customer": {"id": buyer}}, path={"id": name})
    visit.get("GET /console/reviews")
    visit.get("GET /console/reviews/{id}", path={"id": "V1"})
    visit.post("POST /console/reviews/{id}/approve", path={"id": "V1"})
    visit.post("POST /console/reviews/{id}/refuse", WHY, path={"id": "V2"})


def wiring(visit: Visit) -> None:
    """Make and remove keys and endpoints; retry a delivery that was given up and a parked event."""
    key = _secret(visit.post("POST /console/keys", {"scope": "read", "name": "till"}, 201))
    key = _secret(
        visit.post(
            "POST /console/keys/{prefix}/replace", {"hours": "1"}, 201, path={"prefix": key[:11]}
        )
    )
    visit.post("POST /console/keys/{prefix}/take-back", path={"prefix": key[:11]})
    visit.get("GET /console/keys")
    visit.post("POST /console/webhooks", {"url": "https://shop.example/grapevine"}, 201)
    here = {"id": webhooks.list_webhooks()[0].id}
    visit.post(
        "POST /console/webhooks/{id}",
        {"url": "https://shop.example/other", "enabled": "yes"},
        path=here,
    )
    visit.post("POST /console/webhooks/{id}/secret", status=201, path=here)
    engine.write(
        [
            webhooks.put_delivery(
                given_up(
                    WebhookDelivery(here["id"], "d", "evt_1", "RewardPosted", visit.day.at, {})
                )
            )
        ]
    )
    visit.post(
        "POST /console/webhooks/{id}/deliveries/{delivery}/replay", path=here | {"delivery": "d"}
    )
    visit.get("GET /console/webhooks")
    visit.get("GET /console/webhooks/{id}", path=here)
    visit.post("POST /console/webhooks/{id}/take-out", path=here)
    parked.park(
        "evt_of_console",
        visit.day.at,
        reason="no_exchange_rate",
        text="Send its fx_rate.",
        detail={"id": "1"},
    )
    visit.get("GET /console/parked")
    visit.post("POST /console/parked/{id}/retry", path={"id": "evt_of_console"})


def settings(visit: Visit) -> None:
    """Change what an owner may change, try it out, and go through the set-up."""
    visit.get("GET /console/settings")
    visit.get("GET /console/setup")
    visit.post("POST /console/settings", SHOP_SETTINGS | {"seen": "0"})
    visit.post("POST /console/settings/look", {"seen": "1", "accent": "#0b5fa5"})
    visit.get("GET /console/settings/look")
    visit.post("POST /console/settings/mails", {"seen": "2", "reply_to": "help@shop.example"})
    visit.get("GET /console/settings/mails")
    visit.post("POST /console/settings/mails/test", {"kind": "reward", "mail_language": "en"})
    welcome = MailKey("of_console", WELCOME, "once")
    engine.write(put_mail_record(MailRecord(welcome, SENT, visit.day.at)))
    visit.post("POST /console/mails/resend", welcome._asdict())
    for kind in ("claim", "reward"):
        visit.get("GET /console/settings/preview/{kind}", path={"kind": kind})
    for step in ("click", "order"):
        codes = links.list_codes(100, "").rows
        code = next(links.normal_form(item) for item in codes if not item.blocked)
        visit.post("POST /console/setup/{step}", {"code": code}, path={"step": step})


def imports(visit: Visit) -> None:
    """Look at a file, bring it in, look at what became of it."""
    visit.get("GET /console/imports")
    for kind, table in (
        ("members", "id,login\nof_console,of_console\n"),
        ("orders", "id,placed_at,currency,items_total\nof_console,2025-01-01,EUR,1.00\n"),
    ):
        visit.post("POST /console/imports/preview", {"kind": kind, "csv": table}, status=200)
        visit.post("POST /console/imports", {"kind": kind, "csv": table})
    run = list_imports(1)[0]
    visit.get("GET /console/imports/{id}", path={"id": run.id})
    rates = {"csv": "date,currency,rate\n2026-02-27,JPY,0.0061\n"}
    visit.post("POST /console/settings/rates/preview", rates, status=200)
    visit.post("POST /console/settings/rates", rates)
    for used in ("yes", ""):
        page = visit.get("GET /console/settings/rates").text
        seen = page.partition('name="seen" value="')[2].partition('"')[0]
        visit.post("POST /console/settings/rates/use", {"seen": seen, "daily_rates": used})


def queues(visit: Visit) -> None:
    """Look at dead letters and put them back."""
    address = json.loads(os.environ["DEAD_LETTERS"])["bus"]
    reads_nobody = json.loads(os.environ["PUT_BACK_TO"])["mail_feedback"].rpartition("/")[2]
    target = {"DataType": "String", "StringValue": f"arn:aws:sqs:::{reads_nobody}"}
    boto3.client("sqs").send_message(
        QueueUrl=address, MessageBody="{}", MessageAttributes={"TARGET_ARN": target}
    )
    visit.get("GET /console/dead-letters")
    visit.post("POST /console/dead-letters/{queue}/put-back", path={"queue": "bus"})


def _secret(answered: Answered) -> str:
    return re.search(r'id="secret" value="([^"]+)"', answered.text)[1]

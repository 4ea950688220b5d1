"""What happens by itself: webhooks, expiry, the end of the month, mails, reconciliation.

For the test of permissions.
"""

import json
import os
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from shared import secrets
from shared.domain.instants import instant_text
from shared.domain.staff_action import StaffAction
from shared.mail.links import UnsubscribeLink, sign_chart_token, sign_unsubscribe_token
from shared.store import engine
from shared.store.programs.daily_rates import find_retry
from shared.store.programs.owner_settings import find_settings, put_settings
from tests.conftest import SECRETS
from tests.support.console_visitor import Visitor
from tests.support.contract import Told
from tests.support.contracts import CONTRACTS
from tests.support.mail_pipeline import bounce, open_ses
from tests.support.permission_watch import Day, Sitting, handle_with_followers
from tests.support.processor_lists import serve_lists
from tests.support.processor_stand_in import StandIn, stand_in
from tests.support.table_streams import lambda_event, stream_records


def events_go_out(day: Day, url: str) -> None:
    webhook = day.ask("POST /v1/webhooks", {"url": url}, 201).body
    path = {"id": webhook["id"]}
    day.ask("PUT /v1/webhooks/{id}", {"url": url}, path=path)
    day.ask("POST /v1/webhooks/{id}/secret", status=201, path=path)
    records = stream_records()
    for function in ("PublishEvents", "UpdateDailyTotals"):
        assert day.call(function, lambda_event(records)) == {"batchItemFailures": []}
    visit = Sitting(day, Visitor("viewer", at=day.at))
    visit.get("GET /console")
    visit.get("GET /console/transactions")
    visit.get("GET /console/journal")
    detail = {
        "schema_version": 1,
        "id": "evt_1",
        "at": instant_text(day.at),
        "member": "Anna",
        "amount": 5,
    }
    handle_with_followers(
        day,
        "DeliverWebhook",
        json.dumps(
            {"id": "bus", "source": "grapevine", "detail-type": "RewardPosted", "detail": detail}
        ),
    )
    (delivery, *_) = day.ask("GET /v1/webhooks/{id}/deliveries", path=path).body["items"]
    again = "POST /v1/webhooks/{id}/deliveries/{delivery}/replay"
    day.ask(again, status=202, path=path | {"delivery": delivery["id"]})
    day.ask("GET /v1/webhooks")
    day.ask("DELETE /v1/webhooks/{id}", status=204, path=path)


def message(job: str, day: Day, **fields: object) -> str:
    """The message of a job that is enqueued now."""
    return json.dumps({"job": job, "version": 1, "time": instant_text(day.at), **fields})


def credit_expires(day: Day) -> None:
    """Let credit expire, a year later."""
    day.at += timedelta(days=365)
    assert day.call("ExpireCredit", {"time": instant_text(day.at)})["begun"]
    handle_with_followers(day, "ExpireCredit", message("expire_page", day))


def month_ends(day: Day) -> None:
    """Close the month, 31 days later."""
    day.at += timedelta(days=31)
    month, path = "2026-03", {"id": "Anna"}
    day.call("SettleMonth", {"time": instant_text(day.at)})
    day.ask("POST /v1/settlements", {"month": month}, 202)
    handle_with_followers(day, "SettleMonth", message("plan_settlement", day, until=month))
    day.ask("GET /v1/settlements")
    for form in ("json", "csv", "beancount", "datev"):
        day.ask("GET /v1/journal", query={"format": form, "from": "2026-03-01"})
    assert day.ask("GET /v1/settlements/{month}", path={"month": month}).body["statements"] > 1
    day.ask("GET /v1/members/{id}/statements", path=path)
    day.ask("GET /v1/members/{id}/statements/{month}", path=path | {"month": month})
    day.ask("GET /v1/members/{id}/statements/{month}", status=404, path=path | {"month": "2026-02"})


def mails(day: Day) -> None:
    """Mails of every kind, one that is deferred, events of SES, and the addresses in a mail."""
    at = instant_text(day.at)
    common = {"member": "Anna", "at": at, "currency": "EUR"}
    events = [
        ("StatementIssued", {"month": "2026-03"}),
        ("RewardPosted", {"kind": "reward", "amount": 1, "entry": "Anna-EUR-1"}),
        ("GroupChanged", {"id": "evt_1", "group": "staff"}),
        ("MemberJoined", {"signed_up_at": at}),
    ]
    bodies = [
        json.dumps({"detail-type": kind, "detail": common | detail}) for kind, detail in events
    ]
    with open_ses() as ses:
        ses.answers = ["", "TooManyRequestsException", ""]
        for body in bodies:
            record = {
                "messageId": "m",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            assert day.call("SendMail", {"Records": [record]}) == {"batchItemFailures": []}
        feedback = [ses.taken_event(), bounce("bert@example.com")]
    records = [
        {"messageId": str(place), "body": json.dumps(event)} for place, event in enumerate(feedback)
    ]
    assert day.call("HandleMailFeedback", {"Records": records}) == {"batchItemFailures": []}
    for key in ("m1", "m1"):
        day.ask(
            "POST /v1/members/{id}/mail-balance",
            status=202,
            path={"id": "Anna"},
            headers={"idempotency-key": key},
        )
    day.ask("POST /v1/members/{id}/mail-balance", status=409, path={"id": "Bert"})
    query = {
        "token": sign_unsubscribe_token(secrets.pepper(), UnsubscribeLink("Anna", "statement"))
    }
    day.ask("GET /mail/unsubscribe", query=query)
    day.ask("POST /mail/unsubscribe", query=query)
    day.ask("GET /mail/chart/{token}", path={"token": sign_chart_token(secrets.pepper(), [1, 2])})


def recovery(day: Day) -> None:
    """Stripe lists a sale that never arrived, and one that cannot be used."""
    arn = os.environ["SECRETS_ARN"]
    keep = boto3.client("secretsmanager").put_secret_value
    keep(SecretId=arn, SecretString=json.dumps(SECRETS | {"stripe_api": "rk_1"}))
    with stand_in() as stripe, pytest.MonkeyPatch.context() as environment:
        environment.setenv("PROCESSOR_APIS", json.dumps({"stripe": stripe.url}))
        _recover(day, stripe)
    keep(SecretId=arn, SecretString=json.dumps(SECRETS))


def _recover(day: Day, stripe: StandIn) -> None:
    sale = CONTRACTS["stripe"].lives("recovered", None)["paid, then refunded in part"].told[0]
    broken = json.loads(sale.raw)
    broken["data"]["object"]["currency"] = "xyz"
    serve_lists(stripe, "stripe", [sale, Told(broken)])
    assert day.call("ReconcileLedger", {"time": instant_text(day.at)})["processors"] == 1
    handle_with_followers(day, "ReconcileLedger", message("recover_page", day, provider="stripe"))


def reconciliation(day: Day) -> None:
    assert day.call("ReconcileLedger", {"time": instant_text(day.at)})["parts"] > 1
    for part in range(28):
        handle_with_followers(day, "ReconcileLedger", message("reconcile_page", day, part=part))


def imports(day: Day) -> None:
    """The shop's past comes in by the API: members with a balance, an order, a balance."""
    rows = {
        "members": [{"id": "past", "login": "past", "own_code": "PAST-1", "balance": 100}, "x"],
        "orders": [
            {
                "id": "past order",
                "customer": {"id": "past"},
                "status": "completed",
                "currency": "EUR",
                "items_total": 100,
            }
        ],
        "balances": [{"member": "past", "amount": 5, "currency": "EUR", "reason": "gifts"}],
    }
    for kind, told in rows.items():
        run = day.ask("POST /v1/imports", {"kind": kind, "rows": told}, 202).body
        handle_with_followers(
            day, "RunImports", message("import_page", day, import_id=run["id"], page=0)
        )
        done = day.ask("GET /v1/imports/{id}", path={"id": run["id"]}).body
        assert (done["state"], done["changed"]) == ("done", 1)
    exchange_rates(day)


def exchange_rates(day: Day) -> None:
    """An order in yen is parked, and goes on once the table has a rate of its day."""
    yen = {"customer": {"id": "past"}, "status": "completed", "currency": "JPY", "items_total": 100}
    yen["placed_at"] = instant_text(day.at)
    order = {"id": "yen"}
    assert day.ask("PUT /v1/orders/{id}", yen, path=order).body["state"] == "parked"
    rate = {"date": instant_text(day.at)[:10], "currency": "JPY", "rate": "0.0061"}
    use_table(day, used=True)
    loaded = day.ask("PUT /v1/exchange-rates", {"rates": [rate]}).body
    assert (loaded["changed"], loaded["refused"]) == (1, [])
    retry = find_retry("EUR")
    assert retry is not None
    handle_with_followers(
        day, "RunImports", message("evaluate_parked", day, target="EUR", retry_id=retry.id)
    )
    assert day.ask("GET /v1/orders/{id}", path=order).body["order"]["daily_rate"] is not None
    assert day.ask("GET /v1/exchange-rates").body["parked_orders"]["evaluated"] >= 1
    use_table(day, used=False)


def use_table(day: Day, used: bool) -> None:
    before = find_settings()
    after = replace(before.settings, daily_rates=used)
    engine.write(put_settings(before, after, StaffAction("tests", "settings_changed", day.at)))

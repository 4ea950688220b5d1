"""One real event for every function, and what its answer must be; the shop behind them is real, too."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import cycle

import boto3

from local.cloud.resource_reader import read_resources
from local.cloud.template import Template
from shared.connectors.jobs import CODES, SyncCode
from shared.domain.instants import instant_text
from shared.domain.staff_action import StaffAction
from shared.imports.request import IMPORT_FORM, begin_import
from shared.jobs.job import IMPORTS, ImportPage
from shared.language import LANGUAGES
from shared.store.programs import api_keys
from shared.webhooks import PROVIDERS
from tests.conftest import SECRETS
from tests.support.console_visitor import Visitor
from tests.support.http_events import NOW, SHOP, STAFF, http_event
from tests.support.mail_pipeline import bounce
from tests.support.processor_deliveries import stripe_session
from tests.support.shop import Shop
from tests.support.table_streams import lambda_event, stream_records

SHOP_KEY = "sk_" + "b" * 32
DONE = {"batchItemFailures": []}

type Check = Callable[[Mapping], bool]


def status(expected: int) -> Check:
    return lambda answer: answer["statusCode"] == expected


def batch(*bodies: str) -> dict:
    attributes = {
        "ApproximateReceiveCount": "1",
        "ApproximateFirstReceiveTimestamp": str(int(NOW.timestamp() * 1000)),
    }
    return {
        "Records": [
            {"messageId": str(place), "body": body, "attributes": attributes}
            for place, body in enumerate(bodies)
        ]
    }


class BuiltShop:
    """A shop with an advocate, a friend and an order on fresh tables, and the events of its day."""

    def __init__(self, tables: Template) -> None:
        stream_records()
        shop = Shop()
        shop.at = NOW
        self.member = shop.member("anna", email="anna@example.com")
        shop.member("bert", referrer_login="anna")
        shop.order("1001", customer={"id": "bert"})
        api_keys.add_key(SHOP_KEY, "shop", NOW)
        self.visitor, self.records = Visitor(), stream_records()
        sqs, urls = boto3.client("sqs"), {}
        for logical in tables.resources("AWS::SQS::Queue"):
            urls[tables.name(logical)] = sqs.create_queue(QueueName=tables.name(logical))[
                "QueueUrl"
            ]
        self.functions = {
            name: replace(function, environment=_with_urls(function.environment, urls))
            for name, function in read_resources(tables).functions.items()
        }

    def environment(self, function: str) -> dict[str, str]:
        """What the template gives the function, in a place where AWS is the tests' engine."""
        aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        lambdas_own = {"AWS_LAMBDA_FUNCTION_NAME": function, "LANG": "en_US.UTF-8", "TZ": ":UTC"}
        return self.functions[function].environment | aws | lambdas_own

    def calls(self) -> dict[str, tuple[dict, Check]]:
        """By function, an event and whether its answer is right."""
        return self._of_the_api() | self._of_pages() | self._of_queues()

    def _of_the_api(self) -> dict[str, tuple[dict, Check]]:
        anna, staff = {"id": "anna"}, {"caller": STAFF}
        return {
            "Authorize": (
                http_event("GET /v1/members/{id}", headers={"authorization": f"Bearer {SHOP_KEY}"}),
                lambda answer: answer["isAuthorized"],
            ),
            "TrackClick": self._ask(
                302, "GET /r/{code}", path={"code": self.member.code}, headers=_A_PERSON
            ),
            "ReceiveWebhook": self._delivery(),
            "ServeMembers": self._ask(200, "GET /v1/members/{id}", path=anna),
            "ServeMembership": self._ask(
                200, "PUT /v1/members/{id}/group", path=anna, body={"group": None}, **staff
            ),
            "ServeReferrals": self._ask(200, "GET /v1/members/{id}/friends", path=anna, **staff),
            "ServeReviews": self._ask(200, "GET /v1/reviews", **staff),
            "ServePrivacy": self._ask(200, "GET /v1/members/{id}/export", path=anna, **staff),
            "ServeOrders": self._ask(200, "GET /v1/orders/{id}", path={"id": "1001"}),
            "ServeHolds": self._ask(404, "POST /v1/holds/{id}/void", path={"id": "h1"}, body={}),
            "QuoteCart": self._ask(
                200, "POST /v1/quotes", body={"currency": "EUR", "items_total": 5_000}
            ),
            "ServePrograms": self._ask(200, "GET /v1/programs", **staff),
            "ServeBacktests": self._ask(422, "POST /v1/backtests", body={}, **staff),
            "ServeStaff": self._ask(200, "GET /openapi.json"),
            "ServeKeys": self._ask(200, "GET /v1/keys", **staff),
            "ServeWebhooks": self._ask(200, "GET /v1/webhooks", **staff),
            "ServeSettlements": self._ask(200, "GET /v1/settlements", **staff),
            "ServeImports": self._ask(422, "POST /v1/imports", body={}, **staff),
            "ServeJournal": self._ask(
                200, "GET /v1/journal", query={"from": "2026-03-01", "format": "csv"}, **staff
            ),
            "ServeStatements": self._ask(200, "GET /v1/members/{id}/statements", path=anna),
            "ServeMail": self._ask(409, "POST /v1/members/{id}/mail-balance", path=anna, body={}),
        }

    def _of_pages(self) -> dict[str, tuple[dict, Check]]:
        pages = {
            "ServeConsole": "GET /console",
            "ServeConsoleMembers": "GET /console/members",
            "ServeConsoleMoney": "GET /console/transactions",
            "ServeConsoleMonths": "GET /console/settlements",
            "ServeConsoleOrders": "GET /console/orders",
            "ServeConsolePrograms": "GET /console/programs",
            "ServeConsoleImports": "GET /console/imports",
            "ServeConsoleQueues": "GET /console/dead-letters",
            "ServeConsoleReviews": "GET /console/reviews",
            "ServeConsoleSettings": "GET /console/settings",
            "ServeConsoleStaff": "GET /console/staff",
            "ServeConsoleWiring": "GET /console/keys",
        }
        erase = self._ask(
            200,
            "GET /console/members/{id}/erase",
            path={"id": "anna"},
            cookies=self.visitor.cookies,
        )
        return {
            **{
                function: self._read(language, route, cookies=self.visitor.cookies)
                for (function, route), language in zip(
                    pages.items(), cycle(LANGUAGES), strict=False
                )
            },
            "ServeConsolePrivacy": erase,
            "ServeAssets": self._ask(200, "GET /assets/{name}", path={"name": "style.css"}),
            "ClaimOffer": self._read(
                LANGUAGES[-1], "GET /c/{code}", path={"code": self.member.code}
            ),
            "ServeRewards": self._ask(401, "GET /rewards"),
            "ServeOwnData": self._ask(404, "GET /rewards/sign-in"),
            "ChooseMail": self._ask(404, "GET /mail/unsubscribe", query={"token": "old"}),
        }

    def _of_queues(self) -> dict[str, tuple[dict, Check]]:
        at = instant_text(NOW)
        order = {
            "id": "1002",
            "status": "completed",
            "currency": "EUR",
            "items_total": 5_000,
            "customer": {"id": "bert"},
        }
        statement = {"member": "anna", "at": at, "currency": "EUR", "month": "2026-02"}
        scheduled = {"id": "scheduled", "time": at, "detail-type": "Scheduled Event"}
        return {
            "RewardOrder": (batch(_event("OrderChanged", at, order)), done),
            "DeliverWebhook": (batch(_event("RewardPosted", at, {"id": "e", "at": at})), done),
            "SendMail": (batch(_event("StatementIssued", at, statement)), done),
            "HandleMailFeedback": (batch(json.dumps(bounce("bert@example.com"))), done),
            "PublishEvents": (lambda_event(self.records), done),
            "UpdateDailyTotals": (lambda_event(self.records), done),
            "DecideReviews": (scheduled, lambda answer: answer is not None),
            "ExpireCredit": (scheduled, lambda answer: "begun" in answer),
            "RunImports": (batch(json.dumps(self._page_of_an_import())), done),
            "SyncCodes": (batch(json.dumps(self._code_to_tell())), done),
            "SettleMonth": (scheduled, lambda answer: answer is not None),
            "ReconcileLedger": (scheduled, lambda answer: answer["parts"] > 1),
        }

    def _read(self, language: str, route: str, **parts: object) -> tuple[dict, Check]:
        """A page that is asked for in a language, and answers in it."""
        event = http_event(route, headers={"accept-language": language}, caller=SHOP, **parts)
        return (
            event,
            lambda answer: (
                answer["statusCode"] == 200 and f'<html lang="{language}"' in answer["body"]
            ),
        )

    def _ask(self, expected: int, route: str, **parts: object) -> tuple[dict, Check]:
        return http_event(route, **{"caller": SHOP} | parts), status(expected)

    def _page_of_an_import(self) -> dict:
        """A page that comes again after its import is done."""
        action = StaffAction("staff:built", "import", NOW)
        run = begin_import(IMPORT_FORM.parse({"kind": "members", "rows": []}), [], action)
        return IMPORTS._message(ImportPage(time=NOW, import_id=run.id, page=0))

    def _code_to_tell(self) -> dict:
        """Of a shop that has connected no store."""
        return CODES._message(SyncCode(time=NOW, code=self.member.code))

    def _delivery(self) -> tuple[dict, Check]:
        raw = json.dumps(
            stripe_session(None, "built", int(NOW.timestamp()), livemode=True)
        ).encode()
        headers = PROVIDERS["stripe"].signature.sign(SECRETS["stripe"], raw, NOW)
        asked = {"path": {"provider": "stripe"}, "body": raw, "headers": headers}
        return http_event("POST /webhooks/{provider}", **asked), status(202)


_A_PERSON = {"sec-fetch-dest": "document"}


def done(answer: Mapping) -> bool:
    return answer == DONE


def _event(kind: str, at: str, detail: dict) -> str:
    happened = {"id": "e", "source": "grapevine", "detail-type": kind, "time": at}
    return json.dumps(happened | {"detail": {"schema_version": 1} | detail})


def _with_urls(environment: dict[str, str], urls: dict[str, str]) -> dict[str, str]:
    """The environment with addresses of queues, which are their names on this machine."""
    found = {}
    for name, value in environment.items():
        for queue in sorted(urls, key=len, reverse=True):
            if value == queue:
                value = urls[queue]
            value = value.replace(f'"{queue}"', f'"{urls[queue]}"')
        found[name] = value
    return found

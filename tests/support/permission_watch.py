"""Calls every function of the template in this process and collects what it requests of AWS."""

import json
import os
from datetime import timedelta
from importlib import import_module
from urllib.parse import urlencode

import boto3

from local.cloud.api_reader import read_routes
from local.cloud.resources import DEFAULT_ROUTE
from local.cloud.template import Template
from shared import secrets
from shared.api import access as scopes
from shared.console.sign_in import SEEN_INTERVAL, form_token
from shared.domain.instants import instant_text
from shared.store.programs import programs as programs_store
from shared.webhooks import PROVIDERS
from tests.conftest import SECRETS
from tests.support.console_visitor import OUR_PAGE, Visitor
from tests.support.function_permissions import Watch
from tests.support.http_events import NOW, Answered, http_event, send

SHOP_KEY, STAFF_KEY = "sk_" + "s" * 32, "ak_" + "a" * 32
CALLERS = {
    "shop": {"scope": "shop", "key": SHOP_KEY[:11]},
    "staff": {"scope": "staff", "key": STAFF_KEY[:11]},
}
READ_BY = {
    "DeliverWebhook": "WEBHOOKS_QUEUE",
    "ExpireCredit": "EXPIRY_QUEUE",
    "SettleMonth": "SETTLEMENT_QUEUE",
    "ReconcileLedger": "RECONCILIATION_QUEUE",
    "RunImports": "IMPORTS_QUEUE",
    "SyncCodes": "CODES_QUEUE",
}


def routes_of(template: Template) -> dict[str, str]:
    """Return the logical id of the function behind each route."""
    return {
        route.key: route.function
        for route in read_routes(template)
        if route.path != DEFAULT_ROUTE and route.method != "OPTIONS"
    }


class Day:
    """Calls functions as AWS would; `at` is the clock, `served` the routes that succeeded."""

    def __init__(self, template: Template, watch: Watch):
        self.template, self.watch, self.routes = template, watch, routes_of(template)
        self.at, self.served = NOW, set()

    def handler(self, function: str):
        module, name = self.template.properties(function)["Handler"].rsplit(".", 1)
        return getattr(import_module(module), name)

    def fresh(self, function: str):
        """Run as a function, without what other functions have cached in this process."""
        for kept in (secrets._provider, secrets._lasting_pepper, programs_store._version):
            kept.cache_clear()
        return self.watch.running_as(function)

    def call(self, function: str, event: dict) -> dict:
        with self.fresh(function):
            return self.handler(function)(event, None)

    def ask(
        self,
        route: str,
        body: object = None,
        status: int = 200,
        at: timedelta = timedelta(0),
        **parts,
    ) -> Answered:
        """Send a request as a caller that the route is open to, and check its status."""
        scope = next((scope for scope in ("shop", "staff") if scopes.opens(scope, route)), None)
        with self.fresh(self.routes[route]):
            parts = {"caller": CALLERS[scope] if scope else None} | parts
            answered = send(
                self.handler(self.routes[route]), route, body=body, at=self.at + at, **parts
            )
        assert answered.status == status, f"{route}: {answered.status} {answered.text}"
        if status < 400:
            self.served.add(route)
        return answered

    def authorize(self, route: str, credentials: str) -> dict:
        return self.call(
            "Authorize",
            http_event(route, headers={"authorization": f"Bearer {credentials}"}, at=self.at),
        )

    def deliver(self, provider: str, body: dict, topic: str = "", status: int = 202) -> Answered:
        raw = json.dumps(body).encode()
        topics = {"shopify": {"x-shopify-topic": topic}}.get(provider, {})
        headers = (
            PROVIDERS[provider].signature.sign(SECRETS[provider], raw, self.at)
            | {"content-type": "application/json"}
            | topics
        )
        return self.ask(
            "POST /webhooks/{provider}", raw, status, path={"provider": provider}, headers=headers
        )

    def news(self, *orders: dict) -> None:
        """Records of the orders queue."""
        self.events("OrderChanged", *orders)

    def events(self, kind: str, *details: dict) -> None:
        """Records of the orders queue with events of a kind."""
        happened = {"id": "e", "source": "grapevine", "detail-type": kind}
        at = {"time": instant_text(self.at)}
        events = [happened | at | {"detail": {"schema_version": 1} | detail} for detail in details]
        records = [
            {"messageId": str(place), "body": json.dumps(event)}
            for place, event in enumerate(events)
        ]
        assert self.call("RewardOrder", {"Records": records}) == {"batchItemFailures": []}


def handle_with_followers(day: Day, function: str, body: str) -> None:
    """Hand a message to a function, and then each message that it enqueues."""
    waiting, sqs = [body], boto3.client("sqs")
    queue = os.environ[READ_BY[function]]
    while waiting:
        attributes = {"ApproximateFirstReceiveTimestamp": str(int(day.at.timestamp() * 1000))}
        record = {"messageId": "m", "body": waiting.pop(), "attributes": attributes}
        assert day.call(function, {"Records": [record]}) == {"batchItemFailures": []}
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            waiting.append(message["Body"])


class Sitting:
    """Pages and forms of one session of the console.

    Between two of them so much time passes that the session's last use is written each time.
    """

    def __init__(self, day: Day, visitor: Visitor):
        self.day, self.visitor = day, visitor

    def get(self, route: str, status: int = 200, **parts) -> Answered:
        self.day.at += SEEN_INTERVAL
        return self.day.ask(route, status=status, cookies=self.visitor.cookies, **parts)

    def post(self, route: str, form: dict | None = None, status: int = 303, **parts) -> Answered:
        self.day.at += SEEN_INTERVAL
        body = urlencode({"form": form_token(self.visitor.cookie)} | (form or {}))
        return self.day.ask(
            route, body, status, cookies=self.visitor.cookies, headers=OUR_PAGE, **parts
        )

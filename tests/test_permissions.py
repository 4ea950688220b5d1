"""No function asks of AWS what its role does not allow: a day of a shop, told to every function, judged by the template's policies."""

import json

import boto3
import pytest

from shared.domain.outgoing.mail import AUTOMATIC
from shared.store import engine
from shared.store.programs import api_keys
from tests.support import scheduled_calls, shop_calls, staff_calls, store_calls
from tests.support.console_visitor import open_console
from tests.support.function_permissions import SAM, AccessRequest, Roles, Watch, transformed
from tests.support.http_events import NOW
from tests.support.permission_watch import SHOP_KEY, STAFF_KEY, Day
from tests.support.platforms.shopify import shopify_store
from tests.support.platforms.woocommerce import woocommerce_store
from tests.support.webhook_receiver import running_receiver

QUEUES = {
    "WEBHOOKS_QUEUE": "WebhooksQueue",
    "EXPIRY_QUEUE": "ExpiryQueue",
    "SETTLEMENT_QUEUE": "SettlementQueue",
    "RECONCILIATION_QUEUE": "ReconciliationQueue",
    "IMPORTS_QUEUE": "ImportsQueue",
    "MAIL_QUEUE": "MailQueue",
    "CODES_QUEUE": "CodesQueue",
}

LAMBDAS_OWN = {"GiveUp", "ReadQueue", "ReadStream", "WriteLogs"}
"""Statements that Lambda itself uses in the function's name, before and after its code."""

pytestmark = pytest.mark.skipif(
    not SAM.exists(), reason="`make test` sets up .venv-sam, which these tests need"
)


@pytest.fixture(scope="module")
def roles() -> Roles:
    return Roles(transformed())


def made(queue: str) -> str:
    """The address of a queue of this name."""
    return boto3.client("sqs").create_queue(QueueName=queue)["QueueUrl"]


@pytest.fixture
def day(tables, monkeypatch) -> Day:
    """A day in which every route and every other function did its work once, and was refused where that takes another way."""
    engine.open_tables()
    open_console(monkeypatch)
    monkeypatch.setenv("BASE_URL", "https://127.0.0.1:8000")
    monkeypatch.setenv("MAILS", ",".join(AUTOMATIC))
    monkeypatch.setenv("MAIL_CONFIGURATION", "grapevine-mail")
    monkeypatch.setenv("LISTENERS_ON_BUS", "false")
    for variable, logical in QUEUES.items():
        monkeypatch.setenv(variable, made(tables.name(logical)))
    for variable, told in tables.resolve(
        tables.properties("ServeConsoleQueues")["Environment"]["Variables"]
    ).items():
        monkeypatch.setenv(
            variable, json.dumps({name: made(queue) for name, queue in json.loads(told).items()})
        )
    api_keys.add_key(SHOP_KEY, "shop", NOW)
    api_keys.add_key(STAFF_KEY, "staff", NOW)
    with (
        Watch(tables).watching() as watch,
        running_receiver() as shop,
        shopify_store() as store,
        woocommerce_store() as other,
    ):
        apis = {"shopify": store.url, "woocommerce": other.url}
        monkeypatch.setenv("PROCESSOR_APIS", json.dumps(apis))
        day = Day(tables, watch)
        store_calls.connect(day, store)
        shop_calls.programs(day)
        shop_calls.members(day)
        shop_calls.orders(day, shop_calls.clicks(day))
        shop_calls.credit(day)
        store_calls.pay_with_credit(day)
        shop_calls.levers(day)
        shop_calls.reviews(day)
        shop_calls.processors(day)
        shop_calls.access_given(day)
        shop_calls.looks(day)
        staff_calls.console(day)
        shop_calls.privacy(day)
        scheduled_calls.month_ends(day)
        scheduled_calls.mails(day)
        staff_calls.console_of_money(day)
        shop_calls.portal(day)
        scheduled_calls.reconciliation(day)
        scheduled_calls.recovery(day)
        scheduled_calls.imports(day)
        scheduled_calls.events_go_out(day, shop.url)
        store_calls.leave(day, store)
        store_calls.ask_for_key(day, other)
        scheduled_calls.credit_expires(day)
    return day


def test_no_function_asks_for_what_its_role_does_not_allow(day, roles):
    refused = {
        (function, ask)
        for function, asked in day.watch.asked.items()
        for ask in asked
        if not roles.allow(function, ask)
    }
    assert (
        sorted(
            (function, ask.action, ask.resource, str(ask.leading_key).partition("#")[0])
            for function, ask in refused
        )
        == []
    )


def test_the_day_left_no_route_and_no_function_out(day, roles):
    assert set(day.routes) - day.served == set()
    assert set(roles.statements) - set(day.watch.asked) == set()


def test_what_is_allowed_is_asked_for(day, roles):
    """Of every statement that functions share, each permission is used by one of them that day."""
    unused: dict[str, set[str]] = {}
    for function, statements in roles.statements.items():
        asked = {ask.action for ask in day.watch.asked.get(function, ())}
        for statement in statements:
            if statement["Sid"] in LAMBDAS_OWN:
                continue
            actions = (
                [statement["Action"]]
                if isinstance(statement["Action"], str)
                else statement["Action"]
            )
            left = {action for action in actions if statement["Effect"] == "Allow"} - asked
            unused.setdefault(json.dumps(statement), left)
            unused[json.dumps(statement)] &= left
    assert {statement: sorted(left) for statement, left in unused.items() if left} == {}


ENTRY = "ENTRIES#A"


@pytest.mark.parametrize(
    ("ask", "allowed"),
    [
        (AccessRequest("dynamodb:PutItem", "LedgerTable", ENTRY, "TransactWriteItems"), True),
        (AccessRequest("dynamodb:PutItem", "LedgerTable", "ORDER#1"), True),
        (AccessRequest("dynamodb:PutItem", "LedgerTable", ENTRY, "BatchWriteItem"), False),
        (AccessRequest("dynamodb:UpdateItem", "LedgerTable", ENTRY, "TransactWriteItems"), False),
        (AccessRequest("dynamodb:DeleteItem", "LedgerTable", "ORDER#1"), False),
        (AccessRequest("dynamodb:DeleteItem", "AttributionsTable", "LOGIN#anna"), True),
        (AccessRequest("dynamodb:DeleteItem", "AttributionsTable", "MEMBER#A"), False),
        (AccessRequest("dynamodb:PutItem", "ProgramsTable", "KEY#1"), False),
        (AccessRequest("sqs:SendMessage", "OrdersQueue"), False),
    ],
)
def test_policies_are_read_as_aws_reads_them(roles, ask, allowed):
    assert roles.allow("RewardOrder", ask) is allowed


def test_whoever_notes_a_use_cannot_make_a_key(roles):
    assert roles.allow(
        "Authorize",
        AccessRequest("dynamodb:PutItem", "ProgramsTable", "KEYUSE#1", "TransactWriteItems"),
    )
    assert not roles.allow(
        "Authorize",
        AccessRequest("dynamodb:PutItem", "ProgramsTable", "KEY#1", "TransactWriteItems"),
    )

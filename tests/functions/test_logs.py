"""What functions log is one JSON object a line, leads from a request to what it caused, and tells
nobody's name, address, token or words, whatever they are sent.
"""

import importlib
import io
import json
import logging
from contextlib import contextmanager

import pytest

from local.cloud.resource_reader import read_resources
from local.cloud.template import read_template
from shared import aws
from shared.api.access import ROUTES
from shared.log import logger
from shared.store import engine
from shared.webhooks import PROVIDERS
from tests.conftest import SECRETS
from tests.support.http_events import NOW, http_event
from tests.support.running_cloud import TEMPLATE
from tests.support.shop import PLAIN, Shop

SECRET = {
    "e-mail": "ines.maier@example.com",
    "login": "login-of-ines",
    "name": "Ines Maier-Leibnitz",
    "token": "token-of-the-browser-of-ines",
    "key": "sk_key-that-nobody-may-see-anywhere",
    "words": "words that somebody wrote in a body",
}
HOSTILE = {
    "login": SECRET["login"],
    "email": SECRET["e-mail"],
    "name": SECRET["name"],
    "ref_token": SECRET["token"],
    "code": SECRET["name"],
    "customer": {"id": "Ines", "login": SECRET["login"], "email": SECRET["e-mail"]},
    "reason": SECRET["words"],
    "advocate_login": SECRET["login"],
    "friend_login": SECRET["e-mail"],
    SECRET["words"]: SECRET["words"],
}
FORM = {
    "login": SECRET["login"],
    "email": SECRET["e-mail"],
    "name": SECRET["name"],
    "ref_token": SECRET["token"],
}
ORDER = {
    "status": "completed",
    "currency": "EUR",
    "items_total": 1_000,
    "customer": HOSTILE["customer"],
    "ref_token": SECRET["token"],
}
BODIES = [
    HOSTILE,
    FORM,
    ORDER,
    {"reason": SECRET["words"]},
    SECRET["words"],
    json.dumps(HOSTILE)[:-1],
    b"\xff" + SECRET["e-mail"].encode(),
]
FUNCTIONS = {
    function.name: function.handler
    for function in read_resources(read_template(TEMPLATE)).functions.values()
}
HTTP = [(route.key, route.function) for route in read_resources(read_template(TEMPLATE)).routes]


@pytest.fixture
def lines():
    """Parsed lines of the log so far."""
    written = io.StringIO()
    stdout = logger.registered_handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logger.registered_handler.setStream(stdout)


@pytest.fixture
def logged(caplog, lines):
    """Everything that was logged so far, by us and by what we stand on."""
    caplog.set_level(logging.DEBUG, logger=logger.name)
    caplog.set_level(logging.INFO)

    def text() -> str:
        records = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
        return "\n".join([*records, *map(str, lines())])

    return text


@pytest.fixture
def shop(tables):
    shop = Shop(**PLAIN)
    shop.member("Anna")
    return shop


def handler_of(function: str):
    module, _, name = FUNCTIONS[function].rpartition(".")
    return getattr(importlib.import_module(module), name)


def requests(route: str):
    for body in BODIES:
        path = {"id": "Ines", "code": SECRET["token"], "provider": "stripe", "month": "2026-03"}
        names = [part.strip("{}") for part in route.split("/") if part.startswith("{")]
        headers = {
            "authorization": f"Bearer {SECRET['key']}",
            "cookie": f"gv_ref={SECRET['token']}",
            "idempotency-key": SECRET["token"],
        }
        parts = {
            "path": {name: path.get(name, "x") for name in names},
            "body": body,
            "headers": headers,
        }
        cookies, query = [f"gv_ref={SECRET['token']}"], {"to": SECRET["e-mail"]}
        yield http_event(route, cookies=cookies, caller=caller(route), at=NOW, query=query, **parts)


def caller(route: str) -> dict:
    return {"scope": sorted(ROUTES.get(route, {"shop"}))[-1], "key": "ak_0123456789"}


@pytest.mark.parametrize(("route", "function"), HTTP)
def test_no_call_logs_what_it_was_sent(shop, logged, monkeypatch, route, function):
    """Once as it works, once while the tables fail with a message that quotes what they were sent."""
    handler = handler_of(function)
    for event in requests(route):
        handler(event)

    def fail(*_, **__):
        raise RuntimeError(f"cannot store {SECRET}")

    monkeypatch.setattr(engine.connection(), "dispatch", fail)
    for event in requests(route):
        handler(event)
    assert [kind for kind, secret in SECRET.items() if secret in logged()] == []


def test_a_fault_is_logged_all_the_same(shop, logged, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError(f"cannot store {SECRET}")

    monkeypatch.setattr(engine.connection(), "dispatch", fail)
    answer = handler_of("ServeMembers")(
        http_event("PUT /v1/members/{id}", path={"id": "Ines"}, body=FORM, caller={"scope": "shop"})
    )
    assert answer["statusCode"] == 500
    assert "unhandled fault" in logged() and "RuntimeError" in logged()


@pytest.mark.parametrize("broken", [False, True])
def test_no_queue_logs_what_it_was_sent(shop, logged, monkeypatch, broken):
    if broken:
        monkeypatch.setattr(
            engine.connection(),
            "dispatch",
            lambda *_: (_ for _ in ()).throw(RuntimeError(f"cannot store {SECRET}")),
        )
    bodies = [
        json.dumps(
            {
                "id": "e",
                "source": "shop",
                "detail-type": "OrderChanged",
                "time": "2026-03-01T10:00:00Z",
                "detail": body,
            }
        )
        for body in (HOSTILE, ORDER)
    ]
    records = [
        {"messageId": str(place), "body": body}
        for place, body in enumerate([*bodies, SECRET["words"]])
    ]
    handler_of("RewardOrder")({"Records": records})
    assert "record will come again" in logged()
    assert not broken or ("RuntimeError" in logged() and "store/engine.py:" in logged())
    assert [kind for kind, secret in SECRET.items() if secret in logged()] == []


def test_the_authorizer_logs_no_key(shop, logged):
    for route in ("GET /v1/parked", "PUT /v1/members/{id}"):
        event = http_event(
            route, path={"id": "Ines"}, headers={"authorization": f"Bearer {SECRET['key']}"}, at=NOW
        )
        assert handler_of("Authorize")(event) == {"isAuthorized": False}
    assert SECRET["key"] not in logged()


class Lambda:
    """What Lambda tells of an invocation."""

    function_name = "RewardOrder"
    aws_request_id = "invocation-1"


@contextmanager
def heard():
    """The events that are put on the bus meanwhile, as a queue's record holds them."""
    events = []

    def take(params, **_):
        for entry in (
            params["Entries"] if "Entries" in params else json.loads(params["body"])["Entries"]
        ):
            events.append(
                {
                    "id": f"event-{len(events)}",
                    "source": entry["Source"],
                    "detail-type": entry["DetailType"],
                    "time": "2026-03-01T10:00:00Z",
                    "detail": json.loads(entry["Detail"]),
                }
            )

    hooks = aws.client("events", parameter_validation=False).meta.events
    hooks.register("provide-client-params.events.PutEvents", take)
    try:
        yield events
    finally:
        hooks.unregister("provide-client-params.events.PutEvents", take)


def deliver(body: bytes):
    headers = PROVIDERS["standard"].signature.sign(SECRETS["standard"], body, NOW)
    return handler_of("ReceiveWebhook")(
        http_event(
            "POST /webhooks/{provider}",
            path={"provider": "standard"},
            body=body,
            headers=headers,
            at=NOW,
        )
    )


def test_one_id_leads_from_the_webhook_to_the_evaluated_order(shop, lines):
    order = {"id": "O1", **ORDER, "customer": {"id": "Ines", "email": SECRET["e-mail"]}}
    body = json.dumps({"type": "OrderChanged", "data": order}).encode()
    with heard() as events:
        assert deliver(body)["statusCode"] == 202
    record = {"messageId": "message-1", "body": json.dumps(events[0])}
    assert handler_of("RewardOrder")({"Records": [record]}, Lambda()) == {"batchItemFailures": []}

    accepted, evaluated = lines()
    assert accepted["message"] == "an order update was accepted"
    assert evaluated["message"] == "an order was evaluated"
    ids = {"correlation_id": "request-1", "order_id": "O1"}
    assert accepted.items() >= (ids | {"provider": "standard"}).items()
    assert evaluated.items() >= (ids | {"event_id": "event-0", "message_id": "message-1"}).items()
    assert evaluated["function_request_id"] == "invocation-1"
    assert SECRET["e-mail"] not in str(lines())


def test_a_record_that_fails_is_logged_with_the_same_ids(shop, lines, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError(SECRET["words"])

    records = [
        {
            "messageId": f"message-{number}",
            "body": json.dumps(
                {
                    "id": f"event-{number}",
                    "source": "grapevine",
                    "detail-type": "OrderChanged",
                    "time": "2026-03-01T10:00:00Z",
                    "detail": {"id": f"O{number}", "correlation_id": f"request-{number}", **ORDER},
                }
            ),
        }
        for number in range(3)
    ]
    monkeypatch.setattr(engine.connection(), "dispatch", fail)
    failed = handler_of("RewardOrder")({"Records": records})["batchItemFailures"]
    assert {row["itemIdentifier"] for row in failed} == {"message-0", "message-1", "message-2"}
    named = {
        (line["message_id"], line["event_id"], line["order_id"], line["correlation_id"])
        for line in lines()
        if line["message"] == "record will come again" and line["fault"] == "RuntimeError"
    }
    assert named == {(f"message-{n}", f"event-{n}", f"O{n}", f"request-{n}") for n in range(3)}
    assert SECRET["words"] not in str(lines())


def test_ids_of_one_invocation_are_not_in_the_next(shop, lines):
    handler_of("RewardOrder")(
        {"Records": [{"messageId": "message-1", "body": "no JSON"}]}, Lambda()
    )
    handler_of("RewardOrder")({"Records": [{"messageId": "message-2", "body": "no JSON"}]})
    first, second = lines()
    assert (first["message_id"], first["function_name"]) == ("message-1", "RewardOrder")
    assert second["message_id"] == "message-2" and "function_name" not in second

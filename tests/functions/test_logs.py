"""What functions log tells nobody's name, address, token or words, whatever they are sent."""

import importlib
import json
import logging

import pytest

from local.cloud.resource_reader import read_resources
from local.cloud.template import read_template
from shared.api.access import ROUTES
from shared.store import engine
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
def logged(caplog):
    caplog.set_level(logging.DEBUG, logger="grapevine")
    caplog.set_level(logging.INFO)

    def text() -> str:
        return "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)

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
        json.dumps({"id": "e", "source": "shop", "time": "2026-03-01T10:00:00Z", "detail": body})
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

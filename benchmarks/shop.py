"""A shop of the benchmarks: a chain of members, orders told to the functions' own handlers."""

import json
from datetime import UTC, datetime
from functools import cache

from functions import reward_order, serve_orders, track_click
from local.cloud.http_events import GatewayRequest, http_event
from local.cloud.resources import ApiRoute
from shared.domain.members.member import Member
from shared.domain.programs.program_document import parse_program
from shared.members.registration import register_member
from shared.members.registration_form import parse_member_form
from shared.store import engine
from shared.store.programs import programs

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
MOST_LEVELS = 10
MEMBER = "7834120985{:03d}"
BUYER = MEMBER.format(0)
REFUND = {
    "id": "re_3Pf8mkLkdIwHu7ix0TqJ7oVd",
    "amount": 2500,
    "items_amount": None,
    "at": "2026-03-09T00:00:00Z",
    "status": "succeeded",
}


def publish(levels: int) -> None:
    """Terms with as many levels, a percent less for each."""
    engine.open_tables()
    credit = {
        "system": "levels",
        "levels": [{"percent": str(12 - level)} for level in range(levels)],
    }
    program = parse_program(
        {"id": "default", "name": "Levels", "currency": "EUR", "hold_days": 14, "credit": credit}
    )
    programs.publish(program, int(programs.load_active_item("default").version), NOW)


@cache
def _noted(email: str) -> str:
    return email


def chain(length: int = MOST_LEVELS) -> list[Member]:
    """A buyer, and above them as many advocates."""
    engine.open_tables()
    found: list[Member] = []
    for number in range(length, -1, -1):
        form = {"login": f"member-{number}"} | (
            {"referrer_login": found[-1].login} if found else {}
        )
        found.append(register_member(MEMBER.format(number), parse_member_form(form, _noted), NOW))
    return found[::-1]


def order(**facts) -> dict:
    """The whole order, as a shop's server tells it."""
    told = {
        "customer": {"id": BUYER},
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
        "tax_total": 1900,
    }
    times = dict.fromkeys(("placed_at", "paid_at", "completed_at"), "2026-03-01T10:00:00Z")
    return told | times | {"discount_total": 500, "shipping_total": 490, "refunds": []} | facts


def put(name: str, facts: dict) -> dict:
    """PUT /v1/orders/{id}."""
    body = json.dumps(facts).encode()
    return _http(serve_orders.handler, "PUT", "/v1/orders/{id}", {"id": name}, body)


def news(facts: dict) -> None:
    """One record of the orders queue, as the bus lays it there."""
    event = {
        "id": "1",
        "source": "grapevine",
        "detail-type": "OrderChanged",
        "time": "2026-03-01T10:00:01Z",
        "detail": {"schema_version": 1} | facts,
    }
    answer = reward_order.handler({"Records": [{"messageId": "1", "body": json.dumps(event)}]})
    if answer["batchItemFailures"]:
        raise RuntimeError("the order was not evaluated")


def follow(code: str) -> dict:
    """GET /r/{code}, by a browser that comes for the first time."""
    return _http(track_click.handler, "GET", "/r/{code}", {"code": code})


def land(code: str) -> dict:
    """POST /v1/clicks, for links that land on the shop."""
    return _http(track_click.handler, "POST", "/v1/clicks", {}, json.dumps({"code": code}).encode())


def _http(handler, method: str, path: str, parts: dict, body: bytes = b"") -> dict:
    headers = (("content-type", "application/json"), ("user-agent", "Mozilla/5.0"))
    request = GatewayRequest(method, path.format(**parts), "", headers, body, "127.0.0.1")
    answer = handler(
        http_event(request, ApiRoute(method, path, "", None), parts, NOW, {"scope": "shop"}), None
    )
    if answer["statusCode"] >= 400:
        raise RuntimeError(f"{method} {path}: {answer['statusCode']} {answer['body']}")
    return answer

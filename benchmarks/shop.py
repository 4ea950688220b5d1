"""The shop of the benchmarks: a chain of members, and calls of the functions' handlers."""

import json
from collections.abc import Sequence
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


def publish_levels(levels: int) -> None:
    """Publishes a program with `levels` levels: 12 % at level 1, one percent less at each further
    level.
    """
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
def _keep_email(email: str) -> str:
    return email


def register_chain(length: int = MOST_LEVELS) -> list[Member]:
    """Registers a buyer and `length` advocates above the buyer; returns all, the buyer first."""
    engine.open_tables()
    members: list[Member] = []
    for number in range(length, -1, -1):
        above = {"referrer_login": str(members[-1].login)} if members else {}
        members.append(register(MEMBER.format(number), login=f"member-{number}", **above))
    return members[::-1]


def register(member_id: str, **form: str) -> Member:
    """Registers one member, whose login is the id unless `form` names one."""
    fields = {"login": member_id.lower()} | form
    return register_member(member_id, parse_member_form(fields, _keep_email), NOW)


def order_facts(**facts) -> dict:
    """The facts of an order in the format of the API; `facts` replaces or adds fields."""
    fields = {
        "customer": {"id": BUYER},
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
        "tax_total": 1900,
    }
    times = dict.fromkeys(("placed_at", "paid_at", "completed_at"), "2026-03-01T10:00:00Z")
    return fields | times | {"discount_total": 500, "shipping_total": 490, "refunds": []} | facts


def put_order(name: str, facts: dict) -> dict:
    """Calls `PUT /v1/orders/{id}` and returns the response."""
    body = json.dumps(facts).encode()
    return _http(serve_orders.handler, "PUT", "/v1/orders/{id}", {"id": name}, body)


def deliver(facts: dict) -> None:
    """Passes order facts to the handler of the orders queue, in an event as it comes from the bus."""
    deliver_all([facts])


def deliver_all(batch: Sequence[dict]) -> None:
    """Passes several orders in one batch, as the queue does when many are waiting."""
    records = [
        {"messageId": str(number), "body": json.dumps(_order_changed(facts))}
        for number, facts in enumerate(batch)
    ]
    if reward_order.handler({"Records": records})["batchItemFailures"]:
        raise RuntimeError("an order was not evaluated")


def _order_changed(facts: dict) -> dict:
    return {
        "id": "1",
        "source": "grapevine",
        "detail-type": "OrderChanged",
        "time": "2026-03-01T10:00:01Z",
        "detail": {"schema_version": 1} | facts,
    }


def processor_facts(number: str, **facts) -> dict:
    """The facts of an order that a processor with two names for it tells."""
    refs = [f"stripe:cs_live_{number}", f"stripe:pi_{number}"]
    told = {"id": number, "provider": "stripe", "refs": refs, "totals_rank": 1}
    return order_facts(**told, as_of="2026-03-01T10:00:00Z", **facts)


def follow(code: str) -> dict:
    """Calls `GET /r/{code}` as a browser without cookies."""
    return _http(track_click.handler, "GET", "/r/{code}", {"code": code})


def token_of(answer: dict) -> str:
    """The `ref_token` in the cookie that an answer sets."""
    return str(answer["cookies"][0].partition("=")[2].partition(";")[0])


def land(code: str) -> dict:
    """Calls `POST /v1/clicks`, for links that lead to a page of the shop."""
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

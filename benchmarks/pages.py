"""What people see: bytes over the wire, time beside the bare handler that answers in JSON, requests to DynamoDB and queues."""

import gzip
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import boto3
from botocore.endpoint import Endpoint

from benchmarks import shop
from benchmarks.costs import fill
from benchmarks.report import Aim, Found
from functions import (
    claim_offer,
    serve_assets,
    serve_console,
    serve_console_members,
    serve_console_orders,
    serve_members,
    serve_rewards,
)
from local.cloud.engine import standalone_engine
from local.cloud.http_events import GatewayRequest, http_event
from local.cloud.resources import ApiRoute
from shared import secrets
from shared.api.cookies import own_name
from shared.api.signed_tokens import TokenPurpose, sign_member_token
from shared.console import sign_in
from shared.portal.site import COOKIE

ROUNDS = 15
OWNER = "owner@example.com"
LARGEST_SNIPPET = 2_500
ADVOCATE = shop.MEMBER.format(1)
FLOOR = "floor: a member as JSON"
NOW = shop.NOW + timedelta(minutes=1)


class Page(NamedTuple):
    handler: Callable
    route: str
    parts: Mapping[str, str] = MappingProxyType({})
    cookie: str = ""


def measure() -> Found:
    with (
        tempfile.TemporaryDirectory() as folder,
        standalone_engine(Path(folder), forget=True) as url,
    ):
        fill(url)
        os.environ |= {
            "OWNER_EMAIL": OWNER,
            "MAIL_FROM": "",
            "SHOP_NAME": "Fern & Kettle",
            "DEAD_LETTERS": json.dumps(_queues()),
        }
        return _found(_pages())


def _queues() -> dict[str, str]:
    """As many as the template has dead letters in: the overview counts them."""
    sqs = boto3.client("sqs")
    return {
        str(number): sqs.create_queue(QueueName=f"dead-{number}")["QueueUrl"]
        for number in range(10)
    }


def _pages() -> dict[str, Page]:
    """Each page of a shop with a chain of advocates and some orders."""
    members = shop.chain(3)
    for number in range(20):
        shop.put(f"P{number}", shop.order())
    own = f"{own_name(COOKIE)}={sign_member_token(secrets.pepper(), TokenPurpose.PORTAL_SESSION, ADVOCATE, NOW)}"
    _, link = sign_in.request_link(secrets.pepper(), OWNER, "127.0.0.1", NOW)
    staff = f"{sign_in.session_cookie_name()}={sign_in.begin_session(link, NOW)}"
    assets = {
        name: Page(serve_assets.handler, "GET /assets/{name}", {"name": name})
        for name in ("grapevine.js", "widget.js", "style.css")
    }
    return {
        FLOOR: Page(serve_members.handler, "GET /v1/members/{id}", {"id": ADVOCATE}),
        "claim page": Page(claim_offer.handler, "GET /c/{code}", {"code": members[1].code}),
        "rewards": Page(serve_rewards.handler, "GET /rewards", cookie=own),
        "rewards: history": Page(serve_rewards.handler, "GET /rewards/history", cookie=own),
        "rewards: friends": Page(serve_rewards.handler, "GET /rewards/friends", cookie=own),
        "console: overview": Page(serve_console.handler, "GET /console", cookie=staff),
        "console: members": Page(
            serve_console_members.handler, "GET /console/members", cookie=staff
        ),
        "console: a member": Page(
            serve_console_members.handler, "GET /console/members/{id}", {"id": ADVOCATE}, staff
        ),
        "console: orders": Page(serve_console_orders.handler, "GET /console/orders", cookie=staff),
        "console: an order": Page(
            serve_console_orders.handler, "GET /console/orders/{id}", {"id": "P1"}, staff
        ),
        **assets,
    }


def _found(pages: dict[str, Page]) -> Found:
    taken = {name: _taken(page) for name, page in pages.items()}
    floor = taken[FLOOR]["ms"]
    rows = [
        {"what": name, **row, "times the floor": round(row["ms"] / floor, 1)}
        for name, row in taken.items()
    ]
    aims = [
        Aim("bytes of the snippet, gzip", taken["grapevine.js"]["bytes, gzip"], LARGEST_SNIPPET),
        Aim("pages that were refused", sum(row["status"] != 200 for row in rows), 0),
    ]
    notes = (
        f"Medians of {ROUNDS} in one process; the time holds the engine's answers to the requests.",
    )
    return Found("pages", "What a page costs", rows, aims, notes)


def _taken(page: Page) -> dict:
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = _ask(page)
        seconds.append(time.perf_counter() - began)
    with _counting() as asked:
        _ask(page)
    body = answer["body"].encode()
    return {
        "status": answer["statusCode"],
        "bytes, gzip": len(gzip.compress(body))
        if not answer.get("isBase64Encoded")
        else 3 * len(body) // 4,
        "requests": len(asked),
        "ms": round(1000 * statistics.median(seconds), 1),
    }


def _ask(page: Page) -> dict:
    method, path = page.route.split(" ")
    headers = (("accept-encoding", "gzip"), ("cookie", page.cookie), ("user-agent", "Mozilla/5.0"))
    request = GatewayRequest(method, path.format(**page.parts), "", headers, b"", "127.0.0.1")
    return page.handler(
        http_event(
            request, ApiRoute(method, path, "", None), dict(page.parts), NOW, {"scope": "shop"}
        ),
        None,
    )


@contextmanager
def _counting():
    """Requests of every client, those of models too."""
    asked, send = [], Endpoint.make_request

    def counted(endpoint: Endpoint, model, request):
        asked.append(model.name)
        return send(endpoint, model, request)

    Endpoint.make_request = counted
    try:
        yield asked
    finally:
        Endpoint.make_request = send

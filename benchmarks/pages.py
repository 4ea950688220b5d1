"""What a page costs: compressed bytes, requests to AWS, and time.

The floor is a handler that answers with one member as JSON.
"""

import gzip
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import boto3
from botocore.endpoint import Endpoint

from benchmarks import shop
from benchmarks.costs import set_up
from benchmarks.report import Aim, Measurement
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


def measure() -> Measurement:
    with (
        tempfile.TemporaryDirectory() as folder,
        standalone_engine(Path(folder), forget=True) as url,
    ):
        set_up(url)
        os.environ |= {
            "OWNER_EMAIL": OWNER,
            "OIDC_ISSUER": "",
            "OIDC_CLIENT_ID": "",
            "OIDC_NAME": "",
            "MAIL_FROM": "",
            "SHOP_NAME": "Fern & Kettle",
            "DEAD_LETTERS": json.dumps(_queues()),
        }
        return _compare(_set_up_pages())


def _queues() -> dict[str, str]:
    """Creates dead-letter queues, about as many as in the template, and returns their URLs; the
    overview of the console counts their messages.
    """
    sqs = boto3.client("sqs")
    return {
        str(number): sqs.create_queue(QueueName=f"dead-{number}")["QueueUrl"]
        for number in range(10)
    }


def _set_up_pages() -> dict[str, Page]:
    """Creates a shop with a chain of advocates and some orders; returns the pages to measure."""
    members = shop.register_chain(3)
    for number in range(20):
        shop.put_order(f"P{number}", shop.order_facts())
    token = sign_member_token(secrets.pepper(), TokenPurpose.PORTAL_SESSION, ADVOCATE, NOW)
    own = f"{own_name(COOKIE)}={token}"
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


def _compare(pages: dict[str, Page]) -> Measurement:
    costs = {name: _measure_page(page) for name, page in pages.items()}
    floor = costs[FLOOR]["ms"]
    rows = [
        {"what": name, **row, "times the floor": round(row["ms"] / floor, 1)}
        for name, row in costs.items()
    ]
    aims = [
        Aim("bytes of the snippet, gzip", costs["grapevine.js"]["bytes, gzip"], LARGEST_SNIPPET),
        Aim("pages that were refused", sum(row["status"] != 200 for row in rows), 0),
    ]
    notes = (f"Medians of {ROUNDS} in one process, the waiting for the engine included.",)
    return Measurement("pages", "What a page costs", rows, aims, notes)


def _measure_page(page: Page) -> dict:
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = _request(page)
        seconds.append(time.perf_counter() - began)
    with _counting_requests() as operations:
        _request(page)
    body = answer["body"].encode()
    return {
        "status": answer["statusCode"],
        "bytes, gzip": len(gzip.compress(body))
        if not answer.get("isBase64Encoded")
        else 3 * len(body) // 4,
        "requests": len(operations),
        "ms": round(1000 * statistics.median(seconds), 1),
    }


def _request(page: Page) -> dict:
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
def _counting_requests() -> Iterator[list[str]]:
    """A list that gets the operation of each request that any botocore client sends during the
    block.
    """
    operations, send = [], Endpoint.make_request

    def record(endpoint: Endpoint, model, request):
        operations.append(model.name)
        return send(endpoint, model, request)

    Endpoint.make_request = record
    try:
        yield operations
    finally:
        Endpoint.make_request = send

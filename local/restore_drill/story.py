"""The data of the drill: an advocate, friends, orders and refunds, sent to the functions' own
handlers; then the damage.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from local.cloud.http_events import GatewayRequest, http_event
from local.cloud.resources import ApiRoute
from local.operations.deployed_stack import CannotOperate, client

ADVOCATE = "anna"
ORDERS = 12
REFUNDED_ONE_IN = 4
SHOP = {"scope": "shop"}


def tell_story(orders: int = ORDERS) -> None:
    """Registers an advocate and places an order for each of `orders` friends; every fourth has a
    refund.

    Raises `CannotOperate` if a handler refuses a request.
    """
    _put("serve_members", "/v1/members/{id}", ADVOCATE, {"login": ADVOCATE})
    for number in range(orders):
        tell_order(f"drill-{number}", refunded=number % REFUNDED_ONE_IN == 0)


def tell_order(name: str, refunded: bool = False) -> None:
    """Registers a friend of the advocate and sends the friend's first order."""
    friend = f"friend-of-{name}"
    form = {"login": friend, "referrer_login": ADVOCATE}
    _put("serve_members", "/v1/members/{id}", friend, form)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    refund = {"id": f"{name}-refund", "amount": 2_500, "at": now, "status": "succeeded"}
    facts = {
        "customer": {"id": friend},
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
        "paid_at": now,
        "completed_at": now,
        "refunds": [refund] if refunded else [],
    }
    _put("serve_orders", "/v1/orders/{id}", name, facts)


def damage(ledger: str) -> None:
    """Deletes one entry of the ledger, as a person could by hand in the AWS console."""
    dynamodb = client("dynamodb")
    pages = dynamodb.get_paginator("scan").paginate(TableName=ledger)
    entries = [
        item for page in pages for item in page["Items"] if item["pk"]["S"].startswith("ENTRIES#")
    ]
    key = {name: entries[0][name] for name in ("pk", "sk")}
    dynamodb.delete_item(TableName=ledger, Key=key)


def count_stream_entries(stream: str) -> int:
    """How many records of ledger entries the stream has."""
    streams = client("dynamodbstreams")
    told = 0
    for shard in streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]:
        position = streams.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        records = streams.get_records(ShardIterator=position["ShardIterator"])["Records"]
        told += sum(
            record["dynamodb"]["Keys"]["pk"]["S"].startswith("ENTRIES#") for record in records
        )
    return told


def _put(function: str, path: str, name: str, body: Mapping[str, object]) -> None:
    from importlib import import_module  # slow; the environment must be set before

    handler = import_module(f"functions.{function}").handler
    request = GatewayRequest(
        "PUT",
        path.format(id=name),
        "",
        (("content-type", "application/json"),),
        json.dumps(body).encode(),
        "127.0.0.1",
    )
    route = ApiRoute("PUT", path, "", None)
    answer = handler(http_event(request, route, {"id": name}, datetime.now(UTC), SHOP), None)
    if answer["statusCode"] >= 400:
        raise CannotOperate(f"PUT {request.raw_path} answered {answer['body']}")

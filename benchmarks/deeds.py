"""What one click, order, refund and redemption use of AWS: requests, capacity units, events,
messages, bytes of log. The functions' own handlers run, and their use is counted.
"""

import contextlib
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import boto3

from benchmarks import shop
from benchmarks.costs import LATENCY_SECONDS
from benchmarks.counting import Meter, counting, item_bytes
from functions import publish_events, serve_holds, update_daily_totals
from local.cloud.http_events import GatewayRequest, http_event
from local.cloud.resources import ApiRoute
from shared import bus
from shared.log import logger
from shared.store.connection import connection

ROUND_TRIP_SECONDS = 0.005
"""Assumed: the time for one DynamoDB request from Lambda, including the work to build it and to
read the response.
"""
OWN_SECONDS = 0.010
"""Assumed: the time of an invocation at 1,024 MB apart from its requests."""
MEMORY_GB = 1.0
PLATFORM_BYTES, ACCESS_BYTES, ACCEPTED_BYTES = 560, 380, 330
"""Assumed: bytes of log lines that Lambda writes for an invocation, the gateway for a request, and
`ReceiveWebhook` for a delivery. `ReceiveWebhook` uses no table: it only puts an event on the bus.
"""
REQUESTS_A_MESSAGE = 3
"""Send, receive and delete. Each is a request for one message alone, as it is while few messages
arrive at once.
"""
GB = 1e9
STREAMS = (publish_events, update_daily_totals)


class Use(NamedTuple):
    """What an action uses.

    * `quantities`: amounts by the names in `benchmarks.prices.PRICES`.
    * `kept_bytes`: bytes of items that stay in the tables.
    """

    quantities: Mapping[str, float]
    kept_bytes: float = 0.0

    def __add__(self, other: "Use") -> "Use":  # type: ignore[override]
        names = {**self.quantities, **other.quantities}
        added = {
            name: self.quantities.get(name, 0) + other.quantities.get(name, 0) for name in names
        }
        return Use(added, self.kept_bytes + other.kept_bytes)


def invoke(action: Callable[[], object]) -> Use:
    """The use of one invocation that runs the action, without what the caller adds (gateway, queue,
    bus).
    """
    log = io.StringIO()
    before = logger.registered_handler.stream
    logger.registered_handler.setStream(log)
    try:
        with (
            contextlib.redirect_stdout(log),
            counting(connection().client, LATENCY_SECONDS) as meter,
        ):
            action()
    finally:
        logger.registered_handler.setStream(before)
    return _invocation(meter, len(log.getvalue().encode()))


def _invocation(meter: Meter, log_bytes: int) -> Use:
    seconds = OWN_SECONDS + ROUND_TRIP_SECONDS * meter.round_trips
    return Use(
        {
            "Lambda request": 1,
            "Lambda GB-second": seconds * MEMORY_GB,
            "DynamoDB write unit": meter.write_units,
            "DynamoDB read unit": meter.read_units,
            "log GB": (log_bytes + PLATFORM_BYTES) / GB,
        }
    )


def ask(action: Callable[[], object], answer_bytes: int = 500) -> Use:
    """The use of an API request: the invocation, and the gateway."""
    through = {"HTTP API request": 1, "log GB": ACCESS_BYTES / GB, "transfer GB": answer_bytes / GB}
    return invoke(action) + Use(through)


def message(count: float = 1) -> Use:
    return Use({"SQS request": REQUESTS_A_MESSAGE * count})


def told(events: list[int]) -> Use:
    """The use of events on the bus, which the archive keeps; `events` has their sizes in bytes."""
    return Use({"EventBridge event": len(events), "archive GB": sum(events) / GB})


def told_on() -> Use:
    """The use of everything that follows from the writes since the last call.

    Each reader of the streams is invoked once, and every event that it puts on the bus goes to the
    webhooks queue and the function behind it.
    """
    records = _new_records()
    event = {"Records": records}
    with heard() as events:
        use = Use({})
        for reader in STREAMS:
            use += invoke(lambda reader=reader: reader.handler(event, None))  # type: ignore[misc]
    for size in events:
        use += told([size]) + message() + delivery()
    return use + kept(records)


def kept(records: list[dict[str, Any]] | None = None) -> Use:
    """The bytes that these stream records added to the tables; without `records`, those since the
    last call.
    """
    images = [record["dynamodb"] for record in (_new_records() if records is None else records)]
    return Use(
        {},
        sum(
            item_bytes(image["NewImage"]) - item_bytes(image.get("OldImage", {}))
            for image in images
            if "NewImage" in image
        ),
    )


def delivery() -> Use:
    """The use of a webhook delivery when the shop has no endpoint: the list of endpoints is read
    once.
    """
    return _invocation(Meter(0), 0) + Use(
        {"DynamoDB read unit": 1, "Lambda GB-second": ROUND_TRIP_SECONDS * MEMORY_GB}
    )


@contextlib.contextmanager
def heard() -> Iterator[list[int]]:
    """A list with the sizes, in bytes, of the events that are put on the bus during the block."""
    sizes: list[int] = []

    def take(params: Mapping[str, Any], **_: object) -> None:
        entries = params.get("Entries") or json.loads(params["body"])["Entries"]
        sizes.extend(len(entry["Detail"].encode()) + 250 for entry in entries)

    hooks = bus._client().meta.events
    hooks.register("provide-client-params.events.PutEvents", take)
    try:
        yield sizes
    finally:
        hooks.unregister("provide-client-params.events.PutEvents", take)


def order_by_webhook(name: str, levels: int, refunds: list[dict[str, object]]) -> Use:
    """The use of an order, from the processor's delivery to the webhook for the shop's server."""
    facts = shop.order_facts(
        id=name,
        provider="stripe",
        refs=[f"stripe:cs_live_{name}", f"stripe:pi_{name}"],
        totals_rank=1,
        as_of="2026-03-01T10:00:00Z" if not refunds else "2026-03-09T10:00:00Z",
        refunds=refunds,
    )
    received = ask(lambda: None) + Use({"log GB": ACCEPTED_BYTES / GB})
    size = len(json.dumps(facts).encode()) + 250
    evaluated = invoke(lambda: shop.deliver(facts))
    return received + told([size]) + message() + evaluated + told_on()


def redemption(member: str, name: str) -> Use:
    """The use of credit that is held at the checkout and captured after the payment."""
    holds: list[str] = []
    body = {"amount": 500, "order_id": name, "items_total": 10_000}
    held = ask(lambda: holds.append(_post("/v1/members/{id}/holds", member, body)["id"]))
    captured = ask(lambda: _post("/v1/holds/{id}/capture", holds[0], {}))
    return held + captured + told_on()


def _post(path: str, name: str, body: Mapping[str, object]) -> dict[str, Any]:
    headers = (("content-type", "application/json"),)
    sent = json.dumps(body).encode()
    request = GatewayRequest("POST", path.format(id=name), "", headers, sent, "127.0.0.1")
    route = ApiRoute("POST", path, "", None)
    event = http_event(request, route, {"id": name}, shop.NOW, {"scope": "shop"})
    answer = serve_holds.handler(event, None)
    if answer["statusCode"] >= 400:
        raise RuntimeError(f"POST {path}: {answer['statusCode']} {answer['body']}")
    read: dict[str, Any] = json.loads(answer["body"])
    return read


_positions: dict[str, str] = {}


def _new_records() -> list[dict[str, Any]]:
    """The records of both streams since the last call, in the format that Lambda passes to a
    function.
    """
    records = [
        record
        for variable in ("ATTRIBUTIONS_TABLE", "LEDGER_TABLE")
        for record in _read(os.environ[variable])
    ]
    for record in records:
        created = record["dynamodb"]["ApproximateCreationDateTime"]
        record["dynamodb"]["ApproximateCreationDateTime"] = created.timestamp()
    return records


def _read(table: str) -> list[dict[str, Any]]:
    streams = boto3.client("dynamodbstreams")
    arn = boto3.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    place: dict[str, Any] = {"ShardIteratorType": "TRIM_HORIZON"}
    if arn in _positions:
        place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": _positions[arn]}
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, **place)["ShardIterator"]
    found: list[dict[str, Any]] = []
    while records := (page := streams.get_records(ShardIterator=iterator))["Records"]:
        found, iterator = [*found, *records], page["NextShardIterator"]
    if found:
        _positions[arn] = found[-1]["dynamodb"]["SequenceNumber"]
    return found

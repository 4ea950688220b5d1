"""What an order, a refund, a repeated delivery and a click cost in DynamoDB: requests, round trips,
capacity units.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import boto3

from benchmarks import shop
from benchmarks.counting import Meter, counting
from benchmarks.report import Aim, Measurement
from local.cli.commands.run import TEMPLATE
from local.cloud.engine import standalone_engine, use_function_environment
from local.cloud.provisioning import create_secrets, create_tables
from local.cloud.template import read_template
from shared.store.connection import connection

LEVELS = (1, 3, 10)
SECRET = {"pepper": "a pepper of the benchmarks"}
MOST_ROUND_TRIPS = 3
LATENCY_SECONDS = 0.05
"""Added to each counted request, so that requests that are sent in parallel overlap on any machine.
"""


def most_write_units(beneficiaries: int) -> int:
    """The limit for an order: two units each for the order, the buyer's purchases, and an entry and
    an account for each beneficiary.

    Each item fits into one kilobyte, and a write in a transaction costs two units.
    """
    return 4 + 4 * beneficiaries


def count(action: Callable[[], object]) -> Meter:
    with counting(connection().client, LATENCY_SECONDS) as meter:
        action()
    return meter


def count_order(levels: int) -> dict[str, Meter]:
    """The costs of each step of an order that rewards `levels` advocates for the first time."""
    shop.publish_levels(levels)
    name = f"1{levels:05d}"
    return {
        "order": count(lambda: shop.put_order(name, shop.order_facts())),
        "part refund": count(lambda: shop.put_order(name, shop.order_facts(refunds=[shop.REFUND]))),
        "order from a processor, with two names": count(lambda: deliver_from_processor(levels)),
        "the same delivery again": count(lambda: deliver_from_processor(levels)),
    }


def count_clicks(code: str) -> dict[str, Meter]:
    return {
        "GET /r/{code}": count(lambda: shop.follow(code)),
        "POST /v1/clicks": count(lambda: shop.land(code)),
    }


def deliver_from_processor(levels: int) -> None:
    refs = [
        f"stripe:cs_live_a1nU2lYPHS9kKHs8xPSRQd{levels:02d}",
        f"stripe:pi_3Pf8mkLkdIwHu7ix0TqJ7o{levels:02d}",
    ]
    shop.deliver(
        shop.order_facts(
            id=f"2{levels:05d}",
            provider="stripe",
            refs=refs,
            totals_rank=1,
            as_of="2026-03-01T10:00:00Z",
        )
    )


def measure() -> Measurement:
    with (
        tempfile.TemporaryDirectory() as folder,
        standalone_engine(Path(folder), forget=True) as url,
    ):
        set_up(url)
        return _measure()


def set_up(url: str) -> None:
    """Creates the tables and the secret in an engine, and sets the environment variables for them."""
    names = {
        logical: f"benchmark-{logical}" for logical in read_template(TEMPLATE).document["Resources"]
    }
    template = read_template(TEMPLATE, names=names)
    use_function_environment(template, url)
    create_tables(template, boto3.client("dynamodb"))
    create_secrets(template, boto3.client("secretsmanager"), SECRET)


def _measure() -> Measurement:
    members = shop.register_chain()
    orders = {levels: count_order(levels) for levels in LEVELS}
    clicks = count_clicks(members[1].code)
    rows = [
        _row(f"L = {levels}: {what}", meter)
        for levels, meters in orders.items()
        for what, meter in meters.items()
    ]
    rows += [_row(f"click: {what}", meter) for what, meter in clicks.items()]
    aims = [aim for levels, meters in orders.items() for aim in _list_aims(levels, meters)]
    aims.append(
        Aim("round trips of a click", max(meter.round_trips for meter in clicks.values()), 1)
    )
    notes = (
        "Each new name that a processor has for an order costs 2 write units, once.",
        "Read units of BatchGetItem are counted by AWS's rule.",
    )
    return Measurement(
        "costs", "What one order that rewards L advocates asks of DynamoDB", rows, aims, notes
    )


def _list_aims(levels: int, meters: dict[str, Meter]) -> list[Aim]:
    most = max(meter.round_trips for meter in meters.values())
    return [
        Aim(f"round trips, L = {levels}", most, MOST_ROUND_TRIPS),
        Aim(
            f"write units of an order, L = {levels}",
            meters["order"].write_units,
            most_write_units(levels),
        ),
    ]


def _row(what: str, meter: Meter) -> dict:
    return {
        "what": what,
        "requests": meter.requests,
        "in sequence": meter.round_trips,
        "write units": meter.write_units,
        "read units": meter.read_units,
    }

"""What an order, a refund, a repeat and a click cost: requests, round trips in sequence, capacity units as the engine reports them."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import boto3

from benchmarks import shop
from benchmarks.counting import Meter, counting
from benchmarks.report import Aim, Found
from local.cli.commands.run import TEMPLATE
from local.cloud.engine import standalone_engine, use_function_environment
from local.cloud.provisioning import create_secret, create_tables
from local.cloud.template import read_template
from shared.store import engine

LEVELS = (1, 3, 10)
SECRET = {"pepper": "a pepper of the benchmarks"}
MOST_ROUND_TRIPS = 3


def most_write_units(beneficiaries: int) -> int:
    """An order, the buyer's purchases; an entry and an account for each who is rewarded: each fits one kilobyte, twice in a transaction."""
    return 4 + 4 * beneficiaries


def counted(action: Callable[[], object]) -> Meter:
    with counting(engine.connection().client) as meter:
        action()
    return meter


def of_orders(levels: int) -> dict[str, Meter]:
    """The life of one order that rewards as many advocates, all of them known, none rewarded before."""
    shop.publish(levels)
    name = f"1{levels:05d}"
    return {
        "order": counted(lambda: shop.put(name, shop.order())),
        "part refund": counted(lambda: shop.put(name, shop.order(refunds=[shop.REFUND]))),
        "order from a processor, with two names": counted(lambda: news_from_processor(levels)),
        "the same delivery again": counted(lambda: news_from_processor(levels)),
    }


def of_clicks(code: str) -> dict[str, Meter]:
    return {
        "GET /r/{code}": counted(lambda: shop.follow(code)),
        "POST /v1/clicks": counted(lambda: shop.land(code)),
    }


def news_from_processor(levels: int) -> None:
    refs = [
        f"stripe:cs_live_a1nU2lYPHS9kKHs8xPSRQd{levels:02d}",
        f"stripe:pi_3Pf8mkLkdIwHu7ix0TqJ7o{levels:02d}",
    ]
    shop.news(
        shop.order(
            id=f"2{levels:05d}",
            provider="stripe",
            refs=refs,
            totals_rank=1,
            as_of="2026-03-01T10:00:00Z",
        )
    )


def measure() -> Found:
    with tempfile.TemporaryDirectory() as folder, standalone_engine(Path(folder), forget=True) as url:
        fill(url)
        return _found()


def fill(url: str) -> None:
    """Tables and a secret of our own in an engine, and the environment of a function that finds them."""
    names = {
        logical: f"benchmark-{logical}" for logical in read_template(TEMPLATE).document["Resources"]
    }
    template = read_template(TEMPLATE, names=names)
    use_function_environment(template, url)
    create_tables(template, boto3.client("dynamodb"))
    create_secret(template, boto3.client("secretsmanager"), SECRET)


def _found() -> Found:
    members = shop.chain()
    orders = {levels: of_orders(levels) for levels in LEVELS}
    clicks = of_clicks(members[1].code)
    rows = [
        _row(f"L = {levels}: {what}", meter)
        for levels, told in orders.items()
        for what, meter in told.items()
    ]
    rows += [_row(f"click: {what}", meter) for what, meter in clicks.items()]
    aims = [aim for levels, told in orders.items() for aim in _aims(levels, told)]
    aims.append(
        Aim("round trips of a click", max(meter.round_trips for meter in clicks.values()), 1)
    )
    notes = (
        "Each new name that a processor has for a sale costs 2 write units, once.",
        "Read units of BatchGetItem are counted by AWS's rule.",
    )
    return Found(
        "costs", "What one order that rewards L advocates asks of DynamoDB", rows, aims, notes
    )


def _aims(levels: int, told: dict[str, Meter]) -> list[Aim]:
    most = max(meter.round_trips for meter in told.values())
    return [
        Aim(f"round trips, L = {levels}", most, MOST_ROUND_TRIPS),
        Aim(
            f"write units of an order, L = {levels}",
            told["order"].write_units,
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

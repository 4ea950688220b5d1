"""Tills: processes that spend the same members' credit at once, while transactions conflict."""

import os
import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

from functions import serve_holds
from shared.store import engine
from tests.support.engine_faults import conflict
from tests.support.http_events import SHOP, Answered, send
from tests.support.seed import SEED
from tests.support.shop import NOON

HOLD, CAPTURE = "POST /v1/members/{id}/holds", "POST /v1/holds/{id}/capture"
CONFLICTS = 0.1
"""The share of transactions that the engine answers with a conflict."""


@contextmanager
def open_tills(tills: int) -> Iterator[ProcessPoolExecutor]:
    """Start a process for each till.

    They are forked from one that has imported the modules and sent no request yet.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    place = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("AWS_") or name.endswith(("_TABLE", "_NAME", "_ARN"))
    }
    with ProcessPoolExecutor(tills, context, _open, (place, SEED, context.Barrier(tills))) as pool:
        yield pool


def _open(place: Mapping[str, str], seed: int, everybody: Barrier) -> None:
    os.environ.update(place)
    engine.open_tables()
    chance = random.Random(f"{seed}-{everybody.wait(120)}")

    def hook(request, **_):
        return conflict(request) if chance.random() < CONFLICTS else None

    engine.connection().client.meta.events.register("before-send.dynamodb.TransactWriteItems", hook)


def hold(member: str, order: str, amount: int, key: str | None = None) -> Answered:
    return _ask(HOLD, member, {"order_id": order, "amount": amount}, key)


def capture(name: str, amount: int | None = None, key: str | None = None) -> Answered:
    return _ask(CAPTURE, name, {"amount": amount} if amount else {}, key)


def _ask(route: str, name: str, body: Mapping, key: str | None) -> Answered:
    headers = {"Idempotency-Key": key} if key else None
    return send(
        serve_holds.handler,
        route,
        caller=SHOP,
        path={"id": name},
        body=body,
        headers=headers,
        at=NOON,
    )


def at_every_till(pool: ProcessPoolExecutor, deed: Callable, tills: int, *more: object) -> list:
    """Call `deed` with the number of each till, in that till; return what each call returned."""
    return [begun.result() for begun in [pool.submit(deed, till, *more) for till in range(tills)]]

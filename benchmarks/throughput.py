"""Orders a second from webhook to reward, beside the same DynamoDB writes by bare botocore, turn by turn on one engine."""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.costs import fill
from benchmarks.floor import Floor
from benchmarks.report import Aim, Found
from benchmarks.storefront import Storefront
from local.cloud.engine import standalone_engine
from local.cloud.running_system import start_system

ORDERS = 300
BUYERS = 100
ROUNDS = 3
THREADS = 8
LEAST_OF_THE_FLOOR = 0.5


def measure() -> Found:
    with (
        tempfile.TemporaryDirectory() as folder,
        standalone_engine(Path(folder) / "engine", forget=True) as url,
    ):
        fill(url)
        with start_system(Path(folder) / "cloud", "--no-demo", "--dynamodb", url) as local:
            storefront = Storefront(local)
            storefront.register(BUYERS)
            rounds = _rounds(storefront, Floor(THREADS))
            return _found(rounds, len(storefront.differences()))


def _rounds(storefront: Storefront, floor: Floor) -> list[tuple[float, float]]:
    """Pairs of orders a second: by the product and, right after it, by the bare client."""
    sales = itertools.count()

    def sell(_: int) -> None:
        number = next(sales)
        storefront.sell(number, f"B{number % BUYERS}")

    found = []
    _a_second(sell, storefront.drain, 20)
    for _ in range(ROUNDS):
        sold = _a_second(sell, storefront.drain, ORDERS)
        found.append((sold, _a_second(lambda _: floor.write(), lambda: None, ORDERS)))
    return found


def _a_second(action: Callable[[int], None], ended: Callable[[], None], times: int) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(action, range(times)))
    ended()
    return times / (time.perf_counter() - began)


def _found(rounds: list[tuple[float, float]], differences: int) -> Found:
    rows = [
        {"round": number, "orders a second": sold, "floor": floor, "of the floor": sold / floor}
        for number, (sold, floor) in enumerate(rounds, 1)
    ]
    ratio = statistics.median(sold / floor for sold, floor in rounds)
    aims = [
        Aim(
            "orders a second, part of the floor (median)", ratio, LEAST_OF_THE_FLOOR, at_least=True
        ),
        Aim("differences that verify finds afterwards", differences, 0),
    ]
    notes = (
        f"{ORDERS} signed Stripe deliveries a round by {THREADS} threads, {BUYERS} buyers; the floor repeats one order's own transaction.",
    )
    return Found("throughput", "Orders a second through webhook, bus and reward", rows, aims, notes)

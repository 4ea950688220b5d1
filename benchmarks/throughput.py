"""Orders a second from webhook to reward, compared with the floor; both use the same engine, by
turns.

The floor is the same DynamoDB writes, sent by botocore alone.
"""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.costs import set_up
from benchmarks.floor import Floor
from benchmarks.report import Aim, Measurement
from benchmarks.storefront import HttpShop
from local.cloud.engine import standalone_engine
from local.cloud.running_system import start_system

ORDERS = 300
BUYERS = 100
ROUNDS = 3
THREADS = 8
LEAST_OF_THE_FLOOR = 0.5


def measure() -> Measurement:
    with (
        tempfile.TemporaryDirectory() as folder,
        standalone_engine(Path(folder) / "engine", forget=True) as url,
    ):
        set_up(url)
        with start_system(Path(folder) / "cloud", "--no-demo", "--dynamodb", url) as local:
            storefront = HttpShop(local)
            storefront.register(BUYERS)
            rounds = _run_rounds(storefront, Floor(THREADS))
            return _compare(rounds, len(storefront.differences()))


def _run_rounds(storefront: HttpShop, floor: Floor) -> list[tuple[float, float]]:
    """For each round a pair of orders a second: of the product, and right after that of the floor."""
    numbers = itertools.count()

    def sell(_: int) -> None:
        number = next(numbers)
        storefront.sell(number, f"B{number % BUYERS}")

    rounds = []
    _measure_rate(sell, storefront.drain, 20)
    for _ in range(ROUNDS):
        sold = _measure_rate(sell, storefront.drain, ORDERS)
        rounds.append((sold, _measure_rate(lambda _: floor.write(), lambda: None, ORDERS)))
    return rounds


def _measure_rate(action: Callable[[int], None], drain: Callable[[], None], times: int) -> float:
    """How often a second the action runs in `THREADS` threads, including the time for `drain` at
    the end.
    """
    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(action, range(times)))
    drain()
    return times / (time.perf_counter() - began)


def _compare(rounds: list[tuple[float, float]], differences: int) -> Measurement:
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
        f"{ORDERS} signed Stripe deliveries a round by {THREADS} threads, {BUYERS} buyers; the"
        " floor repeats one order's own transaction.",
    )
    return Measurement(
        "throughput", "Orders a second through webhook, bus and reward", rows, aims, notes
    )

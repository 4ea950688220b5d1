"""Processor time of one order, alone and in batches of ten, beside its own bare transaction.

The floor is one transaction with the same writes, sent by botocore alone. Only the time of this
process counts; the engine runs in another.
"""

import contextlib
import io
import itertools
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import shop
from benchmarks.costs import set_up
from benchmarks.floor import Floor
from benchmarks.report import Aim, Measurement
from local.cloud.engine import standalone_engine
from shared.log import logger

ROUNDS, TIMES = 60, 10
BATCH = 10
MOST_ALONE, MOST_IN_TENS = 3.3, 2.0


def measure() -> Measurement:
    with (
        tempfile.TemporaryDirectory() as folder,
        standalone_engine(Path(folder), forget=True) as url,
    ):
        set_up(url)
        bare, alone, in_tens = _measure()
    rows = [
        {"what": "one bare transaction", "ms": bare, "times": 1.0},
        {"what": "an order alone", "ms": alone, "times": alone / bare},
        {"what": "an order in a batch of ten", "ms": in_tens, "times": in_tens / bare},
    ]
    aims = [
        Aim("an order alone, times a bare transaction", alone / bare, MOST_ALONE),
        Aim("an order in a batch of ten, times a bare transaction", in_tens / bare, MOST_IN_TENS),
    ]
    return Measurement("work", "Processor time of one order that rewards one advocate", rows, aims)


def _measure() -> tuple[float, float, float]:
    """Milliseconds of a bare transaction, an order alone and one in ten; the least of all rounds,
    because other work on the machine only ever adds to them.
    """
    floor, numbers = Floor(1), itertools.count(1)
    for number in range(BATCH):
        register_pair(number)

    def sell(batch: int) -> None:
        shop.deliver_all(
            [
                shop.processor_facts(f"7{next(numbers)}", customer={"id": f"B{buyer}"})
                for buyer in range(batch)
            ]
        )

    with _silent():
        rounds = [
            (
                _milliseconds(floor.write, TIMES),
                _milliseconds(lambda: sell(1), TIMES),
                _milliseconds(lambda: sell(BATCH), 2) / BATCH,
            )
            for _ in range(ROUNDS)
        ]
    bare, alone, in_tens = (min(times) for times in zip(*rounds, strict=True))
    return bare, alone, in_tens


def register_pair(number: int) -> None:
    """A buyer and an advocate of their own, so that no two orders of a batch want one account."""
    shop.register(f"A{number}")
    shop.register(f"B{number}", referrer_login=f"a{number}")


def _milliseconds(action: Callable[[], object], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        action()
    return (time.process_time() - began) / times * 1e3


@contextlib.contextmanager
def _silent():
    """The functions' log goes nowhere."""
    before = logger.registered_handler.stream
    logger.registered_handler.setStream(io.StringIO())
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logger.registered_handler.setStream(before)

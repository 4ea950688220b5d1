"""The result of a backtest as JSON text (specification: backtest-json)."""

import json
from tempfile import SpooledTemporaryFile
from typing import IO, TextIO

from msgspec.json import Encoder

from shared.backtest.backtest import Backtest
from shared.backtest.result import list_refusals, list_rewards, summarize
from shared.backtest.state import BacktestOrder
from shared.domain.orders.daily_rates import NO_RATES, DailyRates
from shared.domain.programs.program import Program

MOST_BYTES_IN_MEMORY = 8_000_000

_encode_lines = Encoder().encode_lines


class BacktestJson:
    """A backtest that collects the rewards and refusals of final orders as lines of JSON.

    The lines are in temporary files, which move from memory to disk above `MOST_BYTES_IN_MEMORY`.
    """

    def __init__(self, program: Program, rates: DailyRates = NO_RATES) -> None:
        self.backtest = Backtest(program, self._add_order, rates)
        self._rewards, self._refusals = _open_temporary_file(), _open_temporary_file()

    def _add_order(self, order: BacktestOrder) -> None:
        members = self.backtest.members
        self._rewards.write(_encode_lines(list_rewards(order, members)))
        self._refusals.write(_encode_lines(list_refusals(order, members)))

    def write(self, target: TextIO) -> None:
        """Writes the result as one JSON object. The backtest must be finished."""
        target.write('{"rewards": [')
        _copy_lines(self._rewards, target)
        target.write('], "refusals": [')
        _copy_lines(self._refusals, target)
        target.write("], " + json.dumps(summarize(self.backtest), ensure_ascii=False)[1:])


def _open_temporary_file() -> IO[bytes]:
    return SpooledTemporaryFile(MOST_BYTES_IN_MEMORY)


def _copy_lines(source: IO[bytes], target: TextIO) -> None:
    source.seek(0)
    separator = ""
    for line in source:
        target.write(separator + line.decode().rstrip("\n"))
        separator = ",\n"

"""A backtest in several processes, each with the members who have to do with one another.

The result is that of one process, row by row. Each row has the turn in which one process would have
written it, and rows are merged by their turns (specification: backtest-processes; decision 232).
"""

import gc
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from heapq import merge
from multiprocessing import get_context
from pathlib import Path
from struct import Struct
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import IO, BinaryIO, NamedTuple, TextIO

from msgspec.json import Encoder

from local.cli.backtest_json import MOST_BYTES_IN_MEMORY
from local.cli.history_file import Progress, size_of
from local.cli.history_line import order_id_of, read_line
from local.cli.history_names import EPOCH, MICROSECOND, NO_ORDER, SharedHistory, share_history
from local.cli.input_files import UnreadableFile, read_rates
from shared.backtest.backtest import Backtest
from shared.backtest.history import HistoryEvent
from shared.backtest.result import BacktestSummary, list_refusals, list_rewards, summarize
from shared.backtest.state import BacktestOrder
from shared.domain.document import InvalidDocument
from shared.domain.orders.daily_rates import DailyRates
from shared.domain.programs.program import Program

MOST_PROCESSES = 64
_LENGTHS = Struct(">HII")
_TURN = Struct(">QBQ")
"""When the rows of an order are written, so that bytes sort like turns: the number of the line;
whether by the order of that line (0), because an order has matured (1), or at the end (2); the date at
which it matured, or the line since which it was kept. The id of the order follows.
"""
_NO_NEGATIVES = 1 << 62
_encode_lines = Encoder().encode_lines


class Unreadable(NamedTuple):
    """A line that cannot be read, and why."""

    line: int
    reason: str


class RunOfShare(NamedTuple):
    """The result of one share of a history.

    * `born`: for each member, the number of the line, from 0, that names the member first.
    * `fault`: the first line that cannot be read; `None` if all can be read.
    """

    born: list[int]
    summary: BacktestSummary
    fault: Unreadable | None


def write_json_in_processes(
    programs: Sequence[Program],
    history: Path,
    target: TextIO,
    progress: Progress,
    processes: int,
    rates: Path | None = None,
) -> None:
    """Writes what `write_json` writes, computed in this number of `processes`. Raises
    `UnreadableFile`.
    """
    tables = [read_rates(rates, program) for program in programs]
    shared = share_history(history, processes, progress)
    with TemporaryDirectory(prefix="grapevine-") as folder, _pool(processes) as pool:
        runs = [
            [
                pool.submit(_run_share, program, table, history, shared, share, Path(folder) / name)
                for share in range(processes)
                if (name := f"{place}-{share}")
            ]
            for place, (program, table) in enumerate(zip(programs, tables, strict=True))
        ]
        found = [[run.result() for run in of_program] for of_program in runs]
        _refuse(history, [run.fault for of_program in found for run in of_program if run.fault])
        progress(size_of(history), size_of(history))
        is_list = len(programs) > 1
        target.write("[" if is_list else "")
        for place, of_program in enumerate(found):
            target.write(",\n" if place else "")
            files = [Path(folder) / f"{place}-{share}" for share in range(processes)]
            _write_result(files, of_program, target)
        target.write("]\n" if is_list else "\n")


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"))


def _refuse(history: Path, faults: Sequence[Unreadable]) -> None:
    """Raises `UnreadableFile` for the first line that cannot be read."""
    if faults:
        line, reason = min(faults)
        raise UnreadableFile(f"{history}: line {line}: {reason}")


# --- one process ---


def _run_share(
    program: Program,
    table: DailyRates,
    history: Path,
    shared: SharedHistory,
    share: int,
    rows: Path,
) -> RunOfShare:
    """Runs one share of a history, and writes its rows with their turns."""
    gc.disable()
    with rows.open("wb") as file:
        run = _ShareRun(program, table, shared, file)
        fault = run.play(history, share)
    return RunOfShare(run.born, summarize(run.backtest), fault)


class _ShareRun:
    """The backtest of one share. `_line` is the number of the present line, from 0."""

    def __init__(
        self, program: Program, table: DailyRates, shared: SharedHistory, rows: BinaryIO
    ) -> None:
        self.backtest = Backtest(program, self._write, table)
        self.born: list[int] = []
        self._shared, self._rows, self._line = shared, rows, 0
        self._kept_since: dict[str, int] = {}
        self._ended = False

    def play(self, history: Path, share: int) -> Unreadable | None:
        """Applies the lines of a share. Returns the first one that cannot be read."""
        shares, named_later, before = self._shared.shares, self._shared.named_later, -1
        with history.open("rb") as lines:
            for number, line in enumerate(lines):
                if shares[number] != share:
                    continue
                try:
                    event = read_line(line)
                except InvalidDocument as invalid:
                    return Unreadable(number + 1, str(invalid))
                self._pass_others(before + 1, number)
                self._apply(event, number, bool(named_later[number]))
                before = number
        self._pass_others(before + 1, len(shares))
        self._ended = True
        self.backtest.finish(self._shared.latest)
        return None

    def _apply(self, event: HistoryEvent, number: int, named_later: bool) -> None:
        self._line, own = number, order_id_of(event)
        self.backtest.apply(event, named_later)
        if own and own in self.backtest.kept_orders.by_id:
            self._kept_since.setdefault(own, number)
        missing = len(self.backtest.members.by_id) - len(self.born)
        self.born += [number] * missing

    def _pass_others(self, first: int, end: int) -> None:
        """Lets the orders of other shares, in the lines between, make kept orders final."""
        kept, times = self.backtest.kept_orders, self._shared.order_times
        date = kept.next_date()
        for number in range(first, end):
            if date is None:
                return
            if times[number] != NO_ORDER and times[number] >= _microseconds(date):
                self._line = number
                kept.finish_matured(EPOCH + times[number] * MICROSECOND)
                date = kept.next_date()

    def _write(self, order: BacktestOrder) -> None:
        """Writes the rows of a final order."""
        name, matured = order.facts.id, self.backtest.kept_orders.matured
        since = self._kept_since.pop(name, 0)
        members = self.backtest.members
        rewards = _encode_lines(list_rewards(order, members))
        refusals = _encode_lines(list_refusals(order, members))
        if not rewards and not refusals:
            return
        turn = _TURN.pack(self._line, 0, 0)
        if self._ended:
            turn = _TURN.pack(len(self._shared.shares), 2, since)
        elif matured:
            turn = _TURN.pack(self._line, 1, _microseconds(matured[0]) + _NO_NEGATIVES)
        turn += name.encode()
        lengths = _LENGTHS.pack(len(turn), len(rewards), len(refusals))
        self._rows.write(b"".join((lengths, turn, rewards, refusals)))


def _microseconds(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


# --- all processes ---


def _write_result(files: Sequence[Path], runs: Sequence[RunOfShare], target: TextIO) -> None:
    summary = json.dumps(_merge_summaries(runs), ensure_ascii=False)
    with SpooledTemporaryFile(MOST_BYTES_IN_MEMORY) as refusals:
        target.write('{"rewards": [')
        _write_rows(files, target, refusals)
        target.write('], "refusals": [')
        refusals.seek(0)
        for line in refusals:
            target.write(line.decode())
        target.write("], " + summary[1:])


def _write_rows(files: Sequence[Path], target: TextIO, refusals: IO[bytes]) -> None:
    """Writes the rewards of all files by their turns, and the refusals to another file."""
    before_reward, before_refusal = "", b""
    with ExitStack() as stack:
        rows = [_read_rows(stack.enter_context(file.open("rb"))) for file in files]
        for _, rewards, refused in merge(*rows):
            if rewards:
                lines = rewards[:-1].replace(b"\n", b",\n").decode()
                target.write(before_reward + lines)
                before_reward = ",\n"
            if refused:
                refusals.write(before_refusal + refused[:-1].replace(b"\n", b",\n"))
                before_refusal = b",\n"


def _read_rows(file: BinaryIO) -> Iterator[tuple[bytes, bytes, bytes]]:
    while lengths := file.read(_LENGTHS.size):
        turn, rewards, refusals = _LENGTHS.unpack(lengths)
        yield file.read(turn), file.read(rewards), file.read(refusals)


def _merge_summaries(runs: Sequence[RunOfShare]) -> BacktestSummary:
    born = (
        (line, place, name, result)
        for run in runs
        for place, (line, (name, result)) in enumerate(
            zip(run.born, run.summary["members"].items(), strict=True)
        )
    )
    members = {name: result for _, _, name, result in sorted(born, key=lambda one: one[:2])}
    months: dict[str, Counter[str]] = {}
    totals, skipped = Counter[str](), Counter[str]()
    for run in runs:
        totals.update(run.summary["totals"])
        skipped.update(run.summary["skipped"])
        for sums in run.summary["by_month"]:
            amounts = {name: value for name, value in sums.items() if isinstance(value, int)}
            months.setdefault(str(sums["month"]), Counter()).update(amounts)
    return {
        "members": members,
        "totals": dict(totals),
        "by_month": [{"month": name, **sums} for name, sums in sorted(months.items())],
        "skipped": {reason: count for reason, count in sorted(skipped.items()) if count},
    }

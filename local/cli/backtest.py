"""`grapevine backtest`: what a program would have cost, as JSON or as a report for people."""

import gc
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, TextIO

from msgspec.json import Encoder

from local.cli.backtest_report import BacktestRun, compared, report
from local.cli.chart import chart
from local.cli.history_file import Progress, UnreadableHistory, read_document, read_history
from shared.backtest.backtest import Backtest
from shared.backtest.result import list_refusals, list_rewards, summarize
from shared.backtest.rule_effects import GroupSums, RuleEffects
from shared.backtest.state import BacktestOrder
from shared.domain.document import InvalidDocument
from shared.domain.evaluation.decision import FrozenOrder
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program

SPOOL_BYTES = 8_000_000


_as_lines = Encoder().encode_lines


def _spool() -> BinaryIO:
    return SpooledTemporaryFile(SPOOL_BYTES)


class WrongProgram(UnreadableHistory):
    """A document that is no program, with every fault."""


class Rows:
    """A backtest and the rows of its sales that are over, as JSON text, on disk once they are many."""

    def __init__(self, program: Program):
        self.backtest = Backtest(program, self._add)
        self.rewards, self.refusals = _spool(), _spool()

    def _add(self, sale: BacktestOrder) -> None:
        self.rewards.write(_as_lines(list_rewards(sale, self.backtest.members)))
        self.refusals.write(_as_lines(list_refusals(sale, self.backtest.members)))

    def write(self, name: str, target: TextIO) -> None:
        """The rows under one name, as a JSON list."""
        source = getattr(self, name)
        source.seek(0)
        between = ""
        target.write(f'"{name}": [')
        for line in source:
            target.write(between + line.decode().rstrip("\n"))
            between = ",\n"
        target.write("]")


def read_program(path: Path) -> Program:
    """A program document; raises `UnreadableHistory`, which is `WrongProgram` with every fault where it is a document at all."""
    try:
        return parse_program(read_document(path))
    except InvalidDocument as invalid:
        raise WrongProgram(
            "\n".join(
                f"{path}: {fault.field or 'document'}: {fault.message}" for fault in invalid.faults
            )
        ) from None


def backtest_json(
    programs: Sequence[Path], history: Path, target: TextIO, progress: Progress
) -> None:
    """The result of section 8; of several programs a list of them."""
    rows = [Rows(read_program(path)) for path in programs]
    _play([row.backtest for row in rows], history, progress)
    for place, row in enumerate(rows):
        target.write("{" if len(rows) == 1 else "[{" if place == 0 else ",\n{")
        row.write("rewards", target)
        target.write(", ")
        row.write("refusals", target)
        target.write(", " + json.dumps(summarize(row.backtest), ensure_ascii=False)[1:])
    target.write("\n" if len(rows) == 1 else "]\n")


def backtest_report(
    programs: Sequence[Path],
    history: Path,
    target: TextIO,
    progress: Progress,
    svg: Path | None = None,
) -> None:
    """The report for people, and a chart of the months."""
    runs = [_run(read_program(path)) for path in programs]
    _play([run.backtest for run in runs], history, progress)
    for run in runs:
        target.write(report(run))
    if len(runs) > 1:
        target.write(compared(runs))
    if svg:
        svg.write_text(
            chart(
                [
                    (
                        run.program.name,
                        run.program.currency,
                        [{"month": m, **row} for m, row in run.backtest.months.by_month().items()],
                    )
                    for run in runs
                ]
            ),
            encoding="utf-8",
        )


def _run(program: Program) -> BacktestRun:
    effects, groups = RuleEffects(program), GroupSums()

    def over(sale: BacktestOrder) -> None:
        if sale.outcome is not None and isinstance(sale.posted, FrozenOrder):
            effects.add_order(sale.facts, sale.posted.terms, sale.outcome)
            if program.groups:
                groups.add_order(sale.posted)

    return BacktestRun(program, Backtest(program, over), effects, groups)


def _play(tests: Sequence[Backtest], history: Path, progress: Progress) -> None:
    """Nothing of a run is ever part of a cycle that could be freed, so the collector need not look."""
    gc.disable()
    try:
        for event, again in read_history(history, progress):
            for test in tests:
                test.apply(event, again)
    finally:
        gc.enable()
    for test in tests:
        test.finish()


def progress_on(terminal: TextIO, clock: Callable[[], float] = time.monotonic) -> Progress:
    """A bar on a terminal, nothing anywhere else."""
    if not terminal.isatty():
        return lambda read, size: None
    began = clock()

    def show(read: int, size: int) -> None:
        share = read / size if size else 1
        bar = "#" * int(30 * share)
        terminal.write(
            f"\r[{bar:<30}] {share:4.0%} {clock() - began:5.0f} s" + ("\n" if read >= size else "")
        )
        terminal.flush()

    return show


def backtest(programs: Sequence[Path], history: Path, as_json: bool, svg: Path | None) -> int:
    """What the command does: 0, or 2 with the reason on stderr and nothing printed."""
    try:
        if as_json:
            backtest_json(programs, history, sys.stdout, progress_on(sys.stderr))
        else:
            backtest_report(programs, history, sys.stdout, progress_on(sys.stderr), svg)
    except UnreadableHistory as unreadable:
        print(f"grapevine: {unreadable}", file=sys.stderr)
        return 2
    return 0

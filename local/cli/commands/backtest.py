"""`grapevine backtest`: what programs would have cost over a history (specification: backtest)."""

import argparse
import gc
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from local.cli.backtest_json import BacktestJson
from local.cli.backtest_processes import MOST_PROCESSES, write_json_in_processes
from local.cli.backtest_report import format_comparison, format_report, start_run
from local.cli.chart import Series, draw_chart
from local.cli.history_file import Progress, read_history
from local.cli.input_files import UnreadableFile, read_program, read_rates
from shared.backtest.backtest import Backtest
from shared.domain.programs.program import Program

HELP = "show what a program would have cost over a history"


class WrongProcesses(Exception):
    """The command cannot run in that many processes; the message says why."""


REFUSALS = (UnreadableFile, WrongProcesses)
BAR_WIDTH = 30


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "programs",
        nargs="+",
        type=Path,
        metavar="PROGRAM.json",
        help="one program, or several to compare",
    )
    parser.add_argument("history", type=Path, metavar="HISTORY.jsonl")
    parser.add_argument(
        "--json", action="store_true", dest="as_json", help="print the whole result as JSON"
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=1,
        metavar="N",
        help="with --json: share the members out to several processes; the result is the same",
    )
    parser.add_argument(
        "--rates",
        type=Path,
        metavar="RATES.csv",
        help="daily exchange rates, for orders in other currencies that tell none",
    )
    parser.add_argument(
        "--svg", type=Path, metavar="FILE", help="write a chart of the months to this file"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Writes the results to standard output; nothing if a file cannot be read."""
    _check_processes(arguments)
    programs = [read_program(path) for path in arguments.programs]
    progress = show_progress_on(sys.stderr)
    if arguments.processes > 1:
        write_json_in_processes(
            programs, arguments.history, sys.stdout, progress, arguments.processes, arguments.rates
        )
    elif arguments.as_json:
        write_json(programs, arguments.history, sys.stdout, progress, arguments.rates)
    else:
        write_report(
            programs, arguments.history, sys.stdout, progress, arguments.svg, arguments.rates
        )
    return 0


def _check_processes(arguments: argparse.Namespace) -> None:
    """Raises `WrongProcesses`."""
    if not 1 <= arguments.processes <= MOST_PROCESSES:
        raise WrongProcesses(f"--processes must be from 1 to {MOST_PROCESSES}")
    if arguments.processes > 1 and not arguments.as_json:
        raise WrongProcesses("--processes works only with --json; the report reads all members")


def write_json(
    programs: Sequence[Program],
    history: Path,
    target: TextIO,
    progress: Progress,
    rates: Path | None = None,
) -> None:
    """Writes the result of the program as JSON; if there are several programs, a list of their
    results. Raises `UnreadableFile`.
    """
    results = [BacktestJson(program, read_rates(rates, program)) for program in programs]
    _play([result.backtest for result in results], history, progress)
    is_list = len(results) > 1
    target.write("[" if is_list else "")
    for place, result in enumerate(results):
        target.write(",\n" if place else "")
        result.write(target)
    target.write("]\n" if is_list else "\n")


def write_report(
    programs: Sequence[Program],
    history: Path,
    target: TextIO,
    progress: Progress,
    svg: Path | None = None,
    rates: Path | None = None,
) -> None:
    """Writes the text report. If `svg` is given, also writes a chart of the months to that file.
    Raises `UnreadableFile`.
    """
    runs = [start_run(program, read_rates(rates, program)) for program in programs]
    _play([run.backtest for run in runs], history, progress)
    for run in runs:
        target.write(format_report(run))
    if len(runs) > 1:
        target.write(format_comparison(runs))
    if svg:
        series = [
            Series(run.program.name, run.program.currency, run.backtest.months.by_month())
            for run in runs
        ]
        svg.write_text(draw_chart(series), encoding="utf-8")


def _play(backtests: Sequence[Backtest], history: Path, progress: Progress) -> None:
    """Applies the history to every backtest.

    The garbage collector is off: members and orders refer to each other until the end, so it would
    search all of them again and again and free nothing.
    """
    gc.disable()
    try:
        for event, named_later in read_history(history, progress):
            for backtest in backtests:
                backtest.apply(event, named_later)
    finally:
        gc.enable()
    for backtest in backtests:
        backtest.finish()


def show_progress_on(terminal: TextIO, clock: Callable[[], float] = time.monotonic) -> Progress:
    """A function that draws a progress bar; it draws nothing if the stream is not a terminal."""
    if not terminal.isatty():
        return lambda bytes_read, size: None
    started_at = clock()

    def show(bytes_read: int, size: int) -> None:
        share = bytes_read / size if size else 1
        bar = "#" * int(BAR_WIDTH * share)
        end = "\n" if bytes_read >= size else ""
        seconds = clock() - started_at
        terminal.write(f"\r[{bar:<{BAR_WIDTH}}] {share:4.0%} {seconds:5.0f} s{end}")
        terminal.flush()

    return show

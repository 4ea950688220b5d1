"""`grapevine backtest`: a program over a history, without a cloud."""

import argparse
from pathlib import Path

from local.cli.backtest import backtest


def declare(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("backtest", help="what a program would have cost over a history")
    parser.add_argument(
        "programs",
        nargs="+",
        type=Path,
        metavar="PROGRAM.json",
        help="one program, or several side by side",
    )
    parser.add_argument("history", type=Path, metavar="HISTORY.jsonl")
    parser.add_argument(
        "--json", action="store_true", dest="as_json", help="the whole result, for programs"
    )
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the months as a chart")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    return backtest(arguments.programs, arguments.history, arguments.as_json, arguments.svg)

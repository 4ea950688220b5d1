"""`grapevine lint`: worst case, contradictions, loopholes."""

import argparse
import sys
from pathlib import Path

from local.cli.lint import lint_file


def declare(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "lint", help="what a program may cost at worst, and what is wrong with it"
    )
    parser.add_argument("program", type=Path, metavar="PROGRAM.json")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    return lint_file(arguments.program, sys.stdout)

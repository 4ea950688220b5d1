"""`grapevine demo`: the story of one recommendation on a running system, call by call."""

import argparse
import sys
from pathlib import Path

from local.demo.narration import StoryFailed
from local.demo.story import demo

REFUSALS = (StoryFailed,)


def declare(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "demo", help="a link, a purchase, a reward, a refund: typed for you, explained, checked"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(".grapevine"),
        help="of the running system; without one a new one is started",
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    return demo(arguments.data.resolve(), sys.stdout)

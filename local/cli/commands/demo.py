"""`grapevine demo`: shows one recommendation step by step, as HTTP calls to a running system."""

import argparse
import sys
from pathlib import Path

from local.demo.narration import StoryFailed
from local.demo.story import demo

HELP = "walk through a link, a purchase, a reward and a refund, explained and checked"
REFUSALS = (StoryFailed,)


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(".grapevine"),
        help="folder of a running system (default: start a new one)",
    )


def execute(arguments: argparse.Namespace) -> int:
    return demo(arguments.data.resolve(), sys.stdout)

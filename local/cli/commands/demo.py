"""`grapevine demo`: shows one recommendation step by step, as HTTP calls to a running system."""

import argparse
import sys
from pathlib import Path

from local.demo.narration import StoryFailed
from local.demo.story import demo

HELP = "a link, a purchase, a reward, a refund: typed for you, explained, checked"
REFUSALS = (StoryFailed,)


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(".grapevine"),
        help="of the running system; without one a new one is started",
    )


def execute(arguments: argparse.Namespace) -> int:
    return demo(arguments.data.resolve(), sys.stdout)

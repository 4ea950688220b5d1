"""`grapevine reconcile`: compares a processor's own list with the stored facts, and tells again
what is missing (specification: recovery).
"""

import argparse
import json
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

from local.cloud.running_system import LocalSystem, find_running_system, use_running_environment
from local.operations.deployed_stack import CannotOperate, NoStack
from shared.domain.instants import parse_instant

HELP = "fetch orders and refunds whose webhooks never arrived; exits 1 if the list cannot be read"
REFUSALS = (CannotOperate, NoStack)
CLOCK_SECONDS = 10


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("provider", metavar="PROVIDER", help="stripe, shopify, …")
    parser.add_argument(
        "--since",
        type=_instant,
        metavar="INSTANT",
        help="a day or an instant (default: when the last complete run started)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(".grapevine"),
        help="folder of a running system (default: %(default)s)",
    )
    parser.add_argument(
        "--stack",
        metavar="NAME",
        help="use a deployed stack instead of a folder; needs your AWS credentials",
    )
    parser.add_argument(
        "--pace",
        type=_pace,
        default=2.0,
        metavar="REQUESTS",
        help="average requests a second to the processor's API (default: %(default)s)",
    )


def execute(arguments: argparse.Namespace) -> int:
    # Imported late: it is slow, and --help should not wait for it.
    from local.operations.recovering import recover, use_stack_environment

    system = None
    if arguments.stack:
        use_stack_environment(arguments.stack)
    else:
        system = _running_system(arguments.data.resolve())
    return recover(
        arguments.provider,
        arguments.since,
        lambda: _now(system),
        lambda line: print(line, flush=True),
        arguments.pace,
    )


def _running_system(folder: Path) -> LocalSystem:
    system = find_running_system(folder)
    if system is None:
        raise CannotOperate(f"no system is running in {folder}; start it with: grapevine run")
    use_running_environment(folder)
    return system


def _now(system: LocalSystem | None) -> datetime:
    """The present time: of the local clock for a running system, which may be fixed; the real time
    for a stack.
    """
    if system is None:
        return datetime.now(UTC)
    url = f"{system['base_url']}/_local/clock"
    try:
        with urllib.request.urlopen(url, timeout=CLOCK_SECONDS) as answer:
            return parse_instant(json.load(answer)["now"])
    except OSError as error:
        raise CannotOperate(f"{system['base_url']} does not answer: {error}") from None


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text if "T" in text else f"{text}T00:00:00Z")
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{text!r} {problem}") from None


def _pace(text: str) -> float:
    try:
        pace = float(text)
    except ValueError:
        pace = 0.0
    if not 0.1 <= pace <= 1000:
        raise argparse.ArgumentTypeError("must be from 0.1 to 1000")
    return pace

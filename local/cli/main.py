"""The `grapevine` command line.

A subcommand is a module of `local/cli/commands`. It has `declare(commands)`, which adds its parser and sets `execute`, and may have
`REFUSALS`: exceptions that end the command with their message and exit code 2.
"""

import argparse
import importlib
import pkgutil
import sys
from importlib.metadata import version

from local.cli import commands


def _modules() -> list:
    names = sorted(module.name for module in pkgutil.iter_modules(commands.__path__))
    return [importlib.import_module(f"local.cli.commands.{name}") for name in names]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="grapevine", description="Word-of-mouth rewards for online shops."
    )
    parser.add_argument("--version", action="version", version=f"grapevine {version('grapevine')}")
    subparsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    modules = _modules()
    for module in modules:
        module.declare(subparsers)
    chosen = parser.parse_args(arguments)
    refusals = tuple(refusal for module in modules for refusal in getattr(module, "REFUSALS", ()))
    try:
        return chosen.execute(chosen)
    except refusals as refusal:
        print(f"grapevine: {refusal}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

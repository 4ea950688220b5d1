"""The `grapevine` command line (specification: commands).

A new command is a module in `local/cli/commands` and a line of `COMMANDS`.
"""

import argparse
import sys
from importlib.metadata import version
from typing import Protocol

from local.cli.commands import (
    backtest,
    connect,
    console,
    demo,
    doctor,
    export,
    history,
    import_file,
    key,
    lint,
    ops,
    reconcile,
    restore_drill,
    run,
    verify,
)


class Command(Protocol):
    """What the module of each command has.

    * `HELP`: a line for the list of commands.
    * `declare`: adds the options.
    * `execute`: runs the command and returns the exit code.
    * `REFUSALS`: exceptions that end the command with their message and exit code 2.
    """

    @property
    def HELP(self) -> str: ...
    @property
    def REFUSALS(self) -> tuple[type[Exception], ...]: ...
    def declare(self, parser: argparse.ArgumentParser) -> None: ...
    def execute(self, arguments: argparse.Namespace) -> int: ...


COMMANDS: dict[str, Command] = {
    "backtest": backtest,
    "connect": connect,
    "console": console,
    "demo": demo,
    "doctor": doctor,
    "export": export,
    "history": history,
    "import": import_file,
    "key": key,
    "lint": lint,
    "ops": ops,
    "reconcile": reconcile,
    "restore-drill": restore_drill,
    "run": run,
    "verify": verify,
}
_REFUSALS = tuple({refusal for command in COMMANDS.values() for refusal in command.REFUSALS})
"""The refusals of all commands together, because one command may run another: `demo` starts `run`.
"""


def main(arguments: list[str] | None = None) -> int:
    """Runs a command line, by default that of this process, and returns the exit code."""
    parsed = parser().parse_args(arguments)
    try:
        return COMMANDS[parsed.command].execute(parsed)
    except _REFUSALS as refusal:
        print(f"grapevine: {refusal}", file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        prog="grapevine", description="Word-of-mouth rewards for online shops."
    )
    whole.add_argument("--version", action="version", version=f"grapevine {version('grapevine')}")
    commands = whole.add_subparsers(
        title="commands", required=True, metavar="COMMAND", dest="command"
    )
    for name, command in COMMANDS.items():
        command.declare(commands.add_parser(name, help=command.HELP))
    return whole


if __name__ == "__main__":
    sys.exit(main())

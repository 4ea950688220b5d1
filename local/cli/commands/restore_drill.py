"""`grapevine restore-drill`: rehearses a restore on this machine; it succeeds if verify finds 0
differences.
"""

import argparse

from local.cli.commands.run import TEMPLATE
from local.cloud.child_process import ChildFailed
from local.cloud.template import read_template
from local.operations.deployed_stack import CannotOperate, NoStack

HELP = "rehearse a restore on this machine: damage, restore, verify"
REFUSALS = (CannotOperate, ChildFailed, NoStack)


def declare(parser: argparse.ArgumentParser) -> None:
    """No options: the drill makes everything that it needs and deletes it afterwards."""


def execute(arguments: argparse.Namespace) -> int:
    from local.restore_drill.drill import run_drill

    run_drill(read_template(TEMPLATE), lambda line: print(line, flush=True))
    print("The drill is over: the restored books add up, and their events go on.")
    return 0

"""`python -m tests.random_shop`: a shop of random operations, with faults, over more than a year.

Eight clients act at once, while storage conflicts and fails, workers are killed, and messages come
late, twice and in any order. After each thousand operations the ledger, the books, the months and
backtests of recorded families must agree. Prints its seed; ends with 1 at the first faults, which
it prints with what was asked about the orders and members that they name.
"""

import argparse
import contextlib
import json
import os
import random
import re
import secrets
import sys
import tempfile
import time
from pathlib import Path

import boto3

from local.cloud.engine import standalone_engine, use_function_environment
from local.cloud.provisioning import create_secrets, create_tables
from local.cloud.template import read_template
from tests.conftest import SECRETS
from tests.random_shop.run import FaultsFound, Plan, Run
from tests.support.running_cloud import TEMPLATE

NAMED = re.compile(r"\b(?:F\d+-[OM]\d+|[OWC]\d+|stripe:\w+)\b")
MOST_LINES = 400


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.random_shop",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--operations", type=int, default=Plan(0).operations)
    parser.add_argument(
        "--check-after", type=int, default=Plan(0).at_once, help="operations between two checks"
    )
    parser.add_argument("--days", type=int, default=Plan(0).days, help="that all of it takes")
    parser.add_argument(
        "--histories", type=Path, help="a folder for the programs and histories of what differs"
    )
    options = parser.parse_args()
    plan = Plan(options.seed, options.operations, options.check_after, options.days)
    print(f"seed {plan.seed}, {plan.operations} operations, {plan.days} days", flush=True)
    random.seed(plan.seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        standalone_engine(Path(folder), forget=True) as url,
    ):
        return _play(plan, url, options.histories)


def _play(plan: Plan, engine: str, histories: Path | None) -> int:
    template = read_template(TEMPLATE)
    use_function_environment(template, engine)
    create_tables(template, boto3.client("dynamodb"))
    create_secrets(template, boto3.client("secretsmanager"), SECRETS)
    shown, begun = sys.stdout, time.monotonic()
    run = Run(plan, lambda line: print(line, file=shown, flush=True))
    try:
        with open(os.devnull, "w") as metrics, contextlib.redirect_stdout(metrics):
            run.play()
    except FaultsFound as found:
        _explain(run, str(found))
        if histories:
            _write_histories(run, str(found), histories)
        return 1
    finally:
        _summarise(run, time.monotonic() - begun)
    return 0


def _explain(run: Run, faults: str) -> None:
    print(faults)
    named = {*NAMED.findall(faults)}
    lines = [line for line in run.shop.log if named & {*NAMED.findall(str(line))}]
    print(*lines[-MOST_LINES:], sep="\n")


def _write_histories(run: Run, faults: str, folder: Path) -> None:
    """As `grapevine backtest` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, family in run.shop.families.items():
        if f"{name}-" in faults:
            (folder / f"{name}.program.json").write_text(json.dumps(family.document))
            lines = "".join(f"{json.dumps(line)}\n" for line in family.lines)
            (folder / f"{name}.jsonl").write_text(lines)


def _summarise(run: Run, seconds: float) -> None:
    print(f"seed {run.plan.seed}: {run.done} operations, {run.done / seconds:.1f} a second")
    for what, count in sorted({**run.shop.counts, **run.shop.faults.struck}.items()):
        print(f"{count:8} {what}")


if __name__ == "__main__":
    sys.exit(main())

"""`grapevine verify`: recomputes the ledger from facts and entries (specification: verify).

For a running system the command calls `POST /v1/verify`. For a stopped system it starts the engine
on the data folder and recomputes in this process.
"""

import argparse
import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from local.cli.commands.run import TEMPLATE
from local.cloud.child_process import ChildFailed
from local.cloud.credentials import CredentialsUnreadable
from local.cloud.engine import standalone_engine, use_function_environment
from local.cloud.folder_lock import FolderUnusable, lock_folder
from local.cloud.running_system import LocalSystem, find_running_system
from local.cloud.template import Template, read_template
from local.operations.deployed_stack import NoStack
from local.operations.verification import (
    format_result,
    progress_line,
    recompute_tables,
    verify_stack,
    with_unlisted,
)
from shared.domain.reconciliation.books import VerifyResult

PATIENCE_SECONDS = 120
PAUSE_SECONDS = 2
"""Between two looks at how far the recomputing of a large ledger is."""


class CannotVerify(Exception):
    """The ledger could not be recomputed; the message says why."""


HELP = "recompute the whole ledger and compare; exits 1 on a difference, 2 if it cannot check"
REFUSALS = (CannotVerify, NoStack)


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(".grapevine"),
        help="folder of the system, running or stopped (default: %(default)s)",
    )
    parser.add_argument(
        "--dynamodb",
        metavar="URL",
        help="database engine that the stopped system used, if not its own",
    )
    parser.add_argument(
        "--stack",
        metavar="NAME",
        help="use a deployed stack instead of a folder; needs your AWS credentials",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Prints the result. Returns 1 if facts and entries differ, otherwise 0."""
    if arguments.stack:
        return verify_stack(arguments.stack, print)
    result = _verify_folder(arguments.data.resolve(), arguments.dynamodb)
    print(format_result(result))
    return 1 if result["differences"] else 0


def _verify_folder(folder: Path, dynamodb: str | None) -> VerifyResult:
    """The result for the system on a data folder, running or stopped; raises `CannotVerify`."""
    system = find_running_system(folder)
    return _ask(system) if system else _recompute_folder(folder, read_template(TEMPLATE), dynamodb)


def _ask(system: LocalSystem) -> VerifyResult:
    """The result of a running system. A large ledger is asked for again until it is recomputed."""
    answer = _request(system, "POST", "/v1/verify")
    while answer.get("state") == "running":
        print(progress_line(answer["look"], answer["items"], answer["found"]))
        time.sleep(PAUSE_SECONDS)
        answer = _request(system, "GET", f"/v1/verify/{answer['id']}")
    result = VerifyResult(
        entries=answer["entries"], orders=answer["orders"], differences=answer["differences"]
    )
    return with_unlisted(result, answer.get("found", 0))


def _request(system: LocalSystem, method: str, path: str) -> dict[str, Any]:
    base_url = system["base_url"]
    headers = {"authorization": f"Bearer {system['staff_key']}", "content-type": "application/json"}
    body = b"{}" if method == "POST" else None
    request = urllib.request.Request(f"{base_url}{path}", body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            document: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as refusal:
        told = refusal.read().decode(errors="replace")[:300]
        raise CannotVerify(f"{base_url} answered {refusal.status}: {told}") from None
    except OSError as error:
        raise CannotVerify(f"{base_url} does not answer: {error}") from None
    return document


def _recompute_folder(folder: Path, template: Template, dynamodb: str | None) -> VerifyResult:
    if not (folder / "keys.json").exists():
        raise CannotVerify(
            f"no system has run in {folder} yet; start one with: grapevine run --data {folder}"
        )
    try:
        with lock_folder(folder):
            if dynamodb:
                return _recompute_engine(template, dynamodb)
            with standalone_engine(folder / "engine") as url:
                return _recompute_engine(template, url)
    except (FolderUnusable, ChildFailed, CredentialsUnreadable) as error:
        raise CannotVerify(str(error)) from None


def _recompute_engine(template: Template, url: str) -> VerifyResult:
    use_function_environment(template, url)
    return recompute_tables(print)

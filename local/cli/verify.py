"""The ledger of one data folder recomputed: by the system that runs on it, else by this process over the folder's own engine."""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import TextIO

from local.cli.stack import use_stack
from local.cloud.child_process import ChildFailed
from local.cloud.credentials import CredentialsUnreadable
from local.cloud.engine import standalone_engine, use_function_environment
from local.cloud.folder_lock import FolderUnusable, lock_folder
from local.cloud.running_system import find_running_system
from local.cloud.template import Template

PATIENCE_SECONDS = 120


class CannotLook(Exception):
    """Nothing could be recomputed; the message says why."""


def verify(folder: Path, template: Template, dynamodb: str | None, out: TextIO) -> int:
    """0 where facts and entries agree, 1 where they do not; raises `CannotLook`."""
    local = find_running_system(folder)
    found = _ask(local) if local else _recompute(folder, template, dynamodb)
    print(report(found), file=out)
    return 1 if found["differences"] else 0


def verify_stack(name: str, out: TextIO) -> int:
    """The same of a deployed stack, for ledgers too large for one request; raises `NoStack`."""
    from shared.store import engine
    from shared.store.ledger import reconciliation

    use_stack(name)
    engine.open_tables()
    found = reconciliation.verify()
    print(report(found), file=out)
    return 1 if found["differences"] else 0


def report(found: dict) -> str:
    """What was recomputed, and each difference in a line."""
    differences = found["differences"]
    orders, entries = (
        _count(found["orders"], "order", "orders"),
        _count(found["entries"], "entry", "entries"),
    )
    heading = f"{orders} and {entries} recomputed: {_count(len(differences), 'difference', 'differences')}"
    return "\n".join([heading, *(f"  {_line(difference)}" for difference in differences)])


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _line(difference: dict) -> str:
    return "{what}, {where}: {expected} expected, {found} found".format_map(difference)


def _ask(local: dict) -> dict:
    headers = {"authorization": f"Bearer {local['staff_key']}", "content-type": "application/json"}
    request = urllib.request.Request(
        f"{local['base_url']}/v1/verify", b"{}", headers, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        raise CannotLook(
            f"{local['base_url']} answered {refused.status}: {refused.read().decode(errors='replace')[:300]}"
        ) from None
    except OSError as problem:
        raise CannotLook(f"{local['base_url']} does not answer: {problem}") from None


def _recompute(folder: Path, template: Template, dynamodb: str | None) -> dict:
    if not (folder / "keys.json").exists():
        raise CannotLook(
            f"nothing has run in {folder} yet; start it with: grapevine run --data {folder}"
        )
    try:
        with lock_folder(folder):
            if dynamodb:
                return _audit(template, dynamodb)
            with standalone_engine(folder / "engine") as engine:
                return _audit(template, engine)
    except (FolderUnusable, ChildFailed, CredentialsUnreadable) as problem:
        raise CannotLook(str(problem)) from None


def _audit(template: Template, engine: str) -> dict:
    from shared.store.engine import open_tables
    from shared.store.ledger import (
        reconciliation,
    )  # takes half a second that asking a running system does not need

    use_function_environment(template, engine)
    open_tables()
    return reconciliation.verify()

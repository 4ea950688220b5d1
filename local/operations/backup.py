"""Backups on demand: of the three tables, inside AWS, and of the secret document, in a local file."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from local.operations.deployed_stack import (
    CannotOperate,
    DeployedStack,
    client,
    load_stack,
    refusals,
)
from local.operations.live_tables import live_tables
from local.operations.restored_tables import MARK, marked_name
from local.operations.secret_document import read_secrets
from local.operations.waiting import wait_for

MOST_MINUTES = 60


def backup(
    name: str, secrets_file: Path | None, say: Callable[[str], None], at: datetime, tables: bool
) -> int:
    """Backs up the tables if `tables` is true, and the secrets if `secrets_file` is given; returns
    0.

    Raises `NoStack` or `CannotOperate`. If the file exists, nothing is done.
    """
    if secrets_file and secrets_file.exists():
        raise CannotOperate(f"{secrets_file} already exists; choose another name")
    stack = load_stack(name)
    with refusals(f"the backup of stack {name}"):
        if secrets_file:
            _write_secrets(stack, secrets_file)
            say(f"secrets, with the pepper, are in {secrets_file}; keep it as you keep passwords")
        if tables:
            mark = at.astimezone(UTC).strftime(MARK)
            for logical, table in live_tables(stack).items():
                _back_up(table, marked_name(name, logical, mark))
                say(f"{table} is backed up as {marked_name(name, logical, mark)}")
            say(f"to go back: grapevine ops restore --stack {name} --from-backup {mark}")
    return 0


def _write_secrets(stack: DeployedStack, path: Path) -> None:
    """Writes a new file that only its owner can ever read."""
    text = json.dumps(read_secrets(stack), indent=2, ensure_ascii=False) + "\n"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _back_up(table: str, backup_name: str) -> None:
    dynamodb = client("dynamodb")
    arn = dynamodb.create_backup(TableName=table, BackupName=backup_name)["BackupDetails"][
        "BackupArn"
    ]

    def is_there() -> bool:
        described = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]
        return bool(described["BackupDetails"]["BackupStatus"] == "AVAILABLE")

    wait_for(f"backup {backup_name}", is_there, MOST_MINUTES)

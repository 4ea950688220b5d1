"""What is kept on demand: the tables in AWS, the secrets in a file that nobody else reads."""

import json
import stat

import boto3

from local.operations.live_tables import live_tables
from local.restore_drill.drill import PEPPER


def test_every_table_has_a_backup_by_the_mark_that_is_printed(stack, ops):
    status, printed = ops("backup")
    mark = printed.split("--from-backup ")[1].strip()
    assert status == 0
    for logical, table in live_tables(stack).items():
        kept = boto3.client("dynamodb").list_backups(TableName=table)["BackupSummaries"]
        assert f"{stack.name}-{logical}-{mark}" in [backup["BackupName"] for backup in kept]


def test_the_secrets_are_written_with_the_pepper_for_their_owner_alone(stack, ops, tmp_path):
    file = tmp_path / "secrets.json"
    status, printed = ops("backup", "--secrets-file", str(file), "--no-tables")
    assert status == 0 and PEPPER not in printed
    assert json.loads(file.read_text())["pepper"] == PEPPER
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "is backed up as" not in printed


def test_a_file_that_is_there_is_never_written_over(stack, ops, tmp_path):
    file = tmp_path / "secrets.json"
    file.write_text("the last backup of a pepper")
    status, printed = ops("backup", "--secrets-file", str(file))
    assert status == 2 and str(file) in printed
    assert file.read_text() == "the last backup of a pepper"


def test_a_backup_of_nothing_is_refused(stack, ops):
    assert ops("backup", "--no-tables")[0] == 2

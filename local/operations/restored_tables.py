"""Restores tables from point-in-time recovery or from a backup, and adds what AWS does not restore:
the stream, time to live, point-in-time recovery, deletion protection and tags.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from local.operations.deployed_stack import CannotOperate, client
from local.operations.waiting import wait_for

MARK = "%Y%m%dT%H%M%SZ"
MOST_MINUTES = 24 * 60
"""Restoring a table of some hundred gigabytes takes hours."""


class PointInTime(NamedTuple):
    """The content of the tables at an instant of the last 35 days."""

    at: datetime

    @property
    def mark(self) -> str:
        return self.at.astimezone(UTC).strftime(MARK)


class OfBackup(NamedTuple):
    """The content of the tables in a backup; `mark` is what `grapevine ops backup` printed."""

    mark: str


type Origin = PointInTime | OfBackup


def marked_name(stack: str, logical: str, mark: str) -> str:
    """The name of a restored table, or of a backup."""
    return f"{stack}-{logical}-{mark}"


def latest_instant(tables: Mapping[str, str]) -> datetime:
    """The latest instant to which all tables can be restored."""
    return min(_window(name)[1] for name in tables.values())


def check_origin(stack: str, tables: Mapping[str, str], origin: Origin) -> None:
    """Raises `CannotOperate` if one of the tables cannot be restored from this origin."""
    for logical, name in tables.items():
        if isinstance(origin, OfBackup):
            _find_backup(name, marked_name(stack, logical, origin.mark))
        else:
            earliest, latest = _window(name)
            if not earliest <= origin.at <= latest:
                raise CannotOperate(
                    f"table {name} can be restored to instants from {earliest.isoformat()} to"
                    f" {latest.isoformat()}, not to {origin.at.isoformat()}"
                )


def restore_table(stack: str, logical: str, source: str, origin: Origin) -> str:
    """Restores a table, waits for it and configures it like its source; returns the new name. Safe
    to repeat.
    """
    target = marked_name(stack, logical, origin.mark)
    if _describe(target) is None:
        _begin(source, target, origin, stack, logical)
    wait_for(f"table {target}", lambda: _is_active(target), MOST_MINUTES)
    _equip(source, target)
    return target


def stream_of(table: str) -> str:
    arn: str = _described(table)["LatestStreamArn"]
    return arn


def _begin(source: str, target: str, origin: Origin, stack: str, logical: str) -> None:
    dynamodb = client("dynamodb")
    if isinstance(origin, OfBackup):
        arn = _find_backup(source, marked_name(stack, logical, origin.mark))
        dynamodb.restore_table_from_backup(TargetTableName=target, BackupArn=arn)
    else:
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=source, TargetTableName=target, RestoreDateTime=origin.at
        )


def _equip(source: str, target: str) -> None:
    like, made = _described(source), _described(target)
    dynamodb = client("dynamodb")
    stream = like.get("StreamSpecification", {})
    if stream.get("StreamEnabled") and not made.get("StreamSpecification", {}).get("StreamEnabled"):
        dynamodb.update_table(TableName=target, StreamSpecification=stream)
        wait_for(f"the stream of {target}", lambda: _is_active(target), MOST_MINUTES)
    _let_expire(source, target)
    dynamodb.update_continuous_backups(
        TableName=target, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    if like.get("DeletionProtectionEnabled") and not made.get("DeletionProtectionEnabled"):
        dynamodb.update_table(TableName=target, DeletionProtectionEnabled=True)
        wait_for(f"the protection of {target}", lambda: _is_active(target), MOST_MINUTES)
    _copy_tags(like["TableArn"], made["TableArn"])


def _let_expire(source: str, target: str) -> None:
    """Turns on time to live if the source has it. It is skipped if it is already on, because AWS
    refuses a change that changes nothing.
    """
    like, made = _expiry(source), _expiry(target)
    if like and not made:
        client("dynamodb").update_time_to_live(
            TableName=target, TimeToLiveSpecification={"Enabled": True, "AttributeName": like}
        )


def _expiry(table: str) -> str | None:
    """The attribute for time to live; None if time to live is off."""
    answer = client("dynamodb").describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    on = answer.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    return answer.get("AttributeName") if on else None


def _copy_tags(source: str, target: str) -> None:
    """Copies all tags except those that only AWS may set."""
    dynamodb = client("dynamodb")
    tags = dynamodb.list_tags_of_resource(ResourceArn=source).get("Tags", [])
    if own := [tag for tag in tags if not tag["Key"].startswith("aws:")]:
        dynamodb.tag_resource(ResourceArn=target, Tags=own)


def _window(table: str) -> tuple[datetime, datetime]:
    """The earliest and the latest instant to which a table can be restored."""
    answer = client("dynamodb").describe_continuous_backups(TableName=table)
    recovery = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    if recovery["PointInTimeRecoveryStatus"] != "ENABLED":
        raise CannotOperate(f"table {table} has no point-in-time recovery; restore a backup of it")
    return recovery["EarliestRestorableDateTime"], recovery["LatestRestorableDateTime"]


def _find_backup(table: str, name: str) -> str:
    pages = client("dynamodb").list_backups(TableName=table)["BackupSummaries"]
    for backup in pages:
        if backup["BackupName"] == name and backup["BackupStatus"] == "AVAILABLE":
            arn: str = backup["BackupArn"]
            return arn
    raise CannotOperate(
        f"table {table} has no backup {name}; `aws dynamodb list-backups --table-name {table}`"
        " lists those that are there"
    )


def _described(table: str) -> dict[str, Any]:
    description = _describe(table)
    if description is None:
        raise CannotOperate(f"there is no table {table}")
    return description


def _describe(table: str) -> dict[str, Any] | None:
    dynamodb = client("dynamodb")
    try:
        described: dict[str, Any] = dynamodb.describe_table(TableName=table)["Table"]
        return described
    except dynamodb.exceptions.ResourceNotFoundException:
        return None


def _is_active(table: str) -> bool:
    return bool(_described(table)["TableStatus"] == "ACTIVE")

"""A stack on restored tables: nothing is cut off, nothing is lost, and what broke off is gone on
with. The whole of it, with a damage, is `grapevine restore-drill`.
"""

from datetime import UTC, datetime

import boto3
import pytest

from local.operations.deployed_stack import load_stack
from local.operations.live_tables import live_tables, use_tables
from local.operations.pausing import FUNCTION, MAPPING, RESERVED_BEFORE, mapping_states, pause
from local.operations.restored_tables import OfBackup, restore_table, stream_of
from local.restore_drill.story import tell_story
from tests.operations.conftest import deployed


@pytest.fixture
def stack(engine):
    """One for each test, because tests change what it stands on."""
    with deployed(engine) as made:
        yield made


@pytest.fixture
def mark(stack, ops) -> str:
    """Of a backup of tables that hold a little."""
    use_tables(live_tables(stack))
    tell_story(orders=2)
    status, printed = ops("backup")
    assert status == 0
    return printed.split("--from-backup ")[1].strip()


def mappings(stack) -> list[dict]:
    functions = boto3.client("lambda")
    return [
        functions.get_event_source_mapping(UUID=uuid) for uuid in stack.of_kind(MAPPING).values()
    ]


def reserved(stack) -> dict[str, int | None]:
    functions = boto3.client("lambda")
    known = {
        logical: functions.get_function(FunctionName=name)
        for logical, name in stack.of_kind(FUNCTION).items()
    }
    return {
        logical: answer.get("Concurrency", {}).get("ReservedConcurrentExecutions")
        for logical, answer in known.items()
    }


def test_a_paused_stack_takes_webhooks_and_consumes_nothing(stack):
    pause(stack, lambda line: None)
    assert {mapping["State"] for mapping in mappings(stack)} == {"Disabled"}
    assert [name for name, most in reserved(stack).items() if most != 0] == ["ReceiveWebhook"]


def test_after_a_restore_everything_is_as_it_was_but_on_other_tables(stack, ops, mark):
    dynamodb, functions = boto3.client("dynamodb"), boto3.client("lambda")
    orders = stack.physical("RewardOrder")
    functions.put_function_concurrency(FunctionName=orders, ReservedConcurrentExecutions=7)
    before, old = reserved(stack), live_tables(stack)
    arn = dynamodb.describe_table(TableName=old["LedgerTable"])["Table"]["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "cost", "Value": "rewards"}])

    status, printed = ops("restore", "--from-backup", mark)
    assert (status, printed.splitlines()[-1]) == (
        0,
        "2 orders and 2 entries recomputed: 0 differences",
    )

    after = load_stack(stack.name)
    new = live_tables(after)
    assert set(new.values()) & set(old.values()) == set()
    assert reserved(after) == before
    streams = {stream_of(new["LedgerTable"]), stream_of(new["AttributionsTable"])}
    read = {m["EventSourceArn"] for m in mappings(after) if ":dynamodb:" in m["EventSourceArn"]}
    assert read == streams
    assert {mapping["State"] for mapping in mappings(after)} == {"Enabled"}
    tagged = functions.list_tags(
        Resource=functions.get_function(FunctionName=orders)["Configuration"]["FunctionArn"]
    )["Tags"]
    assert RESERVED_BEFORE not in tagged


@pytest.mark.parametrize("table", ["AttributionsTable", "LedgerTable", "ProgramsTable"])
def test_a_restored_table_has_all_that_aws_leaves_out(stack, mark, table):
    dynamodb = boto3.client("dynamodb")
    source = live_tables(stack)[table]
    target = restore_table(stack.name, table, source, OfBackup(mark))
    like, made = (dynamodb.describe_table(TableName=name)["Table"] for name in (source, target))
    assert made.get("StreamSpecification") == like.get("StreamSpecification")
    assert made["DeletionProtectionEnabled"] is like["DeletionProtectionEnabled"] is True
    assert recovery(target) == recovery(source) == "ENABLED"
    assert expiry(target) == expiry(source)


def recovery(table: str) -> str:
    answer = boto3.client("dynamodb").describe_continuous_backups(TableName=table)
    description = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    return description["PointInTimeRecoveryStatus"]


def expiry(table: str) -> dict:
    return boto3.client("dynamodb").describe_time_to_live(TableName=table)["TimeToLiveDescription"]


def test_a_restore_that_broke_off_is_gone_on_with_and_one_that_is_done_does_nothing(
    stack, ops, mark
):
    """One table was there already, and everything rested."""
    pause(stack, lambda line: None)
    source = live_tables(stack)["LedgerTable"]
    made = restore_table(stack.name, "LedgerTable", source, OfBackup(mark))
    status, printed = ops("restore", "--from-backup", mark)
    assert status == 0 and made in printed
    after = load_stack(stack.name)
    assert set(reserved(after).values()) == {None}

    status, printed = ops("restore", "--from-backup", mark)
    assert status == 0 and "0 differences" in printed
    assert live_tables(load_stack(stack.name)) == live_tables(after)


def test_a_dry_run_says_what_it_would_do_and_does_nothing(stack, ops, mark):
    tables = boto3.client("dynamodb").list_tables()["TableNames"]
    status, printed = ops("restore", "--from-backup", mark, "--dry-run")
    assert status == 0 and f"{stack.name}-LedgerTable-{mark}" in printed
    assert boto3.client("dynamodb").list_tables()["TableNames"] == tables
    assert set(mapping_states(stack.of_kind(MAPPING).values()).values()) == {"Enabled"}


def test_an_instant_out_of_reach_is_refused_before_anything_is_touched(stack, ops):
    status, printed = ops("restore", "--to", "2020-03-01T10:00:00Z")
    assert status == 2 and "can be restored to instants from" in printed
    assert set(mapping_states(stack.of_kind(MAPPING).values()).values()) == {"Enabled"}


def test_a_backup_that_is_not_there_is_refused_before_anything_is_touched(stack, ops):
    status, printed = ops("restore", "--from-backup", "20200101T000000Z")
    assert status == 2 and "list-backups" in printed
    assert set(mapping_states(stack.of_kind(MAPPING).values()).values()) == {"Enabled"}


def test_an_instant_without_an_offset_is_refused(stack, ops):
    status, printed = ops("restore", "--to", "2026-03-01 10:00")
    assert status == 2 and "latest" in printed


def test_the_latest_instant_is_said_so_that_one_can_go_on_from_it(stack, ops):
    _, printed = ops("restore", "--to", "latest", "--dry-run")
    assert f"go on with --to {datetime.now(UTC).year}" in printed

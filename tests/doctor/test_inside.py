"""What an account says of a stack: each thing that would hurt later is named, with what to do."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import boto3
import pytest

from local.doctor import inside
from local.doctor.diagnosis import FAULT, WELL
from local.operations.deployed_stack import StackResource
from local.operations.live_tables import live_tables, use_tables
from local.operations.pausing import MAPPING
from local.restore_drill.drill import PEPPER
from shared.domain.staff_action import StaffAction
from shared.store.programs import api_keys
from tests.operations.conftest import deployed

STRONG = "whsec_c3RyaXBlIHNlY3JldCBvZiB0aGUgdGVzdHM"


@pytest.fixture(scope="module")
def stack(engine):
    with deployed(engine) as made:
        yield made


def look(look_at, stack) -> list[tuple[str, str, str]]:
    found = list(look_at(stack))
    assert all(finding.do for finding in found if finding.verdict != WELL)
    return [(finding.verdict, finding.what, finding.seen) for finding in found]


def put_secrets(stack, **secrets: str) -> None:
    boto3.client("secretsmanager").put_secret_value(
        SecretId=stack.physical("Secrets"), SecretString=json.dumps(secrets)
    )


def test_secrets_that_are_weak_or_missing_are_named(stack):
    put_secrets(stack, pepper="short", stripe=STRONG, shopify="weak")
    faults = [row for row in look(inside._secrets, stack) if row[0] == FAULT]
    assert [what for _, what, _ in faults] == ["pepper", "webhook secret"]
    assert "shopify" in faults[1][2]
    put_secrets(stack, pepper=PEPPER, stripe=STRONG)
    assert look(inside._secrets, stack)[-1] == (WELL, "webhook secret", "set up: stripe")


def test_keys_that_nobody_made_are_named_with_the_command_that_makes_them(stack):
    use_tables(live_tables(stack))
    assert [row[0] for row in look(inside._keys, stack)] == [FAULT, FAULT]
    now = datetime.now(UTC)
    for scope, key in (("shop", "sk_a-key-of-the-tests-0123456789"),
                       ("staff", "ak_a-key-of-the-tests-0123456789")):  # fmt: skip
        api_keys.add_key(key, scope, now, "tests", StaffAction("tests", "key_made", now))
    assert [row[0] for row in look(inside._keys, stack)] == [WELL, WELL]


def test_alarms_that_nobody_hears_and_those_that_cloudwatch_may_not_send(stack):
    sns = boto3.client("sns")
    assert {row[0] for row in look(inside._alarms, stack)} == {FAULT}
    for topic in stack.of_kind("AWS::SNS::Topic").values():
        queue = boto3.client("sqs").create_queue(QueueName="hears-the-doctor")["QueueUrl"]
        arn = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])[
            "Attributes"
        ]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    assert {row[0] for row in look(inside._alarms, stack)} == {WELL}
    sns.set_topic_attributes(
        TopicArn=stack.physical("Alarms"),
        AttributeName="KmsMasterKeyId",
        AttributeValue="alias/aws/sns",
    )
    faults = [row[2] for row in look(inside._alarms, stack) if row[0] == FAULT]
    assert faults == ["Alarms is encrypted with alias/aws/sns"]


def test_a_table_that_could_not_be_restored_is_named(stack):
    assert {row[0] for row in look(inside._tables, stack)} == {WELL}
    boto3.client("dynamodb").update_continuous_backups(
        TableName=live_tables(stack)["LedgerTable"],
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
    )
    faults = [row[2] for row in look(inside._tables, stack) if row[0] == FAULT]
    assert faults == ["LedgerTable cannot be restored to an instant"]


def test_a_stream_of_another_table_that_is_read_is_named(stack):
    """As after a restore by hand that names the table alone."""
    assert look(inside._readers, stack)[-1][0] == WELL
    restored = replace(
        stack,
        parameters={
            **stack.parameters, "LedgerTableName": live_tables(stack)["ProgramsTable"]
        },
    )  # fmt: skip
    assert [row[:2] for row in look(inside._readers, restored)] == [(FAULT, "events")]


def test_a_consumer_that_is_off_is_named(stack):
    uuid = next(iter(stack.of_kind(MAPPING).values()))
    functions = boto3.client("lambda")
    functions.update_event_source_mapping(UUID=uuid, Enabled=False)
    assert look(inside._readers, stack)[0][:2] == (FAULT, "consumers")
    functions.update_event_source_mapping(UUID=uuid, Enabled=True)
    assert look(inside._readers, stack)[0][0] == WELL


@pytest.fixture
def mailing(stack):
    """The stack with what it has once MailFrom is given."""
    name = f"{stack.name}-mail"
    boto3.client("sesv2").create_configuration_set(ConfigurationSetName=name)
    boto3.client("events").put_rule(Name=name, EventPattern='{"source": ["aws.ses"]}')
    more = {
        "MailConfiguration": StackResource("AWS::SES::ConfigurationSet", name),
        "MailFeedback": StackResource("AWS::Events::Rule", name),
    }
    yield replace(
        stack,
        resources={**stack.resources, **more},
        parameters={**stack.parameters, "MailFrom": "rewards@shop.example.com"},
    )
    boto3.client("sesv2").delete_configuration_set(ConfigurationSetName=name)
    boto3.client("events").delete_rule(Name=name)


def test_a_sender_that_is_not_verified_is_named(mailing):
    faults = [row[2] for row in look(inside._mail, mailing) if row[0] == FAULT]
    assert "rewards@shop.example.com is not verified in this region" in faults
    boto3.client("sesv2").create_email_identity(EmailIdentity="shop.example.com")
    assert (WELL, "mail", "shop.example.com is verified") in look(inside._mail, mailing)


def test_bounces_that_do_not_come_back_are_named(mailing):
    back = (WELL, "mail", "bounces and complaints are reported")
    assert back not in look(inside._mail, mailing)
    boto3.client("sesv2").create_configuration_set_event_destination(
        ConfigurationSetName=mailing.physical("MailConfiguration"),
        EventDestinationName="bus",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["BOUNCE"],
            "EventBridgeDestination": {
                "EventBusArn": "arn:aws:events:us-east-1:000000000000:event-bus/default"
            },
        },
    )
    assert back in look(inside._mail, mailing)


def test_an_account_with_ten_executions_is_named(stack):
    assert [row[1] for row in look(inside._quotas, stack)] == ["quota"]
    assert inside.judge_executions(10).verdict == FAULT
    assert inside.judge_executions(1000).verdict == WELL


def test_what_may_not_be_looked_at_is_a_fault_and_the_rest_is_looked_at(stack):
    without = replace(
        stack, resources={name: of for name, of in stack.resources.items() if name != "Secrets"}
    )
    found = inside.look_inside(without)
    assert found[0].verdict == FAULT and "Secrets" in found[0].seen
    assert found[-1].what == "quota"

"""What of template.yaml carries messages on AWS: queues, streams, the bus, and where they end when nobody takes them."""

import json

import pytest

from shared.dead_letters import BUS, NO_WAY_BACK, RETENTION
from shared.outgoing.events import TYPES
from tests.support.function_permissions import SAM, of_type

pytestmark = pytest.mark.skipif(
    not SAM.exists(), reason="`make test` sets up .venv-sam, which these tests need"
)


def test_queues_that_are_read_bury_after_five_and_wait_six_timeouts(resources: dict[str, dict]):
    functions, queues = (
        of_type(resources, "AWS::Lambda::Function"),
        of_type(resources, "AWS::SQS::Queue"),
    )
    mappings = sources(resources, "Arn")
    assert mappings
    for mapping in mappings:
        queue = queues[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
        assert queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] in queues
        assert queue["VisibilityTimeout"] >= 6 * functions[function_read(mapping)]["Timeout"]
        assert (mapping["BatchSize"], mapping["FunctionResponseTypes"]) == (
            10,
            ["ReportBatchItemFailures"],
        )


def test_the_console_knows_every_dead_letter_and_how_long_it_is_kept(resources: dict[str, dict]):
    queues, functions = (
        of_type(resources, "AWS::SQS::Queue"),
        of_type(resources, "AWS::Lambda::Function"),
    )
    dead = {name for name in queues if "DeadLetters" in name}
    for function in ("ServeConsole", "ServeConsoleQueues"):
        told = functions[function]["Environment"]["Variables"]["DEAD_LETTERS"]["Fn::Sub"]
        assert {url.strip("${}") for url in json.loads(told).values()} == dead
    assert {queues[name]["MessageRetentionPeriod"] for name in dead} == {RETENTION.total_seconds()}


def test_dead_letters_go_back_to_the_queue_that_gave_up(resources: dict[str, dict]):
    told = of_type(resources, "AWS::Lambda::Function")["ServeConsoleQueues"]["Environment"][
        "Variables"
    ]
    dead, back = (json.loads(told[name]["Fn::Sub"]) for name in ("DEAD_LETTERS", "PUT_BACK_TO"))
    assert set(dead) - set(back) == {BUS, *NO_WAY_BACK}
    for name, queue in of_type(resources, "AWS::SQS::Queue").items():
        if "RedrivePolicy" in queue:
            (way,) = [key for key, url in back.items() if url == f"${{{name}}}"]
            assert (
                dead[way].strip("${}")
                == queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
            )


def test_streams_are_read_from_their_start_until_they_are_told_or_gone(resources: dict[str, dict]):
    found = sources(resources, "StreamArn")
    assert {source_of(mapping)[0] for mapping in found} == {"AttributionsTable", "LedgerTable"}
    for mapping in found:
        assert (mapping["StartingPosition"], mapping["BisectBatchOnFunctionError"]) == (
            "TRIM_HORIZON",
            True,
        )
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert (mapping["MaximumRetryAttempts"], mapping["MaximumRecordAgeInSeconds"]) == (
            10_000,
            23 * 3_600,
        )
        assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {
            "Fn::GetAtt": ["StreamDeadLetters", "Arn"]
        }


def sources(resources: dict[str, dict], attribute: str) -> list[dict]:
    """The event source mappings of queues (`Arn`) or of tables (`StreamArn`)."""
    found = of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    return [mapping for mapping in found if source_of(mapping)[1] == attribute]


def source_of(mapping: dict) -> list[str]:
    """The resource that is read and its attribute; of a table, the stack's own."""
    source = mapping["EventSourceArn"]
    return source.get("Fn::GetAtt") or source["Fn::If"][1]["Fn::GetAtt"]


def function_read(mapping: dict) -> str:
    """The function of a mapping, which may name its published alias."""
    return mapping["FunctionName"]["Ref"].removesuffix("Aliaslive")


def test_every_target_of_the_bus_has_dead_letters_and_retries(resources: dict[str, dict]):
    for name, rule in of_type(resources, "AWS::Events::Rule").items():
        assert rule.get("EventBusName") == (None if name == "MailFeedback" else {"Ref": "Bus"})
        for target in rule["Targets"]:
            assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] in of_type(
                resources, "AWS::SQS::Queue"
            )
            assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0


def test_what_goes_out_is_every_type_of_event_that_we_tell(resources: dict[str, dict]):
    assert resources["GoesOut"]["Properties"]["EventPattern"]["detail-type"] == list(TYPES)


def test_every_event_is_archived(resources: dict[str, dict]):
    (archive,) = of_type(resources, "AWS::Events::Archive").values()
    assert archive["SourceArn"] == {"Fn::GetAtt": ["Bus", "Arn"]}

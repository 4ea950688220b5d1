"""Dead letters go back to the queue that gave up on them, and to no other."""

import boto3
import pytest

from local.operations.pausing import pause
from local.operations.stack_queues import count_messages
from tests.operations.conftest import empty_queues


@pytest.fixture
def resting(stack):
    """Nobody consumes, so that what goes back can be seen where it went."""
    pause(stack, lambda line: None)
    empty_queues(stack)
    return stack


def put(stack, queue: str, target: str | None = None) -> None:
    attributes = (
        {"TARGET_ARN": {"DataType": "String", "StringValue": arn(stack, target)}} if target else {}
    )
    boto3.client("sqs").send_message(
        QueueUrl=stack.physical(queue), MessageBody="{}", MessageAttributes=attributes
    )


def arn(stack, queue: str) -> str:
    answer = boto3.client("sqs").get_queue_attributes(
        QueueUrl=stack.physical(queue), AttributeNames=["QueueArn"]
    )
    return answer["Attributes"]["QueueArn"]


def waiting(stack, queue: str) -> int:
    return count_messages(stack.physical(queue))


def test_letters_go_back_to_their_queue(resting, ops):
    put(resting, "OrdersDeadLetters")
    put(resting, "OrdersDeadLetters")
    put(resting, "MailDeadLetters")
    assert ops("redrive", "orders") == (0, "orders: 2 went back\n")
    assert (waiting(resting, "OrdersQueue"), waiting(resting, "OrdersDeadLetters")) == (2, 0)
    assert waiting(resting, "MailDeadLetters") == 1


def test_letters_of_the_bus_go_where_the_bus_wanted(resting, ops):
    put(resting, "BusDeadLetters", target="WebhooksQueue")
    put(resting, "BusDeadLetters", target="OrdersQueue")
    assert ops("redrive", "bus") == (0, "bus: 2 went back\n")
    assert (waiting(resting, "WebhooksQueue"), waiting(resting, "OrdersQueue")) == (1, 1)


def test_a_letter_without_a_way_back_stays_and_is_told(resting, ops):
    put(resting, "ReviewsDeadLetters")
    status, printed = ops("redrive")
    assert status == 1 and "reviews: 0 went back, 1 have no way back" in printed
    assert waiting(resting, "ReviewsDeadLetters") == 1


def test_no_more_than_asked_for(resting, ops):
    for _ in range(3):
        put(resting, "MailDeadLetters")
    assert ops("redrive", "mail", "--most", "2") == (0, "mail: 2 went back\n")
    assert waiting(resting, "MailQueue") == 2


def test_a_dry_run_moves_nothing(resting, ops):
    put(resting, "OrdersDeadLetters")
    assert ops("redrive", "orders", "--dry-run") == (0, "orders: 1 would go back\n")
    assert waiting(resting, "OrdersDeadLetters") == 1


def test_letters_of_the_stream_are_refused(stack, ops):
    status, printed = ops("redrive", "stream")
    assert status == 2 and "cannot be moved back" in printed


def test_an_unknown_queue_is_answered_with_those_there_are(stack, ops):
    status, printed = ops("redrive", "order")
    assert status == 2 and "order" in printed and "mail-feedback" in printed

"""A queue of imports for one test, and the function that empties it."""

import os
import uuid

import boto3
import pytest

from functions import run_imports


def open_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a queue of imports, and put its address into the environment."""
    queue = boto3.client("sqs").create_queue(QueueName=f"imports-{uuid.uuid4().hex}")["QueueUrl"]
    monkeypatch.setenv("IMPORTS_QUEUE", queue)


def run_all() -> list[str]:
    """Hand the queue's messages over until there are none; return their bodies."""
    sqs, url, bodies = boto3.client("sqs"), os.environ["IMPORTS_QUEUE"], []
    while messages := sqs.receive_message(QueueUrl=url).get("Messages"):
        for message in messages:
            record = {
                "messageId": message["MessageId"],
                "body": message["Body"],
                "eventSource": "aws:sqs",
            }
            assert run_imports.handler({"Records": [record]}) == {"batchItemFailures": []}
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(message["Body"])
    return bodies

"""Our system on loopback, its webhooks queue, and a shop's server that listens."""

import os

import boto3
import pytest

from shared import queue
from shared.store import engine
from tests.support.outgoing_webhooks import Post
from tests.support.webhook_receiver import running_receiver


@pytest.fixture(autouse=True)
def here(tables, monkeypatch):
    """Puts our own address on loopback, as under `grapevine run`."""
    engine.open_tables()
    monkeypatch.setenv("BASE_URL", "http://127.0.0.1:8000")
    name = f"webhooks-{os.environ['BUS_NAME']}"
    monkeypatch.setenv(
        "WEBHOOKS_QUEUE", boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    )


@pytest.fixture
def post():
    post, hooks = Post(), queue.client().meta.events
    hooks.register("before-call.sqs.SendMessage", post.take)
    yield post
    hooks.unregister("before-call.sqs.SendMessage", post.take)


@pytest.fixture
def shop():
    with running_receiver() as receiver:
        yield receiver

"""The processors' own signature vectors against the function: what is authentic is kept, of what is not nothing is."""

import json
import os
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import boto3
import pytest

from functions.receive_webhook import handler
from local.cloud.template import Template
from shared.webhooks import PROVIDERS
from shared.webhooks.paddle import signature as paddle
from shared.webhooks.signature import MINIMUM_SECRET, TOLERANCE_SECONDS, SignatureScheme, WeakSecret
from tests.support.processor_deliveries import PAYLOADS, needs_payloads

pytestmark = needs_payloads
OURS = ("stripe", "shopify", "woocommerce", "standard_webhooks", "paddle", "lemonsqueezy")
TOLERANCES = {"paddle": paddle.TOLERANCE_SECONDS}
"""Of providers with a narrower one than the others."""
WITHOUT_TIME = int(datetime(2026, 3, 1, 10, tzinfo=UTC).timestamp())
PEPPER = "a pepper of the tests, long enough to be one"


def vectors() -> list[dict]:
    file = PAYLOADS / "vectors.json"
    return (
        [row for row in json.loads(file.read_text()) if row["provider"] in OURS]
        if file.is_file()
        else []
    )


def is_ping(vector: dict) -> bool:
    return "ping" in vector["name"]


def authentic(provider: str) -> list[dict]:
    """All of them; one under a secret that nobody may configure is signed anew with a longer one."""
    return [
        signed_anew(row) if is_weak(row) else row
        for row in vectors()
        if row["provider"] == provider and row["valid"] and not row.get("policy")
    ]


def signature_of(vector: dict) -> SignatureScheme:
    return PROVIDERS[vector["provider"].removesuffix("_webhooks")].signature


def is_weak(vector: dict) -> bool:
    """Whether the secret has less than 16 characters, unescaped where the shop escapes it."""
    try:
        signature_of(vector).check_secret(vector["secret"])
    except WeakSecret:
        return True
    return False


def signed_anew(vector: dict) -> dict:
    secret = vector["secret"] * MINIMUM_SECRET
    now = datetime.fromtimestamp(vector.get("now") or WITHOUT_TIME, UTC)
    headers = signature_of(vector).sign(secret, vector["body"].encode(), now)
    return vector | {"secret": secret, "headers": vector["headers"] | headers}


def forged(provider: str) -> list[dict]:
    """Those that the sources call invalid, and the authentic ones with a blank more."""
    told = [
        row
        for row in vectors()
        if row["provider"] == provider and not row["valid"] and not is_ping(row)
    ]
    return told + [
        row | {"name": f"{row['name']}, changed", "body": row["body"] + " "}
        for row in authentic(provider)
    ]


@pytest.fixture
def bus(tables: Template) -> Iterator[Callable[[], list[dict]]]:
    """What has come out of the bus: a queue that every event goes into."""
    name = os.environ["BUS_NAME"]
    queue = boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    arn = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])[
        "Attributes"
    ]["QueueArn"]
    boto3.client("events").put_rule(
        Name=name, EventBusName=name, EventPattern='{"source": ["grapevine"]}'
    )
    boto3.client("events").put_targets(
        Rule=name, EventBusName=name, Targets=[{"Id": "all", "Arn": arn}]
    )

    def events() -> list[dict]:
        return (
            boto3.client("sqs")
            .receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
            .get("Messages", [])
        )

    yield events
    boto3.client("sqs").delete_queue(QueueUrl=queue)


@pytest.fixture
def deliver(tables: Template, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict], dict]:
    """Sends a vector to a function whose secret document holds the vector's own secret, at the vector's time."""

    def send(vector: dict) -> dict:
        provider, arn = vector["provider"].removesuffix("_webhooks"), f"vector-{uuid.uuid4().hex}"
        document = {"pepper": PEPPER, provider: vector["secret"]}
        boto3.client("secretsmanager").create_secret(Name=arn, SecretString=json.dumps(document))
        monkeypatch.setenv("SECRETS_ARN", arn)
        return handler(event_of(vector, provider), None)

    return send


def event_of(vector: dict, provider: str) -> dict:
    """A vector for a narrower tolerance comes as much later as ours is wider."""
    now = vector.get("now") or WITHOUT_TIME
    ours = TOLERANCES.get(provider, TOLERANCE_SECONDS)
    now += ours - (vector.get("tolerance") or ours)
    return {
        "version": "2.0",
        "routeKey": "POST /webhooks/{provider}",
        "rawPath": f"/webhooks/{provider}",
        "pathParameters": {"provider": provider},
        "headers": {name.lower(): value for name, value in vector["headers"].items()},
        "requestContext": {
            "timeEpoch": int(now * 1000),
            "http": {"method": "POST", "path": f"/webhooks/{provider}"},
        },
        "body": vector["body"],
        "isBase64Encoded": False,
    }


def kept_items(tables: Template) -> list[dict]:
    """Everything in every table."""
    names = [tables.name(logical) for logical in tables.resources("AWS::DynamoDB::Table")]
    return [
        item for name in names for item in boto3.client("dynamodb").scan(TableName=name)["Items"]
    ]


@pytest.mark.parametrize("provider", OURS)
def test_an_authentic_delivery_is_told_or_parked(provider, tables, bus, deliver):
    for vector in authentic(provider):
        answer, told = deliver(vector), bus()
        parked = json.loads(answer["body"]).get("parked", "nothing") in str(kept_items(tables))
        assert (answer["statusCode"], bool(told), parked) in (
            (202, True, False),
            (200, False, True),
        ), vector["name"]
    assert authentic(provider)


@pytest.mark.parametrize("provider", OURS)
def test_a_forged_delivery_is_refused_and_nothing_of_it_is_kept(provider, tables, bus, deliver):
    for vector in forged(provider):
        answer = deliver(vector)
        assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (
            401,
            "bad_signature",
        ), vector["name"]
        assert (kept_items(tables), bus()) == ([], []), vector["name"]
    assert forged(provider)


def test_what_verifies_with_an_empty_secret_is_refused(tables, bus, deliver):
    policy = [row for row in vectors() if row.get("policy")]
    assert [deliver(vector)["statusCode"] for vector in policy] == [401] * len(policy) != []
    assert (kept_items(tables), bus()) == ([], [])


def test_what_verifies_with_a_short_secret_is_refused_and_the_log_says_why(
    tables, bus, deliver, caplog
):
    weak = [row for row in vectors() if row["valid"] and row["secret"] and is_weak(row)]
    weak = [row for row in weak if not is_ping(row)]
    assert [deliver(vector)["statusCode"] for vector in weak] == [401] * len(weak) != []
    assert (kept_items(tables), bus()) == ([], [])
    told = json.dumps([record.refused for record in caplog.records if hasattr(record, "refused")])
    assert "shorter than 16 characters" in told
    assert not any(vector["secret"] in told for vector in weak)


def test_the_greeting_of_woocommerce_is_welcome_and_says_nothing(tables, bus, deliver):
    pings = [row for row in vectors() if is_ping(row)]
    assert [deliver(vector)["statusCode"] for vector in pings] == [200] * len(pings) != []
    assert (kept_items(tables), bus()) == ([], [])

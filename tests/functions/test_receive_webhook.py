"""Whose deliveries are let in: a secret that could be guessed lets nobody in, whoever signed with it."""

import json
import os
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import boto3
import pytest

from functions.receive_webhook import handler
from local.cloud.template import Template
from shared.store.programs.parked import list_parked
from shared.webhooks import PROVIDERS
from tests.support.contract import REFUNDED
from tests.support.contracts import CONTRACTS
from tests.support.contracts.adyen import body, item

PEPPER = "a pepper of the tests, long enough to be one"
NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
BODY = json.dumps({"type": "nothing", "object": "event"})
STRONG = {
    "stripe": "whsec_" + "a" * 32,
    "shopify": "b" * 32,
    "woocommerce": "c" * 32,
    "standard": "whsec_" + "YWFh" * 8,
    "paddle": "pdl_ntfset_" + "e" * 32,
    "lemonsqueezy": "f" * 32,
    "bigcommerce": "0" * 32,
}
"""Of the providers whose signature stands in a header."""


@pytest.fixture
def deliver(tables: Template, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], int]:
    """Sends an event, signed with one secret, to a function that is set up with another."""

    def send(provider: str, configured: str, signed_with: str) -> int:
        name = f"secrets-{uuid.uuid4().hex}"
        document = {"pepper": PEPPER, provider: configured}
        boto3.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(document))
        monkeypatch.setenv("SECRETS_ARN", name)
        headers = PROVIDERS[provider].signature.sign(signed_with, BODY.encode(), NOW)
        return int(handler(event_of(provider, headers), None)["statusCode"])

    return send


def event_of(provider: str, headers: dict[str, str], body: str = BODY) -> dict:
    return {
        "version": "2.0",
        "routeKey": "POST /webhooks/{provider}",
        "rawPath": f"/webhooks/{provider}",
        "pathParameters": {"provider": provider},
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {
            "timeEpoch": int(NOW.timestamp() * 1000),
            "http": {"method": "POST", "path": f"/webhooks/{provider}"},
        },
        "body": body,
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize("provider", STRONG)
def test_who_knows_the_secret_is_let_in(deliver, provider):
    secret = STRONG[provider]
    assert deliver(provider, secret, secret) == 200
    assert deliver(provider, f"{secret} {STRONG['standard']}", secret) == 200
    assert deliver(provider, secret, STRONG["stripe" if provider != "stripe" else "shopify"]) == 401


@pytest.mark.parametrize("provider", STRONG)
@pytest.mark.parametrize("weak", ["hush", "123456789012345", "whsec_YWFh"])
def test_a_short_secret_lets_nobody_in(deliver, provider, weak, caplog):
    assert deliver(provider, weak, weak) == 401
    told = [record.refused for record in caplog.records if hasattr(record, "refused")]
    assert provider in told[0] and weak not in str(told)


@pytest.mark.parametrize("provider", ["stripe", "shopify", "standard"])
def test_one_short_secret_of_a_roll_lets_nobody_in(deliver, provider):
    assert deliver(provider, f"{STRONG[provider]} hush", STRONG[provider]) == 401


@pytest.mark.parametrize("provider", STRONG)
@pytest.mark.parametrize("empty", ["", " ", ","])
def test_an_empty_secret_lets_nobody_in(deliver, provider, empty):
    assert deliver(provider, empty, STRONG[provider]) == 401


@pytest.fixture
def told(tables: Template) -> Iterator[Callable[[], list[dict]]]:
    """The details of what came out of the bus: a queue that every event goes into."""
    name = os.environ["BUS_NAME"]
    queues, events = boto3.client("sqs"), boto3.client("events")
    queue = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    events.put_rule(Name=name, EventBusName=name, EventPattern='{"source": ["grapevine"]}')
    target = {"Id": "all", "Arn": arn["Attributes"]["QueueArn"]}
    events.put_targets(Rule=name, EventBusName=name, Targets=[target])

    def details() -> list[dict]:
        answer = queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        return [json.loads(row["Body"])["detail"] for row in answer.get("Messages", [])]

    yield details
    queues.delete_queue(QueueUrl=queue)


@pytest.mark.parametrize(
    ("signed_with", "accept_sandbox", "status", "is_test"),
    [
        ("live", "false", 202, False),
        ("sandbox", "false", 202, True),
        ("sandbox", "true", 202, False),
        ("other", "false", 401, None),
    ],
)
def test_what_the_sandboxs_secret_signed_is_a_test_order_on_a_live_shop(
    told, monkeypatch, signed_with, accept_sandbox, status, is_test
):
    secrets = {name: f"pdl_ntfset_{name}_{'s' * 24}" for name in ("live", "sandbox", "other")}
    name = f"secrets-{uuid.uuid4().hex}"
    document = {"pepper": PEPPER, "paddle": secrets["live"], "paddle_sandbox": secrets["sandbox"]}
    boto3.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(document))
    monkeypatch.setenv("SECRETS_ARN", name)
    monkeypatch.setenv("ACCEPT_SANDBOX", accept_sandbox)
    body = CONTRACTS["paddle"].lives("1", None)[REFUNDED].told[0].raw
    headers = PROVIDERS["paddle"].signature.sign(secrets[signed_with], body, NOW)
    answer = handler(event_of("paddle", headers, body.decode()), None)
    assert answer["statusCode"] == status
    assert [event.get("test", False) for event in told()] == ([] if is_test is None else [is_test])


@pytest.mark.parametrize(
    ("codes", "status", "parked"),
    [
        (("REPORT_AVAILABLE", "ORDER_CLOSED"), 200, 2),
        (("REPORT_AVAILABLE", "AUTHORISATION"), 202, 1),
    ],
)
def test_each_piece_of_news_in_a_body_is_taken_or_parked_and_adyen_gets_its_word(
    told, monkeypatch, codes, status, parked
):
    contract, name = CONTRACTS["adyen"], f"secrets-{uuid.uuid4().hex}"
    document = {"pepper": PEPPER, "adyen": contract.secret}
    boto3.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(document))
    monkeypatch.setenv("SECRETS_ARN", name)
    raw = json.dumps(body(*(item(code, code[:16], 1_000, 1) for code in codes))).encode()
    headers, sealed = contract.sign(contract.secret, raw, NOW)
    for _ in range(2):
        answer = handler(event_of("adyen", dict(headers), sealed.decode()), None)
        assert (answer["statusCode"], answer["body"]) == (status, "[accepted]")
        assert len(list_parked(10)[0]) == parked
    assert len(told()) == 2 * (len(codes) - parked)

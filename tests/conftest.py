"""Fixtures with real parts: one DynamoDB engine for the session, fresh tables for each test, a whole system where HTTP is the subject."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import boto3
import pytest
from botocore.client import BaseClient
from moto import mock_aws

from local.cloud.engine import standalone_engine
from local.cloud.provisioning import create_secrets, create_tables
from local.cloud.template import REGION, Template, read_template
from shared import aws, secrets
from shared.mail import ses
from shared.settings import Settings
from tests.support.function_permissions import transformed
from tests.support.running_cloud import TEMPLATE, RunningCloud

pytest_plugins = ["tests.support.seed"]
MOCK_REGION = "eu-central-1"
SECRETS = {
    "pepper": "a pepper of the tests, long enough to be one",
    "stripe": "whsec_c3RyaXBlIHNlY3JldCBvZiB0aGUgdGVzdHM",
    "shopify": "shopify-secret-of-the-tests",
    "woocommerce": "woocommerce-secret-of-the-tests",
    "standard": "whsec_c3RhbmRhcmQgc2VjcmV0IG9mIHRoZSB0ZXN0cyE=",
}


@pytest.fixture(scope="session", autouse=True)
def fresh_settings() -> Iterator[None]:
    """Functions read their settings once; tests change the environment under them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Settings, "loaded", Forgetful())
        yield


class Forgetful(dict):
    """A dictionary that keeps nothing."""

    def __setitem__(self, key: object, value: object) -> None:
        pass


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one DynamoDB engine (MiniStack) on loopback, for all tests of the session."""
    with standalone_engine(tmp_path_factory.mktemp("engine"), forget=True) as url:
        yield url


@cache
def whole_template() -> Template:
    """Read once: three thousand lines for each test would be most of its time."""
    return read_template(TEMPLATE)


@pytest.fixture
def tables(engine: str, monkeypatch: pytest.MonkeyPatch) -> Template:
    """Fresh tables and a fresh secret, made from the template; the environment is that of a function."""
    mark = uuid.uuid4().hex[:12]
    template = whole_template()
    template = replace(
        template, names={logical: f"{logical}-{mark}" for logical in template.document["Resources"]}
    )
    monkeypatch.setenv("AWS_ENDPOINT_URL", engine)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.setenv(name, REGION)
    for name, value in template.resolve(
        template.document["Globals"]["Function"]["Environment"]["Variables"]
    ).items():
        monkeypatch.setenv(name, value)
    create_tables(template, engine_client("dynamodb", engine))
    create_secrets(template, engine_client("secretsmanager", engine), SECRETS)
    engine_client("events", engine).create_event_bus(Name=os.environ["BUS_NAME"])
    return template


@cache
def engine_client(service: str, engine: str) -> BaseClient:
    """Made once: thousands of tests make their tables with it."""
    return boto3.client(service, endpoint_url=engine)


@pytest.fixture(scope="module")
def grapevine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    """The whole system, fresh, for the tests of one file."""
    running = RunningCloud(tmp_path_factory.mktemp("grapevine")).start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def resources() -> dict[str, dict]:
    """What AWS makes of the template, by logical id."""
    return transformed()


@pytest.fixture
def mock_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account of AWS, as moto plays it.

    The clients of `shared` are made anew in it, and botocore checks the parameters of each call,
    also where `shared` tells it not to.
    """
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.setenv(name, MOCK_REGION)
    made = aws.client
    kept = (made, ses._client, secrets._provider, secrets._lasting_pepper)

    def validating(service: str, parameter_validation: bool = True) -> object:
        return made(service)

    monkeypatch.setattr(aws, "client", validating)
    with mock_aws():
        for function in kept:
            function.cache_clear()
        yield
    for function in kept:
        function.cache_clear()

"""The secret document is read from Secrets Manager, kept for five minutes, and an outage stays one."""

import json
from datetime import datetime, timedelta

import boto3
import pytest
from aws_lambda_powertools.utilities.parameters import base
from botocore.exceptions import ClientError

from shared import secrets

PEPPER = "a pepper of the tests, long enough"


@pytest.fixture
def fill(mock_account, monkeypatch):
    """Write the secret document."""
    manager = boto3.client("secretsmanager")
    arn = manager.create_secret(Name="grapevine", SecretString="{}")["ARN"]
    monkeypatch.setenv("SECRETS_ARN", arn)
    monkeypatch.setenv("BUS_NAME", "unused")
    return lambda **values: manager.put_secret_value(SecretId=arn, SecretString=json.dumps(values))


class Later(datetime):
    """A clock that is five minutes fast."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(seconds=secrets.KEPT_SECONDS + 1)


def test_secrets_are_told_by_name_and_what_is_not_set_up_is_empty(fill):
    fill(pepper=PEPPER, stripe="whsec_1", oidc=None)
    assert secrets.pepper() == PEPPER.encode()
    assert secrets.webhook_secret("stripe") == "whsec_1"
    assert (secrets.webhook_secret("shopify"), secrets.oidc_secret()) == ("", "")


def test_a_rotated_secret_is_taken_up_after_five_minutes_and_the_pepper_never(fill, monkeypatch):
    fill(pepper=PEPPER, stripe="old")
    assert (secrets.webhook_secret("stripe"), secrets.lasting_pepper()) == ("old", PEPPER.encode())
    fill(pepper=PEPPER[::-1], stripe="new")
    assert secrets.webhook_secret("stripe") == "old"
    monkeypatch.setattr(base, "datetime", Later)
    assert secrets.webhook_secret("stripe") == "new"
    assert secrets.lasting_pepper() == PEPPER.encode()


@pytest.mark.parametrize("values", [{}, {"pepper": "short"}])
def test_a_missing_or_short_pepper_is_said(fill, values):
    fill(**values)
    with pytest.raises(secrets.NotSetUp, match="at least 16 characters"):
        secrets.pepper()


def test_what_aws_says_is_raised_as_it_is(fill, monkeypatch):
    """`shared.store.outages` tells an outage from a fault of ours by botocore's exceptions."""
    monkeypatch.setenv("SECRETS_ARN", "nothing-there")
    with pytest.raises(ClientError) as raised:
        secrets.document()
    assert raised.value.response["Error"]["Code"] == "ResourceNotFoundException"

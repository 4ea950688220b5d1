"""AWS as moto plays it: the calls that move no money, each with the parameters that AWS would take."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from shared import aws, secrets
from shared.mail import ses

REGION = "eu-central-1"


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account. Our clients are made anew in it, and botocore checks the parameters of each
    call, also where we ask it not to.
    """
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.setenv(name, REGION)
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

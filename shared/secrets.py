"""The one secret document: the pepper of keyed hashes, the webhook secret of each provider, and our
client secret at the OpenID Connect provider.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from shared import aws, identity
from shared.log import logger
from shared.settings import StackResources, TableNames
from shared.store.engine import WriteConflict
from shared.store.programs.pepper_check import find_pepper_check, keep_pepper_check

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.parameters import SecretsProvider

KEPT_SECONDS = 300
LEAST_PEPPER = 16


class NotSetUp(Exception):
    """The secret document lacks what nothing works without."""


class OtherPepper(NotSetUp):
    """The pepper is not the one that the tables were written with: every keyed hash would differ,
    nobody would be known by their address again, and all of it would have to be undone by hand.
    """

    def __init__(self) -> None:
        super().__init__(
            "the pepper in the secret document is not the one that these tables were written with;"
            " put the earlier one back (docs/operations.md, Another pepper)"
        )


def webhook_secret(provider: str) -> str:
    """What a provider signs its webhooks with; empty where the provider is not set up."""
    return document().get(provider) or ""


def api_secret(provider: str) -> str:
    """What opens a provider's API; empty where nobody set it up."""
    return document().get(f"{provider}_api") or ""


def oidc_secret() -> str:
    """The secret of our client at the provider that staff sign in with; empty where there is none."""
    return document().get("oidc") or ""


def pepper() -> bytes:
    """The key of every keyed hash. Raises `NotSetUp` where it is missing or too short, and
    `OtherPepper`.
    """
    key = _pepper()
    _check_pepper(TableNames.load().programs_table, key)
    return key


def keeping_pepper() -> bytes:
    """The pepper for hashes that the tables keep: from the first of them on they know it again."""
    key = _pepper()
    _bind_pepper(TableNames.load().programs_table, key)
    return key


def lasting_pepper() -> bytes:
    """The pepper for hashes that nothing looks for after a minute: read once in the life of a
    process, and taken as it is, so that no click waits for a look at the tables.
    """
    return _lasting_pepper(StackResources.load().secrets_arn)


def hash_email(email: str) -> str:
    """The keyed hash by which a mailbox is looked for."""
    return identity.email_hash(pepper(), email)


def hash_kept_email(email: str) -> str:
    """The keyed hash of a mailbox that is kept. What tells of no mailbox needs no pepper."""
    return identity.email_hash(keeping_pepper(), email)


def document() -> Mapping[str, str]:
    """The secrets by name. They are read again after five minutes, so that a rotated one is taken
    up without a new deployment.
    """
    return json_document(StackResources.load().secrets_arn)


def json_document(arn: str, refresh: bool = False) -> Mapping[str, Any]:
    """The JSON object in a secret, at most five minutes old; with `refresh` as it is now."""
    from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

    try:
        secrets = _provider().get(arn, max_age=KEPT_SECONDS, transform="json", force_fetch=refresh)
    except GetParameterError as error:
        raise error.__context__ or error from None  # an outage of AWS is answered as one
    return secrets if isinstance(secrets, dict) else {}


@cache
def _provider() -> "SecretsProvider":
    """It takes 40 ms to import, which only the first use of a secret waits for."""
    from aws_lambda_powertools.utilities.parameters import SecretsProvider

    return SecretsProvider(boto3_client=aws.client("secretsmanager"))


@cache
def _lasting_pepper(_arn: str) -> bytes:
    return _pepper()


def _pepper() -> bytes:
    key = (document().get("pepper") or "").encode()
    if len(key) < LEAST_PEPPER:
        raise NotSetUp(f"the secret document needs a pepper of at least {LEAST_PEPPER} characters")
    return key


@cache
def _check_pepper(_table: str, key: bytes) -> None:
    """Once in the life of a process; a refusal is not remembered, so that a pepper that was put
    back is taken up.
    """
    kept = find_pepper_check()
    if kept is not None and kept != identity.pepper_check(key):
        logger.error("another pepper: put the earlier one back (docs/operations.md)")
        raise OtherPepper


@cache
def _bind_pepper(table: str, key: bytes) -> None:
    if find_pepper_check() is None:
        with suppress(WriteConflict):
            keep_pepper_check(identity.pepper_check(key))
    _check_pepper.cache_clear()
    _check_pepper(table, key)

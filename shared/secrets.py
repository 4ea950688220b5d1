"""The secret document: the pepper of keyed hashes, the webhook and API secret of each provider, and
our client secret at the OpenID Connect provider.
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

CACHED_SECONDS = 300
LEAST_PEPPER = 16


class NotSetUp(Exception):
    """The secret document lacks a secret without which nothing works."""


class OtherPepper(NotSetUp):
    """The pepper is not the one with which the tables were written. With it, every keyed hash would
    differ, nobody would be found by their e-mail address, and everything written would have to be
    corrected by hand.
    """

    def __init__(self) -> None:
        super().__init__(
            "the pepper in the secret document is not the one that these tables were written with;"
            " put the earlier one back, which Secrets Manager keeps as the version AWSPREVIOUS"
        )


def webhook_secret(provider: str) -> str:
    """The secret with which a provider signs its webhooks; empty if the provider is not set up."""
    return document().get(provider) or ""


def api_secret(provider: str) -> str:
    """The secret for a provider's API; empty if none is set."""
    return document().get(f"{provider}_api") or ""


def oidc_secret() -> str:
    """Our client secret at the OpenID Connect provider for staff; empty if none is set."""
    return document().get("oidc") or ""


def pepper() -> bytes:
    """The key of all keyed hashes. Raises `NotSetUp` if it is missing or too short, and
    `OtherPepper`.
    """
    key = _pepper()
    _check_pepper(TableNames.load().programs_table, key)
    return key


def keeping_pepper() -> bytes:
    """The pepper, for hashes that the tables store. Before the first such hash, a check of the
    pepper is stored; from then on, another pepper raises `OtherPepper`.
    """
    key = _pepper()
    _bind_pepper(TableNames.load().programs_table, key)
    return key


def lasting_pepper() -> bytes:
    """The pepper, for hashes that are used for only a minute. It is read once in the life of a
    process and not compared with the tables, so that no click waits for that.
    """
    return _lasting_pepper(StackResources.load().secrets_arn)


def hash_email(email: str) -> str:
    """The keyed hash with which a mailbox is looked up."""
    return identity.email_hash(pepper(), email)


def hash_stored_email(email: str) -> str:
    """The keyed hash of a mailbox, for storing it."""
    return identity.email_hash(keeping_pepper(), email)


def document() -> Mapping[str, str]:
    """The secrets by name. They are cached for five minutes, so a rotated secret works without a
    new deployment.
    """
    return json_document(StackResources.load().secrets_arn)


def json_document(arn: str, refresh: bool = False) -> Mapping[str, Any]:
    """The JSON object in a secret, cached for five minutes; with `refresh` it is read again."""
    from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

    try:
        secrets = _provider().get(
            arn, max_age=CACHED_SECONDS, transform="json", force_fetch=refresh
        )
    except GetParameterError as error:
        raise error.__context__ or error from None  # the error of AWS itself, if there was one
    return secrets if isinstance(secrets, dict) else {}


@cache
def _provider() -> "SecretsProvider":
    """The reader of secrets. Its import takes 40 ms and is delayed until the first secret is read."""
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
    """Compares the pepper with the tables, once in the life of a process. A failure is not cached,
    so a corrected pepper works at once.
    """
    stored = find_pepper_check()
    if stored is not None and stored != identity.pepper_check(key):
        logger.error("another pepper: put the earlier one back, the secret's version AWSPREVIOUS")
        raise OtherPepper


@cache
def _bind_pepper(table: str, key: bytes) -> None:
    if find_pepper_check() is None:
        with suppress(WriteConflict):
            keep_pepper_check(identity.pepper_check(key))
    _check_pepper.cache_clear()
    _check_pepper(table, key)

"""The one secret document: the pepper of keyed hashes, the webhook secret of each provider, and ours at the provider of sign-ins."""

import json
import os
import time
from functools import lru_cache

from shared import aws, identity

KEPT_SECONDS = 300
LEAST_PEPPER = 16


class NotSetUp(Exception):
    """The secret document lacks what nothing works without."""


def webhook_secret(provider: str) -> str:
    """Empty where the provider is not set up."""
    return document().get(provider) or ""


def oidc_secret() -> str:
    """Of our client at the provider that staff signs in with; empty where nobody filled it in."""
    return document().get("oidc") or ""


def pepper() -> bytes:
    """The key of every keyed hash; raises `NotSetUp` where it is missing or too short to keep anything."""
    found = (document().get("pepper") or "").encode()
    if len(found) < LEAST_PEPPER:
        raise NotSetUp(f"the secret document needs a pepper of at least {LEAST_PEPPER} characters")
    return found


def lasting_pepper() -> bytes:
    """The same, asked for once: a pepper stays, or every keyed hash would change."""
    return _lasting_pepper(os.environ["SECRETS_ARN"])


def hash_email(email: str) -> str:
    """The keyed hash of a mailbox."""
    return identity.email_hash(pepper(), email)


def document() -> dict[str, str]:
    """Read once in five minutes, so that a rotated secret is taken up without a new deployment."""
    return _read(os.environ["SECRETS_ARN"], int(time.monotonic() // KEPT_SECONDS))


@lru_cache(maxsize=2)
def _lasting_pepper(_arn: str) -> bytes:
    return pepper()


@lru_cache(maxsize=2)
def _read(arn: str, _period: int) -> dict[str, str]:
    return json.loads(aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])

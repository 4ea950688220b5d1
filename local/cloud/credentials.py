"""The keys and secrets of one data folder, and the files that hold them.

* `keys.json` holds the keys and secrets. They are random and are made once.
* `local.json` describes the system that runs now; it is rewritten whenever that changes.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local.cloud.template import Template

LATER_PROVIDERS = (
    "square",
    "adyen",
    "paypal",
    "paddle",
    "paddle_sandbox",
    "paddle_classic",
    "lemonsqueezy",
    "bigcommerce",
)
"""Providers that are missing from the secret in the template. They cannot be added there, because a
changed definition would make every existing deployment generate a new pepper (decision 184). People
who deploy add the keys of these providers to the secret by hand.
"""


class CredentialsUnreadable(Exception):
    """keys.json exists but does not hold valid keys; the message says what to do."""


@dataclass(frozen=True)
class Credentials:
    """The keys and secrets of one data folder; `webhook_secrets` has one for each provider."""

    secret_key: str
    staff_key: str
    publishable_key: str
    pepper: str
    webhook_secrets: dict[str, str]

    def keys_by_scope(self) -> dict[str, str]:
        return {
            "shop": self.secret_key,
            "staff": self.staff_key,
            "publishable": self.publishable_key,
        }

    def secret_document(self, pepper_key: str = "pepper") -> dict[str, str]:
        """Returns the JSON document of the template's secret: the webhook secrets, and the pepper
        under `pepper_key`.
        """
        return {pepper_key: self.pepper, **self.webhook_secrets}


def secret_fields(template: Template) -> tuple[str, tuple[str, ...]]:
    """Returns the key under which the template's secret holds the pepper, and the names of the
    providers whose webhook secrets it holds.
    """
    for logical in template.resources("AWS::SecretsManager::Secret"):
        generated = template.properties(logical).get("GenerateSecretString", {})
        providers = json.loads(generated.get("SecretStringTemplate", "{}"))
        names = dict.fromkeys((*providers, *LATER_PROVIDERS)) if providers else ()
        return generated.get("GenerateStringKey", "pepper"), tuple(names)
    return "pepper", ()


def load_credentials(folder: Path, providers: tuple[str, ...]) -> Credentials:
    """Reads the credentials of the folder; missing ones are made and stored.

    So a folder of an older release gets secrets for providers that were added since. Raises
    CredentialsUnreadable.
    """
    path = folder / "keys.json"
    stored = _read(path) if path.exists() else {}
    webhook_secrets = stored.get("webhook_secrets", {})
    credentials = Credentials(
        stored.get("secret_key") or f"sk_{secrets.token_urlsafe(24)}",
        stored.get("staff_key") or f"ak_{secrets.token_urlsafe(24)}",
        stored.get("publishable_key") or f"pk_{secrets.token_urlsafe(24)}",
        stored.get("pepper") or secrets.token_urlsafe(36),
        {
            provider: webhook_secrets.get(provider) or _make_webhook_secret(provider)
            for provider in providers
        },
    )
    if asdict(credentials) != stored:
        write_private(path, asdict(credentials))
    return credentials


def write_private(path: Path, document: Mapping[str, object]) -> None:
    """Writes JSON to a file that only this user can read.

    The file is replaced in one step: a reader sees the old content or the new one, never a part.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(document, file, indent=2)
        file.write("\n")
    temporary.replace(path)


def _make_webhook_secret(provider: str) -> str:
    """Makes a webhook secret in the format that the provider uses."""
    match provider:
        case "stripe":
            return "whsec_" + secrets.token_hex(24)
        case "standard":
            return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        case "paddle_classic":
            return _make_private_key()
    return secrets.token_hex(32)


def _make_private_key() -> str:
    """Makes an RSA private key as PEM text. Its public half verifies the webhooks of Paddle
    Classic.
    """
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = generate_private_key(public_exponent=65_537, key_size=2_048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text())
    except (OSError, ValueError) as problem:
        raise CredentialsUnreadable(
            f"{path} cannot be read ({problem}); mend it, or remove it to get new keys and secrets"
        ) from None
    if not isinstance(document, dict) or not isinstance(document.get("webhook_secrets", {}), dict):
        raise CredentialsUnreadable(
            f"{path} does not hold keys; mend it, or remove it to get new keys and secrets"
        )
    return document

"""The keys and secrets of one data folder: random, made once, and the two files that tell them.

`keys.json` keeps them; `local.json` says what runs now and is written anew whenever that changes.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from local.cloud.template import Template

_WITH_PREFIX: dict[str, Callable[[], str]] = {
    "stripe": lambda: "whsec_" + secrets.token_hex(24),
    "standard": lambda: "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
}


class CredentialsUnreadable(Exception):
    """keys.json is there and is not what it should be."""


@dataclass(frozen=True)
class Credentials:
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
        return {pepper_key: self.pepper, **self.webhook_secrets}


def secret_fields(template: Template) -> tuple[str, tuple[str, ...]]:
    """The generated key of the template's secret (the pepper's) and the providers beside it."""
    for logical in template.resources("AWS::SecretsManager::Secret"):
        generated = template.properties(logical).get("GenerateSecretString", {})
        return generated.get("GenerateStringKey", "pepper"), tuple(
            json.loads(generated.get("SecretStringTemplate", "{}"))
        )
    return "pepper", ()


def load_credentials(folder: Path, providers: tuple[str, ...]) -> Credentials:
    """Those of the folder; made where missing, so that a provider added later gets its secret too."""
    path = folder / "keys.json"
    known = _read(path) if path.exists() else {}
    complete = Credentials(
        known.get("secret_key") or f"sk_{secrets.token_urlsafe(24)}",
        known.get("staff_key") or f"ak_{secrets.token_urlsafe(24)}",
        known.get("publishable_key") or f"pk_{secrets.token_urlsafe(24)}",
        known.get("pepper") or secrets.token_urlsafe(36),
        {
            provider: known.get("webhook_secrets", {}).get(provider) or _webhook_secret(provider)
            for provider in providers
        },
    )
    if asdict(complete) != known:
        write_private(path, asdict(complete))
    return complete


def write_private(path: Path, document: dict) -> None:
    """All of it or nothing, and for this user's eyes alone."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(document, file, indent=2)
        file.write("\n")
    temporary.replace(path)


def _webhook_secret(provider: str) -> str:
    return _WITH_PREFIX.get(provider, lambda: secrets.token_hex(32))()


def _read(path: Path) -> dict:
    try:
        known = json.loads(path.read_text())
    except (OSError, ValueError) as problem:
        raise CredentialsUnreadable(
            f"{path} cannot be read ({problem}); mend it, or remove it to get new keys and secrets"
        ) from None
    if not isinstance(known, dict) or not isinstance(known.get("webhook_secrets", {}), dict):
        raise CredentialsUnreadable(
            f"{path} does not hold keys; mend it, or remove it to get new keys and secrets"
        )
    return known

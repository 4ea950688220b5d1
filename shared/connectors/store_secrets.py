"""The secrets of connected stores. One secret of AWS holds them all, as a JSON object; each
connection knows the name of its entry.
"""

import json
from collections.abc import Iterator, Mapping

from shared import aws, secrets
from shared.settings import ConnectionSecretsSettings
from shared.store.programs.connections import list_connections

WEBHOOK_SECRET = "webhook_secret"


def find_secret(name: str, field: str | None = None) -> Mapping[str, str] | None:
    """The secret with this name; `None` if there is none, or if it lacks the given `field`.

    The cached copy may be older than the connection, so a missing secret is read again from AWS.
    """
    arn = ConnectionSecretsSettings.load().connection_secrets_arn
    for refresh in (False, True):
        found = secrets.json_document(arn, refresh).get(name)
        if isinstance(found, dict) and (field is None or field in found):
            return found
    return None


def read_secret(name: str) -> Mapping[str, str] | None:
    """The secret with this name as it is in AWS now; `None` if there is none."""
    return _read().get(name)


def keep_secret(name: str, fields: Mapping[str, str]) -> None:
    """Stores a secret. If two are stored at the same instant, the later one may overwrite the
    earlier, and that store must be connected again. Owners usually connect one store at a time.
    """
    _change({**_read(), name: dict(fields)})


def drop_secret(name: str) -> None:
    known = _read()
    if name in known:
        _change({other: fields for other, fields in known.items() if other != name})


def webhook_secrets(provider: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The ids of a provider's connected stores and their secrets. `WEBHOOK_SECRET` is the field
    that signs webhooks.
    """
    for connection in list_connections():
        if connection.provider == provider and connection.hooks:
            found = find_secret(connection.secret, WEBHOOK_SECRET)
            if found:
                yield connection.id, found


def _read() -> Mapping[str, Mapping[str, str]]:
    """All secrets, not from the cache: what is written back must be based on the newest state."""
    arn = ConnectionSecretsSettings.load().connection_secrets_arn
    text = aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    document = json.loads(text)
    return {name: fields for name, fields in document.items() if isinstance(fields, dict)}


def _change(document: Mapping[str, Mapping[str, str]]) -> None:
    arn = ConnectionSecretsSettings.load().connection_secrets_arn
    text = json.dumps(document)
    aws.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=text)

"""What opens connected stores, in a secret of its own: one JSON object by names that connections keep."""

import json
from collections.abc import Iterator, Mapping

from shared import aws, secrets
from shared.settings import ConnectionSecretsSettings
from shared.store.programs.connections import list_connections

WEBHOOK_SECRET = "webhook_secret"


def find_secret(name: str, field: str | None = None) -> Mapping[str, str] | None:
    """None where there is none of this name, with a `field` also where it lacks that.

    What is kept in memory may be older than the connection, so a missing one is read once more.
    """
    arn = ConnectionSecretsSettings.load().connection_secrets_arn
    for refresh in (False, True):
        found = secrets.json_document(arn, refresh).get(name)
        if isinstance(found, dict) and (field is None or field in found):
            return found
    return None


def keep_secret(name: str, fields: Mapping[str, str]) -> None:
    """Owners connect one store after the other; of two at one instant the later may win, and the
    other store asks to be connected again.
    """
    _change({**_read(), name: dict(fields)})


def drop_secret(name: str) -> None:
    known = _read()
    if name in known:
        _change({other: fields for other, fields in known.items() if other != name})


def webhook_secrets(provider: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What connected stores of a provider sign their webhooks with (`WEBHOOK_SECRET`) and are
    opened by, with the ids of their connections.
    """
    for connection in list_connections():
        if connection.provider == provider and connection.hooks:
            found = find_secret(connection.secret, WEBHOOK_SECRET)
            if found:
                yield connection.id, found


def _read() -> Mapping[str, Mapping[str, str]]:
    """As it stands now: nobody may write what was read a while ago."""
    arn = ConnectionSecretsSettings.load().connection_secrets_arn
    text = aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    document = json.loads(text)
    return {name: fields for name, fields in document.items() if isinstance(fields, dict)}


def _change(document: Mapping[str, Mapping[str, str]]) -> None:
    arn = ConnectionSecretsSettings.load().connection_secrets_arn
    text = json.dumps(document)
    aws.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=text)

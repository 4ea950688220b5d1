"""Reads and writes the secret document of a stack as a whole."""

import json
from collections.abc import Mapping

from local.operations.deployed_stack import CannotOperate, DeployedStack, client

SECRET = "Secrets"
PEPPER = "pepper"


def read_secrets(stack: DeployedStack) -> dict[str, str]:
    """The document; raises `CannotOperate` if it is not a JSON object with a pepper."""
    answer = client("secretsmanager").get_secret_value(SecretId=stack.physical(SECRET))
    try:
        document = json.loads(answer["SecretString"])
    except ValueError:
        document = None
    if not isinstance(document, dict) or not document.get(PEPPER):
        raise CannotOperate(
            "the secret document is not a JSON object with a pepper; restore its last backup"
        )
    return document


def write_secrets(
    stack: DeployedStack, before: Mapping[str, str], after: Mapping[str, str]
) -> None:
    """Replaces the document; raises `CannotOperate` if the pepper would change."""
    if before[PEPPER] != after[PEPPER]:
        raise CannotOperate("the pepper is the key of every stored hash and must never change")
    text = json.dumps(after, ensure_ascii=False)
    client("secretsmanager").put_secret_value(SecretId=stack.physical(SECRET), SecretString=text)

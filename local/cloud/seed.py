"""Runs inside the functions process: plants the folder's API keys where the authorizer looks for them."""

from local.cloud.clock import parse_instant
from shared.store.engine import open_tables
from shared.store.programs.api_keys import put_key


def handler(event: dict, context: object) -> dict:
    open_tables()
    for scope, key in event["keys"].items():
        put_key(key, scope, parse_instant(event["at"]))
    return {"planted": len(event["keys"])}

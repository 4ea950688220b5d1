"""Clients of AWS's services other than the tables, with no more patience than those who wait for our answer."""

from functools import cache
from typing import Any

PATIENCE_SECONDS = {"connect_timeout": 1, "read_timeout": 3}
MOST_ATTEMPTS = 3
MOST_CONNECTIONS = 32


@cache
def client(service: str, **more: object) -> Any:
    """Made from botocore alone: boto3 would double the cold start; read late, so that only functions that need one pay for it."""
    import botocore.session
    from botocore.config import Config

    retries = {"total_max_attempts": MOST_ATTEMPTS, "mode": "standard"}
    config = Config(
        max_pool_connections=MOST_CONNECTIONS, retries=retries, **PATIENCE_SECONDS, **more
    )
    return botocore.session.get_session().create_client(service, config=config)

"""Clients of AWS's services other than the tables. They give up sooner than those who wait for us."""

from functools import cache
from typing import Any

PATIENCE_SECONDS = {"connect_timeout": 1, "read_timeout": 3}
MOST_ATTEMPTS = 3
MOST_CONNECTIONS = 32


@cache
def client(service: str, **options: Any) -> Any:
    """A client of a service, with further options of botocore's `Config`.

    It is made from botocore alone: boto3 would double the cold start.
    """
    import botocore.session  # only functions that need a client wait for it
    from botocore.config import Config

    retries = {"total_max_attempts": MOST_ATTEMPTS, "mode": "standard"}
    config = Config(
        max_pool_connections=MOST_CONNECTIONS, retries=retries, **PATIENCE_SECONDS, **options
    )
    return botocore.session.get_session().create_client(service, config=config)

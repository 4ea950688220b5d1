"""Clients of AWS services other than DynamoDB. Their timeouts are shorter than those of our own
callers.
"""

from functools import cache
from typing import Any

CONNECT_SECONDS, READ_SECONDS = 1, 3
MOST_ATTEMPTS = 3
MOST_CONNECTIONS = 32


@cache
def client(service: str, parameter_validation: bool = True) -> Any:
    """A client of a service. It uses botocore, because boto3 would double the time of a cold start."""
    import botocore.session  # slow; loaded only if a client is needed
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=MOST_CONNECTIONS,
        parameter_validation=parameter_validation,
        retries={"total_max_attempts": MOST_ATTEMPTS, "mode": "standard"},
    )
    return botocore.session.get_session().create_client(service, config=config)

"""The one DynamoDB client that all requests to the tables share."""

from functools import cache

from botocore.config import Config
from pynamodb.connection import Connection

from shared.store import deadline, plain_client

MOST_CONNECTIONS = 32
"""Size of the connection pool. It must be at least the number of threads that send requests at the
same time; if not, connections are closed and opened again.
"""
CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 3
MOST_RETRIES = 2
"""Further attempts at a request that was throttled, failed or got no answer."""


@cache
def connection() -> Connection:
    made = Connection(
        max_pool_connections=MOST_CONNECTIONS,
        connect_timeout_seconds=CONNECT_TIMEOUT_SECONDS,
        read_timeout_seconds=READ_TIMEOUT_SECONDS,
        max_retry_attempts=MOST_RETRIES,
    )
    # Without this, botocore builds the name anew for every request: a tenth of its time.
    made.session.set_default_client_config(Config(user_agent="grapevine"))
    plain_client.simplify(made.session)
    plain_client.send_as_given(made.client.meta.events)
    made.client.meta.events.register("before-send.dynamodb.*", deadline.check)
    return made

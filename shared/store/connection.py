"""The one client that every request to the tables goes by."""

from functools import cache

from botocore.config import Config
from pynamodb.connection import Connection

from shared.store import deadline

MOST_CONNECTIONS = 32
"""At least as many as threads that ask at once, or connections are closed and opened again."""
CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 3
MOST_RETRIES = 2
"""Further attempts at one request after it was throttled, broken or not answered."""


@cache
def connection() -> Connection:
    made = Connection(
        max_pool_connections=MOST_CONNECTIONS,
        connect_timeout_seconds=CONNECT_TIMEOUT_SECONDS,
        read_timeout_seconds=READ_TIMEOUT_SECONDS,
        max_retry_attempts=MOST_RETRIES,
    )
    # botocore would build the name from twelve parts for each request, a tenth of its time.
    made.session.set_default_client_config(Config(user_agent="grapevine"))
    made.client.meta.events.register("before-send.dynamodb.*", deadline.check)
    return made

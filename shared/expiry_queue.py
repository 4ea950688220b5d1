"""What a run of expiring credit has still to do, as messages of its queue: the ledger from a place on, or one account's own turn."""

import json
import os
from functools import cache
from typing import Any, NamedTuple

from shared.store.keys import Key


class Turn(NamedTuple):
    """`time` is the run's, RFC 3339. `owner` is one account, without it the page of the ledger that follows `after`."""

    time: str
    after: Key | None = None
    owner: tuple[str, str] | None = None


@cache
def _client() -> Any:
    import botocore.session

    return botocore.session.get_session().create_client("sqs")


def ask(turn: Turn) -> None:
    _client().send_message(QueueUrl=os.environ["EXPIRY_QUEUE"], MessageBody=json.dumps(turn._asdict()))


def turn_of(body: str) -> Turn:
    """What `ask` said; a schedule's own event, which names its time alone, is the first page of a run."""
    asked = json.loads(body)
    after, owner = asked.get("after"), asked.get("owner")
    return Turn(asked["time"], Key(*after) if after else None, tuple(owner) if owner else None)

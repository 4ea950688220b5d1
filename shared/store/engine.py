"""The one way to the tables: named at cold start, read many at a time, written all or nothing."""

import json
import os
import random
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from itertools import batched
from typing import NamedTuple

from botocore.config import Config
from botocore.exceptions import ClientError
from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.connection import Connection, TableConnection
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from shared.store import deadline
from shared.store.keys import Key

MOST_KEYS_A_READ = 100
MOST_WRITES = 100
MOST_ATTEMPTS = 40
MOST_CONNECTIONS = 32
"""At least as many as threads may ask at once, or connections are closed and opened all the time."""
LONGEST_PAUSE_SECONDS = 0.4
PATIENCE = {"connect_timeout_seconds": 1, "read_timeout_seconds": 3, "max_retry_attempts": 2}
"""With one request: an attempt, and those after it where it was throttled, broken or not answered."""
PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class WriteConflict(Exception):
    """What a decision was based on has changed since it was read; read and decide again.

    `places` are the writes that failed, in the order of a transaction: checks first, then deletions, then puts.
    """

    def __init__(self, places: Sequence[int] = ()):
        super().__init__(f"conditions failed at {list(places)}")
        self.places = tuple(places)


class TableBusy(Exception):
    """So many others wrote the same items that this one never came to it; the caller may try later."""


class Item(Model):
    """One item: its key alone; each kind adds its own fields."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    @property
    def key(self) -> Key:
        return Key(self.pk, self.sk)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        """All kinds ask by the one client: their own would cost each of them 60 ms at its first query, and know no deadline."""
        table = super()._get_connection()
        if table.connection is not connection():
            with suppress(ValueError):  # of a table that another kind told of
                connection().add_meta_table(table.get_meta_table())
            table.connection = connection()
        return table


class CompactJson(JSONAttribute):
    """JSON without the spaces, because every kilobyte of an item is a write unit."""

    def serialize(self, value: object) -> str:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class AttributionsItem(Item):
    class Meta:
        table_name = ""
        environment = "ATTRIBUTIONS_TABLE"


class LedgerItem(Item):
    class Meta:
        table_name = ""
        environment = "LEDGER_TABLE"


class ProgramsItem(Item):
    class Meta:
        table_name = ""
        environment = "PROGRAMS_TABLE"


class Write(NamedTuple):
    """One part of a transaction: put the item, or only check or delete its key, where the condition holds; or only `add` to it."""

    item: Item
    condition: Condition | None = None
    check_only: bool = False
    delete: bool = False
    add: Action | None = None


def open_tables() -> None:
    """Name the tables as the environment does; cheap where they are named already."""
    for base in (AttributionsItem, LedgerItem, ProgramsItem):
        base.Meta.table_name = os.environ[base.Meta.environment]


@cache
def connection() -> Connection:
    """The client's name is a fixed one: botocore would put it together from twelve parts for each request, a tenth of its time."""
    made = Connection(max_pool_connections=MOST_CONNECTIONS, **PATIENCE)
    made.session.set_default_client_config(Config(user_agent="grapevine"))
    made.client.meta.events.register("before-send.dynamodb.*", deadline.check)
    return made


def read(wanted: Iterable[tuple[type[Item], Key]]) -> dict[Key, Item]:
    """The items that exist among those wanted, of any tables, read consistently in one round trip for each hundred."""
    kinds = {(kind.Meta.table_name, key): kind for kind, key in wanted}
    found: dict[Key, Item] = {}
    for some in batched(kinds, MOST_KEYS_A_READ, strict=False):
        requests: dict[str, dict] = {}
        for table, key in some:
            request = requests.setdefault(table, {"Keys": [], "ConsistentRead": True})
            request["Keys"].append({"pk": {"S": key.pk}, "sk": {"S": key.sk}})
        for table, raw in _batches(requests):
            key = Key(raw["pk"]["S"], raw["sk"]["S"])
            found[key] = kinds[table, key].from_raw_data(raw)
    return found


def _batches(requests: dict) -> Iterable[tuple[str, dict]]:
    for attempt in range(MOST_ATTEMPTS):
        answer = connection().dispatch("BatchGetItem", {"RequestItems": requests})
        for table, rows in answer["Responses"].items():
            yield from ((table, raw) for raw in rows)
        requests = answer.get("UnprocessedKeys")
        if not requests:
            return
        pause(attempt)
    raise TableBusy("the tables answer only a part of what is asked")


def write(writes: Sequence[Write]) -> None:
    """Write all or nothing; raises `Conflict` where a condition does not hold or another transaction is in the way."""
    if not writes:
        return
    if len(writes) > MOST_WRITES:
        raise ValueError(f"{len(writes)} writes do not fit one transaction of {MOST_WRITES}")
    try:
        with TransactWrite(connection=connection()) as transaction:
            for part in writes:
                if part.check_only:
                    transaction.condition_check(
                        type(part.item), part.item.pk, part.item.sk, condition=part.condition
                    )
                elif part.delete:
                    transaction.delete(part.item, condition=part.condition)
                elif part.add:
                    transaction.update(part.item, actions=[part.add])
                else:
                    transaction.save(part.item, condition=part.condition)
    except TransactWriteError as error:
        conflict = _conflict(error)
        if conflict is None:
            raise
        raise conflict from error


def _conflict(error: TransactWriteError) -> WriteConflict | None:
    reasons = [reason.code if reason else None for reason in error.cancellation_reasons]
    failed = [place for place, code in enumerate(reasons) if code == "ConditionalCheckFailed"]
    told = error.cause_response_code if isinstance(error.cause, ClientError) else None
    passing = any(code in PASSING for code in reasons) or told in {
        "TransactionInProgressException",
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "InternalServerError",
    }
    return WriteConflict(failed) if failed or passing else None


def retrying[T](attempt: Callable[[], T]) -> T:
    """What `attempt` returns once it meets no conflict, each try reading afresh; raises `TableBusy` when it never does."""
    for number in range(MOST_ATTEMPTS):
        try:
            return attempt()
        except WriteConflict:
            pause(number)
    raise TableBusy(f"{MOST_ATTEMPTS} attempts met a conflict")


def pause(attempt: int) -> None:
    """Wait at random, longer with each attempt (full jitter)."""
    time.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.005 * 2**attempt)))

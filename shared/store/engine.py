"""Reads many items in one request, and writes transactions: all or nothing."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any, ClassVar

from botocore.exceptions import ClientError
from pynamodb.constants import ALL_OLD
from pynamodb.exceptions import TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from shared.settings import TableNames
from shared.store.connection import connection
from shared.store.items import (
    ABSENT,
    AttributionsItem,
    Item,
    LedgerItem,
    ProgramsItem,
    RawItem,
    not_newer_than,
)
from shared.store.keys import Key

MOST_KEYS_A_READ = 100
MOST_WRITES = 100
MOST_ATTEMPTS = 40
LONGEST_PAUSE_SECONDS = 0.4
PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
"""Codes of cancelled transactions that may succeed if they are tried again soon."""
PASSING_ERRORS = {
    "TransactionInProgressException",
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "InternalServerError",
}

type ItemRequest = tuple[type[Item], Key]
"""An item to read: its class and its key."""


class WriteConflict(Exception):
    """An item has changed since it was read, or another transaction was in the way. The caller must
    read and decide again.

    `places` are the positions (from 0) of the writes whose conditions failed, in the order of a
    transaction: checks, deletions, puts, additions.
    """

    def __init__(self, places: Sequence[int] = ()):
        super().__init__(f"conditions failed at {list(places)}")
        self.places = tuple(places)


class TableBusy(Exception):
    """Too many writers use the same items at the moment. The caller may try again later."""


@dataclass(frozen=True)
class Write:
    """One part of a transaction: puts the item. If the condition does not hold, or the stored item
    has a newer version, the whole transaction fails.
    """

    ORDER: ClassVar[int] = 2
    item: Item
    condition: Condition | None = None

    def request(self) -> dict[str, Any]:
        return self.item.put_request(*self._guard())

    def _guard(self) -> tuple[Condition, str | None]:
        """The full condition, and what DynamoDB returns if it fails."""
        if self.condition is ABSENT:
            return ABSENT, None
        readable = not_newer_than(self.item.VERSION)
        return readable if self.condition is None else self.condition & readable, ALL_OLD


class Check(Write):
    """Writes nothing. The transaction fails if the condition does not hold for the item at the key."""

    ORDER = 0

    def request(self) -> dict[str, Any]:
        condition, returned = self._guard()
        return self.item.check_request(condition, returned)


class Delete(Write):
    """Deletes the item at the key if the condition holds."""

    ORDER = 1

    def request(self) -> dict[str, Any]:
        return self.item.get_delete_kwargs_from_instance(*self._guard())


@dataclass(frozen=True)
class Add(Write):
    """Applies an update action, such as adding to a number, to the item at the key. Creates the
    item if there is none.
    """

    ORDER = 3
    action: Action = field(kw_only=True)

    def request(self) -> dict[str, Any]:
        actions = [self.action, self.item.version_action()]
        return self.item.get_update_kwargs_from_instance(actions, *self._guard())


class FoundItems:
    """The items that a read has found, each in the class in which it was requested."""

    def __init__(self, items: dict[ItemRequest, Item]) -> None:
        self._items = items

    def get[T: Item](self, kind: type[T], key: Key) -> T | None:
        """The item of this kind at the key; `None` if it was not requested or does not exist."""
        item = self._items.get((kind, key))
        return item if isinstance(item, kind) else None

    def of[T: Item](self, kind: type[T]) -> list[T]:
        """All items of this kind that were found."""
        return [item for item in self._items.values() if isinstance(item, kind)]


def open_tables() -> None:
    """Sets the table names from the environment. Repeated calls are cheap."""
    names = TableNames.load()
    AttributionsItem.Meta.table_name = names.attributions_table
    LedgerItem.Meta.table_name = names.ledger_table
    ProgramsItem.Meta.table_name = names.programs_table


def find[T: Item](kind: type[T], key: Key) -> T | None:
    """Reads one item with strong consistency; `None` if there is none. Raises as `read` does."""
    return read([(kind, key)]).get(kind, key)


def read(requests: Iterable[ItemRequest]) -> FoundItems:
    """Reads items of any tables with strong consistency, in one round trip for each hundred items.
    Raises `UnreadableItem`, and `TableBusy` if DynamoDB keeps leaving items out.
    """
    kinds = {(kind.Meta.table_name, key): kind for kind, key in requests}
    found: dict[ItemRequest, Item] = {}
    for places in batched(kinds, MOST_KEYS_A_READ, strict=False):
        tables: dict[str, dict[str, Any]] = {}
        for table, key in places:
            request = tables.setdefault(table, {"Keys": [], "ConsistentRead": True})
            request["Keys"].append({"pk": {"S": key.pk}, "sk": {"S": key.sk}})
        for table, raw in _batches(tables):
            key = Key(raw["pk"]["S"], raw["sk"]["S"])
            kind = kinds[table, key]
            found[kind, key] = kind.from_raw_data(raw)
    return FoundItems(found)


def _batches(requests: dict[str, dict[str, Any]]) -> Iterator[tuple[str, RawItem]]:
    for attempt in range(MOST_ATTEMPTS):
        answer = connection().dispatch("BatchGetItem", {"RequestItems": requests})
        for table, rows in answer["Responses"].items():
            yield from ((table, raw) for raw in rows)
        requests = answer.get("UnprocessedKeys") or {}
        if not requests:
            return
        pause(attempt)
    raise TableBusy("the tables answer only a part of what is asked")


def write(writes: Sequence[Write]) -> None:
    """Writes all parts or none.

    Raises `WriteConflict` if a condition does not hold or another transaction is in the way,
    `UnreadableItem` if an item has a version that this release does not know, and `ValueError` for
    more than `MOST_WRITES` parts.
    """
    if not writes:
        return
    if len(writes) > MOST_WRITES:
        raise ValueError(f"{len(writes)} writes do not fit one transaction of {MOST_WRITES}")
    ordered = sorted(writes, key=lambda part: part.ORDER)
    checks, deletions, puts, additions = _requests(ordered)
    try:
        connection().transact_write_items(checks, deletions, puts, additions)
    except TransactWriteError as error:
        conflict = _conflict(error, ordered)
        if conflict is None:
            raise
        raise conflict from error


def _requests(writes: Sequence[Write]) -> tuple[list[dict[str, Any]], ...]:
    """The requests of a transaction in four lists: checks, deletions, puts, additions."""
    requests: tuple[list[dict[str, Any]], ...] = ([], [], [], [])
    for part in writes:
        requests[part.ORDER].append(part.request())
    return requests


def _conflict(error: TransactWriteError, writes: Sequence[Write]) -> WriteConflict | None:
    """The `WriteConflict` behind an error; `None` for any other error. Raises `UnreadableItem` if a
    condition failed because the stored item has a newer version.
    """
    reasons = error.cancellation_reasons
    codes = [reason.code if reason else None for reason in reasons]
    failed = [place for place, code in enumerate(codes) if code == "ConditionalCheckFailed"]
    for place in failed:
        reason = reasons[place]
        if reason and reason.raw_item:
            writes[place].item.check_version(reason.raw_item)
    code = error.cause_response_code if isinstance(error.cause, ClientError) else None
    passing = code in PASSING_ERRORS or any(code in PASSING for code in codes)
    return WriteConflict(failed) if failed or passing else None


def put_alone(item: Item) -> None:
    """Puts one item in a request of its own, at half of what a transaction costs. It replaces
    whatever is at the key, so only items may be put that nobody else writes. Raises `TableBusy`.
    """
    request = {"TableName": item.Meta.table_name, "Item": item.serialize()}

    def attempt() -> None:
        try:
            connection().dispatch("PutItem", dict(request))
        except ClientError as error:
            if error.response["Error"]["Code"] in PASSING_ERRORS:
                raise WriteConflict from error
            raise

    retrying(attempt)


def add_to(item: Item, *actions: Action) -> None:
    """Changes numbers of one item. Creates the item if there is none. Afterwards `item` has the new
    values. Raises `UnreadableItem`.
    """
    try:
        item.update([*actions, item.version_action()], condition=not_newer_than(item.VERSION))
    except UpdateError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            find(type(item), item.key)
        raise


def retrying[T](attempt: Callable[[], T]) -> T:
    """The result of the first attempt without a `WriteConflict`.

    `attempt` must read its items again each time. Raises `TableBusy` after `MOST_ATTEMPTS`.
    """
    for number in range(MOST_ATTEMPTS):
        try:
            return attempt()
        except WriteConflict:
            pause(number)
    raise TableBusy(f"{MOST_ATTEMPTS} attempts met a conflict")


def pause(attempt: int) -> None:
    """Waits for a random time, longer on average with each attempt (full jitter)."""
    time.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.005 * 2**attempt)))

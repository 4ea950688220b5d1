"""MiniStack's tables in memory: records and undoes what a request changes, saves and loads tables.

Only this module uses private names of MiniStack. MiniStack's version is pinned, and tests fail if
these names change. MiniStack handles each request in one step of the event loop, so all changes
recorded during a request belong to it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import batched
from types import ModuleType
from typing import Any

from local.cloud.table_files import Entry

_NOT_DESCRIPTION = ("items", "_index_members")
_KEPT_BESIDE_TABLES = (
    "tags",
    "ttl_settings",
    "pitr_settings",
    "kinesis_destinations",
    "contributor_insights",
    "backups",
    "resource_policies",
    "exports",
    "imports",
)
_ITEMS_A_LINE = 64

type StoredItem = dict[str, Any]
type StoredTable = dict[str, Any]
"""MiniStack's own format: the description of a table, and its items by key and sort key."""
type StreamStamp = list[Any]
"""The name of the change, and the id, sequence number and time of its stream record."""


@dataclass
class ItemChange:
    """A written item: the new one (None if it was removed) and the one before (None if it is new)."""

    table: StoredTable
    key: str
    sort_key: str
    item: StoredItem | None
    before: StoredItem | None
    stamp: StreamStamp | None = None


@dataclass
class RequestChanges:
    """The items that one request changed, in order, and the idempotency token of its transaction."""

    items: list[ItemChange] = field(default_factory=list)
    token: str | None = None


class AnyRequest:
    def __eq__(self, other: object) -> bool:
        """Always True: after a restart only the token of an earlier request is known."""
        return True

    def __hash__(self) -> int:
        return 0


class EngineTables:
    """The tables of MiniStack's module `dynamodb`. Every change of a table is added to `changes`."""

    def __init__(self, dynamodb: ModuleType) -> None:
        self.dynamodb = dynamodb
        self.changes = RequestChanges()
        self._put, self._remove = dynamodb._set_item, dynamodb._remove_item
        self._build_record = dynamodb._build_change_record
        self._store_token = dynamodb._txn_token_store
        self._next_sequence = dynamodb._next_stream_seq
        self._read_stream = dynamodb.stream_records_since
        self._last_sequence = 0
        replacements = {
            "_set_item": self._note_put,
            "_remove_item": self._note_removed,
            "_build_change_record": self._note_record,
            "_txn_token_store": self._note_token,
            "_next_stream_seq": self._make_sequence,
            "stream_records_since": self._read_and_forget,
            "get_state": lambda: None,
            "load_persisted_state": lambda _: None,
        }
        for name, replacement in replacements.items():
            setattr(dynamodb, name, replacement)

    def _note_put(
        self, table: StoredTable, key: str, sort_key: str, item: StoredItem
    ) -> StoredItem | None:
        before: StoredItem | None = self._put(table, key, sort_key, item)
        self.changes.items.append(ItemChange(table, key, sort_key, item, before))
        return before

    def _note_removed(self, table: StoredTable, key: str, sort_key: str) -> StoredItem | None:
        before: StoredItem | None = self._remove(table, key, sort_key)
        if before is not None:
            self.changes.items.append(ItemChange(table, key, sort_key, None, before))
        return before

    def _note_record(self, table: StoredTable, event: str, *images: object) -> dict[str, Any]:
        """Builds the stream record of the change that was recorded last."""
        record: dict[str, Any] = self._build_record(table, event, *images)
        body = record["dynamodb"]
        time = body["ApproximateCreationDateTime"]
        self.changes.items[-1].stamp = [event, record["eventID"], body["SequenceNumber"], time]
        return record

    def _note_token(self, token: str, entry: dict[str, Any]) -> None:
        self.changes.token = token
        self._store_token(token, entry)

    def _make_sequence(self) -> str:
        """Returns a number greater than all before, even if the machine's clock was set back."""
        self._last_sequence = max(self._last_sequence + 1, int(self._next_sequence()))
        return f"{self._last_sequence:030d}"

    def _read_and_forget(
        self, table: str, position: int, limit: int, **scope: str
    ) -> list[dict[str, Any]]:
        """Returns the records of a stream from `position` on, and deletes those before it, which
        the supervisor has stored.
        """
        records = self.dynamodb.stream_live_records(table, **scope)
        read = max(0, position - self.dynamodb.stream_start_position(table, **scope))
        del records[:read]
        trimmed = self.dynamodb._stream_trimmed
        trimmed[table] = trimmed.get(table, 0) + read
        result: list[dict[str, Any]] = self._read_stream(table, position, limit, **scope)
        return result

    def take_changes(self) -> RequestChanges:
        changes, self.changes = self.changes, RequestChanges()
        return changes

    def undo(self, changes: RequestChanges) -> None:
        """Undoes the changes, which must be the last ones that were made."""
        for change in reversed(changes.items):
            if change.before is None:
                self._remove(change.table, change.key, change.sort_key)
            else:
                self._put(change.table, change.key, change.sort_key, change.before)
            if change.stamp:
                self._stream(change.table).pop()
        if changes.token:
            self.dynamodb._txn_idempotency.pop(changes.token, None)

    def _stream(self, table: StoredTable) -> list[dict[str, Any]]:
        streams = self.dynamodb._stream_records._data
        records: list[dict[str, Any]] = streams.setdefault(_place(table["TableArn"]), [])
        return records

    def copy_tables(self) -> dict[tuple[str, str, str], StoredTable]:
        """Returns the tables for `put_tables_back`; their items are shared, not copied."""
        return {place: dict(table) for place, table in self.dynamodb._tables._data.items()}

    def put_tables_back(self, tables: dict[tuple[str, str, str], StoredTable]) -> None:
        self.dynamodb._tables._data = tables

    def describe_changes(self, changes: RequestChanges) -> Entry:
        items = [
            [change.table["TableArn"], change.key, change.sort_key, change.item, change.stamp]
            for change in changes.items
        ]
        return ["changes", items, changes.token]

    def describe_tables(self) -> Entry:
        """Returns a line that describes all tables, without their items and streams."""
        from ministack.core.persistence import _json_default

        tables = {
            table["TableArn"]: {
                name: value for name, value in table.items() if name not in _NOT_DESCRIPTION
            }
            for table in self.dynamodb._tables.all_values()
        }
        beside = {name: getattr(self.dynamodb, f"_{name}") for name in _KEPT_BESIDE_TABLES}
        return ["tables", tables, json.dumps(beside, default=_json_default)]

    def describe_all(self) -> Iterator[Entry]:
        """Yields the lines of a checkpoint: the tables as they are when the first line is read.

        MiniStack replaces an item and never changes it, so the items are not copied.
        """
        first = self.describe_tables()
        items = {
            table["TableArn"]: [
                (key, sort_key, item)
                for key, partition in table["items"].items()
                for sort_key, item in partition.items()
            ]
            for table in self.dynamodb._tables.all_values()
        }
        streams = {
            place: list(records) for place, records in self.dynamodb._stream_records._data.items()
        }
        last_sequence = self._last_sequence
        yield first
        for arn, placed_items in items.items():
            for page in batched(placed_items, _ITEMS_A_LINE, strict=False):
                yield ["items", arn, page]
        for place, records in streams.items():
            for page in batched(records, _ITEMS_A_LINE, strict=False):
                yield ["stream", place, page]
        yield ["end", last_sequence]

    def apply(self, entry: Entry) -> None:
        """Applies a line of a saved file. Lines must come in the order in which they were written."""
        kind, *content = entry
        match kind:
            case "state":
                self._apply_state(*content)
            case "tables":
                self._apply_tables(*content)
            case "items":
                arn, placed_items = content
                partitions = self._table(arn)["items"]
                for key, sort_key, item in placed_items:
                    partitions[key][sort_key] = item
            case "stream":
                place, records = content
                self.dynamodb._stream_records._data.setdefault(tuple(place), []).extend(records)
            case "changes":
                self._apply_changes(*content)
            case "end":
                (self._last_sequence,) = content

    def _table(self, arn: str) -> StoredTable:
        table: StoredTable = self.dynamodb._tables._data[_place(arn)]
        return table

    def _apply_state(self, text: str) -> None:
        """Loads a whole state in MiniStack's own format, in which the streams are separate."""
        from ministack.core.persistence import _json_object_hook

        document = json.loads(text, object_hook=_json_object_hook)
        state = document.get("payload", document)
        self.dynamodb._restore_state(state)
        self.dynamodb._stream_records.update(state.get("streams", {}))
        for records in self.dynamodb._stream_records.all_values():
            for record in records:
                self._pass_sequence(record["dynamodb"]["SequenceNumber"])

    def _apply_tables(self, descriptions: dict[str, StoredTable], beside: str) -> None:
        """Replaces the descriptions of the tables; a table that stays keeps its items.

        The records of a stream that ended are dropped.
        """
        from ministack.core.persistence import _json_object_hook

        before, tables = self.dynamodb._tables._data, {}
        for arn, description in descriptions.items():
            items = before.get(_place(arn), {}).get("items", defaultdict(dict))
            tables[_place(arn)] = {**description, "items": items}
        for place, table in before.items():
            if table.get("LatestStreamArn") != tables.get(place, {}).get("LatestStreamArn"):
                self.dynamodb._stream_records._data.pop(place, None)
        self.dynamodb._tables._data = tables
        for name, store in json.loads(beside, object_hook=_json_object_hook).items():
            getattr(self.dynamodb, f"_{name}")._data = store._data

    def _apply_changes(self, items: list[list[Any]], token: str | None) -> None:
        for arn, key, sort_key, item, stamp in items:
            table = self._table(arn)
            place = (table, key, sort_key)
            before = self._remove(*place) if item is None else self._put(*place, item)
            if stamp:
                self._stream(table).append(self._rebuild_record(table, before, item, stamp))
        if token:
            self._store_token(token, {"signature": AnyRequest(), "response": {}, "sizes": {}})

    def _rebuild_record(
        self,
        table: StoredTable,
        before: StoredItem | None,
        item: StoredItem | None,
        stamp: StreamStamp,
    ) -> dict[str, Any]:
        event, identifier, sequence, created = stamp
        view = table["StreamSpecification"].get("StreamViewType", "NEW_AND_OLD_IMAGES")
        record: dict[str, Any] = self._build_record(table, event, before, item, view)
        record["eventID"], record["awsRegion"] = identifier, _place(table["TableArn"])[1]
        record["dynamodb"] |= {"SequenceNumber": sequence, "ApproximateCreationDateTime": created}
        self._pass_sequence(sequence)
        return record

    def _pass_sequence(self, sequence: str) -> None:
        self._last_sequence = max(self._last_sequence, int(sequence))


def _place(arn: str) -> tuple[str, str, str]:
    """Returns the account, region and name in a table's ARN, by which MiniStack finds the table."""
    _, _, _, region, account, resource = arn.split(":", 5)
    return account, region, resource.partition("/")[2]

"""What all stored items have in common: a key, and the version of the form in which they were
written (docs/upgrading.md).
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Self

from pynamodb.attributes import Attribute, UnicodeAttribute
from pynamodb.connection import TableConnection
from pynamodb.constants import NUMBER, STRING
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from shared.domain.instants import instant_text, read_instant
from shared.log import logger
from shared.store.codec import JSON, Form
from shared.store.connection import connection
from shared.store.keys import Key
from shared.store.prepared_kind import prepared

type RawItem = Mapping[str, Mapping[str, Any]]
"""An item in the form that DynamoDB sends: `{"pk": {"S": "ORDER#1001"}, ...}`."""


class UnreadableItem(Exception):
    """An item has a version that this release does not know. It is not decoded and not overwritten."""

    def __init__(self, kind: type["Item"], key: Key, version: int | None):
        reads = f"this release reads {kind.__name__} up to version {kind.VERSION}"
        super().__init__(
            f"{key.pk} {key.sk} in {kind.Meta.table_name} has no version: it was written before"
            f" release 0.2.0; {reads}. Take the data away, or bring it into today's form."
            if version is None
            else f"{key.pk} {key.sk} in {kind.Meta.table_name} has version {version}; {reads}."
            " Deploy the release that wrote it, or a newer one."
        )
        self.kind, self.key, self.version = kind, key, version


class JsonAttribute[T](Attribute[T]):
    """A value as JSON text. The text has no spaces, because every kilobyte of an item costs a write
    unit.
    """

    attr_type = STRING

    def __init__(self, form: Form[T] = JSON, **options: Any) -> None:
        super().__init__(**options)
        self.form = form

    def serialize(self, value: T) -> str:
        return json.dumps(self.form.encode(value), separators=(",", ":"), ensure_ascii=False)

    def deserialize(self, value: str) -> T:
        return self.form.decode(json.loads(value))


class IntegerAttribute(Attribute[int]):
    attr_type = NUMBER

    def serialize(self, value: int) -> str:
        return str(int(value))

    def deserialize(self, value: str) -> int:
        return int(value)


class InstantAttribute(Attribute[datetime]):
    """An instant as RFC 3339 text in UTC."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        return instant_text(value)

    def deserialize(self, value: str) -> datetime:
        return read_instant(value)


class Item(Model):
    """The base class of all kinds of items.

    A kind raises its `VERSION` when its stored form changes. Items are always written in that
    version. After a read, `v` is the version in which the item was written, so code that reads two
    forms can tell them apart.
    """

    VERSION: ClassVar[int] = 1
    PRIVATE_KEY: ClassVar[bool] = False
    """Whether the partition key contains a login, a token or text that a caller of the API chose.
    Such a key must not be logged.
    """
    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    v = IntegerAttribute(null=True)

    def __init__(
        self, pk: str | None = None, sk: str | None = None, /, **attributes: object
    ) -> None:
        """Raises `TypeError` for an attribute that the kind does not have."""
        self.attribute_values = prepared(type(self)).values(pk, sk, attributes)

    @property
    def key(self) -> Key:
        return Key(self.pk, self.sk)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        """The table, through the shared client. A client for each kind would cost 60 ms each and
        would not respect the deadline.
        """
        table = super()._get_connection()
        if table.connection is not connection():
            with suppress(ValueError):  # another kind has added this table
                connection().add_meta_table(table.get_meta_table())
            table.connection = connection()
        return table

    @classmethod
    def from_raw_data(cls, data: RawItem) -> Self:
        """The item from its stored form. Raises `UnreadableItem`."""
        cls.check_version(data)
        item = cls()
        prepared(cls).decode(data, item.attribute_values)
        return item

    @classmethod
    def check_version(cls, data: RawItem) -> None:
        """Logs the item and raises `UnreadableItem` if this release does not know the item's
        version.
        """
        version = int(data["v"]["N"]) if "v" in data else None
        if version is None or version > cls.VERSION:
            key = Key(data["pk"]["S"], data["sk"]["S"])
            shown = f"{key.pk.partition('#')[0]}#…" if cls.PRIVATE_KEY else f"{key.pk} {key.sk}"
            fields = {"item": shown, "version": version, "known_version": cls.VERSION}
            logger.error("unreadable item", extra=fields)
            raise UnreadableItem(cls, key, version)

    def serialize(self, null_check: bool = True) -> dict[str, dict[str, Any]]:
        """The item in its stored form: with this release's version, and without attributes that
        have their default value.
        """
        stored = prepared(type(self)).encode(self.attribute_values, null_check)
        stored["v"] = {"N": str(self.VERSION)}
        return stored

    def version_action(self) -> Action:
        """The action that sets the version; every update of single attributes includes it."""
        return Item.v.set(self.VERSION)

    def put_request(self, condition: Condition, returned: str | None) -> dict[str, Any]:
        """The request that puts the item in a transaction."""
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        request = {
            "TableName": self.Meta.table_name,
            "Item": self.serialize(),
            "ConditionExpression": condition.serialize(names, values),
            "ExpressionAttributeNames": {short: name for name, short in names.items()},
        }
        if values:
            request["ExpressionAttributeValues"] = values
        if returned:
            request["ReturnValuesOnConditionCheckFailure"] = returned
        return request

    def check_request(self, condition: Condition, returned: str | None) -> dict[str, Any]:
        """The request of a condition check in a transaction. pynamodb's own condition check cannot
        return the item if it fails.
        """
        return self._get_connection().get_operation_kwargs(
            self.pk,
            range_key=self.sk,
            condition=condition,
            return_values_on_condition_failure=returned,
        )


class AttributionsItem(Item):
    class Meta:
        table_name = ""


class LedgerItem(Item):
    class Meta:
        table_name = ""


class ProgramsItem(Item):
    class Meta:
        table_name = ""


TABLES: tuple[type[Item], ...] = (AttributionsItem, LedgerItem, ProgramsItem)

ABSENT: Condition = Path("pk").does_not_exist()
"""The condition that there is no item at the key."""


def unchanged(revision: int) -> Condition:
    """The condition that an item with a `revision` has not changed since it was read. Revision 0
    means that there was no item, and there still must be none.
    """
    if not revision:
        return ABSENT
    same: Condition = Path("revision") == revision
    return same


def as_read[T: str | bool](field: Attribute[T], value: T | None) -> Condition:
    """The condition that a field has this value. An empty value stands for none, and no item stores
    `False`.
    """
    same: Condition = field == value if value else field.does_not_exist()
    return same


@cache
def not_newer_than(version: int) -> Condition:
    """The condition that there is no item at the key, or one with at most this version."""
    readable: Condition = ABSENT | (Path("v") <= version)
    return readable

"""How golden items are declared: a value, the item that it is written as, and how that item is
read.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from shared.store.items import Item
from shared.store.keys import Key


class GoldenItem(NamedTuple):
    """A value, the item that it is written as, and how that item is read."""

    kind: type[Item]
    value: Any
    write: Callable[[Any], Item]
    read: Callable[[Any], Any]


def revised(kind: type[Item], value: Any, write: Callable[[Any], Any], read: Any) -> GoldenItem:
    """A value with a revision, which writing raises: it is written as the one after the revision
    before.
    """

    def written(after: Any) -> Item:
        writes = write(replace(after, revision=after.revision - 1))
        return (writes[0] if isinstance(writes, list) else writes).item

    return GoldenItem(kind, value, written, read)


def record(kind: type[Item], key: Key, /, **fields: Any) -> GoldenItem:
    """An item that is itself the value: each of its attributes that is not empty."""
    return GoldenItem(kind, fields, lambda value: kind(*key, **value), fields_of)


def fields_of(item: Item) -> dict[str, Any]:
    names = [name for name in item.get_attributes() if name not in ("pk", "sk", "v")]
    return {name: value for name in names if (value := getattr(item, name)) is not None}

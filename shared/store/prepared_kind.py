"""Encodes and decodes the items of one kind, by tables that are prepared once for each kind
(decision 234).

pynamodb asks each attribute's descriptor for its name and value whenever an item is made, written
or read. Here the names, types and functions stand in tuples.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from pynamodb.attributes import ListAttribute, MapAttribute
from pynamodb.constants import NULL
from pynamodb.exceptions import AttributeDeserializationError, AttributeNullError
from pynamodb.models import Model


class _StoredAttribute(NamedTuple):
    """One attribute: its names in code and in the table, its type there, whether it may be missing,
    and the stored form of its default, which is not stored.
    """

    name: str
    stored: str
    type: str
    optional: bool
    default: dict[str, Any] | None
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


class PreparedKind:
    """Makes, writes and reads the attribute values of the items of one kind."""

    def __init__(self, kind: type[Model]) -> None:
        attributes = kind.get_attributes()
        self._kind = kind
        self._parts = tuple(_part(name, attribute) for name, attribute in attributes.items())
        self._names = frozenset(attributes)
        defaults = {name: attribute.default for name, attribute in attributes.items()}
        self._plain = {
            name: value
            for name, value in defaults.items()
            if value is not None and not callable(value)
        }
        self._made = tuple((name, make) for name, make in defaults.items() if callable(make))

    def values(
        self, pk: str | None, sk: str | None, attributes: Mapping[str, object]
    ) -> dict[str, Any]:
        """The values of a new item, by attribute: those given, and the defaults of the others.
        Raises `TypeError` for an attribute that the kind does not have.
        """
        if not attributes.keys() <= self._names:
            unknown = sorted(attributes.keys() - self._names)
            raise TypeError(f"{self._kind.__name__} has no {', '.join(unknown)}")
        values = dict(self._plain)
        for name, make in self._made:
            values[name] = make()
        if pk is not None:
            values["pk"] = pk
        if sk is not None:
            values["sk"] = sk
        values.update(attributes)
        return values

    def encode(self, values: Mapping[str, Any], null_check: bool) -> dict[str, dict[str, Any]]:
        """The values in DynamoDB's form, by stored name; without values that are `None` or the
        default. With `null_check`, raises `AttributeNullError` for a missing one that the kind
        requires.
        """
        row = {}
        for part in self._parts:
            value = values.get(part.name)
            if value is not None:
                typed = {part.type: part.encode(value)}
                if typed != part.default:
                    row[part.stored] = typed
            elif null_check and not part.optional:
                raise AttributeNullError(part.name)
        return row

    def decode(self, row: Mapping[str, Mapping[str, Any]], values: dict[str, Any]) -> None:
        """Puts the values that a stored item has into `values`. Raises
        `AttributeDeserializationError` for a value of another type than the attribute's.
        """
        for part in self._parts:
            typed = row.get(part.stored)
            if typed and NULL not in typed:
                if part.type not in typed:
                    raise AttributeDeserializationError(part.stored, part.type)
                values[part.name] = part.decode(typed[part.type])


prepared = cache(PreparedKind)
"""The one `PreparedKind` of a kind."""


def _part(name: str, attribute: Any) -> _StoredAttribute:
    if isinstance(attribute, ListAttribute | MapAttribute) or attribute.default_for_new is not None:
        raise TypeError(f"{name}: lists, maps and defaults for new items only are not prepared")
    default = attribute.default() if callable(attribute.default) else attribute.default
    stored = None if default is None else {attribute.attr_type: attribute.serialize(default)}
    return _StoredAttribute(
        name,
        attribute.attr_name,
        attribute.attr_type,
        bool(attribute.null),
        stored,
        attribute.serialize,
        attribute.deserialize,
    )

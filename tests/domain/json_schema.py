"""The part of JSON Schema that the published schemas use, so that they can be held against the readers without a dependency."""

import re
from collections.abc import Callable, Mapping

TYPES: dict[str, Callable[[object], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
NOTES = {"$schema", "$id", "$defs", "title", "description", "default", "format"}


def accepts(schema: Mapping, value: object, root: Mapping) -> bool:
    """Whether a value is valid; raises `KeyError` for a keyword that this does not know."""
    return all(CHECKS[keyword](schema, value, root) for keyword in schema if keyword not in NOTES)


def _reference(schema: Mapping, value: object, root: Mapping) -> bool:
    return accepts(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, root)


def _type(schema: Mapping, value: object, root: Mapping) -> bool:
    names = schema["type"]
    return any(TYPES[name](value) for name in ([names] if isinstance(names, str) else names))


def _properties(schema: Mapping, value: object, root: Mapping) -> bool:
    if not isinstance(value, dict):
        return True
    return all(accepts(part, value[name], root) for name, part in schema["properties"].items() if name in value)


def _closed(schema: Mapping, value: object, root: Mapping) -> bool:
    return schema["additionalProperties"] or not isinstance(value, dict) or value.keys() <= schema["properties"].keys()


def _same(one: object, two: object) -> bool:
    return type(one) is type(two) and one == two


CHECKS: dict[str, Callable[[Mapping, object, Mapping], bool]] = {
    "$ref": _reference,
    "type": _type,
    "properties": _properties,
    "additionalProperties": _closed,
    "required": lambda schema, value, root: not isinstance(value, dict) or value.keys() >= set(schema["required"]),
    "enum": lambda schema, value, root: any(_same(value, choice) for choice in schema["enum"]),
    "const": lambda schema, value, root: _same(value, schema["const"]),
    "oneOf": lambda schema, value, root: sum(accepts(part, value, root) for part in schema["oneOf"]) == 1,
    "anyOf": lambda schema, value, root: any(accepts(part, value, root) for part in schema["anyOf"]),
    "items": lambda schema, value, root: not isinstance(value, list) or all(accepts(schema["items"], row, root) for row in value),
    "maxItems": lambda schema, value, root: not isinstance(value, list) or len(value) <= schema["maxItems"],
    "pattern": lambda schema, value, root: not isinstance(value, str) or re.search(schema["pattern"], value) is not None,
    "minLength": lambda schema, value, root: not isinstance(value, str) or len(value) >= schema["minLength"],
    "maxLength": lambda schema, value, root: not isinstance(value, str) or len(value) <= schema["maxLength"],
    "minimum": lambda schema, value, root: type(value) is not int or value >= schema["minimum"],
    "maximum": lambda schema, value, root: type(value) is not int or value <= schema["maximum"],
}

"""As much of JSON Schema as the API's documents use; whatever else a schema holds is refused, so that nothing goes unchecked."""

import re
from datetime import datetime

SAYING = {"description", "default", "title", "readOnly", "format"}
TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list, "null": type(None)}


def faults(value: object, schema: dict, document: dict, path: str = "$") -> list[str]:
    """What of a value its schema does not allow; `$ref` leads into `document`."""
    return [fault for name, asked in schema.items() if name not in SAYING for fault in _CHECKS[name](value, asked, schema, document, path)]


def resolve(ref: str, document: dict) -> dict:
    found = document
    for part in ref.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _type(value, asked, schema, document, path):
    kinds = [asked] if isinstance(asked, str) else asked
    fits = any(type(value) is TYPES[kind] for kind in kinds)
    if fits and schema.get("format") == "date-time" and isinstance(value, str):
        datetime.fromisoformat(value)
    return [] if fits else [f"{path}: {value!r} is not {asked}"]


def _properties(value, asked, schema, document, path):
    known = value.items() if isinstance(value, dict) else ()
    return [fault for name, part in known if name in asked for fault in faults(part, asked[name], document, f"{path}.{name}")]


def _no_others(value, asked, schema, document, path):
    assert asked is False
    return [f"{path}.{name}: unknown" for name in value if name not in schema["properties"]] if isinstance(value, dict) else []


def _required(value, asked, schema, document, path):
    return [f"{path}.{name}: missing" for name in asked if name not in value] if isinstance(value, dict) else []


def _items(value, asked, schema, document, path):
    listed = enumerate(value) if isinstance(value, list) else ()
    return [fault for place, part in listed for fault in faults(part, asked, document, f"{path}[{place}]")]


def _any_of(value, asked, schema, document, path):
    tried = [faults(value, option, document, path) for option in asked]
    return [] if any(not found for found in tried) else [fault for found in tried for fault in found]


def _one_of(value, asked, schema, document, path):
    fitting = [option for option in asked if not faults(value, option, document, path)]
    return [] if len(fitting) == 1 else [f"{path}: fits {len(fitting)} of {len(asked)} options"]


def _check(holds):
    return lambda value, asked, schema, document, path: [] if holds(value, asked) else [f"{path}: {value!r} against {asked!r}"]


def _number(holds):
    return _check(lambda value, asked: type(value) is not int or holds(value, asked))


def _sized(kind, holds):
    return _check(lambda value, asked: not isinstance(value, kind) or holds(len(value), asked))


_CHECKS = {
    "$ref": lambda value, asked, schema, document, path: faults(value, resolve(asked, document), document, path),
    "type": _type,
    "properties": _properties,
    "additionalProperties": _no_others,
    "required": _required,
    "items": _items,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "enum": _check(lambda value, asked: value in asked),
    "const": _check(lambda value, asked: value == asked),
    "pattern": _check(lambda value, asked: not isinstance(value, str) or re.search(asked, value) is not None),
    "minimum": _number(lambda value, asked: value >= asked),
    "maximum": _number(lambda value, asked: value <= asked),
    "minLength": _sized(str, lambda length, asked: length >= asked),
    "maxLength": _sized(str, lambda length, asked: length <= asked),
    "maxItems": _sized(list, lambda length, asked: length <= asked),
}

"""The published schema of programs, with its parts where OpenAPI keeps them."""

from copy import deepcopy

from shared.schema import program_schema

VERSION = {"type": "integer", "minimum": 0}
PUBLISHED_AT = {"type": ["string", "null"], "format": "date-time", "description": "RFC 3339"}


def program_schemas() -> dict[str, dict]:
    """The program's own schema with its parts moved to where OpenAPI keeps them, and what publishing adds to it."""
    whole = deepcopy(program_schema())
    parts = whole.pop("$defs")
    program = {name: value for name, value in whole.items() if not name.startswith("$")}
    published = deepcopy(program)
    published["properties"] |= {"version": VERSION, "published_at": PUBLISHED_AT}
    published["required"] = [name for name in published["properties"] if name != "review"]
    program["properties"] |= {
        "version": VERSION | {"readOnly": True},
        "published_at": PUBLISHED_AT | {"readOnly": True},
    }
    named = {"Program": program, "PublishedProgram": published} | {
        _part(name): schema for name, schema in parts.items()
    }
    return {name: _moved(schema) for name, schema in named.items()}


def _part(name: str) -> str:
    return "Program" + "".join(word.capitalize() for word in name.split("_"))


def _moved(value: object) -> object:
    if isinstance(value, list):
        return [_moved(part) for part in value]
    if not isinstance(value, dict):
        return value
    moved = {name: _moved(part) for name, part in value.items()}
    if isinstance(moved.get("$ref"), str) and moved["$ref"].startswith("#/$defs/"):
        moved["$ref"] = "#/components/schemas/" + _part(moved["$ref"].removeprefix("#/$defs/"))
    return moved

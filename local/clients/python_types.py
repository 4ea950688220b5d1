"""Converts JSON Schema to Python types."""

import json
from collections.abc import Mapping
from keyword import iskeyword
from typing import Any

from local.clients.schema_types import NamedType, TypedField, Types


class PythonTypes(Types):
    """Objects become `TypedDict`s."""

    @property
    def plain(self) -> Mapping[str, str]:
        return {
            "string": "str",
            "integer": "int",
            "number": "float",
            "boolean": "bool",
            "null": "None",
            "anything": "Any",
        }

    def express_choices(self, values: list[Any] | tuple[Any, ...]) -> str:
        literals = ", ".join("None" if value is None else _literal(value) for value in values)
        return f"Literal[{literals}]"

    def express_object(self, name: str, fields: tuple[TypedField, ...]) -> str:
        return self.add(NamedType(name, fields))

    def express_list(self, item: str) -> str:
        return f"list[{item}]"

    def express_mapping(self, value: str) -> str:
        return f"dict[str, {value or 'Any'}]"

    def declare(self) -> str:
        """The source code that defines all named types."""
        return "\n\n".join(_declaration(found) for found in self.named.values())


def _literal(value: object) -> str:
    return str(value) if isinstance(value, bool) else json.dumps(value)


def _declaration(found: NamedType) -> str:
    if found.alias:
        return f"{found.name} = {found.alias}"
    fields = [
        (field.name, field.type if field.required else f"NotRequired[{field.type}]")
        for field in found.fields
    ]
    if any(not name.isidentifier() or iskeyword(name) for name, _ in fields):
        written = ", ".join(f"{json.dumps(name)}: {kind!r}" for name, kind in fields)
        return f'{found.name} = TypedDict("{found.name}", {{{written}}})'
    lines = [f"    {name}: {kind}" for name, kind in fields]
    return f"class {found.name}(TypedDict):\n" + "\n".join(lines) + "\n"

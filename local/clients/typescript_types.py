"""Converts JSON Schema to TypeScript types."""

import json
from collections.abc import Mapping
from textwrap import indent
from typing import Any

from local.clients.schema_types import TypedField, Types


class TypescriptTypes(Types):
    """Object types are written inline. A component is referred to as
    `components["schemas"]["Member"]`.
    """

    @property
    def plain(self) -> Mapping[str, str]:
        return {
            "string": "string",
            "integer": "number",
            "number": "number",
            "boolean": "boolean",
            "null": "null",
            "anything": "unknown",
        }

    def refer(self, name: str) -> str:
        return f'components["schemas"]["{name}"]'

    def express_choices(self, values: list[Any] | tuple[Any, ...]) -> str:
        return " | ".join(json.dumps(value) for value in values)

    def express_object(self, name: str, fields: tuple[TypedField, ...]) -> str:
        return "{\n" + indent("\n".join(_property(field) for field in fields), "  ") + "\n}"

    def express_list(self, item: str) -> str:
        return f"({item})[]" if " | " in item else f"{item}[]"

    def express_mapping(self, value: str) -> str:
        return f"Record<string, {value or 'unknown'}>"


def _property(field: TypedField) -> str:
    mark = "" if field.required else "?"
    note = f"/** {field.description} */\n" if field.description else ""
    return f"{note}{json.dumps(field.name)}{mark}: {field.type};"

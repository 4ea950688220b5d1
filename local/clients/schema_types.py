"""Converts JSON Schema to the types of a programming language: the part that all languages share."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain.shape import JsonSchema
from shared.openapi.parts import COMPONENTS

MOST_CHOICES = 20
"""A longer list of choices, such as all currencies, becomes a plain string in a client."""


@dataclass(frozen=True, slots=True)
class TypedField:
    """A property of an object; `type` is source code of the language."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class NamedType:
    """A type with a name: an object with `fields`, or another name for the type `alias`."""

    name: str
    fields: tuple[TypedField, ...] = ()
    alias: str = ""


class UnclearName(ValueError):
    """Two different types of the document would get the same name."""


@dataclass
class Types(ABC):
    """The types that have got a name, in the order in which they were found."""

    named: dict[str, NamedType] = field(default_factory=dict)

    def name_components(self, document: Mapping[str, Any], without: Collection[str] = ()) -> None:
        for name, schema in document["components"]["schemas"].items():
            if name in without:
                continue
            expression = self.express(schema, name)
            if name not in self.named:
                self.add(NamedType(name, alias=expression))

    def add(self, found: NamedType) -> str:
        """Adds a type and returns its name; raises `UnclearName` if another type has the name."""
        if self.named.setdefault(found.name, found) != found:
            raise UnclearName(f"two types would be called {found.name}")
        return found.name

    def express(self, schema: JsonSchema, name: str) -> str:
        """The source code for the type of a value. If the value is an object without a name, its
        type is called `name`.
        """
        if "$ref" in schema:
            return self.refer(str(schema["$ref"]).removeprefix(COMPONENTS))
        if "const" in schema or "enum" in schema:
            return self._chosen(schema)
        if schema.get("properties"):
            return self.express_object(name, self._fields(schema, name))
        for union in ("oneOf", "anyOf"):
            if union in schema:
                return self._any_of(schema[union], name)
        return self._plain(schema, name)

    def _chosen(self, schema: JsonSchema) -> str:
        values = schema.get("enum", (schema.get("const"),))
        assert isinstance(values, list | tuple)
        if len(values) > MOST_CHOICES:
            return self.plain["string"]
        return self.express_choices(values)

    def _fields(self, schema: JsonSchema, name: str) -> tuple[TypedField, ...]:
        properties, required = schema["properties"], schema.get("required", ())
        assert isinstance(properties, Mapping) and isinstance(required, list | tuple)
        return tuple(
            TypedField(key, self.express(told, name + camel(key)), key in required, described(told))
            for key, told in properties.items()
        )

    def _any_of(self, schemas: object, name: str) -> str:
        assert isinstance(schemas, list | tuple)
        one = len([told for told in schemas if told != {"type": "null"}]) == 1
        parts = [
            self.express(
                told, name if one else name + "".join(map(camel, told.get("required", ())))
            )
            for told in schemas
        ]
        return " | ".join(dict.fromkeys(parts))

    def _plain(self, schema: JsonSchema, name: str) -> str:
        kinds = schema.get("type", "anything")
        parts = []
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            items, values = schema.get("items", {}), schema.get("additionalProperties")
            if kind == "array":
                assert isinstance(items, Mapping)
                parts.append(self.express_list(self.express(items, name)))
            elif kind == "object":
                inner = self.express(values, name) if isinstance(values, Mapping) else ""
                parts.append(self.express_mapping(inner))
            else:
                parts.append(self.plain[str(kind)])
        return " | ".join(parts)

    @property
    @abstractmethod
    def plain(self) -> Mapping[str, str]:
        """The types of the language by the type names of JSON Schema; `anything` is for a schema
        without a type.
        """

    def refer(self, name: str) -> str:
        return name

    @abstractmethod
    def express_choices(self, values: list[Any] | tuple[Any, ...]) -> str:
        """The type for a choice of these values."""

    @abstractmethod
    def express_object(self, name: str, fields: tuple[TypedField, ...]) -> str:
        """The type for an object with these fields."""

    @abstractmethod
    def express_list(self, item: str) -> str:
        """The type for a list of such items."""

    @abstractmethod
    def express_mapping(self, value: str) -> str:
        """The type for an object with arbitrary keys and values of type `value`; any values if it
        is empty.
        """


def camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def described(schema: JsonSchema) -> str:
    return str(schema.get("description", ""))

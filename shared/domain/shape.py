"""Shapes: what a field of a document may hold, how it is read, written and published."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from shared.domain.document import SourceDocument

type JsonSchema = Mapping[str, object]


class Definitions:
    """Schemas that have a name, each once; `prefix` with the name is a reference to one.

    `rename` gives them other names than those of their shapes.
    """

    def __init__(self, prefix: str, rename: Callable[[str], str] = str):
        self.prefix = prefix
        self.rename = rename
        self.schemas: dict[str, JsonSchema] = {}

    def refer(self, shape: "Shape[Any]") -> JsonSchema:
        """The schema of a shape, or a reference to it where the shape has a name."""
        if shape.name is None:
            return shape.schema(self)
        name = self.rename(shape.name)
        if name not in self.schemas:
            self.schemas[name] = shape.schema(self)
        return {"$ref": self.prefix + name}


class Shape[T](ABC):
    """What a field holds. `name` is the name of its schema, `None` where it is written in place."""

    name: str | None = None

    @abstractmethod
    def read(self, value: object, source: SourceDocument, field: str) -> T:
        """The value of a field of `source`; `value` is not null.

        Faults within the value are added to `source`; for a fault of the value as a whole this
        raises `ValueError` with what to write instead.
        """

    @abstractmethod
    def write(self, value: T) -> object:
        """The JSON that reads as this value."""

    @abstractmethod
    def schema(self, definitions: Definitions) -> JsonSchema:
        """The JSON Schema of the value; it does not allow null."""

    def placeholder(self) -> T | None:
        """What stands for a required value that is missing or faulty, until `finish` raises."""
        return None


class Kind[T](Shape[T]):
    """A value that is no object; `check` reads it and raises `ValueError` for a fault.

    `published` is its JSON Schema. Without `write` the value is its own JSON.
    """

    def __init__(
        self,
        check: Callable[[object], T],
        published: JsonSchema,
        write: Callable[[T], object] | None = None,
    ):
        self.check = check
        self.published = published
        self._write = write

    def read(self, value: object, source: SourceDocument, field: str) -> T:
        return self.check(value)

    def write(self, value: T) -> object:
        return self._write(value) if self._write else value

    def schema(self, definitions: Definitions) -> JsonSchema:
        return self.published


class ObjectList[T](Shape[tuple[T, ...]]):
    """A list of at most `most` objects."""

    def __init__(self, row: Shape[T], most: int, name: str | None = None):
        self.row = row
        self.most = most
        self.name = name

    def read(self, value: object, source: SourceDocument, field: str) -> tuple[T, ...]:
        if not isinstance(value, list) or len(value) > self.most:
            raise ValueError(f"must be a list of at most {self.most}")
        return tuple(
            self.row.read(row, source, f"{field}[{index}]") for index, row in enumerate(value)
        )

    def write(self, value: tuple[T, ...]) -> object:
        return [self.row.write(row) for row in value]

    def schema(self, definitions: Definitions) -> JsonSchema:
        return {"type": "array", "items": definitions.refer(self.row), "maxItems": self.most}


def nullable(schema: JsonSchema) -> JsonSchema:
    """A schema that allows null, too."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    options = schema.get("enum")
    if isinstance(options, list) and "type" not in schema:
        return {**schema, "enum": [*options, None]}
    notes = {name: schema[name] for name in ("description",) if name in schema}
    bare = {name: value for name, value in schema.items() if name not in notes}
    return {**notes, "anyOf": [bare, {"type": "null"}]}

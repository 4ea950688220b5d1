"""Shapes: what a field of a document may hold, and how it is read, written and described."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from shared.domain.document import SourceDocument

type JsonSchema = Mapping[str, object]


class Definitions:
    """Collects the schemas of named shapes, each once. `prefix` plus the name is a reference to
    one.

    `rename` maps the names of shapes to the names used in the collection.
    """

    def __init__(self, prefix: str, rename: Callable[[str], str] = str):
        self.prefix = prefix
        self.rename = rename
        self.schemas: dict[str, JsonSchema] = {}

    def refer(self, shape: "Shape[Any]") -> JsonSchema:
        """The schema of a shape, or a reference to it if the shape has a name."""
        if shape.name is None:
            return shape.schema(self)
        name = self.rename(shape.name)
        if name not in self.schemas:
            self.schemas[name] = shape.schema(self)
        return {"$ref": self.prefix + name}


class Shape[T](ABC):
    """What a field holds. A shape with a `name` is described once, under that name; one without is
    described where it is used.
    """

    name: str | None = None

    @abstractmethod
    def read(self, value: object, source: SourceDocument, field: str) -> T:
        """The value of a field of `source`. `value` is never null.

        Faults inside the value are added to `source`. If the value as a whole is wrong, raises
        `ValueError` with what to write instead.
        """

    @abstractmethod
    def write(self, value: T) -> object:
        """The JSON of a value; `read` turns it back into the same value."""

    @abstractmethod
    def schema(self, definitions: Definitions) -> JsonSchema:
        """The JSON Schema of the value, without null."""

    def placeholder(self) -> T | None:
        """A stand-in for a required value that is missing or faulty. It is used only until `finish`
        raises.
        """
        return None


class Kind[T](Shape[T]):
    """A value that is not an object. `check` converts it, and raises `ValueError` for a fault.

    `published` is its JSON Schema. `write` converts a value back to JSON; without it the value is
    written unchanged.
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
    """A list of at most `most` objects of the shape `row`."""

    def __init__(self, row: Shape[T], most: int, name: str | None = None):
        self.row = row
        self.most = most
        self.name = name

    def read(self, value: object, source: SourceDocument, field: str) -> tuple[T, ...]:
        if not isinstance(value, list) or len(value) > self.most:
            raise ValueError(f"must be a list with at most {self.most} items")
        return tuple(
            self.row.read(row, source, f"{field}[{index}]") for index, row in enumerate(value)
        )

    def write(self, value: tuple[T, ...]) -> object:
        return [self.row.write(row) for row in value]

    def schema(self, definitions: Definitions) -> JsonSchema:
        return {"type": "array", "items": definitions.refer(self.row), "maxItems": self.most}


def nullable(schema: JsonSchema) -> JsonSchema:
    """The schema, extended to allow null."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    options = schema.get("enum")
    if isinstance(options, list) and "type" not in schema:
        return {**schema, "enum": [*options, None]}
    notes = {name: schema[name] for name in ("description",) if name in schema}
    bare = {name: value for name, value in schema.items() if name not in notes}
    return {**notes, "anyOf": [bare, {"type": "null"}]}

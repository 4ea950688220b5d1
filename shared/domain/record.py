"""Declares the fields of a document once. Annotations of a dataclass say how each field is read,
written and described:

    @dataclass(frozen=True, slots=True)
    class Refund:
        id: Identifier
        amount: Annotated[Amount, "What was given back"]
        reason: Text | None = None

    REFUND = Record(Refund)

`REFUND` reads a JSON object as a `Refund` and reports every fault, writes it back as JSON, and
returns its JSON Schema.

An annotation holds a `Shape`. It may also hold a text (the description of the field) and a `Named`.
A field with a default may be missing or null. A field without a shape is not part of the document
and must have a default.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from dataclasses import Field as DataclassField
from enum import Enum
from functools import cached_property
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from shared.domain.document import REQUIRED, SourceDocument, parse_choice
from shared.domain.shape import Definitions, JsonSchema, Kind, Shape, nullable


@dataclass(frozen=True, slots=True)
class Named:
    """The name of a field in JSON, for a field whose JSON name cannot be a name in Python."""

    name: str


class NullCounts(Enum):
    """The type of `NULL_COUNTS`. It marks a field in which null is a value of its own instead of
    the default.
    """

    NULL_COUNTS = "null counts"


NULL_COUNTS = NullCounts.NULL_COUNTS


@dataclass(frozen=True, slots=True)
class DeclaredField:
    """One field of a document. `attribute` is its name in Python, `name` its name in JSON.
    `default` is `REQUIRED` if it has none.
    """

    attribute: str
    name: str
    shape: Shape[Any]
    default: object
    description: str | None
    null_counts: bool = False

    def schema(self, definitions: Definitions, required: bool) -> JsonSchema:
        schema = definitions.refer(self.shape)
        if self.description:
            schema = {**schema, "description": self.description}
        if required:
            return schema
        schema = nullable(schema)
        if self.default is None or self.default is REQUIRED:
            return schema
        written = self.shape.write(self.default)
        return schema if isinstance(written, Mapping) else {**schema, "default": written}


type _Step = tuple[str, str, Callable[[object], Any] | None, Shape[Any], bool, bool]
"""What reading one field needs: name, attribute, check, shape, whether it is required, and whether
null counts.
"""


class Record[T](Shape[T]):
    """A JSON object whose fields are declared by a dataclass (`made`).

    * `check`: adds faults if values contradict one another.
    * `rules`: the same conditions in JSON Schema.
    * `tag`: name and value of a field that distinguishes this record from others in a
      `TaggedUnion`.
    * `needed`: fields that are published as required although they have a default.
    """

    def __init__(
        self,
        made: Callable[..., T],
        name: str | None = None,
        check: Callable[[T, SourceDocument], None] | None = None,
        rules: JsonSchema | None = None,
        tag: tuple[str, str] | None = None,
        needed: Sequence[str] = (),
    ):
        self.made = made
        self.name = name
        self._check = check
        self._rules = rules or {}
        self.tag = tag
        self._needed = needed

    @cached_property
    def fields(self) -> tuple[DeclaredField, ...]:
        """The declared fields, in the order of the dataclass."""
        return tuple(_declared_fields(self.made))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all fields that the JSON object may have."""
        tag = self.tag[:1] if self.tag else ()
        return frozenset((*tag, *(field.name for field in self.fields)))

    @cached_property
    def _plan(self) -> tuple[_Step, ...]:
        """The fields as tuples, because a loop over tuples is faster. A `Kind` is read by calling
        its check directly.
        """
        return tuple(
            (
                field.name,
                field.attribute,
                field.shape.check if isinstance(field.shape, Kind) else None,
                field.shape,
                field.default is REQUIRED,
                field.null_counts,
            )
            for field in self.fields
        )

    def parse(self, document: object) -> T:
        """Reads a whole document. Raises `InvalidDocument` with every fault."""
        source = SourceDocument(document)
        value = self.read_fields(source)
        source.finish()
        return value

    def read(self, value: object, source: SourceDocument, field: str) -> T:
        return self.read_fields(source.within(field, value))

    def read_fields(self, source: SourceDocument) -> T:
        """Reads the fields of `source`. Faults are added to `source`; the caller must call its
        `finish`, which raises them.
        """
        values: dict[str, object] = {}
        get = source.value.get
        for name, attribute, check, shape, required, null_counts in self._plan:
            value = get(name)
            if value is None:
                if null_counts and name in source.value:
                    values[attribute] = None
                if required:
                    source.miss(name)
                    values[attribute] = shape.placeholder()
                continue
            try:
                values[attribute] = check(value) if check else shape.read(value, source, name)
            except ValueError as error:
                source.fault(name, str(error))
                if required:
                    values[attribute] = shape.placeholder()
        made = self.made(**values)
        if self._check:
            self._check(made, source)
        source.refuse_unknown(self.names)
        return made

    def write(self, value: T) -> dict[str, object]:
        written: dict[str, object] = dict([self.tag]) if self.tag else {}
        for field in self.fields:
            part = getattr(value, field.attribute)
            written[field.name] = None if part is None else field.shape.write(part)
        return written

    def schema(self, definitions: Definitions) -> JsonSchema:
        needed = [
            field.name
            for field in self.fields
            if field.default is REQUIRED or field.name in self._needed
        ]
        properties = {
            field.name: field.schema(definitions, field.name in needed) for field in self.fields
        }
        if self.tag:
            properties = {self.tag[0]: {"const": self.tag[1]}, **properties}
            needed = [self.tag[0], *needed]
        return {
            "type": "object",
            "properties": properties,
            **({"required": needed} if needed else {}),
            "additionalProperties": False,
            **self._rules,
        }

    def placeholder(self) -> T:
        return self.read_fields(SourceDocument({}))


class TaggedUnion[T](Shape[T]):
    """An object that is one of several records. A field with the same name in all of them, the tag,
    says which.

    An object without a known tag is a fault, and is read as the first record.
    """

    def __init__(self, *records: Record[T]):
        self.records = {record.tag[1]: record for record in records if record.tag}
        self.tag = next(record.tag[0] for record in records if record.tag)
        self.first = records[0]

    def read(self, value: object, source: SourceDocument, field: str) -> T:
        inner = source.within(field, value)
        kind = inner.get(self.tag, lambda value: parse_choice(value, tuple(self.records)))
        record = self.records.get(kind, self.first)
        return record.read_fields(inner)

    def write(self, value: T) -> object:
        record = next(record for record in self.records.values() if type(value) is record.made)
        return record.write(value)

    def schema(self, definitions: Definitions) -> JsonSchema:
        return {"oneOf": [definitions.refer(record) for record in self.records.values()]}

    def placeholder(self) -> T:
        return self.first.placeholder()


def _declared_fields(made: Any) -> Iterator[DeclaredField]:
    for declared in fields(made):
        notes = list(_notes(declared.type))
        shape = next((note for note in notes if isinstance(note, Shape)), None)
        if shape is not None:
            named = next((note.name for note in notes if isinstance(note, Named)), declared.name)
            description = next((note for note in notes if isinstance(note, str)), None)
            null_counts = NULL_COUNTS in notes
            yield DeclaredField(
                declared.name, named, shape, _default(declared), description, null_counts
            )


def _notes(annotation: object) -> Iterator[object]:
    """The notes in `Annotated` types, including those in the members of a union; the outermost come
    first.
    """
    if get_origin(annotation) is Annotated:
        inner, *notes = get_args(annotation)
        yield from notes
        yield from _notes(inner)
    elif get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from _notes(part)


def _default(declared: DataclassField[Any]) -> object:
    if declared.default_factory is not MISSING:
        return declared.default_factory()
    return REQUIRED if declared.default is MISSING else declared.default

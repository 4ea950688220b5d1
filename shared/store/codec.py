"""Values as JSON objects of named fields.

The stored name of a field is one or two letters, and is declared once, beside the field:

    TOTALS = Document(OrderTotals, currency=Field("c"), items=Field("i"), discount=Field("d"), ...)

A field that has its default is left out. So a field that a later release adds needs a default, and
an object that was stored before reads as one that has it (docs/upgrading.md).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from shared.domain.instants import instant_text, read_instant


class Form[T](NamedTuple):
    """How a value is stored as JSON: to JSON, from JSON, and the same JSON with every short name
    spelled out for people.
    """

    encode: Callable[[T], Any]
    decode: Callable[[Any], T]
    spell_out: Callable[[Any], Any] = lambda stored: stored


def _same(value: Any) -> Any:
    return value


class _Required:
    """The default of a field that has none; equal to nothing, so the field is always stored."""


REQUIRED = _Required()
JSON: Form[Any] = Form(_same, _same)
INSTANT: Form[Any] = Form(instant_text, lru_cache(maxsize=1024)(read_instant))
"""An instant as its RFC 3339 text; the few that all items of an order share are parsed once."""
TUPLE: Form[Any] = Form(list, tuple)


class Field(NamedTuple):
    """The stored name of a field and its form; `default` only where the class itself gives none."""

    name: str
    form: Form[Any] = JSON
    default: object = REQUIRED


class _Part(NamedTuple):
    """A field as `Document` goes through it; `encode` and `decode` are `None` where JSON holds the
    value itself.
    """

    name: str
    short: str
    default: object
    encode: Callable[[Any], Any] | None
    decode: Callable[[Any], Any] | None
    spell_out: Callable[[Any], Any]


class Document[T]:
    """A dataclass or named tuple as a JSON object; `without` names the fields that are not part of
    it.
    """

    def __init__(
        self, kind: Callable[..., T], without: Collection[str] = (), /, **declared: Field
    ) -> None:
        defaults = _defaults_of(kind)
        stored = set(defaults) - set(without)
        if stored != set(declared):
            raise TypeError(f"{kind}: fields and stored names differ: {stored ^ set(declared)}")
        if len({field.name for field in declared.values()}) != len(declared):
            raise TypeError(f"{kind}: two fields have one stored name")
        self._kind = kind
        self._parts = tuple(_part(name, field, defaults[name]) for name, field in declared.items())
        self.form: Form[T] = Form(self.encode, self.decode, self.spell_out)

    def encode(self, value: T) -> dict[str, Any]:
        row = {}
        for name, short, default, encode, _, _ in self._parts:
            part = getattr(value, name)
            if part != default:
                row[short] = part if encode is None or part is None else encode(part)
        return row

    def decode(self, row: Mapping[str, Any], **values: object) -> T:
        """The value; `values` are the fields that are not stored.

        Raises `KeyError` where a field without a default is not there.
        """
        for name, short, default, _, decode, _ in self._parts:
            if short in row:
                part = row[short]
                values[name] = part if decode is None or part is None else decode(part)
            elif default is REQUIRED:
                raise KeyError(f"{name} ({short})")
            else:
                values[name] = default
        return self._kind(**values)

    def spell_out(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The stored object under the whole names of its fields."""
        return {
            part.name: None if row[part.short] is None else part.spell_out(row[part.short])
            for part in self._parts
            if part.short in row
        }


def _part(name: str, field: Field, default: object) -> _Part:
    form = field.form
    return _Part(
        name,
        field.name,
        default if field.default is REQUIRED else field.default,
        None if form.encode is _same else form.encode,
        None if form.decode is _same else form.decode,
        form.spell_out,
    )


def _defaults_of(kind: Callable[..., object]) -> dict[str, object]:
    """Every field of a class with its default."""
    if is_dataclass(kind):
        return {
            field.name: field.default_factory()
            if field.default_factory is not MISSING
            else REQUIRED
            if field.default is MISSING
            else field.default
            for field in fields(kind)
        }
    names: Iterable[str] = kind._fields  # type: ignore[attr-defined]  # a named tuple
    defaults: Mapping[str, object] = kind._field_defaults  # type: ignore[attr-defined]
    return {name: defaults.get(name, REQUIRED) for name in names}


def many[T](document: Document[T]) -> Form[tuple[T, ...]]:
    """A tuple of values as a JSON array of objects."""
    return Form(
        lambda values: [document.encode(value) for value in values],
        lambda rows: tuple(document.decode(row) for row in rows),
        lambda rows: [document.spell_out(row) for row in rows],
    )


def by_name[T](document: Document[T]) -> Form[Mapping[str, T]]:
    """Values by their names as a JSON object of objects."""
    return Form(
        lambda values: {name: document.encode(value) for name, value in values.items()},
        lambda rows: {name: document.decode(row) for name, row in rows.items()},
        lambda rows: {name: document.spell_out(row) for name, row in rows.items()},
    )


def _instants_from(amounts: Mapping[Any, int]) -> dict[str, int]:
    return {instant_text(date): amount for date, amount in sorted(amounts.items())}


BY_INSTANT: Form[Any] = Form(
    _instants_from, lambda row: {read_instant(date): amount for date, amount in row.items()}
)
"""Amounts by their dates, the earliest first."""

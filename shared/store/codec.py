"""Stores values as JSON objects whose fields have short names.

The stored name of a field is one or two letters. It is declared once, together with the field:

    TOTALS = Document(OrderTotals, currency=Field("c"), items=Field("i"), discount=Field("d"), ...)

A field that has its default value is not stored. So a field that a later release adds must have a
default. An object that was stored before that release then reads as if the field had its default
(docs/upgrading.md).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from shared.domain.instants import instant_text, read_instant


class Form[T](NamedTuple):
    """How a value is stored as JSON.

    * `encode`: turns the value into JSON.
    * `decode`: turns that JSON back into the value.
    * `spell_out`: replaces the short names in that JSON by full names, for people.
    """

    encode: Callable[[T], Any]
    decode: Callable[[Any], T]
    spell_out: Callable[[Any], Any] = lambda stored: stored


def _same(value: Any) -> Any:
    return value


class _Required:
    """Marks a field without a default. It equals no value, so such a field is always stored."""


REQUIRED = _Required()
JSON: Form[Any] = Form(_same, _same)
INSTANT: Form[Any] = Form(instant_text, lru_cache(maxsize=1024)(read_instant))
"""An instant as RFC 3339 text. Parsed texts are cached, because the items of one order share a few
instants.
"""
TUPLE: Form[Any] = Form(list, tuple)


class Field(NamedTuple):
    """The stored name of a field and its form. `default` is needed only if the class itself has no
    default for the field.
    """

    name: str
    form: Form[Any] = JSON
    default: object = REQUIRED


class _Part(NamedTuple):
    """A field in the form that `Document` uses. `encode` and `decode` are `None` if JSON can hold
    the value unchanged.
    """

    name: str
    short: str
    default: object
    encode: Callable[[Any], Any] | None
    decode: Callable[[Any], Any] | None
    spell_out: Callable[[Any], Any]


class Document[T]:
    """Stores a dataclass or named tuple as a JSON object. `without` names the fields that are not
    stored.
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
        """Returns the value; `values` supplies the fields that are not stored. Raises `KeyError` if
        a field without a default is missing.
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
        """Returns the stored object with the full names of its fields."""
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
    """The default of every field of a class; `REQUIRED` if a field has none."""
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
    """The form of a tuple of values: a JSON array of objects."""
    return Form(
        lambda values: [document.encode(value) for value in values],
        lambda rows: tuple(document.decode(row) for row in rows),
        lambda rows: [document.spell_out(row) for row in rows],
    )


def by_name[T](document: Document[T]) -> Form[Mapping[str, T]]:
    """The form of a mapping from names to values: a JSON object of objects."""
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
"""The form of amounts by date, earliest date first."""

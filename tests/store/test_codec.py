"""A document names every field of its class once; what has its default is left out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from shared.store.codec import BY_INSTANT, INSTANT, TUPLE, Document, Field, by_name, many

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


class Point(NamedTuple):
    at: datetime
    names: tuple[str, ...] = ()
    size: int = 1
    note: str | None = None


@dataclass(frozen=True)
class Drawing:
    points: tuple[Point, ...]
    marks: dict[str, Point] = field(default_factory=dict)
    id: str = ""


POINT = Document(
    Point, at=Field("a", INSTANT), names=Field("n", TUPLE), size=Field("s"), note=Field("o")
)
DRAWING = Document(
    Drawing, ("id",), points=Field("p", many(POINT)), marks=Field("m", by_name(POINT))
)


def test_a_default_is_left_out_and_read_again():
    assert POINT.encode(Point(AT)) == {"a": "2026-03-01T10:00:00Z"}
    assert POINT.decode({"a": "2026-03-01T10:00:00Z"}) == Point(AT)


def test_what_is_not_so_is_stored_under_its_short_name():
    point = Point(AT, ("x", "y"), 0, "small")
    row = {"a": "2026-03-01T10:00:00Z", "n": ["x", "y"], "s": 0, "o": "small"}
    assert POINT.encode(point) == row and POINT.decode(row) == point


def test_documents_hold_documents():
    drawing = Drawing((Point(AT), Point(AT, size=2)), {"first": Point(AT)})
    row = DRAWING.encode(drawing)
    at = {"a": "2026-03-01T10:00:00Z"}
    assert row == {"p": [at, at | {"s": 2}], "m": {"first": at}}
    assert DRAWING.decode(row) == drawing
    assert DRAWING.decode(row, id="1").id == "1"


def test_people_are_shown_whole_names():
    row = DRAWING.encode(Drawing((Point(AT, size=2),), {"first": Point(AT)}))
    at = {"at": "2026-03-01T10:00:00Z"}
    assert DRAWING.spell_out(row) == {"points": [at | {"size": 2}], "marks": {"first": at}}


def test_a_field_without_a_default_must_be_there():
    with pytest.raises(KeyError, match="at"):
        POINT.decode({})


def test_a_null_is_none_even_where_the_default_is_something_else():
    assert POINT.decode({"a": None, "s": None}) == Point(None, size=None)


@pytest.mark.parametrize(
    "declared",
    [
        {"at": Field("a"), "names": Field("n"), "size": Field("s")},
        {name: Field(name[0]) for name in (*Point._fields, "other")},
        {name: Field("x") for name in Point._fields},
    ],
)
def test_every_field_is_declared_once(declared):
    with pytest.raises(TypeError):
        Document(Point, **declared)


def test_amounts_by_date_are_stored_the_earliest_first():
    later = AT.replace(day=2)
    stored = BY_INSTANT.encode({later: 2, AT: 1})
    assert list(stored.items()) == [("2026-03-01T10:00:00Z", 1), ("2026-03-02T10:00:00Z", 2)]
    assert BY_INSTANT.decode(stored) == {AT: 1, later: 2}

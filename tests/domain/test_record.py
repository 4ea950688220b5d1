"""A declaration reads, writes and describes a JSON object."""

from dataclasses import dataclass
from typing import Annotated

import pytest
from jsonschema import Draft202012Validator

from shared.domain.document import InvalidDocument, SourceDocument
from shared.domain.kinds import Amount, Identifier, Text, choice, texts, unread
from shared.domain.record import Named, Record, TaggedUnion
from shared.domain.shape import Definitions, ObjectList


@dataclass(frozen=True)
class Box:
    width: Amount
    label: Text | None = None


@dataclass(frozen=True)
class Lid:
    color: Annotated[str, choice("red", "blue")] = "red"


BOX = Record(Box, "box", tag=("kind", "box"))
LID = Record(Lid, "lid", tag=("kind", "lid"))
PARTS: TaggedUnion[Box | Lid] = TaggedUnion(BOX, LID)


def _check(parcel: "Parcel", source: SourceDocument) -> None:
    if parcel.weight == 13:
        source.fault("weight", "must not be 13")


@dataclass(frozen=True, kw_only=True)
class Parcel:
    id: Annotated[Identifier, "What it is known by"]
    parts: Annotated[tuple[Box | Lid, ...], ObjectList(PARTS, 2)] = ()
    weight: Amount = 5
    sender: Annotated[Text | None, Named("from")] = None
    tags: Annotated[tuple[str, ...], texts(2)] = ()
    note: Annotated[None, unread({"type": "string"})] = None
    arrived: bool = False


PARCEL = Record(Parcel, check=_check, needed=("weight",))
WHOLE = {
    "id": "p",
    "parts": [{"kind": "box", "width": 1, "label": "x"}, {"kind": "lid", "color": "blue"}],
    "weight": 7,
    "from": "Anna",
    "tags": ["a"],
    "note": None,
}


def schema() -> dict:
    definitions = Definitions("#/$defs/")
    return {**PARCEL.schema(definitions), "$defs": definitions.schemas}


def faults(document: object) -> list[str]:
    with pytest.raises(InvalidDocument) as refused:
        PARCEL.parse(document)
    return [f"{fault.field}: {fault.message}" for fault in refused.value.faults]


def test_what_was_read_is_written_again() -> None:
    parcel = PARCEL.parse(WHOLE)
    assert parcel.parts == (Box(1, "x"), Lid("blue"))
    assert (parcel.sender, parcel.arrived) == ("Anna", False)
    assert PARCEL.write(parcel) == WHOLE


def test_what_is_missing_or_null_is_the_default() -> None:
    assert PARCEL.parse({"id": "p", "weight": None}) == Parcel(id="p")


def test_every_fault_is_told_by_its_place() -> None:
    document = {
        "parts": [{"kind": "box", "hue": 1}, {"kind": "jar"}],
        "weight": 13,
        "from": 5,
        "tags": ["a", "b", "c"],
        "size": 1,
    }
    assert faults(document) == [
        "id: is required",
        "parts[0].width: is required",
        "parts[0].hue: is not a known field; known fields: kind, label, width",
        "parts[1].kind: must be one of: box, lid",
        "parts[1].width: is required",
        "from: must be text, not a number",
        "tags: must be a list with at most 2 strings",
        "weight: must not be 13",
        "size: is not a known field; known fields: from, id, note, parts, tags, weight",
    ]
    assert faults({"id": "p", "parts": [5]})[0] == "parts[0]: must be a JSON object"
    assert faults({"id": "p", "parts": {}}) == ["parts: must be a list with at most 2 items"]
    assert faults([])[0] == ": must be a JSON object"


def test_a_tolerant_document_passes_over_what_nobody_knows() -> None:
    source = SourceDocument(
        {"id": "p", "size": 1, "parts": [{"kind": "lid", "hue": 1}]}, tolerant=True
    )
    assert PARCEL.read_fields(source) == Parcel(id="p", parts=(Lid(),))
    source.finish()


def test_the_schema_allows_what_is_read() -> None:
    validator = Draft202012Validator(schema())
    assert validator.is_valid(WHOLE)
    assert not validator.is_valid(WHOLE | {"weight": None})
    assert not validator.is_valid(WHOLE | {"arrived": True})
    assert not validator.is_valid(WHOLE | {"parts": [{"kind": "lid", "width": 1}]})
    assert validator.is_valid({"id": "p", "weight": 1, "parts": None, "from": None})


def test_the_schema_tells_defaults_and_names_each_part_once() -> None:
    properties = schema()["properties"]
    assert properties["id"]["description"] == "What it is known by"
    assert properties["tags"]["default"] == []
    assert properties["parts"]["items"] == {
        "oneOf": [{"$ref": "#/$defs/box"}, {"$ref": "#/$defs/lid"}]
    }
    assert schema()["$defs"]["lid"]["properties"]["color"]["default"] == "red"
    assert list(schema()["$defs"]) == ["box", "lid"]

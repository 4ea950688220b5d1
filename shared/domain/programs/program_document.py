"""Reads and writes program documents, and describes them as JSON Schema."""

from dataclasses import replace

from shared.domain.document import SourceDocument
from shared.domain.programs.program import MOST_HELD_LEVELS, Program
from shared.domain.programs.review_terms import ReviewTerms
from shared.domain.record import Record
from shared.domain.shape import Definitions, JsonSchema


def _check(program: Program, source: SourceDocument) -> None:
    seen: set[str] = set()
    for index, group in enumerate(program.groups):
        if group.id in seen:
            source.fault(
                f"groups[{index}].id", "is already the id of another group; give each its own id"
            )
        seen.add(group.id)
    if program.review.hold and program.depth() > MOST_HELD_LEVELS:
        source.fault(
            "review.hold",
            f"works with at most {MOST_HELD_LEVELS} levels; set max_levels, or use refuse "
            "instead of hold",
        )


PROGRAM = Record(
    Program,
    check=_check,
    rules={
        "title": "Grapevine program",
        "description": "The terms by which advocates and friends are rewarded. A null field is a"
        " missing one. The reader also refuses: a time zone that the IANA database does not know,"
        " two groups of one id, an until that is not later than its from, a landing that could lead"
        f" away from the shop, a review that holds more than {MOST_HELD_LEVELS} levels.",
    },
)


def parse_program(document: object, version: int = 0) -> Program:
    """The program in a document. Raises `InvalidDocument` with every fault."""
    return replace(PROGRAM.parse(document), version=version)


def program_document(program: Program) -> dict[str, object]:
    """The program as a complete document, which `parse_program` reads back as the same program.

    Defaults are written out, so that a later change of a default does not change published
    versions. Only `review` is left out if it has its default (nothing is reviewed).
    """
    document = PROGRAM.write(program)
    if program.review == ReviewTerms():
        del document["review"]
    return document


def program_schema() -> JsonSchema:
    """The JSON Schema of program documents, as it is published."""
    definitions = Definitions("#/$defs/")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://grapevine.invalid/program.schema.json",
        **PROGRAM.schema(definitions),
        "$defs": definitions.schemas,
    }

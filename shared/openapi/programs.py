"""Routes for programs: read, check, publish, and try them on a history."""

from collections.abc import Mapping

from shared.domain.programs.program_document import PROGRAM
from shared.domain.shape import Definitions, JsonSchema, nullable
from shared.openapi.operation import PAGED, Operation, Subject
from shared.openapi.parts import (
    ANY_OBJECT,
    COMPONENTS,
    COUNT,
    INSTANT,
    TEXT,
    Schema,
    page_of,
    record,
    ref,
    rows,
)


def _component(part: str) -> str:
    return "Program" + "".join(word.capitalize() for word in part.split("_"))


def program_schemas() -> dict[str, JsonSchema]:
    """The schemas of a program as staff sends it and as it is published, and of its parts, such as
    `ProgramReward`.

    Staff may send a published program back unchanged: `version` and `published_at` are read only.
    """
    definitions = Definitions(COMPONENTS, _component)
    program = PROGRAM.schema(definitions)
    fields = program["properties"]
    assert isinstance(fields, Mapping)
    added: dict[str, Schema] = {"version": COUNT, "published_at": dict(nullable(INSTANT))}
    read_only = {name: schema | {"readOnly": True} for name, schema in added.items()}
    required = [name for name in (*fields, *added) if name != "review"]
    return {
        "Program": {**program, "properties": {**fields, **read_only}},
        "PublishedProgram": {
            **program,
            "title": "Published program",
            "properties": {**fields, **added},
            "required": required,
        },
        **definitions.schemas,
    }


BACKTEST = record(
    program=ANY_OBJECT,
    history={
        "oneOf": [rows(ANY_OBJECT), TEXT],
        "description": "Events, or the lines of a history file",
    },
)
BACKTESTED = record(
    rewards=rows(ANY_OBJECT),
    refusals=rows(ANY_OBJECT),
    members=ANY_OBJECT,
    totals=ANY_OBJECT,
    by_month=rows(ANY_OBJECT),
    skipped=ANY_OBJECT,
)
FINDING = record(
    severity={"enum": ["error", "warning"]},
    code=TEXT,
    field=TEXT,
    text=TEXT,
    example=nullable(ANY_OBJECT),
)
_PUBLISHED = ref("PublishedProgram")

PROGRAMS = Subject(
    {
        "GET /v1/programs": Operation(
            "programs.list",
            "List programs, with the latest version of each",
            page_of(_PUBLISHED),
            query=PAGED,
        ),
        "POST /v1/programs": Operation(
            "programs.create",
            "Create a program with a new id",
            _PUBLISHED,
            201,
            ref("Program"),
            (409,),
        ),
        "GET /v1/programs/schema": Operation(
            "programs.schema",
            "Get the JSON Schema of program documents",
            ANY_OBJECT,
            media="application/schema+json",
        ),
        "POST /v1/programs/lint": Operation(
            "programs.lint",
            "Check a program: contradictions, loopholes and the worst case",
            record(findings=rows(ref("Finding"))),
            200,
            ref("Program"),
        ),
        "GET /v1/programs/{id}": Operation(
            "programs.get",
            "Get a program, in its latest or another version",
            _PUBLISHED,
            refusals=(404,),
            query={"version": {"type": "integer", "minimum": 1, "maximum": 999_999}},
        ),
        "POST /v1/programs/{id}/versions": Operation(
            "programs.publish",
            "Publish the next version after the one in `If-Match`",
            _PUBLISHED,
            201,
            ref("Program"),
            (404, 412, 428),
        ),
        "POST /v1/backtests": Operation(
            "backtests.create",
            "Run a program over a history of up to 4 MiB",
            ref("Backtested"),
            200,
            ref("Backtest"),
        ),
    },
    {"Backtest": BACKTEST, "Backtested": BACKTESTED, "Finding": FINDING, **program_schemas()},
)

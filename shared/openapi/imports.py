"""Routes for importing a shop's past."""

from shared.domain.shape import JsonSchema
from shared.imports.request import IMPORT_FORM
from shared.imports.sequence import KINDS
from shared.openapi.operation import Operation, Subject
from shared.openapi.parts import COUNT, TEXT, record, ref, rows

NUMBER: JsonSchema = COUNT | {
    "description": "The first row is 1; of a table, the number of its line"
}

IMPORTS = Subject(
    {
        "POST /v1/imports": Operation(
            "imports.create",
            "Bring members, past orders or opening balances along; the same rows again change nothing",
            ref("ImportRun"),
            202,
            IMPORT_FORM,
            repeats=True,
        ),
        "GET /v1/imports/{id}": Operation(
            "imports.get",
            "How far an import is, and which rows were refused",
            ref("ImportRun"),
            refusals=(404,),
        ),
    },
    {
        "ImportRun": record(
            id=TEXT,
            kind={"enum": list(KINDS)},
            state={"enum": ["running", "done", "failed"]},
            rows=COUNT,
            changed=COUNT,
            unchanged=COUNT,
            refused=rows(record(row=NUMBER, reason=TEXT)),
        )
    },
)

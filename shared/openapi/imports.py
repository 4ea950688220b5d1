"""Routes for importing a shop's past."""

from shared.domain.shape import JsonSchema
from shared.imports.request import IMPORT_FORM
from shared.imports.sequence import KINDS
from shared.openapi.operation import Operation, Subject
from shared.openapi.parts import COUNT, TEXT, record, ref, rows

NUMBER: JsonSchema = COUNT | {
    "description": "The number of the row, from 1; for a table, the line number"
}

IMPORTS = Subject(
    {
        "POST /v1/imports": Operation(
            "imports.create",
            "Import members, past orders or opening balances; sending the same rows again "
            "changes nothing",
            ref("ImportRun"),
            202,
            IMPORT_FORM,
            repeats=True,
        ),
        "GET /v1/imports/{id}": Operation(
            "imports.get",
            "Get an import's progress and its refused rows",
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

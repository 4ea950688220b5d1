"""Parts of the API's schemas. Their limits are those of the kinds that the readers check."""

from shared.domain import kinds
from shared.domain.document import LONGEST_TEXT
from shared.domain.shape import JsonSchema, nullable

type Schema = dict[str, object]

COMPONENTS = "#/components/schemas/"


def ref(name: str) -> Schema:
    return {"$ref": COMPONENTS + name}


def record(**properties: JsonSchema) -> Schema:
    """The schema of an object with all of these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def rows(schema: JsonSchema) -> Schema:
    return {"type": "array", "items": schema}


def page_of(schema: JsonSchema) -> Schema:
    """The schema of one page of a list. `next_cursor` is null on the last page."""
    return record(items=rows(schema), next_cursor=nullable(TEXT))


ANY_OBJECT: Schema = {"type": "object"}
TEXT: Schema = {"type": "string"}
SHORT: Schema = {"type": "string", "maxLength": LONGEST_TEXT}
FLAG: Schema = dict(kinds.FLAG.published)
COUNT: Schema = {"type": "integer", "minimum": 0}
ID: Schema = dict(kinds.IDENTIFIER.published)
AMOUNT: Schema = dict(kinds.AMOUNT.published)
SUM: Schema = {"type": "integer", "description": "Minor units of the currency, signed"}
CURRENCY: Schema = {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217"}
INSTANT: Schema = dict(kinds.INSTANT.published)
MONTH: Schema = {
    "type": "string",
    "pattern": "^[1-9][0-9]{3}-(0[1-9]|1[0-2])$",
    "description": "Year and month",
}

"""Routes for importing a shop's past, and for the table of daily exchange rates."""

from shared.domain.shape import JsonSchema, nullable
from shared.imports.exchange_rates import RATES_FORM
from shared.imports.request import IMPORT_FORM
from shared.imports.sequence import KINDS
from shared.openapi.operation import Operation, Subject
from shared.openapi.parts import COUNT, CURRENCY, FLAG, INSTANT, TEXT, record, ref, rows

NUMBER: JsonSchema = COUNT | {
    "description": "The number of the row, from 1; for a table, the line number"
}
REFUSED: JsonSchema = rows(record(row=NUMBER, reason=TEXT))
DAY: JsonSchema = TEXT | {"format": "date"}

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
        "PUT /v1/exchange-rates": Operation(
            "rates.load",
            "Load daily exchange rates; loading the same rates again "
            "changes nothing, and orders that have a rate keep it",
            ref("LoadedRates"),
            body=RATES_FORM,
        ),
        "GET /v1/exchange-rates": Operation(
            "rates.get",
            "Get the table of daily exchange rates, and how far parked orders were tried again",
            ref("ExchangeRateTable"),
            query={"currency": TEXT | {"description": "Also list the rates of this currency"}},
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
            refused=REFUSED,
        ),
        "LoadedRates": record(
            currency=CURRENCY,
            format=TEXT,
            rates=COUNT,
            changed=COUNT,
            unchanged=COUNT,
            replaced=rows(record(date=DAY, currency=CURRENCY, rate=TEXT, before=TEXT)),
            refused=REFUSED,
            left_out=rows(TEXT),
        ),
        "ExchangeRateTable": record(
            currency=CURRENCY,
            in_use=FLAG,
            parked_orders=nullable(
                record(
                    at=INSTANT, state={"enum": ["running", "done"]}, tried=COUNT, evaluated=COUNT
                )
            ),
            currencies=rows(record(currency=CURRENCY, days=COUNT, first=DAY, last=DAY, rate=TEXT)),
            rates=rows(record(date=DAY, rate=TEXT)),
        ),
    },
)

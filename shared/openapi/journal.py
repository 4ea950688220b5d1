"""The route that returns the books of a period."""

from shared.domain.ledger.entry import CREDIT, SHOP_ACCOUNTS
from shared.domain.shape import JsonSchema, nullable
from shared.journal.datev import PARAMETERS
from shared.journal.datev_terms import NUMBERS
from shared.openapi.operation import PAGED, Operation, Subject
from shared.openapi.parts import AMOUNT, CURRENCY, INSTANT, SUM, TEXT, record, rows

ACCOUNT: JsonSchema = TEXT | {
    "description": f"`{CREDIT}:<member>`, or one of {', '.join(f'`{name}`' for name in SHOP_ACCOUNTS)}"
}
POSTING = record(
    entry=TEXT,
    at=INSTANT,
    member=TEXT,
    order=nullable(TEXT),
    kind=TEXT,
    debit=ACCOUNT,
    credit=ACCOUNT,
    amount=AMOUNT,
    currency=CURRENCY,
    text=TEXT,
)
LEDGER_ACCOUNT = record(account=ACCOUNT, currency=CURRENCY, opening=SUM, closing=SUM)
BOUND: JsonSchema = TEXT | {"description": "An instant, or a day in the program's time zone"}
_DATEV_NUMBERS: dict[str, JsonSchema] = {
    name: {"type": "integer", "minimum": kind.least, "maximum": kind.most, "default": kind.usual}
    for name, kind in NUMBERS.items()
}
_DATEV_ACCOUNTS: dict[str, JsonSchema] = {
    name: {"type": "string", "default": usual, "description": f"DATEV's number of `{account}`"}
    for name, (account, usual) in PARAMETERS.items()
}

JOURNAL = Subject(
    {
        "GET /v1/journal": Operation(
            "journal.get",
            "The postings of a period, one per row, with the balance of each account",
            record(items=rows(POSTING), accounts=rows(LEDGER_ACCOUNT), next_cursor=nullable(TEXT)),
            files=("text/csv", "text/plain"),
            query={
                "from": BOUND,
                "until": BOUND,
                "format": {
                    "enum": ["json", "csv", "beancount", "datev"],
                    "default": "json",
                    "description": "All other formats are files of the whole period",
                },
                "parts": {
                    "type": "boolean",
                    "description": "A long file comes in parts. The `link` header points to "
                    "the next part; join the parts in order",
                },
                **PAGED,
                "currency": CURRENCY
                | {"description": ("The currency of the DATEV file; by default the program's")},
                **_DATEV_NUMBERS,
                **_DATEV_ACCOUNTS,
            },
        )
    }
)

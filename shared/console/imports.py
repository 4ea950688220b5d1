"""Shows what an import would do, before it starts."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.api.request import LARGEST_BODY
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.orders.facts_document import ORDER
from shared.imports.balances import IMPORTED_BALANCE
from shared.imports.members import IMPORTED_MEMBER
from shared.imports.request import IMPORT_FORM, MOST_ROWS, ImportForm
from shared.imports.sequence import BALANCES, MEMBERS, ORDERS
from shared.imports.tables import ImportTable, read_table
from shared.store import engine, keys
from shared.store.attributions.members import MemberItem
from shared.store.engine import ItemRequest
from shared.store.ledger.orders import OrderItem
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT
from shared.tables.table import ReadRow

MOST_TEXT = LARGEST_BODY
"""Characters of a table in a form. A larger file must be imported with `grapevine import`."""
MOST_SHOWN = 20
FIELDS = IMPORTED_MEMBER.names | IMPORTED_BALANCE.names | ORDER.names


class ImportPreview(NamedTuple):
    """A table as it would be imported.

    * `known`: how many members or orders of the `usable` rows exist already.
    * `owed`: for each currency the sum of the balances, in minor units.

    A balance of an unknown member is not refused here but during the import.
    """

    table: ImportTable
    usable: Sequence[ReadRow]
    refused: Sequence[ReadRow]
    known: int
    owed: Mapping[str, int]

    @property
    def fields(self) -> list[str]:
        """The fields that were recognised in at least one usable row."""
        return list(dict.fromkeys(name for row in self.usable for name in row.row))


def read_import_form(fields: dict[str, str]) -> ImportForm:
    """The import that a form asks for. If the form has a file and a text, the file counts. Raises
    `InvalidDocument`.
    """
    text = fields.get("file") or fields.get("csv") or ""
    if len(text) > MOST_TEXT:
        size = MOST_TEXT // 1024
        fault = f"is larger than {size} KiB; import it with `grapevine import`, which splits it"
        raise InvalidDocument([FieldError("csv", fault)])
    if not text.strip():
        raise InvalidDocument([FieldError("csv", "choose a file or paste a table")])
    document = {"kind": fields.get("kind"), "csv": text, "units": "major"}
    return IMPORT_FORM.parse(document | ({"rewards": True} if fields.get("rewards") else {}))


def preview_import(form: ImportForm) -> ImportPreview:
    """What the import would do. Writes nothing. Raises `InvalidDocument` for a table that cannot be
    read or has more than `MOST_ROWS` rows.
    """
    currency = programs.active_program_of(programs.load_active_item(DEFAULT)).currency
    table = read_table(form.kind, form.csv or "", currency, is_major=True)
    if len(table.rows) > MOST_ROWS:
        fault = f"has more than {MOST_ROWS} rows; import it with `grapevine import`"
        raise InvalidDocument([FieldError("csv", fault)])
    usable = [row for row in table.rows if not row.refused]
    return ImportPreview(
        table,
        usable,
        [row for row in table.rows if row.refused],
        _count_known(form.kind, usable),
        _sum_balances(form.kind, usable, currency) if form.kind != ORDERS else {},
    )


def _sum_balances(kind: str, rows: Sequence[ReadRow], currency: str) -> dict[str, int]:
    """The balances of each currency together, `currency` first. Rows may leave it out."""
    sums = {currency: 0}
    for row in (row.row for row in rows):
        amount = row.get("amount" if kind == BALANCES else "balance", 0)
        told = row.get("currency") or currency
        sums[told] = sums.get(told, 0) + amount
    return sums


def refused_parts(reason: str) -> tuple[str, str]:
    """The field that a refusal names, and the fault, which can be translated. The field is empty if
    the refusal is about the whole row or about several fields.
    """
    field, _, message = reason.partition(" ")
    return (field, message.removesuffix(".")) if field in FIELDS else ("", reason)


def _count_known(kind: str, rows: Sequence[ReadRow]) -> int:
    """How many members or orders of the rows exist already. An order may be known by the id that a
    webhook told, which is among its `refs`.
    """
    name = "member" if kind == BALANCES else "id"
    names = {(row.row[name], *row.row.get("refs", ())) for row in rows if row.row.get(name)}
    requests: list[ItemRequest] = [
        (MemberItem, keys.member(one)) if kind != ORDERS else (OrderItem, keys.order(one))
        for one in {one for some in names for one in some}
    ]
    found = engine.read(requests)
    if kind != ORDERS:
        return len(found.of(MemberItem))
    return sum(any(found.get(OrderItem, keys.order(one)) for one in some) for some in names)


KINDS_SHOWN = (MEMBERS, BALANCES, ORDERS)
"""The kinds of import, in the order in which a shop that moves needs them."""

"""Starts an import: ranks its rows, stores them in pages, and enqueues the first page."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import batched
from typing import Annotated, Any, NamedTuple

from shared.domain.document import FieldError, InvalidDocument, SourceDocument
from shared.domain.kinds import Currency, Flag, choice
from shared.domain.orders.facts_document import ORDER
from shared.domain.record import Record
from shared.domain.shape import Definitions, JsonSchema, Kind
from shared.domain.staff_action import StaffAction
from shared.imports.balances import IMPORTED_BALANCE
from shared.imports.members import IMPORTED_MEMBER
from shared.imports.sequence import KINDS, MEMBERS, ORDERS, code_of, codes_of_several, rank_rows
from shared.imports.tables import read_table
from shared.jobs.job import IMPORTS, ImportPage
from shared.store import engine
from shared.store.programs import programs
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.imports import DONE, RUNNING, ImportRun, StoredRow, put_import, put_page
from shared.store.programs.programs import DEFAULT

MOST_ROWS = 5_000
"""Rows in one request."""
ROWS_A_PAGE = 100
ID_BYTES = 6


def _parse_rows(value: object) -> tuple[object, ...]:
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        raise ValueError(f"must be a list with at most {MOST_ROWS} rows; split longer lists")
    return tuple(value)


def _parse_csv(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be CSV text with column names in the first row")
    return value


class _Rows(Kind[tuple[object, ...]]):
    """A list of rows of any kind. If a row is faulty, only this row is refused, not the list."""

    def schema(self, definitions: Definitions) -> JsonSchema:
        rows: tuple[Record[Any], ...] = (IMPORTED_MEMBER, ORDER, IMPORTED_BALANCE)
        anything = {"description": "Whatever else it is, it is refused by its number"}
        items = {"anyOf": [*(definitions.refer(row) for row in rows), anything]}
        return {**self.published, "items": items}


_ROWS = _Rows(_parse_rows, {"type": "array", "maxItems": MOST_ROWS}, list)
TABLE_TEXT = Kind(_parse_csv, {"type": "string", "minLength": 1})


@dataclass(frozen=True, slots=True)
class ImportForm:
    """Rows, or the text of a table (`csv`) in one of the known formats."""

    kind: Annotated[str, choice(*KINDS)]
    rows: Annotated[tuple[object, ...] | None, _ROWS] = None
    csv: Annotated[str | None, TABLE_TEXT, "A table with the names of its columns first"] = None
    rewards: Annotated[Flag, "Whether orders earn; without it they count and earn nothing"] = False
    units: Annotated[
        str | None,
        choice("major", "minor"),
        "Of the amounts of a table with our own columns; without it minor, where all are whole",
    ] = None
    currency: Annotated[Currency | None, "Of a table that names none; else the program's"] = None


def _check_form(form: ImportForm, source: SourceDocument) -> None:
    if (form.rows is None) == (form.csv is None):
        source.fault("rows", "is required, or csv instead, but not both")
    if form.csv is None and (form.units or form.currency):
        source.fault("csv", "is required with units or currency")
    if form.rewards and form.kind != ORDERS:
        source.fault("rewards", "is only for orders")


IMPORT_FORM = Record(ImportForm, "Import", _check_form)


class NumberedRow(NamedTuple):
    """A row with its number, starting at 1. `refused` says why it cannot be used."""

    number: int
    row: Mapping[str, Any]
    refused: str | None = None


def rows_of(form: ImportForm) -> list[NumberedRow]:
    """The rows of a request, including refused ones. Raises `InvalidDocument` for a table that
    cannot be read.
    """
    if form.csv is not None:
        currency = (
            form.currency or programs.active_program_of(programs.load_active_item(DEFAULT)).currency
        )
        table = read_table(form.kind, form.csv, currency, is_major=form.units == "major")
        rows = [NumberedRow(*read) for read in table.rows]
        if len(rows) > MOST_ROWS:
            text = f"has more than {MOST_ROWS} rows; split it into several parts"
            raise InvalidDocument([FieldError("csv", text)])
        return rows
    return [
        NumberedRow(number, row)
        if isinstance(row, dict)
        else NumberedRow(number, {}, "The row is no object; write its fields by their names.")
        for number, row in enumerate(form.rows or (), 1)
    ]


def begin_import(form: ImportForm, rows: Sequence[NumberedRow], action: StaffAction) -> ImportRun:
    """Stores the rows and enqueues the first page. Raises `QueueRefused` and `TableBusy`."""
    pages = list(batched(_stored(form, rows), ROWS_A_PAGE, strict=False))
    run = engine.retrying(partial(_put_run, form, len(rows), pages, action))
    if pages:
        IMPORTS.enqueue([ImportPage(time=action.at, import_id=run.id, page=0)])
    return run


def _put_run(
    form: ImportForm, rows: int, pages: Sequence[Sequence[StoredRow]], action: StaffAction
) -> ImportRun:
    """Stores an import under a new id. If an attempt was stored although it seemed to fail, the
    same rows are stored once more, but only the last id is ever enqueued.
    """
    run = ImportRun(
        id=f"{action.at:%Y%m%dT%H%M%S}-{secrets.token_hex(ID_BYTES)}",
        kind=form.kind,
        rewards=form.rewards,
        asked_at=action.at,
        asked_by=action.actor,
        rows=rows,
        pages=len(pages),
        state=RUNNING if pages else DONE,
    )
    subject, after = {"import": run.id}, {"kind": run.kind, "rows": run.rows}
    engine.write(
        [
            put_import(run),
            put_audit_line(action, subject, None, after),
            *(put_page(run.id, page, some, action.at) for page, some in enumerate(pages)),
        ]
    )
    return run


def _stored(form: ImportForm, rows: Sequence[NumberedRow]) -> list[StoredRow]:
    """The rows as they are stored: refused rows first, then the others by rank. Rows of one rank
    keep their order.
    """
    refused = [{"number": row.number, "refused": row.refused} for row in rows if row.refused]
    usable = [row for row in rows if not row.refused]
    contents = [row.row for row in usable]
    ranks = rank_rows(form.kind, contents, in_turn=form.rewards)
    several = codes_of_several(contents) if form.kind == MEMBERS else set()
    ranked: list[StoredRow] = [
        {
            "number": row.number,
            "rank": rank,
            "several": code_of(row.row) in several,
            "row": dict(row.row),
        }
        for row, rank in zip(usable, ranks, strict=True)
    ]
    return [*refused, *sorted(ranked, key=lambda row: row["rank"])]

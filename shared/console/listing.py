"""Lists of the console, as a page or as a CSV file.

The address contains the filters and, from the second page on, a cursor.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

from shared.api.files import PARTS, file_headers, is_in_parts
from shared.api.http import Answer
from shared.api.pagination import PageRequest, encode_cursor, parse_page
from shared.api.request import Request
from shared.console.site import ConsoleRequest
from shared.domain.document import FieldError, InvalidDocument
from shared.pages.figures import exact_amount
from shared.store.attributions.directory import Count

ROWS_PER_PAGE = 50
SORT = "sort"
"""The query parameter that sorts a list. It is no filter: it leaves out no rows."""
ROWS_PER_FILE = 5000
MINOR = "_minor"
"""The end of the heading of an amount in minor units. The file also has a column with the amount in
major units.
"""
ROWS_PER_LOAD = 100
LONGEST_FILTER = 200
FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet would calculate a cell that begins with one of these characters. The last four are
full-width forms, which Excel reads in some languages (OWASP, CSV Injection).
"""

type Column[T] = tuple[str, Callable[[T], object]]
"""A column of a file: its heading, and a function that returns the value of a row."""
type RowLoader[T] = Callable[[int, str], RowPage[T]]
"""Loads a page of rows. The arguments are the largest number of rows, and the place after which
they begin (empty: from the start).
"""


class ListRequest(NamedTuple):
    """The list that an address asks for. A filter that is not set is an empty text."""

    path: str
    filters: Mapping[str, str]
    page: PageRequest
    as_csv: bool
    in_parts: bool = False

    def address(self, last: str | None = None, **changes: str) -> str:
        """The address of this list. `last` is the cursor from which it continues; `changes` are
        other filters, or `format="csv"`.
        """
        filters = {**self.filters, **changes}
        query = {name: text for name, text in filters.items() if text}
        if last is not None:
            query["cursor"] = encode_cursor(self.page.path, last)
        return f"{self.path}?{urlencode(query)}" if query else self.path

    @property
    def is_filtered(self) -> bool:
        return any(text for name, text in self.filters.items() if name != SORT)


class RowPage[T](NamedTuple):
    """Rows of a list, and the cursor after which more rows may follow; `None` at the end.

    * `total`: how many rows the whole list has, if known.
    * `values`: further values for the template.
    """

    rows: Sequence[T]
    last: str | None
    total: Count | None = None
    values: Mapping[str, object] = {}


def parse_list_request(request: Request, *filters: str) -> ListRequest:
    """The list that a request asks for, with filters of these names.

    Raises `InvalidDocument` for a filter that is too long, and `BadRequest` for a cursor of another
    list.
    """
    path = request.raw_path
    texts = {name: (request.query(name) or "").strip() for name in filters}
    faults = [
        FieldError(name, f"must be at most {LONGEST_FILTER} characters")
        for name, text in texts.items()
        if len(text) > LONGEST_FILTER
    ]
    if faults:
        raise InvalidDocument(faults)
    as_csv = request.query("format") == "csv"
    limit = ROWS_PER_LOAD if as_csv else ROWS_PER_PAGE
    page = parse_page(f"{path}?{urlencode(texts)}", str(limit), request.query("cursor"))
    return ListRequest(path, texts, page, as_csv, is_in_parts(request))


def answer_list[T](
    request: ConsoleRequest,
    template: str,
    list_request: ListRequest,
    load_rows: RowLoader[T],
    columns: Sequence[Column[T]],
    status: int = 200,
    **values: object,
) -> Answer:
    """The page of a list, made by the template from the rows and `values`; or the CSV file, if the
    address asks for it.
    """
    if list_request.as_csv:
        name = list_request.path.rpartition("/")[2]
        rows = _load_file(load_rows, list_request.page.after)
        return answer_csv(name, columns, rows, list_request)
    page = load_rows(list_request.page.limit, list_request.page.after)
    return request.page(
        template,
        status,
        rows=page.rows,
        total=page.total,
        list_request=list_request,
        next_page=None if page.last is None else list_request.address(page.last),
        first_page=list_request.address() if list_request.page.after else None,
        csv_address=list_request.address(format="csv"),
        **{**values, **page.values},
    )


def answer_csv[T](
    name: str, columns: Sequence[Column[T]], page: RowPage[T], list_request: ListRequest
) -> Answer:
    """A CSV file (RFC 4180, UTF-8) of these rows. If more rows follow, the header `link` (RFC 8288)
    has the address of the next part.

    The file's name ends in `-incomplete` if the list has rows before or after these. A request for
    parts that are joined (`in_parts`) gets the heading only in the first one.
    """
    is_whole = page.last is None and not list_request.page.after
    headers = file_headers(f"{name}{'' if is_whole else '-incomplete'}.csv")
    if page.last is not None:
        more = {PARTS: "true"} if list_request.in_parts else {}
        headers["link"] = f'<{list_request.address(page.last, format="csv", **more)}>; rel="next"'
    heading = not (list_request.in_parts and list_request.page.after)
    text = csv_text(columns, page.rows, heading)
    return Answer(text, headers=headers, content_type="text/csv; charset=utf-8")


def csv_text[T](columns: Sequence[Column[T]], rows: Iterable[T], heading: bool = True) -> str:
    """The heading and the rows as CSV. Cells that a spreadsheet would calculate are escaped."""
    file = io.StringIO()
    writer = csv.writer(file)
    columns = list(_with_decimals(columns))
    if heading:
        writer.writerow([name for name, _ in columns])
    writer.writerows([escape_formula(value(row)) for _, value in columns] for row in rows)
    return file.getvalue()


def _with_decimals[T](columns: Sequence[Column[T]]) -> Iterator[Column[T]]:
    """The columns, and after each column in minor units a column with the amount in major units.

    The currency is in the column `<name>_currency`, or else in the column `currency`.
    """
    values = dict(columns)
    for heading, value in columns:
        yield heading, value
        name = heading.removesuffix(MINOR)
        currency = values.get(f"{name}_currency") or values.get("currency")
        if currency and name != heading:
            yield name, partial(_major_units, value, currency)


def _major_units[T](
    value: Callable[[T], object], currency: Callable[[T], object], row: T
) -> Decimal | None:
    amount = value(row)
    return exact_amount(amount, str(currency(row))) if isinstance(amount, int) else None


def escape_formula(value: object) -> object:
    """The value of a cell. A text that a spreadsheet would calculate gets an apostrophe before it.

    Numbers are not escaped: they come from us, and a minus sign does not make a formula.
    """
    if value is None or isinstance(value, int | Decimal):
        return value
    text = str(value)
    return f"'{text}" if _first_visible(text).startswith(FORMULA_STARTS) else text


def _first_visible(text: str) -> str:
    """The text from its first visible character on. Spreadsheets skip blanks and format characters."""
    hidden = (mark for mark in text if mark.isspace() or not mark.isprintable())
    return text.lstrip("".join(set(hidden)))


def _load_file[T](load_rows: RowLoader[T], after: str) -> RowPage[T]:
    """Up to `ROWS_PER_FILE` rows. Ends early if one load finds no rows but the list is not at its
    end.
    """
    rows: list[T] = []
    last: str | None = after
    while last is not None and len(rows) < ROWS_PER_FILE:
        page = load_rows(min(ROWS_PER_LOAD, ROWS_PER_FILE - len(rows)), last)
        rows += page.rows
        if page.last is not None and not page.rows:
            return RowPage(rows, page.last)
        last = page.last
    return RowPage(rows, last)

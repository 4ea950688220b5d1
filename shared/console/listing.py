"""Lists of the console: what is asked for stands in the address, pages follow a cursor, and what is filtered comes as a file too."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from shared.api.http import Answer, Request
from shared.api.pagination import PageRequest, cursor, parse_page
from shared.console.site import Desk
from shared.domain.document import FieldError, InvalidDocument

ROWS_OF_A_PAGE = 25
ROWS_OF_A_FILE = 1000
LONGEST_FILTER = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would calculate (OWASP, CSV Injection)."""

type Column[T] = tuple[str, Callable[[T], object]]


class ListView(NamedTuple):
    """A list as its address asks for it; of a filter that is not set the text is empty."""

    path: str
    filters: Mapping[str, str]
    page: PageRequest
    as_file: bool

    def address(self, last: str | None = None, **changes: str) -> str:
        """The same list, from a place on, with other filters, or with `format="csv"`."""
        wanted = {name: text for name, text in (self.filters | changes).items() if text}
        if last is not None:
            wanted["cursor"] = cursor(self.page.path, last)
        return f"{self.path}?{urlencode(wanted)}" if wanted else self.path

    @property
    def is_filtered(self) -> bool:
        return any(self.filters.values())


class ListPage[T](NamedTuple):
    """A part of a list, and the place after which more may follow; `None` at its end."""

    rows: Sequence[T]
    last: str | None


def view_of(request: Request, *names: str) -> ListView:
    """Which list is asked for, with the filters of these names; raises `BadRequest` for a cursor of another list."""
    path = request.event["rawPath"]
    filters = {name: (request.query(name) or "").strip() for name in names}
    faults = [
        FieldError(name, f"must be at most {LONGEST_FILTER} characters")
        for name, text in filters.items()
        if len(text) > LONGEST_FILTER
    ]
    if faults:
        raise InvalidDocument(faults)
    as_file = request.query("format") == "csv"
    own = f"{path}?{urlencode(filters)}"
    page = parse_page(
        own, str(min(ROWS_OF_A_FILE, 100) if as_file else ROWS_OF_A_PAGE), request.query("cursor")
    )
    return ListView(path, filters, page, as_file)


def listing[T](
    desk: Desk,
    template: str,
    view: ListView,
    find: Callable[[int, str], ListPage[T]],
    columns: Sequence[Column[T]],
    **told: object,
) -> Answer:
    """The page or the file of a list; `find` takes how many rows at most, and the place after which they stand."""
    if view.as_file:
        found = _whole(find, view.page.after)
        name = view.path.rpartition("/")[2]
        return csv_answer(name, columns, found, view)
    found = find(view.page.limit, view.page.after)
    return desk.page(
        template,
        rows=found.rows,
        view=view,
        next_page=None if found.last is None else view.address(found.last),
        first_page=view.address() if view.page.after else None,
        file=view.address(format="csv"),
        **told,
    )


def csv_answer[T](
    name: str, columns: Sequence[Column[T]], found: ListPage[T], view: ListView
) -> Answer:
    """RFC 4180 in UTF-8; where more rows follow, `link` (RFC 8288) says where the next file begins."""
    more = (
        {}
        if found.last is None
        else {"link": f'<{view.address(found.last, format="csv")}>; rel="next"'}
    )
    headers = {
        "content-disposition": f'attachment; filename="{name}.csv"',
        "x-content-type-options": "nosniff",
        **more,
    }
    return Answer(
        csv_text(columns, found.rows), headers=headers, content_type="text/csv; charset=utf-8"
    )


def csv_text[T](columns: Sequence[Column[T]], rows: Iterable[T]) -> str:
    """Nothing in it calculates, whoever opens it."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([heading for heading, _ in columns])
    writer.writerows([harmless(value(row)) for _, value in columns] for row in rows)
    return file.getvalue()


def harmless(value: object) -> object:
    """A text that a spreadsheet would calculate gets a quotation mark before it; numbers of ours stay numbers."""
    if value is None or isinstance(value, int):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _whole[T](find: Callable[[int, str], ListPage[T]], after: str) -> ListPage[T]:
    """As many rows as fit a file, wherever each part of them ends."""
    rows: list[T] = []
    last: str | None = after
    while last is not None and len(rows) < ROWS_OF_A_FILE:
        some = find(min(100, ROWS_OF_A_FILE - len(rows)), last)
        rows += some.rows
        if some.last is not None and not some.rows:
            return ListPage(rows, some.last)
        last = some.last
    return ListPage(rows, last)

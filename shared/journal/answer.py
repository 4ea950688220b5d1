"""`GET /v1/journal`, and the journal's files of the console (specification: journal).

A page of the journal as JSON or CSV, or a whole period as a file.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from shared.api.files import file_headers, is_in_parts, link_to_next
from shared.api.http import Answer
from shared.api.pagination import PageRequest, encode_cursor
from shared.api.request import Request
from shared.console.listing import Column, csv_text
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.instants import instant_text
from shared.domain.ledger.trial_balance import TrialBalance
from shared.domain.programs.program import Program
from shared.journal.beancount import PartEnds, beancount_text
from shared.journal.books import balance_at, list_lines_between
from shared.journal.datev import ENCODING, TooManyDecimals, datev_bytes
from shared.journal.datev_terms import parse_datev_terms
from shared.journal.period import Period, parse_period
from shared.journal.rows import AccountRow, JournalRow, load_accounts, load_rows, owners_of
from shared.problem import Unprocessable
from shared.store.cursors import parse_document, parse_key, write_document
from shared.store.programs import programs
from shared.store.programs.journal import JournalLine
from shared.store.programs.programs import DEFAULT

MOST_IN_PART = 5_000
MOST_IN_FILE = 10_000
"""Postings in one answer. It stays well below 6 MB and 29 s, the limits of an answer. A file with
more comes in parts.
"""
JSON, CSV, BEANCOUNT, DATEV = "json", "csv", "beancount", "datev"
PAGING = ("limit", "cursor")
COLUMNS: list[Column[JournalRow]] = [
    ("entry", attrgetter("entry")),
    ("at", lambda row: instant_text(row.at)),
    *((name, attrgetter(name)) for name in JournalRow._fields[2:]),
]


class _TooLong(Exception):
    """The period has more lines than one answer may have."""


class FilePart(NamedTuple):
    """The lines of a file, or of a part of it. `last` is the cursor from which the next part
    continues; `None` if this is the last part.
    """

    lines: list[JournalLine]
    is_first: bool = True
    last: str | None = None

    @property
    def is_whole(self) -> bool:
        return self.is_first and self.last is None


class JournalRequest(NamedTuple):
    """A request for the journal, its period, and the active program."""

    http: Request
    period: Period
    program: Program

    @property
    def page(self) -> PageRequest:
        return self.http.page()

    def accounts(self, lines: Sequence[JournalLine]) -> list[AccountRow]:
        """Every shop account, and the member accounts of some lines, with opening and closing of
        the period.
        """
        since, until, now = self.period.since, self.period.until, self.http.now
        closing = balance_at(until, now)
        opening = balance_at(since, now) if since else TrialBalance()
        return load_accounts(opening, closing, owners_of(lines))


def answer_journal(request: Request) -> Answer:
    """The journal in the requested format.

    Raises `InvalidDocument`; `Unprocessable` for a period with too many postings for a file;
    `Unavailable` while older days are still being added up.
    """
    answer = _FORMATS.get(request.query("format") or JSON)
    if answer is None:
        raise InvalidDocument([FieldError("format", f"must be one of {', '.join(_FORMATS)}")])
    program = programs.active_program_of(programs.load_active_item(DEFAULT))
    return answer(JournalRequest(request, parse_period(request, program.time_zone), program))


def _answer_json(asked: JournalRequest) -> Answer:
    lines, last = _load_page(asked)
    document = {
        "items": [_item(row) for row in load_rows(lines)],
        "accounts": [row._asdict() for row in asked.accounts(lines)],
        "next_cursor": encode_cursor(asked.http.raw_path, last) if last else None,
    }
    return Answer(document)


def _item(row: JournalRow) -> dict[str, object]:
    return {**row._asdict(), "at": instant_text(row.at)}


def _answer_csv(asked: JournalRequest) -> Answer:
    """The whole period as CSV; only one page if the request has a limit or a cursor."""
    query = asked.http.queries
    paged = any(query.get(name) for name in PAGING) and not is_in_parts(asked.http)
    if paged:
        lines, last = _load_page(asked)
        part = FilePart(lines, last=last)
    else:
        part = _load_file(asked)
    text = csv_text(COLUMNS, load_rows(part.lines), heading=part.is_first)
    headers = _headers(asked, f"journal{_suffix(asked.period)}", "csv", part, named=not paged)
    return Answer(text, headers=headers, content_type="text/csv; charset=utf-8")


def _answer_beancount(asked: JournalRequest) -> Answer:
    part = _load_file(asked)
    rows, period = load_rows(part.lines), asked.period
    days = _days(asked, part.lines, more=part.last is not None)
    ends = PartEnds(part.is_first, part.last is None)
    text = beancount_text(rows, asked.accounts(part.lines), *days, period.zone, ends)
    headers = _headers(asked, f"journal{_suffix(period)}", "beancount", part)
    return Answer(text, headers=headers, content_type="text/plain; charset=utf-8")


def _answer_datev(asked: JournalRequest) -> Answer:
    """The period in one currency: the program's, unless the request names another."""
    currency = asked.http.query("currency") or asked.program.currency
    part = _load_file(asked)
    lines = [line for line in part.lines if line.amount.owner.currency == currency]
    days = _days(asked, part.lines if part.last else lines, more=part.last is not None)
    zone = asked.period.zone
    terms = parse_datev_terms(asked.http.queries, currency, days)
    try:
        rows = load_rows(lines)
        body = datev_bytes(rows, terms, days, zone, asked.http.now, heading=part.is_first)
    except TooManyDecimals:
        message = f"DATEV supports two decimals, and {currency} has more"
        raise InvalidDocument([FieldError("currency", message)]) from None
    headers = _headers(asked, f"EXTF_Buchungsstapel{_suffix(asked.period)}", "csv", part)
    return Answer(body, headers=headers, content_type=f"text/csv; charset={ENCODING}")


def _load_page(asked: JournalRequest) -> tuple[list[JournalLine], str | None]:
    """The lines of a page, and the cursor if more follow."""
    return _load_lines(asked, asked.page.limit)


def _load_lines(asked: JournalRequest, most: int) -> tuple[list[JournalLine], str | None]:
    """The next lines, and the cursor from which more lines follow."""
    page, period = asked.page, asked.period
    after = parse_key(parse_document(page.after)) if page.after else None
    between = list_lines_between(period.since, period.until, after, most + 1)
    lines = list(islice(between, most + 1))
    if len(lines) <= most:
        return lines, None
    last = lines[most - 1]
    return lines[:most], write_document([last.day, last.place])


def _load_file(asked: JournalRequest) -> FilePart:
    """All lines of the period. Of a long period, the part that the request asks for.

    Raises `Unprocessable`, before it reads anything else, if the period is long and the caller
    does not join parts.
    """
    page = asked.page
    if not page.after:
        with suppress(_TooLong):
            return FilePart(_load_all(asked))
    if not is_in_parts(asked.http):
        raise Unprocessable(
            "journal_too_long",
            f"This period has more than {MOST_IN_FILE} postings, too many for one answer. The "
            "console and grapevine export join the parts of a long file. Or ask for shorter "
            "periods, or for JSON or CSV page by page.",
            most=MOST_IN_FILE,
        )
    lines, last = _load_lines(asked, MOST_IN_PART)
    return FilePart(lines, not page.after, last)


def _load_all(asked: JournalRequest) -> list[JournalLine]:
    """All lines of the period; raises `_TooLong`."""
    between = list_lines_between(asked.period.since, asked.period.until)
    lines = list(islice(between, MOST_IN_FILE + 1))
    if len(lines) > MOST_IN_FILE:
        raise _TooLong
    return lines


def _days(
    asked: JournalRequest, lines: Sequence[JournalLine], more: bool = False
) -> tuple[date, date]:
    """The first and the last day of the period; with `more`, further lines follow up to now."""
    now = asked.http.now
    ends = (lines[0].at, now if more else lines[-1].at) if lines else (now, now)
    first = asked.period.first_day(ends[0])
    return first, max(first, asked.period.last_day(ends[1]))


def _suffix(period: Period) -> str:
    """The part of a file name that tells the period."""
    ends = [period.day_of(end).isoformat() for end in (period.since, period.until) if end]
    return "".join(f"_{end}" for end in ends)


def _headers(
    asked: JournalRequest, name: str, ending: str, part: FilePart, named: bool = True
) -> dict[str, str]:
    """The headers of a file or a part. With `named`, the name of a part says that it is one."""
    incomplete = "-incomplete" if named and not part.is_whole else ""
    return file_headers(f"{name}{incomplete}.{ending}") | link_to_next(asked.http, part.last)


_FORMATS: Mapping[str, Callable[[JournalRequest], Answer]] = {
    JSON: _answer_json,
    CSV: _answer_csv,
    BEANCOUNT: _answer_beancount,
    DATEV: _answer_datev,
}

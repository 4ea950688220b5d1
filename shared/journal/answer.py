"""`GET /v1/journal`, and the journal's files of the console (specification: journal).

A page of the journal as JSON or CSV, or a whole period as a file.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import NamedTuple
from urllib.parse import urlencode

from shared.api.http import Answer
from shared.api.pagination import PageRequest, encode_cursor
from shared.api.request import Request
from shared.console.listing import Column, csv_text
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.instants import instant_text
from shared.domain.ledger.trial_balance import TrialBalance
from shared.domain.programs.program import Program
from shared.journal.beancount import beancount_text
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

MOST_IN_FILE = 10_000
"""Postings in one file. A file of this size stays well below 6 MB and 29 s, the limits of an
answer.
"""
JSON, CSV, BEANCOUNT, DATEV = "json", "csv", "beancount", "datev"
PAGING = ("limit", "cursor")
COLUMNS: list[Column[JournalRow]] = [
    ("entry", attrgetter("entry")),
    ("at", lambda row: instant_text(row.at)),
    *((name, attrgetter(name)) for name in JournalRow._fields[2:]),
]


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
    paged = any(query.get(name) for name in PAGING)
    lines, last = _load_page(asked) if paged else (_load_all(asked), None)
    text = csv_text(COLUMNS, load_rows(lines))
    headers = _file_headers(f"journal{_suffix(asked.period)}.csv")
    if last:
        headers["link"] = _link_to_next(asked.http, last)
    return Answer(text, headers=headers, content_type="text/csv; charset=utf-8")


def _answer_beancount(asked: JournalRequest) -> Answer:
    lines = _load_all(asked)
    rows, period = load_rows(lines), asked.period
    days = _days(asked, lines)
    text = beancount_text(rows, asked.accounts(lines), *days, period.zone)
    headers = _file_headers(f"journal{_suffix(period)}.beancount")
    return Answer(text, headers=headers, content_type="text/plain; charset=utf-8")


def _answer_datev(asked: JournalRequest) -> Answer:
    """The period in one currency: the program's, unless the request names another."""
    currency = asked.http.query("currency") or asked.program.currency
    lines = [line for line in _load_all(asked) if line.amount.owner.currency == currency]
    days, zone = _days(asked, lines), asked.period.zone
    terms = parse_datev_terms(asked.http.queries, currency, days)
    try:
        body = datev_bytes(load_rows(lines), terms, days, zone, asked.http.now)
    except TooManyDecimals:
        message = f"DATEV supports two decimals, and {currency} has more"
        raise InvalidDocument([FieldError("currency", message)]) from None
    headers = _file_headers(f"EXTF_Buchungsstapel{_suffix(asked.period)}.csv")
    return Answer(body, headers=headers, content_type=f"text/csv; charset={ENCODING}")


def _load_page(asked: JournalRequest) -> tuple[list[JournalLine], str | None]:
    """The lines of a page, and the cursor if more follow."""
    page, period = asked.page, asked.period
    after = parse_key(parse_document(page.after)) if page.after else None
    between = list_lines_between(period.since, period.until, after, page.limit + 1)
    lines = list(islice(between, page.limit + 1))
    if len(lines) <= page.limit:
        return lines, None
    last = lines[page.limit - 1]
    return lines[: page.limit], write_document([last.day, last.place])


def _load_all(asked: JournalRequest) -> list[JournalLine]:
    """All lines of the period; raises `Unprocessable` before it reads anything else about them."""
    between = list_lines_between(asked.period.since, asked.period.until)
    lines = list(islice(between, MOST_IN_FILE + 1))
    if len(lines) > MOST_IN_FILE:
        raise Unprocessable(
            "journal_too_long",
            f"This period has more than {MOST_IN_FILE} postings, too many for one file. Ask for "
            "shorter periods, or for JSON or CSV page by page.",
            most=MOST_IN_FILE,
        )
    return lines


def _days(asked: JournalRequest, lines: Sequence[JournalLine]) -> tuple[date, date]:
    ends = (lines[0].at, lines[-1].at) if lines else (asked.http.now, asked.http.now)
    first = asked.period.first_day(ends[0])
    return first, max(first, asked.period.last_day(ends[1]))


def _link_to_next(request: Request, last: str) -> str:
    """The `Link` header with the address of the next page (RFC 8288)."""
    query = urlencode(request.queries | {"cursor": encode_cursor(request.raw_path, last)})
    return f'<{request.raw_path}?{query}>; rel="next"'


def _suffix(period: Period) -> str:
    """The part of a file name that tells the period."""
    ends = [period.day_of(end).isoformat() for end in (period.since, period.until) if end]
    return "".join(f"_{end}" for end in ends)


def _file_headers(name: str) -> dict[str, str]:
    return {
        "content-disposition": f'attachment; filename="{name}"',
        "x-content-type-options": "nosniff",
    }


_FORMATS: Mapping[str, Callable[[JournalRequest], Answer]] = {
    JSON: _answer_json,
    CSV: _answer_csv,
    BEANCOUNT: _answer_beancount,
    DATEV: _answer_datev,
}

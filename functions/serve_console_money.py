"""/console/transactions: all entries of a day. /console/journal: the books of a period.
/console/verification: the whole ledger recomputed.
"""

from datetime import date

from shared import words
from shared.api.http import Answer
from shared.console.listing import Column, RowPage, answer_list, parse_list_request
from shared.console.member_page import EntryLine, entry_lines
from shared.console.roles import LOOK, STEER
from shared.console.site import Console, ConsoleRequest
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.ledger.entry import (
    ADJUSTMENT,
    CAPTURE,
    CLAWBACK,
    EXPIRY,
    FORFEIT,
    HOLD,
    RETURN,
    REWARD,
    VOID,
)
from shared.jobs.verification import begin_verification
from shared.journal.answer import answer_journal
from shared.journal.overview import load_overview
from shared.store.programs import journal
from shared.store.programs.verifications import RUNNING, list_verifications

KINDS = (REWARD, CLAWBACK, FORFEIT, ADJUSTMENT, HOLD, CAPTURE, VOID, RETURN, EXPIRY)
DAYS_OFFERED = 14
VERIFICATION, VERIFICATIONS_SHOWN = "/console/verification", 10
COLUMNS: list[Column[EntryLine]] = [
    ("at", lambda line: line.entry.at.isoformat()),
    ("member", lambda line: line.member),
    ("kind", lambda line: line.entry.kind),
    ("amount_minor", lambda line: line.entry.amount),
    ("currency", lambda line: line.entry.currency),
    ("order", lambda line: line.entry.order),
    ("available_on", lambda line: line.entry.available_on and line.entry.available_on.isoformat()),
    ("text", lambda line: line.text),
]
handler = Console()


@handler.page("GET /console/transactions", LOOK)
def get_transactions(request: ConsoleRequest) -> Answer:
    list_request = parse_list_request(request.http, "day", "kind")
    filters, now = list_request.filters, request.http.now
    days = journal.list_days("0", "9")[::-1]
    day = _parse_day(filters["day"]) or (days[0] if days else now.date().isoformat())

    def load_rows(limit: int, after: str) -> RowPage[EntryLine]:
        entries, last = journal.list_entries_of_day(day, filters["kind"], limit, after)
        return RowPage(entry_lines(entries, request.language, now), last)

    return answer_list(
        request,
        "transactions.html",
        list_request,
        load_rows,
        COLUMNS,
        day=date.fromisoformat(day),
        days=days[:DAYS_OFFERED],
        kinds=KINDS,
    )


@handler.page("GET /console/journal", LOOK)
def get_journal(request: ConsoleRequest) -> Answer:
    """The page of a period; if `format` is given, its file."""
    if request.http.query("format"):
        return answer_journal(request.http)
    return request.page("journal.html", **load_overview(request.http)._asdict())


@handler.page("GET /console/verification", LOOK)
def get_verification(request: ConsoleRequest) -> Answer:
    """The newest verification, with its progress or its report, and earlier ones."""
    runs = list_verifications(VERIFICATIONS_SHOWN)
    earlier = next((run.items for run in runs if run.state != RUNNING), 0)
    return request.page(
        "verification.html", runs=runs, earlier_items=earlier, meanings=words.DIFFERENCES
    )


@handler.page("POST /console/verification", STEER, form_on="GET /console/verification")
def post_verification(request: ConsoleRequest) -> Answer:
    begin_verification(request.http.now, f"staff:{request.staff_member.id}")
    return request.redirect(VERIFICATION)


def _parse_day(text: str) -> str | None:
    """A day such as `2026-03-01`; `None` for an empty text. Raises `InvalidDocument`."""
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        raise InvalidDocument([FieldError("day", "must be a day such as 2026-03-01")]) from None

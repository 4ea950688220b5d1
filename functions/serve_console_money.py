"""/console/transactions: every entry, day by day."""

from datetime import date

from shared.api.http import Answer
from shared.console.listing import ListPage, listing, view_of
from shared.console.member import EntryLine, lines_of
from shared.console.roles import LOOK
from shared.console.site import Console, Desk
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.ledger.ledger import (
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
from shared.store.programs import journal

KINDS = (REWARD, CLAWBACK, FORFEIT, ADJUSTMENT, HOLD, CAPTURE, VOID, RETURN, EXPIRY)
DAYS_OFFERED = 14
COLUMNS = [
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
def get_transactions(desk: Desk) -> Answer:
    view = view_of(desk.request, "day", "kind")
    days = journal.days_between("0", "9")[::-1]
    day = _day(view.filters["day"]) or (days[0] if days else desk.request.now.date().isoformat())

    def find(limit: int, after: str) -> ListPage[EntryLine]:
        rows, last = journal.entries_of(day, view.filters["kind"], limit, after)
        return ListPage(lines_of(rows, desk.language, desk.request.now), last)

    return listing(
        desk,
        "transactions.html",
        view,
        find,
        COLUMNS,
        day=date.fromisoformat(day),
        days=days[:DAYS_OFFERED],
        kinds=KINDS,
    )


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        raise InvalidDocument([FieldError("day", "must be a day such as 2026-03-01")]) from None

"""Recomputes the whole ledger page by page, in memory that does not grow with it (specification:
verify; decision 229).

It goes through the ledger up to three times; each time is a look.

* The first look recomputes each account and each order by itself. What two kinds of items must
  agree on, such as an order and its entries, it only adds to a `Sketch` of a fixed size.
* If the sketch shows subjects that differ, the second look makes another sketch, because the ledger
  may have been written while it was read.
* The third look finds the amounts of those subjects that differed in both.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared import metrics
from shared.domain.instants import instant_text
from shared.domain.reconciliation.books import Difference, VerifyResult
from shared.domain.reconciliation.claims import Tally
from shared.domain.reconciliation.settlements import (
    MonthMovements,
    add_statement,
    compare_settlements,
)
from shared.domain.reconciliation.sketch import Sketch, number_of
from shared.jobs.job import RECONCILIATION, VerifyPage
from shared.jobs.paging import each_account
from shared.log import logger
from shared.store import engine
from shared.store.ledger import settlements
from shared.store.ledger_slices import (
    OrderCheck,
    SliceOfLedger,
    doubtful_accounts,
    list_claims,
    read_slice,
)
from shared.store.programs.verifications import (
    DONE,
    RUNNING,
    MonthMovement,
    TalliedAmount,
    Verification,
    find_verification,
    list_verifications,
    put_verification,
)
from shared.store.reconciliation import (
    LedgerTooLarge,
    cached_program_versions,
    reconcile_account,
    verify,
)

ITEMS_A_PAGE = 5_000
"""Items of the ledger in one page."""
CELLS, MOST_CELLS = 1_024, 2_048
"""Cells in a row of the first sketch, and of the largest. A verification with the largest still
fits into one item of the table.
"""
MOST_NAMED = 200
"""Subjects that the third look names."""
MOST_LISTED = 50
"""Differences that a report lists. It counts all of them."""
STALLED = timedelta(hours=6)
"""A verification that has not moved for this long keeps nobody from beginning another."""
ID_BYTES = 4
TOO_MANY = "more differs than can be told apart"


MOST_AT_ONCE = 30_000
"""Items of a ledger that is recomputed while the caller waits: about 8,000 orders, which take 20
seconds on Lambda.
"""


class UnknownVerification(LookupError):
    """The message arrived before the verification that it names could be read. The queue must
    deliver it again.
    """


def verify_or_begin(now: datetime, asked_by: str) -> VerifyResult | Verification:
    """The result, with all its differences, if the ledger is small. For a larger one, the
    verification that is begun, or is under way already. Raises `QueueRefused`.
    """
    latest = next(iter(list_verifications(1)), None)
    if latest is None or latest.items <= MOST_AT_ONCE:
        with suppress(LedgerTooLarge):
            return verify(MOST_AT_ONCE)
    return begin_verification(now, asked_by)


def begin_verification(now: datetime, asked_by: str) -> Verification:
    """Begins to recompute the whole ledger, unless that is under way, and returns the verification
    that is under way.

    Raises `QueueRefused`.
    """
    latest = next(iter(list_verifications(1)), None)
    if latest and latest.state == RUNNING and now - latest.changed_at < STALLED:
        return latest
    run = new_verification(now, asked_by)
    engine.write([put_verification(run)])
    _enqueue(replace(run, revision=1), now)
    return run


def new_verification(now: datetime, asked_by: str) -> Verification:
    """A verification that has done no page yet. `asked_by` is the key or the staff member."""
    return Verification(
        id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(ID_BYTES)}",
        asked_at=now,
        asked_by=asked_by,
        changed_at=now,
        cells=CELLS,
    )


def run_verify_page(job: VerifyPage) -> None:
    """Does the page of a job if it is the next one, stores the verification after it, and enqueues
    the page after that. Raises `UnknownVerification`.

    If the page is done already, it only enqueues the next page: the earlier attempt may have
    stopped before it did so.
    """
    run = find_verification(job.verification_id)
    if run is None:
        raise UnknownVerification(job.verification_id)
    if run.state == RUNNING and run.page == job.page:
        after = verify_page(run, job.time)
        engine.write([put_verification(after)])
        run = after
        if run.state == DONE:
            _report(run)
    if run.state == RUNNING:
        _enqueue(run, job.time)


def _enqueue(run: Verification, now: datetime) -> None:
    RECONCILIATION.enqueue([VerifyPage(time=now, verification_id=run.id, page=run.page)])


def _report(run: Verification) -> None:
    for difference in run.differences:
        logger.error("verification found a difference", **difference)
    logger.info("verified", orders=run.orders, entries=run.entries, differences=run.found)
    metrics.count(metrics.VERIFY_DIFFERENCES, run.found)


def verify_whole(now: datetime, asked_by: str) -> Iterator[Verification]:
    """Yields a verification after each of its pages, the last time when it is done. All pages are
    done in this process, one after the other; nothing is stored.
    """
    run = new_verification(now, asked_by)
    while run.state == RUNNING:
        run = verify_page(run, now)
        yield run


def verification_answer(run: Verification) -> dict[str, Any]:
    """A verification as the API returns it."""
    return {
        "id": run.id,
        "state": run.state,
        "asked_at": instant_text(run.asked_at),
        "changed_at": instant_text(run.changed_at),
        "look": run.look,
        "items": run.items,
        "entries": run.entries,
        "orders": run.orders,
        "differences": [dict(difference) for difference in run.differences],
        "found": run.found,
    }


def verify_page(run: Verification, now: datetime) -> Verification:
    """A verification after its next page, which is read from the ledger. Stores nothing."""
    part = read_slice(run.after, ITEMS_A_PAGE)
    after = _LOOKS[run.look](run, part)
    after = replace(after, page=run.page + 1, after=part.rest, changed_at=now)
    return after if part.rest else _end_look(after)


def _look_at_everything(run: Verification, part: SliceOfLedger) -> Verification:
    if run.after is None:
        run = replace(run, months=[month for month, _ in settlements.list_closed_months()])
    books = part.books
    moved: MonthMovements = Counter({(month, of): amount for month, of, amount in run.moved})
    for statements in books.statements.values():
        for statement in statements:
            add_statement(moved, statement)
    after = replace(
        run,
        items=run.items + part.items,
        entries=run.entries + sum(map(len, books.entries.values())),
        orders=run.orders + len(books.orders),
        moved=[MonthMovement(*place, amount) for place, amount in moved.items()],
    )
    return _with_differences(_sketch(after, part), _compare_alone(part))


def _compare_alone(part: SliceOfLedger) -> list[Difference]:
    """The differences within single accounts and single orders of the slice."""
    found: list[Difference] = []
    for outcome in each_account(reconcile_account, doubtful_accounts(part)):
        if isinstance(outcome, BaseException):
            raise outcome
        found += outcome
    return found + OrderCheck(cached_program_versions()).list_differences(part)


def _sketch(run: Verification, part: SliceOfLedger) -> Verification:
    sketch = Sketch(run.cells, run.sketch)
    sketch.add(list_claims(part))
    return replace(run, sketch=sketch.to_bytes())


def _name(run: Verification, part: SliceOfLedger) -> Verification:
    """The verification with the amounts of its suspects in this slice added to its tally. Suspects
    are the subjects that the sketches showed to differ.
    """
    tally = Tally({(what, where): [left, right] for what, where, left, right in run.tally})
    tally.add(claim for claim in list_claims(part) if number_of(claim.subject) in run.suspects)
    amounts = [TalliedAmount(*place, left, right) for place, (left, right) in tally.items()]
    return replace(run, tally=amounts)


_LOOKS = {1: _look_at_everything, 2: _sketch, 3: _name}


def _end_look(run: Verification) -> Verification:
    if run.look == 3:
        tally = Tally({(what, where): [left, right] for what, where, left, right in run.tally})
        return _end(_with_differences(run, tally.list_differences()))
    decoded = Sketch(run.cells, run.sketch).decode()
    if not decoded.whole and run.cells < MOST_CELLS:
        return _begin_again(run)
    suspects = decoded.values
    if run.look == 2:
        suspects = {
            number: value for number, value in suspects.items() if run.suspects.get(number) == value
        }
    if run.look == 1 and (suspects or not decoded.whole):
        return replace(run, look=2, sketch=b"", suspects=suspects)
    if not decoded.whole:
        run = _with_differences(run, [Difference(TOO_MANY, "the whole ledger", 0, len(suspects))])
    return _name_next(run, suspects) if suspects else _end(run)


def _name_next(run: Verification, suspects: Mapping[int, int]) -> Verification:
    named = dict(sorted(suspects.items())[:MOST_NAMED])
    unnamed = len(suspects) - len(named)
    return replace(run, look=3, sketch=b"", suspects=named, found=run.found + unnamed)


def _begin_again(run: Verification) -> Verification:
    """The verification before its first look again, with a larger sketch and no results."""
    return replace(
        run,
        look=1,
        cells=MOST_CELLS,
        sketch=b"",
        suspects={},
        items=0,
        entries=0,
        orders=0,
        moved=(),
        differences=(),
        found=0,
    )


def _end(run: Verification) -> Verification:
    """The verification as done: with the differences of the closed months of the whole shop, and
    without what only its pages needed.
    """
    moved: MonthMovements = Counter({(month, of): amount for month, of, amount in run.moved})
    closed = {
        month: shop for month, shop in settlements.list_closed_months() if month in run.months
    }
    ended = replace(run, state=DONE, sketch=b"", suspects={}, tally=(), moved=(), months=())
    return _with_differences(ended, compare_settlements(closed, moved))


def _with_differences(run: Verification, found: Iterable[Difference]) -> Verification:
    new = [difference._asdict() for difference in found]
    listed = [*run.differences, *new][:MOST_LISTED]
    return replace(run, differences=listed, found=run.found + len(new))

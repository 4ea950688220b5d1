"""Applies an import page by page. Each page is one job and safe to repeat (decision 198)."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from shared import secrets
from shared.imports.balances import import_balance
from shared.imports.members import import_member
from shared.imports.orders import import_order
from shared.imports.sequence import MEMBERS, ORDERS
from shared.jobs.job import IMPORTS, ImportPage
from shared.jobs.paging import each_account
from shared.log import describe_fault, logger
from shared.problem import EXPECTED, refusal_of
from shared.store import engine
from shared.store.engine import TableBusy
from shared.store.programs.imports import (
    DONE,
    FAILED,
    RUNNING,
    ImportRun,
    RefusedRow,
    StoredRow,
    drop_page,
    find_import,
    find_page,
    put_import,
    put_refusals,
)

MOST_FAULTS = 4
"""How often a page is tried again after a fault. One more fault ends the import as failed. The
queue, too, gives up after five attempts.
"""


class UnknownImport(LookupError):
    """The message arrived before the import that it names could be read. The queue must deliver it
    again.
    """


class _Outcomes(NamedTuple):
    """The results of the rows of a page."""

    changed: int
    same: int
    refused: list[RefusedRow]


def run_page(job: ImportPage) -> None:
    """Applies a page if it is the next one, and enqueues the page after it.

    If the page is done already, it only enqueues the next page: the earlier attempt may have
    stopped before it did so.
    """
    run = _require(job.import_id)
    if run.state == RUNNING and run.page == job.page:
        try:
            outcomes = _apply(run, find_page(run.id, run.page))
        except Exception as fault:  # counted; the queue delivers the job again
            if not _give_up(run.id, job.page):
                raise
            lost = {"import_id": run.id, "page": job.page, **describe_fault(fault)}
            logger.error("an import failed", extra=lost)
            return
        run = engine.retrying(partial(_keep, run.id, job.page, outcomes))
    if run.state == RUNNING:
        IMPORTS.enqueue([ImportPage(time=job.time, import_id=run.id, page=run.page)])


def _require(import_id: str) -> ImportRun:
    run = find_import(import_id)
    if run is None:
        raise UnknownImport(import_id)
    return run


def _apply(run: ImportRun, rows: list[StoredRow]) -> _Outcomes:
    """Applies the rows rank by rank; rows of one rank run in parallel. Raises the first fault that
    is not a refusal.
    """
    by_rank: dict[int, list[StoredRow]] = defaultdict(list)
    refused: list[RefusedRow] = []
    for row in rows:
        if "refused" in row:
            refused.append((row["number"], row["refused"]))
        else:
            by_rank[row["rank"]].append(row)
    apply, changed = _applier(run), 0
    for rank in sorted(by_rank):
        outcomes = zip(by_rank[rank], each_account(apply, by_rank[rank]), strict=True)
        for row, outcome in outcomes:
            if isinstance(outcome, BaseException):
                refused.append((row["number"], _reason_of(outcome)))
            else:
                changed += outcome
    return _Outcomes(changed, len(rows) - changed - len(refused), sorted(refused))


def _applier(run: ImportRun) -> Callable[[StoredRow], bool]:
    """The function that applies a row of this import and returns whether it changed anything."""
    hashed, at = secrets.hash_stored_email, run.asked_at
    if run.kind == MEMBERS:
        return lambda row: import_member(row["row"], row["several"], hashed, at)
    if run.kind == ORDERS:
        return lambda row: import_order(row["row"], run.rewards, hashed, at)
    return lambda row: import_balance(row["row"], at)


def _reason_of(outcome: BaseException) -> str:
    """Why a row was refused. Raises the exception again if it is no refusal, or if it may pass
    soon.
    """
    if not isinstance(outcome, EXPECTED) or isinstance(outcome, TableBusy):
        raise outcome
    refusal = refusal_of(outcome)
    return " ".join(_sentences(refusal.detail, refusal.more.get("errors")))


def _sentences(detail: str, errors: object) -> Iterator[str]:
    """One sentence for each faulty field, or the sentence of the refusal if it names no fields."""
    if not isinstance(errors, list) or not errors:
        yield detail
        return
    for error in errors:
        yield f"{error['field'] or 'The row'} {error['message']}."


def _keep(import_id: str, page: int, outcomes: _Outcomes) -> ImportRun:
    """Counts an applied page, only once, and deletes its rows."""
    run = _require(import_id)
    if run.page != page:
        return run
    is_last = page + 1 == run.pages
    after = replace(
        run,
        state=DONE if is_last else RUNNING,
        page=page + 1,
        changed=run.changed + outcomes.changed,
        same=run.same + outcomes.same,
        refused=run.refused + len(outcomes.refused),
        faults=0,
    )
    writes = [put_import(after), drop_page(run.id, page)]
    if outcomes.refused:
        writes.append(put_refusals(run.id, page, outcomes.refused))
    engine.write(writes)
    return after


def _give_up(import_id: str, page: int) -> bool:
    """Counts a fault of a page. Returns whether the import has failed with this fault."""

    def attempt() -> bool:
        run = _require(import_id)
        if run.state != RUNNING or run.page != page:
            return False
        ends = run.faults >= MOST_FAULTS
        engine.write(
            [put_import(replace(run, faults=run.faults + 1, state=FAILED if ends else RUNNING))]
        )
        return ends

    return engine.retrying(attempt)

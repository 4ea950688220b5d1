"""How jobs go through the ledger: a page's accounts side by side, then the next page."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

from shared.jobs.job import PageJob
from shared.store.ledger.scan import Cursor

MOST_AT_ONCE = 8
"""Accounts side by side; each of them mostly waits for the tables."""


def each_account[A, R](do: Callable[[A], R], accounts: Iterable[A]) -> list[R | BaseException]:
    """The result of each account or its fault, in their order: one fault stops no other account."""
    outcomes = [_threads().submit(do, account) for account in accounts]
    return [outcome.exception() or outcome.result() for outcome in outcomes]


@cache
def _threads() -> ThreadPoolExecutor:
    """Kept between pages and invocations: to start a thread costs more than to use it."""
    return ThreadPoolExecutor(MOST_AT_ONCE)


def next_page[J: PageJob](job: J, rest: Cursor | None) -> list[J]:
    """The job for the page after this one; none where the ledger has no `rest`."""
    return [replace(job, after=rest)] if rest else []

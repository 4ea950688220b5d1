"""Takes jobs through the ledger: all accounts of a page in parallel, then the next page."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

from shared.jobs.job import PageJob
from shared.store.ledger.scan import Cursor

MOST_AT_ONCE = 8
"""How many accounts are handled in parallel; most of the time they wait for the tables."""


def each_account[A, R](do: Callable[[A], R], accounts: Iterable[A]) -> list[R | BaseException]:
    """Calls `do` for each account, in several threads at once. Returns the results in the order of
    `accounts`; for a call that raised, the exception, which stops no other account.
    """
    outcomes = [_threads().submit(do, account) for account in accounts]
    return [outcome.exception() or outcome.result() for outcome in outcomes]


@cache
def _threads() -> ThreadPoolExecutor:
    """The thread pool, kept between pages and invocations, because starting threads takes longer
    than the work.
    """
    return ThreadPoolExecutor(MOST_AT_ONCE)


def next_page[J: PageJob](job: J, rest: Cursor | None) -> list[J]:
    """The job for the page after this one; empty at the end of the ledger (`rest` is `None`)."""
    return [replace(job, after=rest)] if rest else []

"""Recomputes the ledger in this process, from the tables that the environment variables name."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from local.operations.live_tables import use_stack
from shared.domain.reconciliation.books import VerifyResult


def recompute_tables(say: Callable[[str], None]) -> VerifyResult:
    """Recomputes the ledger in the tables that the environment variables name, and returns the
    differences. Prints the progress if there is more than one page. Memory does not grow with the
    ledger.
    """
    # Imported late: it takes half a second, which verifying a running system does not need.
    from shared.jobs.verification import verify_whole
    from shared.store import engine

    engine.open_tables()
    for run in verify_whole(datetime.now(UTC), "command line"):
        if run.state == "running":
            say(progress_line(run.look, run.items, run.found))
    return with_unlisted(
        VerifyResult(
            entries=run.entries,
            orders=run.orders,
            differences=[dict(difference) for difference in run.differences],
        ),
        run.found,
    )


def progress_line(look: int, items: int, found: int) -> str:
    return f"look {look}: {items} items read, {_format_count(found, 'difference', 'differences')}"


def with_unlisted(result: VerifyResult, found: int) -> VerifyResult:
    """The result, with a line for the differences that a verification of a large ledger counted but
    did not list.
    """
    listed = result["differences"]
    if found > len(listed):
        rest = {"what": "further differences", "where": "not listed", "expected": 0}
        result["differences"] = [*listed, rest | {"found": found - len(listed)}]
    return result


def format_result(result: VerifyResult) -> str:
    """The number of recomputed orders and entries, and a line for each difference."""
    differences = result["differences"]
    orders = _format_count(result["orders"], "order", "orders")
    entries = _format_count(result["entries"], "entry", "entries")
    count = _format_count(len(differences), "difference", "differences")
    lines = [f"  {_format_difference(difference)}" for difference in differences]
    return "\n".join([f"{orders} and {entries} recomputed: {count}", *lines])


def _format_count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _format_difference(difference: Mapping[str, object]) -> str:
    return "{what}, {where}: {expected} expected, {found} found".format_map(difference)


def verify_stack(name: str, say: Callable[[str], None]) -> int:
    """Recomputes the ledger of a stack and prints the differences. Returns 1 if facts and entries
    differ, otherwise 0. Raises `NoStack`.
    """
    use_stack(name)
    result = recompute_tables(say)
    say(format_result(result))
    return 1 if result["differences"] else 0

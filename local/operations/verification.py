"""Recomputes the ledger in this process, from the tables that the environment variables name."""

from collections.abc import Callable, Mapping

from local.operations.live_tables import use_stack
from shared.domain.reconciliation.books import VerifyResult


def recompute_tables() -> VerifyResult:
    """The result for the tables that the environment variables name."""
    # Imported late: it takes half a second, which verifying a running system does not need.
    from shared.store import engine, reconciliation

    engine.open_tables()
    return reconciliation.verify()


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
    """Prints the result for a stack. Returns 1 if facts and entries differ, otherwise 0. Raises
    `NoStack`.
    """
    use_stack(name)
    result = recompute_tables()
    say(format_result(result))
    return 1 if result["differences"] else 0

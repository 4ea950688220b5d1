"""The order in which the rows of an import are applied: an advocate before their friends, and rows
about the same thing one after the other.

Rows with the same rank do not depend on each other.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

from shared.domain.members.code import normalize_code
from shared.domain.members.login import login_spelling

MEMBERS, ORDERS, BALANCES = "members", "orders", "balances"
KINDS = (MEMBERS, ORDERS, BALANCES)

type TableRow = Mapping[str, object]


def rank_rows(kind: str, rows: Sequence[TableRow], in_turn: bool) -> list[int]:
    """The rank of each row. Rows of one rank can be applied in parallel, after all rows of lower
    ranks. With `in_turn`, each row has its own rank, in the order of the table.
    """
    if in_turn:
        return list(range(len(rows)))
    waits_for: dict[int, set[int]] = {place: set() for place in range(len(rows))}
    for earlier, later in _pairs(kind, rows):
        waits_for[later].add(earlier)
    return _ranks(waits_for)


def codes_of_several(rows: Sequence[TableRow]) -> set[str]:
    """Codes, as `normalize_code` writes them, that several rows name, or that a row names as its
    own. Such a code belongs to an advocate, even if nobody has it yet.
    """
    named = Counter(code for row in rows if (code := _code(row, "code")))
    own = {code for row in rows if (code := _code(row, "own_code"))}
    return own | {code for code, count in named.items() if count > 1}


def code_of(row: TableRow) -> str:
    """The code that a row names, as `normalize_code` writes it; empty if it names none."""
    return _code(row, "code")


def _pairs(kind: str, rows: Sequence[TableRow]) -> Iterator[tuple[int, int]]:
    """Pairs of row numbers: the second row needs the first."""
    latest: dict[str, int] = {}
    for place, row in enumerate(rows):
        for subject in _subjects(kind, row):
            if subject in latest:
                yield latest[subject], place
            latest[subject] = place
    if kind != MEMBERS:
        return
    logins = {login_spelling(_text(row, "login")): place for place, row in enumerate(rows)}
    owners = {_code(row, "own_code"): place for place, row in enumerate(rows)}
    for place, row in enumerate(rows):
        referrer = login_spelling(_text(row, "referrer_login"))
        for advocate in (referrer and logins.get(referrer), owners.get(code_of(row) or "-")):
            if isinstance(advocate, int) and advocate != place:
                yield advocate, place


def _subjects(kind: str, row: TableRow) -> list[str]:
    """Names of the members or orders that a row is about. Rows with a common name must be applied
    one after the other.
    """
    if kind == BALANCES:
        return [_text(row, "member")]
    subjects = [f"id {_text(row, 'id')}"]
    customer = row.get("customer") if kind == ORDERS else None
    if isinstance(customer, Mapping):
        subjects += [f"{name} {_text(customer, name)}" for name in ("id", "email")]
    return [subject for subject in subjects if not subject.endswith(" ")]


def _ranks(waits_for: Mapping[int, set[int]]) -> list[int]:
    """The rank of each row number. Rows that need each other in a circle come last."""
    sorter = TopologicalSorter(waits_for)
    with suppress(CycleError):  # rows outside the circle are still sorted
        sorter.prepare()
    ranks: dict[int, int] = {}
    rank = 0
    while ready := sorter.get_ready():
        ranks |= dict.fromkeys(ready, rank)
        sorter.done(*ready)
        rank += 1
    return [ranks.get(place, rank) for place in range(len(waits_for))]


def _code(row: TableRow, name: str) -> str:
    return normalize_code(_text(row, name))


def _text(row: TableRow, name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""

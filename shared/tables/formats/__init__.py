"""Every format of table has a module of its own. To add one, add a module and a line here."""

from collections.abc import Iterable

from shared.tables.formats import (
    affiliatewp,
    generic,
    referralcandy,
    shopify,
    stripe,
    woocommerce,
    woocommerce_report,
)
from shared.tables.table import TableFormat
from shared.tables.text import UnreadableTable

FORMATS: tuple[TableFormat, ...] = (
    *shopify.FORMATS,
    *woocommerce.FORMATS,
    *woocommerce_report.FORMATS,
    *stripe.FORMATS,
    *affiliatewp.FORMATS,
    *referralcandy.FORMATS,
    *generic.FORMATS,
)


MOST_NAMED = 12
"""Columns of a table that a refusal names."""


def find_format(kind: str, columns: Iterable[str]) -> TableFormat:
    """The format of a table with these columns, for rows of a kind. Raises `UnreadableTable`, whose
    message names the columns of the known formats, or the kind of rows that the table has.
    """
    named = [name for name in columns if name]
    if fitting := _fitting(named, kind):
        return max(fitting, key=lambda table: len(table.needed))
    if others := _fitting(named):
        other = max(others, key=lambda table: len(table.needed))
        raise UnreadableTable(
            f"has the columns of {other.name}, which tell of {other.kind} and not of {kind}"
        )
    ways = {table.name: table for table in reversed(FORMATS) if table.kind == kind}
    needed = "; ".join(
        f"{', '.join(sorted(ways[name].needed))} ({name})" for name in reversed(ways)
    )
    found = ", ".join(named[:MOST_NAMED])
    raise UnreadableTable(
        f"has no columns that tell of {kind}; it needs {needed}; it begins with {found}"
    )


def _fitting(columns: list[str], kind: str | None = None) -> list[TableFormat]:
    known = set(columns)
    return [table for table in FORMATS if table.needed <= known and kind in (None, table.kind)]

"""Every format of table has a module of its own. To add one, add a module and a line here."""

from collections.abc import Iterable

from shared.tables.formats import affiliatewp, generic, referralcandy, shopify, stripe, woocommerce
from shared.tables.table import TableFormat
from shared.tables.text import UnreadableTable

FORMATS: tuple[TableFormat, ...] = (
    *shopify.FORMATS,
    *woocommerce.FORMATS,
    *stripe.FORMATS,
    *affiliatewp.FORMATS,
    *referralcandy.FORMATS,
    *generic.FORMATS,
)


def find_format(kind: str, columns: Iterable[str]) -> TableFormat:
    """The format of a table with these columns, for rows of a kind. Raises `UnreadableTable`, whose
    message names the columns that would do.
    """
    known = [table for table in FORMATS if table.kind == kind]
    fitting = [table for table in known if table.needed <= set(columns)]
    if fitting:
        return max(fitting, key=lambda table: len(table.needed))
    ways = "; ".join(f"{', '.join(sorted(table.needed))} ({table.name})" for table in known)
    raise UnreadableTable(f"has no columns that tell of {kind}; it needs {ways}")

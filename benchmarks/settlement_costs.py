"""An estimate of what the end of a month costs on AWS: measured figures times list prices."""

from typing import NamedTuple

from shared.domain.ledger.settlement import shards_for

ACTIVE_ONE_IN = 5
ITEMS_A_MEMBER, ITEM_BYTES = 20, 512
"""Assumed: how many orders, entries and statements a member has after some years, and the size of
each.
"""
ITEMS_A_PAGE = 2_000
READ_BYTES = 4_096
SECONDS_A_PAGE = 0.25
"""Assumed: the time to read a page of one megabyte from DynamoDB and to write the progress."""
SIZES = tuple(10**power for power in range(2, 9))
PRICES = {
    "write request unit": 0.625e-6,
    "read request unit": 0.125e-6,
    "Lambda request": 0.20e-6,
    "Lambda GB-second (arm64)": 0.0000133334,
    "SQS request": 0.40e-6,
}
"""Assumed: list prices of 2025 in dollars, us-east-1, on demand, without free tiers.

Check them before you quote a figure.
"""
SQS_REQUESTS_A_MESSAGE = 3
LAMBDA_GB = 1


class RunFigures(NamedTuple):
    """Measured for each active member: capacity units, and seconds of one process."""

    write_units_active: float
    read_units_active: float
    seconds_active: float


def format_costs(figures: RunFigures) -> str:
    """A table of costs for shops of 100 to 100 million members."""
    head = (
        f"{'members':>11}  {'shards':>6}  {'invocations':>11}  {'write units':>11}"
        f"  {'read units':>11}  {'minutes':>7}  {'dollars':>8}"
    )
    prices = ", ".join(f"{name} {price * 1e6:g}" for name, price in PRICES.items())
    assumed = (
        f"{ITEMS_A_MEMBER} items of {ITEM_BYTES} bytes a member, one member in {ACTIVE_ONE_IN}"
        f" active, {SECONDS_A_PAGE} s a page"
    )
    lines = [_line(size, figures) for size in SIZES]
    return "\n".join(
        [
            f"On paper, {assumed}; dollars a million: {prices} (assumed list prices):",
            "",
            head,
            *lines,
        ]
    )


def _line(members: int, figures: RunFigures) -> str:
    active, items, shards = members / ACTIVE_ONE_IN, members * ITEMS_A_MEMBER, shards_for(members)
    pages = max(shards, items / ITEMS_A_PAGE)
    writes = active * figures.write_units_active + 2 * pages
    reads = items * ITEM_BYTES / READ_BYTES / 2 + active * figures.read_units_active
    seconds = active * figures.seconds_active + pages * SECONDS_A_PAGE
    dollars = (
        writes * PRICES["write request unit"]
        + reads * PRICES["read request unit"]
        + pages * (PRICES["Lambda request"] + SQS_REQUESTS_A_MESSAGE * PRICES["SQS request"])
        + seconds * LAMBDA_GB * PRICES["Lambda GB-second (arm64)"]
    )
    minutes = seconds / shards / 60
    return (
        f"{members:>11,}  {shards:>6}  {pages:>11,.0f}  {writes:>11,.0f}"
        f"  {reads:>11,.0f}  {minutes:>7.1f}  {dollars:>8.2f}"
    )

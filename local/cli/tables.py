"""Formats amounts and tables for the output of commands."""

from collections.abc import Iterable, Sequence

from shared.domain.money import minor_digits


def format_money(amount: int, currency: str) -> str:
    """An amount in minor units as text such as `1,234.50`, without the currency."""
    digits = minor_digits(currency)
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    whole, fraction = divmod(amount, 10**digits)
    return f"{sign}{whole:,}" + (f".{fraction:0{digits}d}" if digits else "")


def format_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table as lines of text. The first column is left-aligned, the others are right-aligned."""
    lines = [heads, *rows]
    widths = [max(len(cells[column]) for cells in lines) for column in range(len(heads))]
    return "".join(_format_line(cells, widths) + "\n" for cells in lines)


def _format_line(cells: Sequence[str], widths: Sequence[int]) -> str:
    aligned = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join([cells[0].ljust(widths[0]), *aligned[1:]]).rstrip()

"""What spreadsheets and exporters do to cells. What a spreadsheet has ruined is refused."""

import re

_SHORTENED = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_MONTH = "(?:Jan|Feb|Mar|Mär|Mrz|Apr|May|Mai|Jun|Jul|Aug|Sep|Sept|Oct|Okt|Nov|Dec|Dez)"
_CHANGED = re.compile(
    r"[0-9]{1,2}/[0-9]{1,2}"
    rf"|[0-9]{{1,2}}(?:[-. ]|\. ){_MONTH}\.?|{_MONTH}\.?[- ][0-9]{{2}}"
    r"|#+|#[A-ZÄÖÜ/0]+[!?]|#N/A|#NV"
)
"""What spreadsheets leave: a date in place of a number or a code, the signs of a cell that was too
narrow, the error of a formula.
"""
_GUARDED = ("'=", "'+", "'-", "'@", "'\t")
"""How exporters begin a cell that a spreadsheet would take for a formula, such as `'-20.00`."""
_FORMULA_OF_TEXT = re.compile(r'="([^"]*)"')
TOTALS = frozenset(
    {"total", "totals", "sum", "subtotal", "grand total"}
    | {"summe", "gesamt", "gesamtsumme", "insgesamt", "endsumme"}
)
"""Words that stand in place of an id in a line of totals."""


def check_unspoilt(text: str) -> str:
    """Returns the text. Raises `ValueError` if a spreadsheet has changed it, for example to a date."""
    if _SHORTENED.fullmatch(text):
        raise ValueError(
            f"{text!r} was shortened by a spreadsheet; export the file again and do not open it "
            "in a spreadsheet first"
        )
    if _CHANGED.fullmatch(text):
        raise ValueError(
            f"{text!r} was changed by a spreadsheet; export the file again and do not open it "
            "in a spreadsheet first"
        )
    return text


def check_name(text: str) -> str:
    """An id or a code, without the apostrophe by which spreadsheets mark a text.

    Raises `ValueError` if a spreadsheet has changed the text, or if it begins a line of totals.
    """
    if text.casefold().rstrip(":") in TOTALS:
        raise ValueError(f"{text!r} begins a line of totals; leave such lines out")
    return check_unspoilt(text.removeprefix("'"))


def unguarded(cell: str) -> str:
    """The text of a cell, without what an exporter added so that spreadsheets do not calculate it."""
    if cell[0] not in "'=":
        return cell
    if cell.startswith(_GUARDED):
        return cell[1:]
    found = _FORMULA_OF_TEXT.fullmatch(cell)
    return found[1] if found else cell

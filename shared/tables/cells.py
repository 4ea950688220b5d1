"""What spreadsheets and exporters do to cells. What a spreadsheet has ruined is refused."""

import re

_SHORTENED = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_MONTH = "(?:Jan|Feb|Mar|Mär|Mrz|Apr|May|Mai|Jun|Jul|Aug|Sep|Sept|Oct|Okt|Nov|Dec|Dez)"
_CHANGED = re.compile(
    r"[0-9]{1,2}/[0-9]{1,2}"
    rf"|[0-9]{{1,2}}(?:[-. ]|\. ){_MONTH}\.?|{_MONTH}\.?[- ][0-9]{{2}}"
    r"|#+|#[A-ZÄÖÜ/0]+[!?]|#N/A|#NV"
)
"""A date that was a number or a code, a cell that was too narrow, a formula that failed."""
_GUARDED = ("'=", "'+", "'-", "'@", "'\t")
"""How exporters begin a cell that a spreadsheet would take for a formula, such as `'-20.00`."""
_FORMULA_OF_TEXT = re.compile(r'="([^"]*)"')
TOTALS = frozenset(
    {"total", "totals", "sum", "subtotal", "grand total"}
    | {"summe", "gesamt", "gesamtsumme", "insgesamt", "endsumme"}
)
"""What stands instead of an id in a line that adds up the others."""


def check_unspoilt(text: str) -> str:
    """A cell that no spreadsheet has turned into another; raises `ValueError`."""
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

    Raises `ValueError` if it is ruined, or if the line only adds up the others.
    """
    if text.casefold().rstrip(":") in TOTALS:
        raise ValueError(f"{text!r} begins a line of totals; leave such lines out")
    return check_unspoilt(text.removeprefix("'"))


def unguarded(cell: str) -> str:
    """A cell as it was before an exporter guarded it against spreadsheets."""
    if cell.startswith(_GUARDED):
        return cell[1:]
    found = _FORMULA_OF_TEXT.fullmatch(cell) if cell.startswith('="') else None
    return found[1] if found else cell

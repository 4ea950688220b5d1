"""An amount as staff types it: in major units, with a comma or a point before the decimals."""

from collections.abc import Mapping

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.money import MAX_AMOUNT, minor_units


def amount_of(form: Mapping[str, str], currency: str) -> int:
    """Minor units, below 0 where the form says to take; raises `InvalidDocument`."""
    try:
        amount = minor_units(form.get("amount", "").replace(",", "."), currency)
        if not 0 < amount <= MAX_AMOUNT:
            raise ValueError("out of range")
    except ValueError:
        raise InvalidDocument(
            [FieldError("amount", f"must be an amount above 0 in {currency}, such as 12.50")]
        ) from None
    return -amount if form.get("direction") == "take" else amount

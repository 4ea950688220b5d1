"""Amounts as staff types them: in major units, with a comma or a point before the decimals."""

from collections.abc import Mapping

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.money import MAX_AMOUNT, minor_units


def parse_amount(text: str, currency: str) -> int:
    """`"12,50"` or `"12.50"` as minor units; raises `ValueError`."""
    return minor_units(text.replace(",", "."), currency)


def parse_adjustment(form: Mapping[str, str], currency: str) -> int:
    """The field `amount` in minor units, below 0 where `direction` is `take`.

    Raises `InvalidDocument`.
    """
    try:
        amount = parse_amount(form.get("amount", ""), currency)
        if not 0 < amount <= MAX_AMOUNT:
            raise ValueError("out of range")
    except ValueError:
        raise InvalidDocument(
            [FieldError("amount", f"must be an amount above 0 in {currency}, such as 12.50")]
        ) from None
    return -amount if form.get("direction") == "take" else amount

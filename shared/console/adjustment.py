"""Reads an adjustment that staff types, and lets staff confirm how it was understood."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.console.typed_fields import TypedFields
from shared.domain.document import FieldError, InvalidDocument
from shared.pages import figures


@dataclass(frozen=True, slots=True)
class TypedAdjustment:
    """An adjustment of a balance.

    * `amount`: in minor units, below 0 if credit is taken.
    * `is_confirmed`: staff has seen how the amount was understood and has sent the form again.
    """

    amount: int
    currency: str
    is_confirmed: bool

    def shown(self, language: str) -> str:
        sign = "+" if self.amount > 0 else ""
        return sign + figures.money(self.amount, self.currency, language)


def parse_adjustment(form: Mapping[str, str], currency: str, language: str) -> TypedAdjustment:
    """The adjustment in the fields `amount`, `direction` and `understood`. Raises
    `InvalidDocument`.
    """
    fields = TypedFields(form, currency, language)
    amount = fields.amount("amount")
    fields.finish()
    if not amount:
        raise InvalidDocument([FieldError("amount", "must be an amount above 0")])
    is_confirmed = form.get("understood") == str(amount)
    sign = -1 if form.get("direction") == "take" else 1
    return TypedAdjustment(sign * amount, currency, is_confirmed)

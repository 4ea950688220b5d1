"""Reads the fields of a form as values of a program or an order, and collects a fault for each
unreadable field.
"""

import re
from collections.abc import Callable, Mapping

from shared.console.amounts import NotANumber, read_amount, read_number, read_rate
from shared.domain.document import FieldError, InvalidDocument

PERCENT, AMOUNT = "percent", "amount"
"""The values of a reward's switch, the field `<name>.unit`."""
_LIST = re.compile(r"[;\n]")
_BARE = re.compile(r"[0-9]+")


class TypedFields:
    """Reads fields by name. An empty field is `None`. An unreadable field is `None` too, and adds
    to `faults`.
    """

    def __init__(self, form: Mapping[str, str], currency: str, language: str) -> None:
        self.form, self.currency, self.language = form, currency, language
        self.faults: list[FieldError] = []

    def text(self, name: str) -> str:
        return self.form.get(name, "")

    def amount(self, name: str) -> int | None:
        """An amount in minor units."""
        return self._read(name, lambda text: read_amount(text, self.currency, self.language))

    def rate(self, name: str) -> str | None:
        return self._read(name, lambda text: read_rate(text, self.language))

    def whole(self, name: str) -> int | None:
        return self._read(name, self._whole)

    def reward(self, name: str) -> dict[str, object] | None:
        """A percentage or an amount. The switch beside the field decides; without a switch, the
        text must contain the unit.
        """
        unit = self.text(f"{name}.unit")
        return self._read(name, lambda text: self._reward(text, unit))

    def rewards(self, name: str) -> list[object]:
        """A list of rewards, separated by semicolons or new lines. Each has its own unit."""
        return self._read(name, self._rewards) or []

    def finish(self) -> None:
        """Raises `InvalidDocument` with the faults, if there are any."""
        if self.faults:
            raise InvalidDocument(self.faults)

    def _read[T](self, name: str, read: Callable[[str], T]) -> T | None:
        text = self.text(name).strip()
        try:
            return read(text) if text else None
        except ValueError as error:
            self.faults.append(FieldError(name, str(error)))
            return None

    def _whole(self, text: str) -> int:
        try:
            number = read_number(text, 0, self.language)
        except NotANumber:
            raise ValueError("must be a whole number") from None
        if len(number) > 9:
            raise ValueError("must be a whole number")
        return int(number)

    def _reward(self, text: str, unit: str) -> dict[str, object]:
        if not unit and _BARE.fullmatch(text):
            raise ValueError(f"could mean {text} % or {text} {self.currency}; write the unit")
        if unit == AMOUNT and text.endswith("%"):
            raise ValueError("is a percentage; choose % next to it, or leave out the sign")
        if unit == PERCENT or text.endswith("%"):
            return {"percent": read_rate(text, self.language)}
        return {"fixed": read_amount(text, self.currency, self.language)}

    def _rewards(self, text: str) -> list[object]:
        return [self._reward(part.strip(), "") for part in _LIST.split(text) if part.strip()]

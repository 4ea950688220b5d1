"""Reading documents that people and programs send: every fault is named by its field, none is guessed away."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.domain.instants import parse_instant
from shared.domain.money import MAX_AMOUNT, MINOR_DIGITS

LONGEST_ID = 128
LONGEST_TEXT = 256
UNREADABLE = "\ufffd"
"""What bytes that are not UTF-8 become on their way here; two different ids would become one."""
REQUIRED = object()


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field and what to write instead; `field` is a path such as `refunds[0].amount`."""

    field: str
    message: str


class InvalidDocument(ValueError):
    """A document that cannot be used, with every fault that was found in it."""

    def __init__(self, faults: Collection[FieldError]):
        self.faults = tuple(faults)
        super().__init__(
            "; ".join(f"{fault.field or 'document'}: {fault.message}" for fault in self.faults)
        )


class Document:
    """A JSON object being read; faults of all its parts are collected and raised together by `finish`."""

    def __init__(self, value: object, path: str = "", faults: list[FieldError] | None = None):
        self.path = path
        self.faults = [] if faults is None else faults
        self.read: set[str] = set()
        if isinstance(value, Mapping):
            self.value: Mapping = value
        else:
            self.value = {}
            self.faults.append(FieldError(path, "must be a JSON object"))

    def finish(self) -> None:
        """Raise `InvalidDocument` where anything was wrong."""
        if self.faults:
            raise InvalidDocument(self.faults)

    def refuse_unknown(self, *also: str) -> None:
        """Name every field that nobody reads."""
        for name in self.value:
            if name not in self.read and name not in also:
                known = ", ".join(sorted({*self.read, *also}))
                self.fault(str(name)[:80], f"is not a known field; known are: {known}")

    def fault(self, name: str, message: str) -> None:
        self.faults.append(FieldError(self.at(name), message))

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def field[T](self, name: str, default: T, check: Callable[[object], T]) -> T:
        """A field as `check` reads it; a missing or null one is its default, or a fault where it is required."""
        self.read.add(name)
        value = self.value.get(name)
        if value is None:
            if default is REQUIRED:
                self.fault(name, "is required")
            return default
        try:
            return check(value)
        except ValueError as error:
            self.fault(name, str(error))
            return default

    def identifier(self, name: str, default=REQUIRED) -> str:
        return self.field(name, default, identifier)

    def text(self, name: str, default=REQUIRED, longest: int = LONGEST_TEXT) -> str:
        return self.field(name, default, lambda value: text(value, longest))

    def amount(self, name: str, default=REQUIRED) -> int:
        return self.field(name, default, amount)

    def count(self, name: str, default=REQUIRED, least: int = 0, most: int = 36_500) -> int:
        return self.field(name, default, lambda value: whole(value, least, most))

    def instant(self, name: str, default=REQUIRED) -> datetime:
        return self.field(name, default, parse_instant)

    def currency(self, name: str, default=REQUIRED) -> str:
        return self.field(name, default, currency)

    def choice(self, name: str, options: Collection[str], default=REQUIRED) -> str:
        return self.field(name, default, lambda value: choice(value, options))

    def flag(self, name: str, default: bool) -> bool:
        return self.field(name, default, flag)

    def section(self, name: str, default=REQUIRED) -> "Document | None":
        """A nested object, `None` where it is missing or null and may be."""
        self.read.add(name)
        value = self.value.get(name)
        if value is not None:
            return Document(value, self.at(name), self.faults)
        if default is REQUIRED:
            self.fault(name, "is required")
        return None

    def rows(self, name: str, most: int) -> list["Document"]:
        """A list of objects, empty where it is missing."""
        self.read.add(name)
        value = self.value.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > most:
            self.fault(name, f"must be a list of at most {most}")
            return []
        return [
            Document(row, f"{self.at(name)}[{index}]", self.faults)
            for index, row in enumerate(value)
        ]


def identifier(value: object) -> str:
    """1 to 128 printable characters."""
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {kind(value)}")
    if not 0 < len(value) <= LONGEST_ID or not value.isprintable():
        raise ValueError(f"must be 1 to {LONGEST_ID} printable characters")
    if UNREADABLE in value:
        raise ValueError("must be text in UTF-8")
    return storable(value)


def text(value: object, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {kind(value)}")
    if len(value) > longest:
        raise ValueError(f"must be at most {longest} characters")
    return storable(value)


def storable(value: str) -> str:
    """Text that UTF-8 can carry; half a surrogate pair cannot be stored."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("must be text that UTF-8 can carry") from None
    return value


def amount(value: object) -> int:
    """Whole minor units, 0 to 999,999,999,999."""
    if type(value) is int and 0 <= value <= MAX_AMOUNT:
        return value
    raise ValueError(f"must be a whole number of minor units from 0 to {MAX_AMOUNT}")


def whole(value: object, least: int, most: int) -> int:
    if type(value) is int and least <= value <= most:
        return value
    raise ValueError(f"must be a whole number from {least} to {most}")


def currency(value: object) -> str:
    if isinstance(value, str) and value in MINOR_DIGITS:
        return value
    raise ValueError('must be an ISO 4217 currency code, such as "EUR"')


def choice(value: object, options: Collection[str]) -> str:
    if isinstance(value, str) and value in options:
        return value
    raise ValueError("must be one of: " + ", ".join(options))


def flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")


KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    str: "text",
}


def kind(value: object) -> str:
    return KINDS.get(type(value), type(value).__name__)

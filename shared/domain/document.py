"""Reads JSON from outside. Collects every fault of a document, each under the path of its field."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from shared.domain.money import MAX_AMOUNT, MINOR_DIGITS

LONGEST_ID = 128
LONGEST_TEXT = 256
LONGEST_EMAIL = 254
UNREADABLE = "\ufffd"
"""The character that replaces bytes that are not UTF-8. An id must not hold it, because two
different ids could then look the same.
"""


class Required(Enum):
    """The type of `REQUIRED`, which stands for "this field has no default"."""

    REQUIRED = "required"


REQUIRED = Required.REQUIRED


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field and what to write instead.

    `field` is a path such as `refunds[0].amount`; it is empty if the whole document is wrong.
    """

    field: str
    message: str


class InvalidDocument(ValueError):
    """A document cannot be used; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: Collection[FieldError]):
        self.faults = tuple(faults)
        super().__init__(
            "; ".join(f"{fault.field or 'document'}: {fault.message}" for fault in self.faults)
        )


class SourceDocument:
    """A JSON object that is being read.

    * `faults`: one list, shared by the object and all objects inside it. `finish` raises
      `InvalidDocument` if it is not empty.
    * `read`: the names of the fields that were read so far.
    * `tolerant`: unknown fields are ignored; without it, each unknown field is a fault.
    """

    def __init__(
        self,
        value: object,
        path: str = "",
        faults: list[FieldError] | None = None,
        *,
        tolerant: bool = False,
    ):
        self.path = path
        self.faults: list[FieldError] = [] if faults is None else faults
        self.tolerant = tolerant
        self.read: set[str] = set()
        self.value: Mapping[str, object] = value if isinstance(value, Mapping) else {}
        if not isinstance(value, Mapping):
            self.faults.append(FieldError(path, "must be a JSON object"))

    def finish(self) -> None:
        """Raises `InvalidDocument` if there is any fault."""
        if self.faults:
            raise InvalidDocument(self.faults)

    def refuse_unknown(self, names: Collection[str] | None = None) -> None:
        """Adds a fault for every field that is not in `names`. Without `names`, for every field
        that was not read.
        """
        if self.tolerant:
            return
        readable = self.read if names is None else names
        for name in self.value:
            if name not in readable:
                known = ", ".join(sorted(readable))
                self.fault(str(name)[:80], f"is not a known field; known fields: {known}")

    def miss(self, name: str) -> None:
        """Adds the fault that a required field is missing."""
        self.fault(name, "is required")

    def fault(self, name: str, message: str) -> None:
        self.faults.append(FieldError(self.at(name), message))

    def within(self, name: str, value: object) -> "SourceDocument":
        """A reader for an object in a field of this object. Both share one list of faults."""
        return SourceDocument(value, self.at(name), self.faults, tolerant=self.tolerant)

    def at(self, name: str) -> str:
        """The path of a field of this object, such as `refunds[0].amount`."""
        return f"{self.path}.{name}" if self.path else name

    def get[T, D](
        self, name: str, check: Callable[[object], T], default: D | Required = REQUIRED
    ) -> T | D:
        """The value of a field, converted by `check`.

        Returns the default if the field is missing, null or faulty. `check` raises `ValueError`
        with what to write instead, which becomes a fault. If there is no default, a missing field
        is a fault too; the returned value is then meaningless, and `finish` raises.
        """
        self.read.add(name)
        value = self.value.get(name)
        if value is None:
            if default is REQUIRED:
                self.miss(name)
        else:
            try:
                return check(value)
            except ValueError as error:
                self.fault(name, str(error))
        return default  # type: ignore[return-value]  # `finish` raises before REQUIRED is used


def parse_identifier(value: object) -> str:
    """The value, if it is a text of 1 to 128 printable characters. Raises `ValueError` if not."""
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {json_type(value)}")
    if not 0 < len(value) <= LONGEST_ID or not value.isprintable():
        raise ValueError(f"must be 1 to {LONGEST_ID} printable characters")
    if UNREADABLE in value:
        raise ValueError("must be UTF-8 text")
    return value


def parse_text(value: object, longest: int = LONGEST_TEXT) -> str:
    """The value, if it is a text of up to `longest` characters of any kind; it may be empty. Raises
    `ValueError` if not.
    """
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {json_type(value)}")
    if len(value) > longest:
        raise ValueError(f"must be at most {longest} characters")
    if not value.isascii():
        _check_storable(value)
    return value


def _check_storable(value: str) -> None:
    """Raises `ValueError` for half a surrogate pair, which UTF-8 cannot encode."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("must be valid UTF-8 text") from None


def parse_amount(value: object) -> int:
    """The value, if it is a whole number of minor units from 0 to 999,999,999,999. Raises
    `ValueError` if not.
    """
    if type(value) is int and 0 <= value <= MAX_AMOUNT:
        return value
    raise ValueError(f"must be a whole number of minor units from 0 to {MAX_AMOUNT}")


def parse_whole(value: object, least: int, most: int) -> int:
    if type(value) is int and least <= value <= most:
        return value
    raise ValueError(f"must be a whole number from {least} to {most}")


def parse_currency(value: object) -> str:
    if isinstance(value, str) and value in MINOR_DIGITS:
        return value
    raise ValueError('must be an ISO 4217 currency code, such as "EUR"')


def parse_choice(value: object, options: Collection[str]) -> str:
    if isinstance(value, str) and value in options:
        return value
    raise ValueError("must be one of: " + ", ".join(options))


def parse_flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")


JSON_TYPES = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    str: "text",
}


def json_type(value: object) -> str:
    """The type of a JSON value, in words for an error message."""
    return JSON_TYPES.get(type(value), type(value).__name__)

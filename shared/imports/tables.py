"""Tables that people have, as rows of an import."""

from collections.abc import Iterator
from typing import Any


def read_table(kind: str, text: str) -> Iterator[tuple[int, dict[str, Any], str | None]]:
    """The rows of a table by their numbers, and why a row cannot be used."""
    yield from ()

"""The key of an item."""

from typing import NamedTuple


class Key(NamedTuple):
    """Partition key and sort key."""

    pk: str
    sk: str

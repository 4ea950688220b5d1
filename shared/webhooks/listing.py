"""What a processor lists of its past: the news of webhooks once more, page by page (decision 221)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.processor_api import ProcessorApi

PAGE = 50
"""Rows of one page; an order has up to twenty kilobytes, and an answer of an API up to a megabyte."""
LONGEST_CURSOR = 1500


class CannotList(Exception):
    """The processor's list cannot be asked for; the message says what to set."""


@dataclass(frozen=True, slots=True)
class ListedPage:
    """`news` are bodies as a webhook would have them. `rest` is where the next page begins, in the
    processor's own words; empty behind the last one.
    """

    news: Sequence[JsonObject]
    rest: str = ""


type ListSince = Callable[[ProcessorApi, datetime, str], ListedPage]
"""Reads the page at a cursor (empty: the first one) of what changed since an instant.

Whatever changes meanwhile may come twice and is never left out. Raises `CannotList`,
`ApiUnavailable` and `UnusableDelivery`.
"""


@dataclass(frozen=True, slots=True)
class Listing:
    """How a processor's list is read, and how far it goes back (None: to the beginning)."""

    list_since: ListSince
    keeps: timedelta | None = None

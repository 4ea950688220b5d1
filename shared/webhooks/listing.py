"""How the lists of past events at processors are read. Each page returns events in the form of
webhooks (decision 221).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.processor_api import ProcessorApi

PAGE = 50
"""Rows in one page. An order has up to twenty kilobytes, and an API's answer up to one megabyte."""
LONGEST_CURSOR = 1500


class CannotList(Exception):
    """The processor's list cannot be requested. The message says which setting is missing."""


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page of a processor's list. `news` are bodies in the form of a webhook. `rest` is the
    cursor of the next page, in the processor's own form; empty after the last page.
    """

    news: Sequence[JsonObject]
    rest: str = ""


type ListSince = Callable[[ProcessorApi, datetime, str], ListedPage]
"""Reads one page of what has changed since an instant. The text is the cursor of the page; empty
for the first page.

A row that changes during the reading may come twice, but is never missing. Raises `CannotList`,
`ApiUnavailable` and `UnusableDelivery`.
"""


@dataclass(frozen=True, slots=True)
class Listing:
    """How a processor's list is read. `keeps` is how far back the list goes; `None` if it is
    complete.
    """

    list_since: ListSince
    keeps: timedelta | None = None

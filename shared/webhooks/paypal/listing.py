"""Reads PayPal's list of events. It contains what the webhooks contained, for thirty days.

As with webhooks, only the id of an object is used from an event. The object itself is read from the
API.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from shared.webhooks.foreign_json import JsonObject, rfc3339, text_of
from shared.webhooks.listing import LONGEST_CURSOR, PAGE, ListedPage, Listing
from shared.webhooks.processor_api import ProcessorApi

_EVENTS = "/v1/notifications/webhooks-events"


def list_since(api: ProcessorApi, since: datetime, cursor: str) -> ListedPage:
    """A page of events. The cursor is the path and query of the page's address."""
    asked = urlencode({"page_size": PAGE, "start_time": rfc3339(since)})
    answer = api.get(cursor or f"{_EVENTS}?{asked}")
    return ListedPage(answer.rows("events"), _next_page(answer))


def _next_page(answer: JsonObject) -> str:
    links = [link for link in answer.rows("links") if link.value("rel") == "next"]
    parts = urlsplit(text_of(links[0].value("href"), LONGEST_CURSOR) or "" if links else "")
    return f"{_EVENTS}?{parts.query}" if parts.query else ""


LISTING = Listing(list_since, timedelta(days=30))

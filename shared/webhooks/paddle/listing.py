"""Reads Paddle's list of events. It contains what the webhooks contained, for ninety days."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from shared.webhooks.foreign_json import rfc3339
from shared.webhooks.listing import PAGE, ListedPage, Listing
from shared.webhooks.processor_api import ProcessorApi


def list_since(api: ProcessorApi, since: datetime, cursor: str) -> ListedPage:
    """A page of events, newest first. The list cannot be filtered by time, so reading stops at the
    first event before `since`. The cursor is the id of the last event.
    """
    asked = {"order_by": "id[DESC]", "per_page": str(PAGE)} | ({"after": cursor} if cursor else {})
    answer = api.get("/events?" + urlencode(asked))
    events = answer.rows("data")
    told = [event for event in events if (event.instant("occurred_at") or "") >= rfc3339(since)]
    more = answer.flag("meta", "pagination", "has_more") and len(told) == len(events)
    last = events[-1].identifier("event_id") if more and events else None
    return ListedPage(told, last or "")


LISTING = Listing(list_since, timedelta(days=90))

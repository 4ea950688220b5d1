"""Reads Stripe's list of events. It contains what the webhooks contained, for thirty days."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from shared.webhooks.listing import PAGE, ListedPage, Listing
from shared.webhooks.processor_api import ProcessorApi


def list_since(api: ProcessorApi, since: datetime, cursor: str) -> ListedPage:
    """A page of events, newest first. The cursor is the id of the last event that was read."""
    asked = {"created[gte]": int(since.timestamp()), "limit": PAGE}
    after = {"starting_after": cursor} if cursor else {}
    answer = api.get("/v1/events?" + urlencode(asked | after))
    events = answer.rows("data")
    last = events[-1].own_id() if events and answer.flag("has_more") else None
    return ListedPage(events, last or "")


LISTING = Listing(list_since, timedelta(days=30))

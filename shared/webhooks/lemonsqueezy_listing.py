"""Reads Lemon Squeezy's lists of orders, subscriptions and subscription invoices.

The lists do not contain the custom data of a checkout. So an order whose webhook was lost has no
token.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from shared.webhooks.foreign_json import JsonObject, rfc3339, whole_number_of
from shared.webhooks.listing import PAGE, ListedPage, Listing
from shared.webhooks.processor_api import ProcessorApi

_KINDS = ("orders", "subscriptions", "subscription-invoices")
REFUNDED_WITHIN = timedelta(days=90)
"""Changes are found only in objects that are at most this old. A list is sorted by creation, newest
first, and cannot be filtered by change.
"""


def list_since(api: ProcessorApi, since: datetime, cursor: str) -> ListedPage:
    """The rows of a page that have changed since `since`. The cursor is the name of the list and
    the page number, separated by a colon. The next list follows after the last page, or after a
    page with an object that was created more than `REFUNDED_WITHIN` before `since`.
    """
    kind, _, number = (cursor or f"{_KINDS[0]}:1").partition(":")
    asked = {"page[number]": number, "page[size]": str(PAGE)}
    answer = api.get(f"/v1/{kind}?" + urlencode(asked))
    rows, page = answer.rows("data"), int(number)
    changed = [row for row in rows if _told_at(row, "updated_at") >= rfc3339(since)]
    last = whole_number_of(answer.value("meta", "page", "lastPage")) or page
    oldest = min((_told_at(row, "created_at") for row in rows), default="")
    if page < last and oldest >= rfc3339(since - REFUNDED_WITHIN):
        return ListedPage([_event(row) for row in changed], f"{kind}:{page + 1}")
    later = _KINDS[_KINDS.index(kind) + 1 :]
    return ListedPage([_event(row) for row in changed], f"{later[0]}:1" if later else "")


def _told_at(row: JsonObject, name: str) -> str:
    return row.instant("attributes", name) or row.instant("attributes", "created_at") or ""


def _event(row: JsonObject) -> JsonObject:
    return JsonObject({"meta": {"event_name": "listed"}, "data": row.fields})


LISTING = Listing(list_since)

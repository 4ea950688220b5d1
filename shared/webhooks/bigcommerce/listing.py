"""Reads BigCommerce's list of orders. Each row becomes an event that names the order, as in a
webhook.
"""

import re
from datetime import datetime
from urllib.parse import urlencode

from shared.webhooks.foreign_json import JsonObject, rfc3339
from shared.webhooks.listing import PAGE, CannotList, ListedPage, Listing
from shared.webhooks.processor_api import ProcessorApi

_STORE = re.compile(r"/(stores/[A-Za-z0-9]{1,40})$")


def list_since(api: ProcessorApi, since: datetime, cursor: str) -> ListedPage:
    """A page of changed orders, sorted by id, so a change during the reading does not move an
    order. The cursor is the lowest id of the next page.

    A webhook names its store, but a list does not. So the API's address must name it; if not,
    raises `CannotList`.
    """
    store = _STORE.search(api.base_url)
    if store is None:
        raise CannotList(
            "The address of the API does not name the store: set it in ProcessorApis as "
            "https://api.bigcommerce.com/stores/HASH."
        )
    asked = {
        "min_date_modified": rfc3339(since),
        "min_id": cursor or "1",
        "sort": "id:asc",
        "limit": PAGE,
    }
    orders = api.rows("/v2/orders?" + urlencode(asked))
    ids = [name for order in orders if (name := order.own_id()) and name.isdigit()]
    rest = str(int(ids[-1]) + 1) if ids else ""
    return ListedPage([_event(store[1], name) for name in ids], rest)


def _event(store: str, order_id: str) -> JsonObject:
    data = {"type": "order", "id": int(order_id)}
    return JsonObject({"scope": "store/order/updated", "producer": store, "data": data})


LISTING = Listing(list_since)

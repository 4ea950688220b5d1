"""Reads WooCommerce's list of orders with their refunds."""

import base64
from datetime import datetime
from urllib.parse import urlencode

from shared.webhooks.foreign_json import rfc3339
from shared.webhooks.listing import PAGE, ListedPage, Listing
from shared.webhooks.processor_api import Authorization, PostForm, ProcessorApi

_ORDERS = "/wp-json/wc/v3/orders?"


def authorize(secret: str, post_form: PostForm) -> Authorization:
    """Headers with a key of the REST API, written as `ck_…:cs_…`."""
    basic = base64.b64encode(secret.encode()).decode()
    return Authorization({"authorization": f"Basic {basic}"})


def list_since(api: ProcessorApi, since: datetime, cursor: str) -> ListedPage:
    """A page of changed orders, newest change first. An order that changes during the reading moves
    to the front, so no other order is skipped.

    The cursor is the page number.
    """
    page = int(cursor or 1)
    asked = {
        "modified_after": rfc3339(since),
        "dates_are_gmt": "true",
        "orderby": "modified",
        "order": "desc",
        "per_page": PAGE,
        "page": page,
    }
    orders = api.rows(_ORDERS + urlencode(asked))
    return ListedPage(orders, str(page + 1) if orders else "")


LISTING = Listing(list_since)

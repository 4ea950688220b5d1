"""Reads Shopify's lists: orders with their refunds, and disputes."""

from datetime import datetime
from urllib.parse import urlencode

from shared.webhooks.foreign_json import JsonObject, rfc3339
from shared.webhooks.listing import PAGE, ListedPage, Listing
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import Authorization, PostForm, ProcessorApi

_ROOT = "/admin/api/2026-10/"
_DISPUTES = "disputes:"


def authorize(secret: str, post_form: PostForm) -> Authorization:
    return Authorization({"x-shopify-access-token": secret})


def list_since(api: ProcessorApi, since: datetime, cursor: str) -> ListedPage:
    """A page of changed orders or of disputes, sorted by id, so a change during the reading does
    not move a row. The cursor is the last id that was read.

    Disputes cannot be filtered by change. They are few, so all of them are read.
    """
    if cursor.startswith(_DISPUTES):
        disputes = _read_disputes(api, cursor.removeprefix(_DISPUTES))
        return ListedPage(disputes, _DISPUTES + _last_id(disputes) if disputes else "")
    changed = {"status": "any", "updated_at_min": rfc3339(since)}
    after = {"since_id": cursor or "0", "limit": PAGE}
    orders = api.get(f"{_ROOT}orders.json?" + urlencode(changed | after)).rows("orders")
    return ListedPage(orders, _last_id(orders) if orders else f"{_DISPUTES}0")


def _read_disputes(api: ProcessorApi, last_id: str) -> list[JsonObject]:
    """A page of disputes; empty if the shop does not use Shopify Payments."""
    asked = urlencode({"since_id": last_id, "limit": PAGE})
    try:
        return api.get(f"{_ROOT}shopify_payments/disputes.json?{asked}").rows("disputes")
    except UnusableDelivery as unusable:
        if unusable.parked.reason == "not_at_processor":
            return []
        raise


def _last_id(rows: list[JsonObject]) -> str:
    """The id of the last row. Raises `UnusableDelivery` if it has none, because the next page could
    not be requested.
    """
    last = rows[-1].own_id()
    if last is None:
        raise UnusableDelivery("missing_id", "a row of the list")
    return last


LISTING = Listing(list_since)

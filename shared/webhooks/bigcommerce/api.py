"""Reads an order from BigCommerce's API."""

import re
from dataclasses import dataclass

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import ProcessorApi
from shared.webhooks.reversal_fields import refund_rows

NAMESPACE = "grapevine"
"""The namespace of the metafields that the shop's server writes for us."""
_STORE = re.compile(r"stores/[A-Za-z0-9]{1,40}")
_ORDER = "v2/orders/{order}?include=consignments,fees&consignment_structure=object"
_METAFIELDS = "v3/orders/{order}/metafields?namespace=" + NAMESPACE


@dataclass(frozen=True, slots=True)
class FetchedOrder:
    """An order, with details that are not in the order document. `lines` are read only if the order
    contains gift certificates.
    """

    order: JsonObject
    coupons: list[JsonObject]
    metafields: list[JsonObject]
    lines: list[JsonObject]
    refunds: list[JsonObject]


def fetch_order(api: ProcessorApi, store: str, order_id: str) -> FetchedOrder:
    """The order with its details. Raises `UnusableDelivery` if `store` is not `stores/HASH` or does
    not have the order, and `ApiUnavailable`.
    """
    if not _STORE.fullmatch(store):
        raise UnusableDelivery("missing_id", "producer, the store that the order is of")
    root = "/" if api.base_url.endswith(f"/{store}") else f"/{store}/"
    order = api.get(root + _ORDER.format(order=order_id))
    sells_gift_cards = bool(order.rows("consignments", "email", "gift_certificates"))
    refunds = api.get(f"{root}v3/orders/{order_id}/payment_actions/refunds")
    return FetchedOrder(
        order,
        api.rows(f"{root}v2/orders/{order_id}/coupons"),
        api.get(root + _METAFIELDS.format(order=order_id)).rows("data"),
        api.rows(f"{root}v2/orders/{order_id}/products") if sells_gift_cards else [],
        refund_rows(refunds, "data"),
    )

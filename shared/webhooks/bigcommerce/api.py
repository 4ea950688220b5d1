"""What BigCommerce's API knows of an order."""

import re
from dataclasses import dataclass

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import ProcessorApi

NAMESPACE = "grapevine"
"""Metafields that the shop's server writes for us stand in it."""
_STORE = re.compile(r"stores/[A-Za-z0-9]{1,40}")
_ORDER = "v2/orders/{order}?include=consignments,fees&consignment_structure=object"
_METAFIELDS = "v3/orders/{order}/metafields?namespace=" + NAMESPACE


@dataclass(frozen=True, slots=True)
class FetchedOrder:
    """An order with what its own document leaves out. `lines` are read only where some are gift
    certificates, `refunds` only where something was refunded.
    """

    order: JsonObject
    coupons: list[JsonObject]
    metafields: list[JsonObject]
    lines: list[JsonObject]
    refunds: list[JsonObject]


def fetch_order(api: ProcessorApi, store: str, order_id: str) -> FetchedOrder:
    """Raises `UnusableDelivery` for an order that the store does not have, and `ApiUnavailable`."""
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
        refunds.rows("data"),
    )

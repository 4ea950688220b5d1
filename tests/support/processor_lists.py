"""The lists of processors' APIs over what happened there, page by page as each of them pages."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from tests.support.contract import Told
from tests.support.processor_stand_in import StandIn

ROWS = 7
"""Of a page, however many are asked for: every processor may give fewer."""
STORE = "stores/abc123"
SHOPIFY = "/admin/api/2026-10/"

type Query = dict[str, str]
type Happened = list[Told]
"""Everything that a processor told or meant to tell, the oldest first; it grows."""


def serve_lists(api: StandIn, name: str, happened: Happened) -> None:
    """Let the API of a processor list what happened."""
    api.lists |= {
        path: lambda query, read=read: read(happened, query) for path, read in LISTS[name].items()
    }
    if name == "paypal":
        api.lists[PAYPAL] = lambda query: _paypal_events(happened, query, api.url)


def _bodies(happened: Happened) -> list[dict[str, Any]]:
    return [told.body for told in happened if isinstance(told.body, dict)]


def _latest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of rows of one id the last one."""
    return list({str(row["id"]): row for row in rows}.values())


def _page(rows: list[Any], first: int) -> tuple[list[Any], bool]:
    return rows[first : first + ROWS], first + ROWS < len(rows)


def _after_id(rows: list[dict[str, Any]], last: str) -> list[dict[str, Any]]:
    later = sorted(
        (row for row in rows if int(row["id"]) > int(last)), key=lambda row: int(row["id"])
    )
    return later[:ROWS]


def _stripe_events(happened: Happened, query: Query) -> object:
    since = int(query["created[gte]"])
    events = [
        body | {"id": f"evt_{place:05d}"}
        for place, body in enumerate(_bodies(happened))
        if body["created"] >= since
    ][::-1]
    ids = [event["id"] for event in events]
    first = ids.index(query["starting_after"]) + 1 if "starting_after" in query else 0
    page, more = _page(events, first)
    return {"object": "list", "data": page, "has_more": more}


def _shopify_orders(happened: Happened, query: Query) -> object:
    bodies = _bodies(happened)
    orders = _latest([body for body in bodies if "financial_status" in body])
    refunds = _latest([body for body in bodies if "refund_line_items" in body])
    listed = []
    for order in orders:
        own = [refund for refund in refunds if refund["order_id"] == order["id"]]
        times = [order["updated_at"], *(refund["created_at"] for refund in own)]
        listed.append(order | {"refunds": own, "updated_at": max(times)})
    changed = [order for order in listed if order["updated_at"] >= query["updated_at_min"]]
    return {"orders": _after_id(changed, query["since_id"])}


def _shopify_disputes(happened: Happened, query: Query) -> object:
    disputes = _latest([body for body in _bodies(happened) if "evidence_due_by" in body])
    return {"disputes": _after_id(disputes, query["since_id"])}


def _woocommerce_orders(happened: Happened, query: Query) -> object:
    since = query["modified_after"].removesuffix("Z")
    orders = _latest([body for body in _bodies(happened) if "order_key" in body])
    changed = [order for order in orders if order["date_modified_gmt"] > since]
    changed.sort(key=lambda order: order["date_modified_gmt"], reverse=True)
    return _page(changed, (int(query["page"]) - 1) * ROWS)[0]


def _square_rows(kind: str) -> Callable[[Happened, Query], object]:
    def read(happened: Happened, query: Query) -> object:
        assert query["location_id"] in ("L1", "L2")
        things = [body["data"]["object"] for body in _bodies(happened)]
        rows = _latest([thing[kind] for thing in things if kind in thing])
        own = [row for place, row in enumerate(rows) if f"L{place % 2 + 1}" == query["location_id"]]
        page, more = _page(own, int(query.get("cursor", "0")))
        rest = {"cursor": str(int(query.get("cursor", "0")) + ROWS)} if more else {}
        return {f"{kind}s": page, **rest}

    return read


def _square_locations(happened: Happened, query: Query) -> object:
    return {"locations": [{"id": "L2"}, {"id": "L1"}]}


PAYPAL = "/v1/notifications/webhooks-events"


def _paypal_events(happened: Happened, query: Query, url: str = "") -> object:
    first = int(query.get("next_page", "0"))
    page, more = _page(_bodies(happened)[::-1], first)
    following = urlencode(query | {"next_page": str(first + ROWS)})
    links = [{"rel": "next", "href": f"{url}{PAYPAL}?{following}", "method": "GET"}]
    return {"events": page, "count": len(page), "links": links if more else []}


def _paddle_events(happened: Happened, query: Query) -> object:
    events = [
        body | {"event_id": f"evt_{place:05d}"} for place, body in enumerate(_bodies(happened))
    ][::-1]
    ids = [event["event_id"] for event in events]
    first = ids.index(query["after"]) + 1 if "after" in query else 0
    page, more = _page(events, first)
    return {"data": page, "meta": {"pagination": {"per_page": ROWS, "has_more": more}}}


def _lemonsqueezy_rows(kind: str) -> Callable[[Happened, Query], object]:
    def read(happened: Happened, query: Query) -> object:
        rows = [body["data"] for body in _bodies(happened) if body["data"]["type"] == kind]
        number = int(query["page[number]"])
        page, _ = _page(_latest(rows)[::-1], (number - 1) * ROWS)
        last = max(-(-len(_latest(rows)) // ROWS), 1)
        return {"meta": {"page": {"currentPage": number, "lastPage": last}}, "data": page}

    return read


def _bigcommerce_orders(happened: Happened, query: Query) -> object:
    orders = _latest([{"id": body["data"]["id"]} for body in _bodies(happened)])
    return _after_id(orders, str(int(query["min_id"]) - 1))


LISTS: dict[str, dict[str, Callable[[Happened, Query], object]]] = {
    "stripe": {"/v1/events": _stripe_events},
    "shopify": {
        f"{SHOPIFY}orders.json": _shopify_orders,
        f"{SHOPIFY}shopify_payments/disputes.json": _shopify_disputes,
    },
    "woocommerce": {"/wp-json/wc/v3/orders": _woocommerce_orders},
    "square": {
        "/v2/locations": _square_locations,
        **{f"/v2/{kind}s": _square_rows(kind) for kind in ("payment", "refund", "dispute")},
    },
    "paypal": {},
    "paddle": {"/events": _paddle_events},
    "lemonsqueezy": {
        f"/v1/{kind}": _lemonsqueezy_rows(kind)
        for kind in ("orders", "subscriptions", "subscription-invoices")
    },
    "bigcommerce": {f"/{STORE}/v2/orders": _bigcommerce_orders},
}

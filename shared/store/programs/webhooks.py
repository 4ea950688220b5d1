"""Endpoints of the shop's server and the deliveries to them, in the programs table. Deliveries are
kept for 30 days.
"""

from datetime import datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from shared.domain.instants import DAY
from shared.domain.outgoing.webhook import (
    KEPT_DAYS,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
)
from shared.store import keys
from shared.store.codec import INSTANT, TUPLE, Document, Field, many
from shared.store.cursors import sort_key
from shared.store.engine import Delete, Write, find
from shared.store.items import (
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    ProgramsItem,
    unchanged,
)

MOST_WEBHOOKS = 10
SECRET = Document(WebhookSecret, text=Field("s"), until=Field("u", INSTANT))


class WebhookItem(ProgramsItem):
    """An endpoint. Its secrets are stored as plain text, because they sign what we send."""

    url = UnicodeAttribute()
    types: JsonAttribute[tuple[str, ...]] = JsonAttribute(TUPLE)
    secrets = JsonAttribute(many(SECRET))
    made_at = InstantAttribute()
    disabled_because = UnicodeAttribute(null=True)
    failing_since = InstantAttribute(null=True)
    revision = IntegerAttribute()


class DeliveryItem(ProgramsItem):
    """A delivery. The table deletes it some time after `expires_at` (epoch seconds), so readers
    must compare the time themselves.
    """

    event = UnicodeAttribute()
    kind = UnicodeAttribute()
    at = InstantAttribute()
    body: JsonAttribute[Any] = JsonAttribute()
    state = UnicodeAttribute()
    attempts = IntegerAttribute(default=0)
    began = IntegerAttribute(default=0)
    tried_at = InstantAttribute(null=True)
    response = IntegerAttribute(null=True)
    problem = UnicodeAttribute(null=True)
    next_at = InstantAttribute(null=True)
    revision = IntegerAttribute()
    expires_at = IntegerAttribute()


def find_webhook(webhook_id: str) -> WebhookEndpoint | None:
    item = find(WebhookItem, keys.webhook(webhook_id))
    return _webhook_of(item) if item is not None else None


def list_webhooks() -> list[WebhookEndpoint]:
    """All endpoints, sorted by their ids."""
    return [_webhook_of(item) for item in WebhookItem.query(keys.WEBHOOKS, consistent_read=True)]


def put_webhook(after: WebhookEndpoint) -> Write:
    """The write that stores an endpoint. It fails if the endpoint has changed since it was read."""
    item = WebhookItem(
        *keys.webhook(after.id),
        url=after.url,
        types=after.types,
        secrets=after.secrets,
        made_at=after.made_at,
        disabled_because=after.disabled_because,
        failing_since=after.failing_since,
        revision=after.revision + 1,
    )
    return Write(item, unchanged(after.revision))


def drop_webhook(before: WebhookEndpoint) -> Write:
    """The write that deletes an endpoint. Its deliveries stay for their 30 days."""
    return Delete(WebhookItem(*keys.webhook(before.id)), unchanged(before.revision))


def find_delivery(webhook_id: str, delivery_id: str) -> WebhookDelivery | None:
    item = find(DeliveryItem, keys.delivery(webhook_id, delivery_id))
    return _delivery_of(item) if item is not None else None


def put_delivery(after: WebhookDelivery) -> Write:
    """The write that stores a delivery. It fails if the delivery has changed since it was read."""
    last_tried_at = max(after.at, after.tried_at or after.at)
    item = DeliveryItem(
        *keys.delivery(after.webhook, after.id),
        event=after.event,
        kind=after.kind,
        at=after.at,
        body=after.body,
        state=after.state,
        attempts=after.attempts,
        began=after.began,
        tried_at=after.tried_at,
        response=after.response,
        problem=after.problem,
        next_at=after.next_at,
        revision=after.revision + 1,
        expires_at=int((last_tried_at + KEPT_DAYS * DAY).timestamp()),
    )
    return Write(item, unchanged(after.revision))


def list_deliveries(
    webhook_id: str, at: datetime, limit: int, after: str = ""
) -> tuple[list[WebhookDelivery], str | None]:
    """A page of the deliveries to an endpoint, newest first, and the cursor of the next page;
    `None` after the last page. Raises `InvalidCursor`.
    """
    items = list(
        DeliveryItem.query(
            keys.deliveries(webhook_id),
            DeliveryItem.sk < sort_key(after) if after else None,
            DeliveryItem.expires_at > int(at.timestamp()),
            consistent_read=True,
            scan_index_forward=False,
            limit=limit + 1,
        )
    )
    page = items[:limit]
    return [_delivery_of(item) for item in page], page[-1].sk if len(items) > limit else None


def delivery_id(event: str, at: datetime) -> str:
    """The id of the delivery of an event. The same event always gets the same id, and ids sort by
    the event's instant.
    """
    return f"{round(at.timestamp() * 1000):015d}-{event}"


def _webhook_of(item: WebhookItem) -> WebhookEndpoint:
    return WebhookEndpoint(
        id=item.sk,
        url=item.url,
        types=item.types,
        secrets=item.secrets,
        made_at=item.made_at,
        disabled_because=item.disabled_because,
        failing_since=item.failing_since,
        revision=item.revision,
    )


def _delivery_of(item: DeliveryItem) -> WebhookDelivery:
    return WebhookDelivery(
        webhook=item.pk.partition("#")[2],
        id=item.sk,
        event=item.event,
        kind=item.kind,
        at=item.at,
        body=item.body,
        state=item.state,
        attempts=item.attempts,
        began=item.began,
        tried_at=item.tried_at,
        response=item.response,
        problem=item.problem,
        next_at=item.next_at,
        revision=item.revision,
    )

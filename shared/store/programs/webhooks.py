"""Endpoints of the shop's server and what was delivered to them, in the programs table; deliveries are kept for 30 days."""

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.domain.instants import DAY, instant_text, parse_instant
from shared.domain.outgoing.webhook import (
    KEPT_DAYS,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
)
from shared.store import keys
from shared.store.cursors import sort_key
from shared.store.engine import CompactJson, ProgramsItem, Write, read

MOST_WEBHOOKS = 10


class WebhookItem(ProgramsItem):
    """`secrets` are texts and ends: they sign what we send, so they cannot be kept as hashes."""

    url = UnicodeAttribute()
    types = CompactJson()
    secrets = CompactJson()
    made_at = UnicodeAttribute()
    disabled_because = UnicodeAttribute(null=True)
    failing_since = UnicodeAttribute(null=True)
    revision = NumberAttribute()


class DeliveryItem(ProgramsItem):
    """`expires_at` (epoch seconds) is the table's time to live; readers judge it themselves."""

    event = UnicodeAttribute()
    kind = UnicodeAttribute()
    at = UnicodeAttribute()
    body = CompactJson()
    state = UnicodeAttribute()
    attempts = NumberAttribute(default=0)
    began = NumberAttribute(default=0)
    tried_at = UnicodeAttribute(null=True)
    response = NumberAttribute(null=True)
    problem = UnicodeAttribute(null=True)
    next_at = UnicodeAttribute(null=True)
    revision = NumberAttribute()
    expires_at = NumberAttribute()


def webhook(webhook_id: str) -> WebhookEndpoint | None:
    key = keys.webhook(webhook_id)
    item = read([(WebhookItem, key)]).get(key)
    return _webhook_of(item) if item is not None else None


def webhooks() -> list[WebhookEndpoint]:
    """All endpoints by their ids."""
    return [_webhook_of(item) for item in WebhookItem.query(keys.WEBHOOKS, consistent_read=True)]


def put_webhook(after: WebhookEndpoint) -> Write:
    """The endpoint as it becomes, where it still is what was read."""
    item = WebhookItem(
        *keys.webhook(after.id),
        url=after.url,
        types=list(after.types),
        secrets=[[secret.text, _text(secret.until)] for secret in after.secrets],
        made_at=instant_text(after.made_at),
        disabled_because=after.disabled_because,
        failing_since=_text(after.failing_since),
        revision=after.revision + 1,
    )
    return Write(
        item,
        WebhookItem.revision == after.revision
        if after.revision
        else WebhookItem.pk.does_not_exist(),
    )


def drop_webhook(before: WebhookEndpoint) -> Write:
    """An endpoint taken out; what was delivered to it fades with its 30 days."""
    return Write(
        WebhookItem(*keys.webhook(before.id)), WebhookItem.revision == before.revision, delete=True
    )


def delivery(webhook_id: str, delivery_id: str) -> WebhookDelivery | None:
    key = keys.delivery(webhook_id, delivery_id)
    item = read([(DeliveryItem, key)]).get(key)
    return _delivery_of(item) if item is not None else None


def put_delivery(after: WebhookDelivery) -> Write:
    """The delivery as it becomes, where it still is what was read."""
    item = DeliveryItem(
        *keys.delivery(after.webhook, after.id),
        event=after.event,
        kind=after.kind,
        at=instant_text(after.at),
        body=after.body,
        state=after.state,
        attempts=after.attempts,
        began=after.began,
        tried_at=_text(after.tried_at),
        response=after.response,
        problem=after.problem,
        next_at=_text(after.next_at),
        revision=after.revision + 1,
        expires_at=int((max(after.at, after.tried_at or after.at) + KEPT_DAYS * DAY).timestamp()),
    )
    return Write(
        item,
        DeliveryItem.revision == after.revision
        if after.revision
        else DeliveryItem.pk.does_not_exist(),
    )


def deliveries(
    webhook_id: str, at: datetime, limit: int, after: str = ""
) -> tuple[list[WebhookDelivery], str | None]:
    """The newest first, following the id `after`; with them the last id where more follow."""
    before = DeliveryItem.sk < sort_key(after) if after else None
    living = DeliveryItem.expires_at > int(at.timestamp())
    partition = keys.deliveries(webhook_id)
    rows = list(
        DeliveryItem.query(
            partition,
            before,
            living,
            consistent_read=True,
            scan_index_forward=False,
            limit=limit + 1,
        )
    )
    some = rows[:limit]
    return [_delivery_of(row) for row in some], some[-1].sk if len(rows) > limit else None


def delivery_id(event: str, at: datetime) -> str:
    """Sorts by the event's time; the same for every telling of the event."""
    return f"{round(at.timestamp() * 1000):015d}-{event}"


def _webhook_of(item: WebhookItem) -> WebhookEndpoint:
    return WebhookEndpoint(
        id=item.sk,
        url=item.url,
        types=tuple(item.types),
        secrets=tuple(WebhookSecret(text, _instant(until)) for text, until in item.secrets),
        made_at=parse_instant(item.made_at),
        disabled_because=item.disabled_because,
        failing_since=_instant(item.failing_since),
        revision=int(item.revision),
    )


def _delivery_of(item: DeliveryItem) -> WebhookDelivery:
    return WebhookDelivery(
        webhook=item.pk.partition("#")[2],
        id=item.sk,
        event=item.event,
        kind=item.kind,
        at=parse_instant(item.at),
        body=item.body,
        state=item.state,
        attempts=int(item.attempts),
        began=int(item.began),
        tried_at=_instant(item.tried_at),
        response=None if item.response is None else int(item.response),
        problem=item.problem,
        next_at=_instant(item.next_at),
        revision=int(item.revision),
    )


def _text(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None

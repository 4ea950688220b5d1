"""API keys, webhook endpoints with their deliveries, and parked deliveries: their lists and forms."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter

from shared.api import key_management
from shared.api.key_management import KEY_NAME, MOST_OVERLAP_HOURS, SCOPE
from shared.console.listing import Column, RowPage
from shared.domain.document import FieldError, InvalidDocument, SourceDocument
from shared.domain.staff_action import StaffAction
from shared.outgoing.endpoints import ENDPOINT_FORM, EndpointForm, delivery_answer, endpoint_answer
from shared.store.programs import api_keys, parked, webhooks

type JsonRow = Mapping[str, object]
"""A row as the API returns it."""

DELIVERY_FIELDS = (
    "id",
    "event",
    "type",
    "at",
    "status",
    "attempts",
    "tried_at",
    "response",
    "problem",
    "next_at",
)
PARKED_FIELDS = (
    "id",
    "at",
    "provider",
    "topic",
    "reason",
    "text",
    "order",
    "retryable",
    "retried_at",
)
KEY_FIELDS = ("prefix", "scope", "name", "made_at", "expires_at", "used_at")


def named_columns(names: tuple[str, ...]) -> list[Column[JsonRow]]:
    """Columns whose headings are the names of the fields."""
    return [(name, itemgetter(name)) for name in names]


def list_keys(limit: int, after: str) -> RowPage[JsonRow]:
    return RowPage(*api_keys.list_keys(limit, after))


def list_parked(limit: int, after: str) -> RowPage[JsonRow]:
    return RowPage(*parked.list_parked(limit, after))


def list_deliveries(webhook_id: str, at: datetime, limit: int, after: str) -> RowPage[JsonRow]:
    deliveries, last = webhooks.list_deliveries(webhook_id, at, limit, after)
    return RowPage([delivery_answer(delivery) for delivery in deliveries], last)


def list_endpoints(at: datetime) -> list[JsonRow]:
    return [endpoint_answer(webhook, at) for webhook in webhooks.list_webhooks()]


def make_key(form: Mapping[str, str], action: StaffAction) -> Mapping[str, object]:
    """Makes the key that a form asks for. Only this answer contains the whole key. Raises
    `InvalidDocument`.
    """
    source = SourceDocument({"scope": form.get("scope"), "name": form.get("name") or None})
    scope = source.get("scope", SCOPE.check)
    name = source.get("name", KEY_NAME.check, None)
    source.finish()
    return key_management.make_key(scope, name, action)


def replace_key(prefix: str, form: Mapping[str, str], action: StaffAction) -> Mapping[str, object]:
    """Makes a key that replaces another one. The old key ends after the `hours` of the form.

    Only this answer contains the whole key. Raises `InvalidDocument` and `NotFound`.
    """
    hours = form.get("hours", "")
    if not (hours.isascii() and hours.isdigit() and int(hours[:9]) <= MOST_OVERLAP_HOURS):
        raise InvalidDocument(
            [FieldError("hours", f"must be a whole number of hours up to {MOST_OVERLAP_HOURS}")]
        )
    return key_management.replace_key(prefix, timedelta(hours=int(hours)), action)


def parse_endpoint_form(form: Mapping[str, str], reason: str | None) -> EndpointForm:
    """The endpoint in a form. Raises `InvalidDocument`.

    The form has one box for each type of event. If no box is ticked, the endpoint gets all types.
    """
    types = [
        name.removeprefix("type.")
        for name, value in form.items()
        if name.startswith("type.") and value == "yes"
    ]
    document = {"url": form.get("url", ""), "types": types, "enabled": form.get("enabled") == "yes"}
    return replace(ENDPOINT_FORM.parse(document), reason=reason)

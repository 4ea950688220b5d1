"""Keys, endpoints, what was delivered and what was parked, as the console's forms and files have them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.api import key_management
from shared.api.access import SCOPES
from shared.api.key_management import LONGEST_NAME, MOST_OVERLAP_HOURS
from shared.console.listing import Column, ListPage
from shared.domain.document import Document, FieldError, InvalidDocument
from shared.domain.staff_action import StaffAction
from shared.outgoing import endpoints
from shared.outgoing.answers import delivery_answer, webhook_answer
from shared.outgoing.endpoints import EndpointForm
from shared.store.programs import api_keys, parked, webhooks

DELIVERIES = (
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
PARKED = ("id", "at", "provider", "topic", "reason", "text", "order", "retryable", "retried_at")
KEYS = ("prefix", "scope", "name", "made_at", "expires_at", "used_at")


def columns(names: tuple[str, ...]) -> list[Column[Mapping]]:
    return [(name, lambda row, name=name: row[name]) for name in names]


def keys_of(limit: int, after: str) -> ListPage[Mapping]:
    return ListPage(*api_keys.listing(limit, after))


def parked_of(limit: int, after: str) -> ListPage[Mapping]:
    return ListPage(*parked.listing(limit, after))


def deliveries_of(webhook_id: str, at: datetime, limit: int, after: str) -> ListPage[Mapping]:
    rows, last = webhooks.deliveries(webhook_id, at, limit, after)
    return ListPage([delivery_answer(row) for row in rows], last)


def webhooks_of(at: datetime) -> list[Mapping]:
    return [webhook_answer(webhook, at) for webhook in webhooks.webhooks()]


def make_key(form: Mapping[str, str], act: StaffAction) -> Mapping:
    """What a form asks for; raises `InvalidDocument`."""
    source = Document({"scope": form.get("scope"), "name": form.get("name") or None})
    scope, name = (
        source.choice("scope", list(SCOPES.values())),
        source.text("name", None, longest=LONGEST_NAME),
    )
    source.finish()
    return key_management.make(scope, name, act)


def replace_key(prefix: str, form: Mapping[str, str], act: StaffAction) -> Mapping:
    """Raises `InvalidDocument`, `NotFound`."""
    told = form.get("hours", "")
    if not (told.isascii() and told.isdigit() and int(told[:9]) <= MOST_OVERLAP_HOURS):
        raise InvalidDocument(
            [FieldError("hours", f"must be a whole number of hours up to {MOST_OVERLAP_HOURS}")]
        )
    return key_management.replace(prefix, timedelta(hours=int(told)), act)


def endpoint_in(form: Mapping[str, str], reason: str | None) -> EndpointForm:
    """An endpoint as a form has it: a box for each type of event, none of them for all. Raises `InvalidDocument`."""
    types = [
        name.removeprefix("type.")
        for name, value in form.items()
        if name.startswith("type.") and value == "yes"
    ]
    told = {"url": form.get("url", ""), "types": types, "enabled": form.get("enabled") == "yes"}
    return endpoints.read_form(Document(told))._replace(reason=reason)

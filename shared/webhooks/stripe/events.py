"""What all events of Stripe have in common."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.update_fields import (
    HINT,
    UpdateFields,
    build_refs,
    build_update,
    present_fields,
    update_time,
)


def event_time(delivery: ProviderDelivery) -> str:
    return update_time(delivery, delivery.document.instant("created"))


def stripe_refs(*ids: str | None) -> list[str]:
    """References in the order session, invoice, payment intent, charge, subscription."""
    return build_refs("stripe", *ids)


def status_fields(resource: JsonObject, paid_at: str | None) -> UpdateFields:
    """Stripe knows no fulfilment: what is paid is completed (specification: completion)."""
    return present_fields(
        status="completed" if paid_at else "placed",
        placed_at=resource.instant("created"),
        paid_at=paid_at,
        completed_at=paid_at,
    )


def translate_dead_attempt(
    delivery: ProviderDelivery, attempt: JsonObject, refs: list[str]
) -> ProviderUpdate:
    """An attempt that can never be paid cancels the order, unless another attempt can pay it."""
    if any(
        (
            attempt.value("metadata", "gv_order"),
            attempt.value("invoice"),
            attempt.value("subscription"),
        )
    ):
        raise UnusableDelivery("payment_not_made")
    return build_update(delivery, event_time(delivery), refs, HINT, {"status": "cancelled"})


def refuse_failed_attempt(delivery: ProviderDelivery, attempt: JsonObject) -> ProviderUpdate:
    """The buyer may still pay by another attempt."""
    raise UnusableDelivery("payment_not_made")

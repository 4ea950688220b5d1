"""Passes a processor's update on: usable facts to the bus, everything else to the list of parked
deliveries.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from shared import bus, metrics, owner_settings, secrets
from shared.identity import without_person
from shared.log import logger
from shared.store.programs import parked
from shared.webhooks.completed_by import FULFILMENT, apply_completed_by
from shared.webhooks.parking import ParkedDelivery
from shared.webhooks.provider import ProviderUpdate


def facts_of(provider: str, update: ProviderUpdate) -> dict[str, object]:
    """The facts of an update in the form for the bus: the e-mail address only as its keyed hash,
    and completed as the owner's setting for the provider says.
    """
    setting = owner_settings.completed_by(provider) or FULFILMENT
    return without_person(apply_completed_by(setting, update.facts), secrets.hash_stored_email)


def accept(provider: str, facts: Mapping[str, object], at: datetime) -> object:
    """Puts facts on the bus. Returns the order's id or, if it is not known, the processor's first
    id of it. Raises `BusRefused`.
    """
    refs = facts["refs"]
    order = facts.get("id") or (refs[0] if isinstance(refs, list) and refs else None)
    event_id = bus.put_event(bus.ORDER_CHANGED, facts, at)
    logger.info(
        "an order update was accepted", provider=provider, order_id=order, event_id=event_id
    )
    return order


def park(provider: str, raw: bytes, told: ParkedDelivery, at: datetime, place: int = 0) -> str:
    """Adds an unusable delivery to the list that staff sees. Returns its id there.

    The id is a hash of the body, so a repeated delivery is listed only once. If one body holds
    several updates, `place` is the position of this one, from 0; it is part of the hash.
    """
    named = provider.encode() + raw + (f"#{place}".encode() if place else b"")
    parked_id = hashlib.sha256(named).hexdigest()[:32]
    parked.park(parked_id, at, provider=provider, reason=told.reason, text=told.text)
    metrics.count_parked(told.reason)
    return parked_id

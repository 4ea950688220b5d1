"""A simulated payment processor. It moves no money; its events have the format of Stripe's."""

import json
from datetime import datetime

from local.demo.shop.database import Customer, ShopOrder
from local.demo.shop.local_controls import LocalControls
from local.demo.shop.products import CURRENCY, SHIPPING
from shared.webhooks.stripe.signature import SIGNATURE
from web.clients.grapevine import Grapevine

type StripeEvent = dict[str, object]


class PaymentProcessor:
    """Sends events to Grapevine's webhook, with Stripe's signature."""

    def __init__(self, grapevine: Grapevine, controls: LocalControls, secret: str) -> None:
        self._grapevine, self._controls, self._secret = grapevine, controls, secret

    def deliver(self, event: StripeEvent) -> None:
        """Sends an event and waits until Grapevine has processed it."""
        body = json.dumps(event).encode()
        headers = SIGNATURE.sign(self._secret, body, self._controls.now())
        self._grapevine.call("POST", "/webhooks/stripe", headers=headers, body=body)
        self._controls.drain()


def session_paid(order: ShopOrder, buyer: Customer, now: datetime) -> StripeEvent:
    """Returns a `checkout.session.completed` event.

    Spent credit is part of its discount; the metadata says how much of the discount is credit.
    """
    metadata = {"gv_order": str(order.number), "gv_customer": buyer.id}
    if order.ref_token:
        metadata["gv_ref"] = order.ref_token
    if order.credit:
        metadata["gv_credit"] = str(order.credit)
    session = {
        "id": f"cs_{order.number}",
        "object": "checkout.session",
        "mode": "payment",
        "payment_status": "paid",
        "created": _unix_seconds(now),
        "currency": CURRENCY.lower(),
        "amount_subtotal": order.items,
        "amount_total": order.money,
        "total_details": {
            "amount_discount": order.discount + order.credit,
            "amount_shipping": SHIPPING,
            "amount_tax": 0,
        },
        "payment_intent": f"pi_{order.number}",
        "client_reference_id": None,
        "customer_details": {"email": buyer.email, "name": buyer.name},
        "metadata": metadata,
    }
    return _event(f"evt_{order.number}_paid", "checkout.session.completed", now, session)


def refund_created(order: ShopOrder, amount: int, now: datetime) -> StripeEvent:
    """Returns a `refund.created` event for `amount` minor units; `order` is the order before the
    refund.
    """
    name = f"{order.number}_{len(order.refunds) + 1}"
    refund = {
        "id": f"re_{name}",
        "object": "refund",
        "amount": amount,
        "currency": CURRENCY.lower(),
        "charge": f"ch_{order.number}",
        "payment_intent": f"pi_{order.number}",
        "created": _unix_seconds(now),
        "status": "succeeded",
        "metadata": {"gv_order": str(order.number)},
    }
    return _event(f"evt_refund_{name}", "refund.created", now, refund)


def _event(event_id: str, kind: str, now: datetime, subject: dict[str, object]) -> StripeEvent:
    return {
        "id": event_id,
        "object": "event",
        "type": kind,
        "created": _unix_seconds(now),
        "livemode": True,
        "data": {"object": subject},
    }


def _unix_seconds(now: datetime) -> int:
    return int(now.timestamp())

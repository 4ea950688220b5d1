"""A payment processor that moves no money and tells of it as Stripe does: events in the shapes of Stripe's API, about one order each."""

from datetime import datetime

from local.demo.shop.database import Customer, ShopOrder
from local.demo.shop.products import CURRENCY, SHIPPING


def session_paid(order: ShopOrder, buyer: Customer, now: datetime) -> dict:
    """`checkout.session.completed`: credit comes off as a discount, and its own word says how much of it was."""
    tagged = {"gv_order": str(order.number), "gv_customer": buyer.id}
    if order.ref_token:
        tagged["gv_ref"] = order.ref_token
    if order.credit:
        tagged["gv_credit"] = str(order.credit)
    session = {
        "id": f"cs_{order.number}",
        "object": "checkout.session",
        "mode": "payment",
        "payment_status": "paid",
        "created": _seconds(now),
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
        "metadata": tagged,
    }
    return _event(f"evt_{order.number}_paid", "checkout.session.completed", now, session)


def refund_created(order: ShopOrder, amount: int, now: datetime) -> dict:
    """`refund.created` of a part or all of the money; `amount` in minor units, the order as it was before."""
    name = f"{order.number}_{len(order.refunds) + 1}"
    refund = {
        "id": f"re_{name}",
        "object": "refund",
        "amount": amount,
        "currency": CURRENCY.lower(),
        "charge": f"ch_{order.number}",
        "payment_intent": f"pi_{order.number}",
        "created": _seconds(now),
        "status": "succeeded",
        "metadata": {"gv_order": str(order.number)},
    }
    return _event(f"evt_refund_{name}", "refund.created", now, refund)


def _event(event_id: str, kind: str, now: datetime, thing: dict) -> dict:
    return {
        "id": event_id,
        "object": "event",
        "type": kind,
        "created": _seconds(now),
        "livemode": True,
        "data": {"object": thing},
    }


def _seconds(now: datetime) -> int:
    return int(now.timestamp())

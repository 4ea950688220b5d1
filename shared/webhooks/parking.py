"""Reasons why an authentic delivery changes nothing, and what staff can do about it."""

from dataclasses import dataclass

PARKING_REASONS = {
    "irrelevant_topic": (
        "This kind of news ({detail}) says nothing about an order's money; take it off the "
        "webhook's subscriptions."
    ),
    "unreadable_body": (
        "The body is not a JSON object; check what stands between the processor and this address."
    ),
    "too_large": (
        "The news is larger than the event bus takes; tell the order with PUT "
        "/v1/orders/{{id}}, in its known fields alone."
    ),
    "not_an_event": (
        "The body is a bare object without the event around it; point the processor's own "
        "webhook here."
    ),
    "missing_id": (
        "The news does not name its own object ({detail}), so nothing can be kept under it."
    ),
    "invalid_facts": "These facts cannot be read; correct them and tell the order again: {detail}",
    "no_order_named": (
        "The news names no order; find the sale in the processor's dashboard and tell it with "
        "PUT /v1/orders/{{id}}."
    ),
    "missing_amount": (
        "An amount is missing ({detail}); send the order again with its totals, or tell it "
        "with PUT /v1/orders/{{id}}."
    ),
    "unusable_amount": (
        "An amount is no whole number of minor units within bounds ({detail}); correct it and "
        "send the order again."
    ),
    "currency_unknown": (
        "The currency is no ISO 4217 code ({detail}); tell the order with PUT "
        "/v1/orders/{{id}} in one that is."
    ),
    "currency_differs": (
        "The refund is in another currency than the order and names no rate; tell it with PUT "
        "/v1/orders/{{id}}."
    ),
    "unknown_status": (
        "The status is not one that we know ({detail}); look it up at the processor and tell "
        "the order by hand."
    ),
    "no_money_moved": (
        "This refund moved no money, so nothing is taken back; there is nothing to do."
    ),
    "inquiry": (
        "The bank only asks, no money was withdrawn; if it becomes a chargeback, the processor "
        "will tell so."
    ),
    "order_deleted": (
        "The order's record was deleted, which is no refund; refund or cancel it in the shop "
        "to take the reward back."
    ),
    "payment_not_made": (
        "An attempt to pay came to nothing; the order may still be paid by another, so nothing "
        "changes."
    ),
    "not_a_sale": (
        "The checkout only stored a way to pay, nothing was sold; there is nothing to do."
    ),
    "api_not_set_up": (
        "The news only names an order, and the processor's API cannot be asked for it: add its "
        "key to the secret document, then have the processor send the news again."
    ),
    "api_refused": (
        "The processor's API refuses our key ({detail}); renew the key in the secret document, "
        "then have the processor send the news again."
    ),
    "not_at_processor": (
        "The processor's API does not know what the news names ({detail}); check that its key and "
        "its webhook belong to the same account."
    ),
    "privacy_request": (
        "A customer asks for their data or its erasure; answer it on the member's page."
    ),
}
"""Advice by reason. `{detail}` is the topic, field or amount that caused the problem."""


@dataclass(frozen=True, slots=True)
class ParkedDelivery:
    """`reason` is a key of `PARKING_REASONS`. `text` is its advice with the detail filled in."""

    reason: str
    text: str


class UnusableDelivery(Exception):
    """A delivery cannot be translated. `parked` says why."""

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(reason)
        self.parked = ParkedDelivery(reason, PARKING_REASONS[reason].format(detail=detail))

"""Reasons why an authentic delivery changes nothing, and what staff can do about it."""

from dataclasses import dataclass

PARKING_REASONS = {
    "irrelevant_topic": (
        "Webhooks of this kind ({detail}) say nothing about an order's money. Remove the kind "
        "from the webhook's subscriptions."
    ),
    "unreadable_body": (
        "The body is not a JSON object. Check what sits between the processor and this address."
    ),
    "too_large": (
        "The webhook is too large for the event bus. Send the order with PUT "
        "/v1/orders/{{id}}, with known fields only."
    ),
    "not_an_event": (
        "The body is an object without its event. Point the processor's own webhook at this "
        "address."
    ),
    "missing_id": (
        "The webhook does not name its own object ({detail}), so nothing can be stored for it."
    ),
    "invalid_facts": "These facts cannot be read. Correct them and send the order again: {detail}",
    "no_order_named": (
        "The webhook does not name an order. Find the sale in the processor's dashboard and "
        "send it with PUT /v1/orders/{{id}}."
    ),
    "missing_amount": (
        "An amount is missing ({detail}). Send the order again with its totals, or use PUT "
        "/v1/orders/{{id}}."
    ),
    "unusable_amount": (
        "An amount is not a whole number of minor units, or it is out of range ({detail}). "
        "Correct it and send the order again."
    ),
    "currency_unknown": (
        "The currency is not an ISO 4217 code ({detail}). Send the order in a valid currency "
        "with PUT /v1/orders/{{id}}."
    ),
    "currency_differs": (
        "The refund is in another currency than the order and has no exchange rate. Send it "
        "with PUT /v1/orders/{{id}}."
    ),
    "unknown_status": (
        "This status is not known here ({detail}). Look it up at the processor and send the "
        "order yourself."
    ),
    "no_money_moved": (
        "This refund moved no money, so nothing is taken back. There is nothing to do."
    ),
    "inquiry": (
        "The bank is only asking; no money was withdrawn. If it becomes a chargeback, the "
        "processor will report it."
    ),
    "order_deleted": (
        "The order's record was deleted, which is not a refund. To take the reward back, "
        "refund or cancel the order in the shop."
    ),
    "payment_not_made": (
        "A payment attempt failed. The order can still be paid, so nothing changes."
    ),
    "not_a_sale": (
        "The checkout only saved a payment method; nothing was sold. There is nothing to do."
    ),
    "api_not_set_up": (
        "The webhook only names an order, and there is no key to fetch it from the processor's "
        "API. Add the key to the secret document, then have the processor resend the webhook."
    ),
    "api_refused": (
        "The processor's API refuses our key ({detail}). Renew the key in the secret document, "
        "then have the processor resend the webhook."
    ),
    "not_at_processor": (
        "The processor's API does not know what the webhook names ({detail}). Check that the "
        "key and the webhook belong to the same account."
    ),
    "privacy_request": (
        "A customer asked for their data or for its deletion. Answer on the member's page."
    ),
}
"""Advice by reason. `{detail}` is the topic, field or amount that caused the problem."""


@dataclass(frozen=True, slots=True)
class ParkedDelivery:
    """Why a delivery is parked. `reason` is a key of `PARKING_REASONS`; `text` is the advice for
    it, with the detail filled in.
    """

    reason: str
    text: str


class UnusableDelivery(Exception):
    """A delivery cannot be translated. `parked` says why."""

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(reason)
        self.parked = ParkedDelivery(reason, PARKING_REASONS[reason].format(detail=detail))

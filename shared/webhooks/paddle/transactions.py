"""Paddle's transactions. Each is a sale; each renewal of a subscription is a separate one."""

from shared.domain.members.code import is_credit_code
from shared.webhooks.exchange_rates import parse_rate, rate_fields
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import (
    TotalsFields,
    in_proportion,
    parse_currency,
    parse_minor_units,
    totals_fields,
)
from shared.webhooks.paddle.discounts import find_credit, find_discount
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import look_up
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.update_fields import (
    UpdateFields,
    build_refs,
    build_update,
    customer_fields,
    evidence_fields,
    present_fields,
    require_id,
    update_time,
)

PROVIDER_NAME = "paddle"
_PAID = ("paid", "completed")
_CHECKOUT = ("draft", "ready")
"""Statuses of a checkout that is open or was abandoned."""
_PLACED = (*_CHECKOUT, "billed", "past_due")


def translate_transaction(delivery: ProviderDelivery, transaction: JsonObject) -> ProviderUpdate:
    """The transaction. Paddle.js sets its custom data in the browser, so they are used only as
    evidence.
    """
    transaction_id = require_id(transaction, "transaction")
    as_of, discount = told_at(delivery, transaction), _counted_discount(delivery, transaction)
    return build_update(
        delivery,
        as_of,
        build_refs(PROVIDER_NAME, transaction_id),
        {"id": f"{PROVIDER_NAME}:{transaction_id}"},
        evidence_fields(transaction.section("custom_data"), [discount.text("code")]),
        _customer_fields(delivery, transaction),
        _status_fields(transaction, as_of),
        _transaction_totals(transaction, discount),
        _rate_fields(transaction),
    )


def _counted_discount(delivery: ProviderDelivery, transaction: JsonObject) -> JsonObject:
    """The discount. That of a credit code counts once an order was placed: nobody says that an open
    checkout was abandoned, so it would claim the code until the code ends.
    """
    discount = find_discount(delivery, transaction)
    is_open = transaction.text("status") in _CHECKOUT
    pays_credit = is_credit_code(discount.text("code") or "")
    return JsonObject(None) if is_open and pays_credit else discount


def told_at(delivery: ProviderDelivery, entity: JsonObject) -> str:
    event = delivery.document
    return update_time(delivery, event.instant("occurred_at"), entity.instant("updated_at"))


def _customer_fields(delivery: ProviderDelivery, transaction: JsonObject) -> UpdateFields:
    """The buyer's e-mail address, which is read from the API. If it is unknown, Paddle's customer
    id.
    """
    customer_id = transaction.identifier("customer_id")
    if customer_id is None or transaction.text("status") not in _PAID:
        return {}
    email = look_up(delivery.api, f"/customers/{customer_id}").text("data", "email")
    return customer_fields(None if email else customer_id, email)


def _status_fields(transaction: JsonObject, as_of: str) -> UpdateFields:
    """Paddle does not report fulfilment, so a paid transaction is completed. An abandoned checkout
    has no `placed_at`, because no order was placed.
    """
    status = transaction.text("status")
    if status == "canceled":
        return {"status": "cancelled"}
    if status in _PAID:
        captured = [row.instant("captured_at") for row in transaction.rows("payments")]
        paid_at = min(filter(None, captured), default=transaction.instant("billed_at") or as_of)
        return present_fields(
            status="completed",
            placed_at=transaction.instant("created_at"),
            paid_at=paid_at,
            completed_at=paid_at,
        )
    if status not in _PLACED:
        raise UnusableDelivery("unknown_status", "transaction")
    placed_at = None if status in _CHECKOUT else transaction.instant("billed_at")
    return present_fields(status="placed", placed_at=placed_at)


def _transaction_totals(transaction: JsonObject, found: JsonObject) -> TotalsFields:
    """What was charged. Amounts that a balance or a credit note paid were not charged by this
    transaction; tax and discount are reduced in proportion. `found` is the discount.
    """
    totals = transaction.section("details", "totals")
    currency = parse_currency(totals.value("currency_code") or transaction.value("currency_code"))
    total = parse_minor_units(totals.value("total"), "total")
    charged = parse_minor_units(totals.value("grand_total"), "grand_total", total)
    discount, tax = (
        in_proportion(parse_minor_units(totals.value(name), name, 0), charged, total)
        for name in ("discount", "tax")
    )
    credit = find_credit(found, transaction, currency)
    return totals_fields(currency, charged, discount, tax, credit=credit)


def _rate_fields(transaction: JsonObject) -> UpdateFields:
    """Paddle's own rate, from the transaction's currency to the currency of the payout."""
    payout = transaction.section("details", "payout_totals")
    leads_to = payout.text("currency_code")
    if leads_to is None or leads_to == transaction.text("currency_code"):
        return {}
    return rate_fields(parse_rate(payout.value("exchange_rate")), leads_to)

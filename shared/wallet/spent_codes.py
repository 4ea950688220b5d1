"""Captures the credit of a code that an order names: what the store took off for it, once
(specification: credit-codes).

An order that is not paid yet only claims the code, because its buyer may still leave the checkout.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial

from shared.domain.ledger.credit_codes import SPENT, CreditCode, used_of
from shared.domain.ledger.entry import Entry
from shared.domain.ledger.holds import (
    HOLD_LIFE,
    CapturedHold,
    HoldRefused,
    OpenHold,
    authorise,
    capture,
)
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.owner import Owner
from shared.domain.members.code import credit_codes
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.kept import is_undone
from shared.log import logger
from shared.store import engine, keys
from shared.store.engine import Write
from shared.store.ledger.accounts import AccountItem, account_of, put_entry
from shared.store.ledger.credit_codes import find_credit_code, put_credit_code
from shared.store.ledger.holds import HoldItem, OrderCreditItem, hold_of, order_credit_of
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of
from shared.store.reading import Reading
from shared.wallet.holds import capture_writes

LATE = "-late"
"""The end of the id of a hold that is made for an order whose code's hold was no longer open."""


def spend_codes(told: OrderFacts, order_id: str, at: datetime) -> None:
    """Captures the credit of all codes that an update names, for the order with this id. Raises
    `TableBusy`.

    `told` are the facts of the update alone: what the store took off for the codes is their
    `credit_used`. Each code is captured for the first paid order that names it, and for no other.
    """
    left = told.credit_used.value if told.credit_used else 0
    for text in credit_codes(told.codes):
        left -= engine.retrying(partial(_spend, text, order_id, left, at))


def _spend(text: str, order_id: str, told: int, at: datetime) -> int:
    """Captures one code. `told` is what the store took off for this and the codes after it, in
    minor units of the order's currency. Returns how much of that this code accounts for: its amount
    at most, and 0 if it pays nothing of this order.
    """
    reading = Reading()
    code = find_credit_code(reading, text)
    if code is None or told <= 0:
        return 0
    if code.state == SPENT:
        return _used_before(code, order_id)
    order = known_of(order_id, reading.item(OrderItem, keys.order(order_id)))
    if order is None or order.order.test or is_undone(order.order):
        return 0
    owner = Owner(code.member, code.currency)
    credit = order_credit_of(order_id, reading.item(OrderCreditItem, keys.order_credit(order_id)))
    if not credit.takes_payer(owner, at):
        logger.warning("an order has too many payers for one more code", order_id=order_id)
        return 0
    used = used_of(code, order.order, told)
    after = replace(code, order=order_id)
    if order.order.paid_at is None:
        engine.write(put_credit_code(after) if after != code else [])
        return min(told, code.amount)
    after = replace(after, state=SPENT)
    writes = _capture(reading, after, order, used, at)
    engine.write([*writes, *put_credit_code(after)])
    return min(told, code.amount)


def _used_before(code: CreditCode, order_id: str) -> int:
    """What a code that was captured before accounts for: its amount in its own order, otherwise 0."""
    if code.order != order_id:
        logger.warning("a credit code was used twice", order_id=order_id, paid_order=code.order)
        return 0
    return code.amount


def _capture(
    reading: Reading, code: CreditCode, order: KnownOrder, used: int, at: datetime
) -> list[Write]:
    """The writes that capture `used`, in minor units of the code's currency, for the order. If the
    hold is no longer open, at most what the member has available is captured. The shop bears what
    the store took off beyond that, like a discount.
    """
    account_key = keys.account(code.member, code.currency)
    reading.fetch((HoldItem, keys.hold(code.hold)), (AccountItem, account_key))
    account = account_of(code.member, code.currency, reading.item(AccountItem, account_key))
    item = reading.item(HoldItem, keys.hold(code.hold))
    hold = hold_of(item) if item else None
    if isinstance(hold, OpenHold) and hold.ends_at > at:
        hold = replace(hold, order=order.order.id)
        after, captured, entry = capture(account, hold, used, at)
        return capture_writes(reading, captured, entry, order, after, at)
    late = _capture_late(account, code, used, at)
    if late is None:
        return []
    after, captured, entries = late
    writes = capture_writes(reading, captured, entries[-1], order, after, at)
    return [put_entry(entries[0], None), *writes]


def _capture_late(
    account: Account, code: CreditCode, used: int, at: datetime
) -> tuple[Account, CapturedHold, tuple[Entry, Entry]] | None:
    """Holds and captures what is still available; `None` if that is nothing."""
    amount = min(used, account.available(at))
    if amount <= 0 or code.order is None:
        return None
    ends_at = at + HOLD_LIFE
    hold = OpenHold(code.hold + LATE, code.member, code.currency, code.order, amount, ends_at)
    try:
        account, held = authorise(account, hold, at)
    except HoldRefused:
        return None
    account, captured, spent = capture(account, hold, amount, at)
    return account, captured, (held, spent)

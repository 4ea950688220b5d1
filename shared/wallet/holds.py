"""Credit at a checkout: held, captured or voided. Each operation reads, decides and writes once.

A transaction fails if the account has changed since it was read; then everything is read again.
"""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.entry import Entry
from shared.domain.ledger.holds import (
    HOLD_LIFE,
    MEMBER_BLOCKED,
    TOO_MANY_PAYERS,
    CapturedHold,
    Hold,
    HoldRefused,
    OpenHold,
    OrderBound,
    VoidedHold,
    authorise,
    capture,
    check_new_hold,
    check_order,
    void,
)
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.order_credit import MOST_PAYERS, OrderCredit, OrderHold, return_deltas
from shared.domain.ledger.owner import Owner
from shared.domain.members.member import Member
from shared.domain.orders.facts import OrderFacts
from shared.identity import posting_id
from shared.orders import attribution
from shared.orders.credit_settlement import settle_credit
from shared.problem import NotFound
from shared.store import engine, keys
from shared.store.engine import Check, Write
from shared.store.items import ABSENT
from shared.store.ledger.accounts import AccountItem, account_of, put_account, put_entry
from shared.store.ledger.holds import (
    HoldItem,
    OrderCreditItem,
    hold_of,
    order_credit_of,
    put_hold,
    put_order_credit,
)
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of, put_order
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


class Checkout(NamedTuple):
    """Credit for one order; `amount` is in minor units.

    * `key`: the caller's `Idempotency-Key`. A call with the same key always returns the same hold.
    * `items_total`: the items total of the cart, used if the order is not known yet.
    """

    member: str
    order: str
    amount: int
    key: str | None = None
    items_total: int | None = None


def hold_credit(checkout: Checkout, at: datetime) -> Hold:
    """Sets credit aside and returns the hold. A repeated call with the same key returns the same
    hold.

    Raises `NotFound` for an unknown member, and `HoldRefused`.
    """
    name = posting_id(checkout.member, checkout.key)
    return engine.retrying(lambda: _hold_credit(checkout, name, at))


def _hold_credit(checkout: Checkout, name: str, at: datetime) -> Hold:
    reading = Reading()
    active, order_key = keys.active_program(DEFAULT), keys.order(checkout.order)
    reading.fetch(
        (HoldItem, keys.hold(name)),
        (ProgramItem, active),
        (OrderItem, order_key),
        (OrderCreditItem, keys.order_credit(checkout.order)),
        *attribution.member_keys([checkout.member]),
    )
    if item := reading.item(HoldItem, keys.hold(name)):
        return _repeated(hold_of(item), checkout)
    program = programs.active_program_of(reading.item(ProgramItem, active))
    order = known_of(checkout.order, reading.item(OrderItem, order_key))
    credit = _order_credit(reading, checkout.order)
    member = _load_member(reading, checkout.member)
    owner = Owner(member.id, program.currency)
    account = _account(reading, *owner)

    check_not_blocked(member, account)
    used = credit.used(at)
    bound = OrderBound(order.order if order else None, checkout.items_total, used)
    check_new_hold(program, bound, checkout.amount)
    if not credit.takes_payer(owner, at):
        raise HoldRefused(TOO_MANY_PAYERS, most=MOST_PAYERS)
    hold = OpenHold(name, *owner, checkout.order, checkout.amount, at + HOLD_LIFE)
    after, entry = authorise(account, hold, at)

    engine.write(
        [
            put_hold(hold),
            put_account(after),
            put_entry(entry, None),
            put_order_credit(
                credit.with_hold(name, OrderHold(owner, hold.amount, hold.ends_at), at)
            ),
            _check_order_as_read(checkout.order, order),
        ]
    )
    return hold


def _repeated(hold: Hold, checkout: Checkout) -> Hold:
    """The hold of an earlier call with the same key. Raises `HoldRefused` if order or amount
    differ.
    """
    if (hold.order, hold.amount) != (checkout.order, checkout.amount):
        raise HoldRefused("idempotency_conflict")
    return hold


def _load_member(reading: Reading, member_id: str) -> Member:
    member = attribution.find_current_member(reading, member_id)
    if member is None:
        raise NotFound(
            "unknown_member",
            "No member has this id. Register them first with PUT /v1/members/{id}.",
        )
    return member


def check_not_blocked(member: Member | None, account: Account) -> None:
    """Raises `HoldRefused` if the member or the account is blocked. The copy in the account
    matters: the transaction fails if the account has changed since, so no block is missed.
    """
    if (member and member.blocked) or account.blocked_at:
        raise HoldRefused(MEMBER_BLOCKED)


def _account(reading: Reading, member_id: str, currency: str) -> Account:
    item = reading.item(AccountItem, keys.account(member_id, currency))
    return account_of(member_id, currency, item)


def _order_credit(reading: Reading, order_id: str) -> OrderCredit:
    return order_credit_of(order_id, reading.item(OrderCreditItem, keys.order_credit(order_id)))


def capture_hold(hold_id: str, amount: int | None, at: datetime) -> CapturedHold:
    """Spends held credit (`amount` `None`: all of it) and returns the hold. A repeated call returns
    the same hold.

    Raises `NotFound` for an unknown hold, and `HoldRefused`.
    """
    return engine.retrying(lambda: _capture_hold(hold_id, amount, at))


def _capture_hold(hold_id: str, amount: int | None, at: datetime) -> CapturedHold:
    reading, hold = _load_hold(hold_id)
    if isinstance(hold, CapturedHold) and amount in (None, hold.captured):
        return hold
    hold = _check_open(hold)
    member = attribution.find_member(reading, hold.member)
    order = known_of(hold.order, reading.item(OrderItem, keys.order(hold.order)))
    program = programs.active_program_of(reading.item(ProgramItem, keys.active_program(DEFAULT)))
    account = _account(reading, hold.member, hold.currency)

    check_not_blocked(member, account)
    credit = _order_credit(reading, hold.order)
    bound = OrderBound(order.order if order else None, used=credit.spent)
    check_order(program, bound, hold.amount if amount is None else amount)
    after, captured, entry = capture(account, hold, amount, at)

    engine.write(capture_writes(reading, captured, entry, order, after, at))
    return captured


def capture_writes(
    reading: Reading,
    hold: CapturedHold,
    entry: Entry,
    order: KnownOrder | None,
    account: Account,
    at: datetime,
) -> list[Write]:
    """The writes of a capture: the hold, its entry, the order, its credit, and the payers' accounts.

    `account` is the account after the capture. The order and its credit must be as in `reading`.
    """
    owner = Owner(hold.member, hold.currency)
    credit = _order_credit(reading, hold.order).with_capture(hold.id, owner, hold.captured)
    writes = [put_hold(hold), put_entry(entry, None), _order_after_capture(hold.order, order)]
    return [*writes, *_settle(reading, order, credit, account, at)]


def _settle(
    reading: Reading, order: KnownOrder | None, credit: OrderCredit, account: Account, at: datetime
) -> list[Write]:
    """Writes for the payers' accounts and the order's credit after a capture. If the order was
    refunded before, they include the credit that comes back.
    """
    accounts = {Owner(account.member, account.currency): account}
    writes = list[Write]()
    if order is not None:
        accounts |= _accounts_of_payers(reading, order.order, credit, accounts)
        credit, writes = settle_credit(order.order, credit, (), accounts, at)
    return [*writes, put_order_credit(credit), *map(put_account, accounts.values())]


def _accounts_of_payers(
    reading: Reading, order: OrderFacts, credit: OrderCredit, known: dict[Owner, Account]
) -> dict[Owner, Account]:
    """The accounts, other than those in `known`, to which credit of the order comes back."""
    owners = [delta.payer.owner for delta in return_deltas(order, credit)]
    others = [owner for owner in owners if owner not in known]
    reading.fetch(*((AccountItem, keys.account(*owner)) for owner in others))
    return {owner: _account(reading, *owner) for owner in others}


def _check_order_as_read(order_id: str, order: KnownOrder | None) -> Write:
    """Makes the transaction fail if the order has changed since it was read, because an undone
    order must not keep the credit.
    """
    condition = OrderItem.revision == order.revision if order else ABSENT
    return Check(OrderItem(*keys.order(order_id)), condition)


def _order_after_capture(order_id: str, order: KnownOrder | None) -> Write:
    """The write with which a capture protects the order: the condition of `_check_order_as_read`.

    If only a processor named the order's credit, the order is marked as unfinished instead. So it
    is evaluated again with the captured credit (specification: who-may-say).
    """
    if order is None or not order.order.credit_is_bounded:
        return _check_order_as_read(order_id, order)
    return put_order(replace(order, unfinished=True))


def void_hold(hold_id: str, at: datetime) -> VoidedHold:
    """Releases held credit and returns the hold. A repeated call returns the same hold.

    Raises `NotFound` for an unknown hold, and `HoldRefused` for a captured one.
    """
    return engine.retrying(lambda: _void_hold(hold_id, at))


def _void_hold(hold_id: str, at: datetime) -> VoidedHold:
    reading, hold = _load_hold(hold_id)
    if isinstance(hold, VoidedHold):
        return hold
    hold = _check_open(hold)

    account = _account(reading, hold.member, hold.currency)
    credit = _order_credit(reading, hold.order)
    after, voided, entry = void(account, hold, at)

    writes = [put_hold(voided), put_account(after), put_entry(entry, None)]
    if hold.id in credit.holds:
        writes.append(put_order_credit(credit.without_hold(hold.id)))
    engine.write(writes)
    return voided


def _load_hold(hold_id: str) -> tuple[Reading, Hold]:
    """A hold, and a reading with everything that is needed to decide about it. Raises `NotFound`."""
    reading = Reading()
    item = reading.item(HoldItem, keys.hold(hold_id))
    if item is None:
        raise NotFound(
            "unknown_hold",
            "No hold has this id. Use the id that POST /v1/members/{id}/holds returned.",
        )
    reading.fetch(
        (AccountItem, keys.account(item.member, item.currency)),
        (ProgramItem, keys.active_program(DEFAULT)),
        (OrderItem, keys.order(item.order)),
        (OrderCreditItem, keys.order_credit(item.order)),
        *attribution.member_keys([item.member]),
    )
    return reading, hold_of(item)


def _check_open(hold: Hold) -> OpenHold:
    """The hold, if it is open. Raises `HoldRefused` if it was captured or voided."""
    if not isinstance(hold, OpenHold):
        raise HoldRefused(f"hold_{hold.state}")
    return hold

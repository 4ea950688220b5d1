"""Credit at a checkout: set aside, captured, let go. Each of them reads, decides and writes once.

A transaction holds only if the account is still as it was read; else all is read again.
"""

from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.holds import (
    HOLD_LIFE,
    MEMBER_BLOCKED,
    CapturedHold,
    Hold,
    HoldRefused,
    OpenHold,
    VoidedHold,
    authorise,
    capture,
    check_order,
    void,
)
from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.identity import posting_id
from shared.orders import attribution
from shared.problem import NotFound
from shared.store import engine, keys
from shared.store.engine import Check, Write
from shared.store.items import ABSENT
from shared.store.ledger.accounts import AccountItem, account_of, put_account, put_entry
from shared.store.ledger.holds import (
    CapturedHoldsItem,
    HoldItem,
    hold_of,
    put_captured_hold,
    put_hold,
)
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


class Checkout(NamedTuple):
    """Credit for one order, `amount` in minor units.

    `key` is the caller's Idempotency-Key: the same one finds the same hold for good.
    """

    member: str
    order: str
    amount: int
    key: str | None = None


def hold_credit(checkout: Checkout, at: datetime) -> Hold:
    """Sets credit aside; raises `NotFound` for an unknown member, and `HoldRefused`."""
    name = posting_id(checkout.member, checkout.key)
    return engine.retrying(lambda: _hold_credit(checkout, name, at))


def _hold_credit(checkout: Checkout, name: str, at: datetime) -> Hold:
    reading = Reading()
    active, order_key = keys.active_program(DEFAULT), keys.order(checkout.order)
    reading.fetch(
        (HoldItem, keys.hold(name)),
        (ProgramItem, active),
        (OrderItem, order_key),
        *attribution.member_keys([checkout.member]),
    )
    if item := reading.item(HoldItem, keys.hold(name)):
        return _repeated(hold_of(item), checkout)
    program = programs.active_program_of(reading.item(ProgramItem, active))
    order = known_of(checkout.order, reading.item(OrderItem, order_key))
    member = _load_member(reading, checkout.member)
    account = _account(reading, member.id, program.currency)

    _check_not_blocked(member, account)
    check_order(program, order.order if order else None, checkout.amount)
    hold = OpenHold(
        name, member.id, program.currency, checkout.order, checkout.amount, at + HOLD_LIFE
    )
    after, entry = authorise(account, hold, at)

    engine.write([put_hold(hold), put_account(after), put_entry(entry, None)])
    return hold


def _repeated(hold: Hold, checkout: Checkout) -> Hold:
    """The hold that a repeated call finds; raises `HoldRefused` if it asks for something else."""
    if (hold.order, hold.amount) != (checkout.order, checkout.amount):
        raise HoldRefused("idempotency_conflict")
    return hold


def _load_member(reading: Reading, member_id: str) -> Member:
    member = attribution.find_member(reading, member_id)
    if member is None:
        raise NotFound("unknown_member", "No member has this id; register them first with PUT.")
    return member


def _check_not_blocked(member: Member | None, account: Account) -> None:
    """Raises `HoldRefused`. The account knows of a block too, because a spender writes it."""
    if (member and member.blocked) or account.blocked_at:
        raise HoldRefused(MEMBER_BLOCKED)


def _account(reading: Reading, member_id: str, currency: str) -> Account:
    item = reading.item(AccountItem, keys.account(member_id, currency))
    return account_of(member_id, currency, item)


def capture_hold(hold_id: str, amount: int | None, at: datetime) -> CapturedHold:
    """Spends held credit, all of it for `None`; a repeat returns the same hold.

    Raises `NotFound`, `HoldRefused`.
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

    _check_not_blocked(member, account)
    check_order(program, order.order if order else None, hold.amount if amount is None else amount)
    after, captured, entry = capture(account, hold, amount, at)

    spent = reading.item(CapturedHoldsItem, keys.captured_holds(hold.order))
    engine.write(
        [
            put_hold(captured),
            put_account(after),
            put_entry(entry, None),
            put_captured_hold(hold.order, spent, hold.id),
            _check_order_as_read(hold.order, order),
        ]
    )
    return captured


def _check_order_as_read(order_id: str, order: KnownOrder | None) -> Write:
    """Lets a transaction fail if the order changed: an undone order must not keep the credit."""
    condition = OrderItem.revision == order.revision if order else ABSENT
    return Check(OrderItem(*keys.order(order_id)), condition)


def void_hold(hold_id: str, at: datetime) -> VoidedHold:
    """Lets held credit go; a repeat returns the same hold. Raises `NotFound`, `HoldRefused`."""
    return engine.retrying(lambda: _void_hold(hold_id, at))


def _void_hold(hold_id: str, at: datetime) -> VoidedHold:
    reading, hold = _load_hold(hold_id)
    if isinstance(hold, VoidedHold):
        return hold
    hold = _check_open(hold)

    account = _account(reading, hold.member, hold.currency)
    after, voided, entry = void(account, hold, at)

    engine.write([put_hold(voided), put_account(after), put_entry(entry, None)])
    return voided


def _load_hold(hold_id: str) -> tuple[Reading, Hold]:
    """A hold, with all that deciding about it needs; raises `NotFound`."""
    reading = Reading()
    item = reading.item(HoldItem, keys.hold(hold_id))
    if item is None:
        raise NotFound(
            "unknown_hold",
            "No hold has this id; take it from the answer to POST /v1/members/{id}/holds.",
        )
    reading.fetch(
        (AccountItem, keys.account(item.member, item.currency)),
        (ProgramItem, keys.active_program(DEFAULT)),
        (OrderItem, keys.order(item.order)),
        (CapturedHoldsItem, keys.captured_holds(item.order)),
        *attribution.member_keys([item.member]),
    )
    return reading, hold_of(item)


def _check_open(hold: Hold) -> OpenHold:
    """Raises `HoldRefused` for a hold that was captured or voided."""
    if not isinstance(hold, OpenHold):
        raise HoldRefused(f"hold_{hold.state}")
    return hold

"""Credit at a checkout: authorise, capture, let go. Each gathers, decides and writes once, under the account's revision."""

from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.holds import (
    CAPTURED,
    HOLD_LIFE,
    MEMBER_BLOCKED,
    OPEN,
    VOIDED,
    Hold,
    HoldRefused,
    authorise,
    capture,
    check_order,
    void,
)
from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.identity import posting_name
from shared.orders import attribution
from shared.problem import NotFound
from shared.store import engine, keys
from shared.store.engine import Write
from shared.store.ledger.accounts import AccountItem, account_of, put_account, put_entry
from shared.store.ledger.holds import HoldItem, SpentItem, hold_of, put_hold, put_spent
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


class Checkout(NamedTuple):
    """What a hold is asked for. `key` is the caller's Idempotency-Key: the same one finds the same hold for good."""

    member: str
    order: str
    amount: int
    key: str | None = None


def hold_credit(checkout: Checkout, at: datetime) -> Hold:
    """Raises `NotFound` for a member nobody knows, `HoldRefused` where the credit may not be used."""
    name = posting_name(checkout.member, checkout.key)
    return engine.retrying(lambda: _hold_credit(checkout, name, at))


def _hold_credit(checkout: Checkout, name: str, at: datetime) -> Hold:
    reading = Reading()
    active, order_key = keys.active_program(DEFAULT), keys.order(checkout.order)
    reading.fetch(
        (HoldItem, keys.hold(name)),
        (ProgramItem, active),
        (OrderItem, order_key),
        *attribution.members_wanted([checkout.member]),
    )
    if known := reading.item(HoldItem, keys.hold(name)):
        return _same(hold_of(known), checkout)
    program, order = (
        programs.active_from(reading.item(ProgramItem, active)),
        known_of(checkout.order, reading.item(OrderItem, order_key)),
    )
    member = _spender(reading, checkout.member)
    account = _account(reading, member.id, program.currency)

    _check_spender(member, account)
    check_order(program, order and order.order, checkout.amount)
    hold = Hold(name, member.id, program.currency, checkout.order, checkout.amount, at + HOLD_LIFE)
    after, entry = authorise(account, hold, at)

    engine.write([put_hold(hold), put_account(after), put_entry(entry, None)])
    return hold


def _same(hold: Hold, checkout: Checkout) -> Hold:
    if (hold.order, hold.amount) != (checkout.order, checkout.amount):
        raise HoldRefused("idempotency_conflict")
    return hold


def _spender(reading: Reading, member_id: str) -> Member:
    member = attribution.member(reading, member_id)
    if member is None:
        raise NotFound("unknown_member", "No member has this id; register them first with PUT.")
    return member


def _check_spender(member: Member, account: Account) -> None:
    """The account knows of a block too, for it is what a spender must write."""
    if member.blocked or account.blocked_at:
        raise HoldRefused(MEMBER_BLOCKED)


def _account(reading: Reading, member_id: str, currency: str) -> Account:
    return account_of(
        member_id, currency, reading.item(AccountItem, keys.account(member_id, currency))
    )


def capture_hold(hold_id: str, amount: int | None, at: datetime) -> Hold:
    """Raises `NotFound`, `HoldRefused`. Captured again, it answers the same."""
    return engine.retrying(lambda: _capture(hold_id, amount, at))


def _capture(hold_id: str, amount: int | None, at: datetime) -> Hold:
    reading, hold = _hold(hold_id)
    if hold.state == CAPTURED and amount in (None, hold.captured):
        return hold
    _check_open(hold)
    member = attribution.member(reading, hold.member)
    order = known_of(hold.order, reading.item(OrderItem, keys.order(hold.order)))
    program = programs.active_from(reading.item(ProgramItem, keys.active_program(DEFAULT)))

    account = _account(reading, hold.member, hold.currency)
    _check_spender(member, account)
    check_order(program, order and order.order, hold.amount if amount is None else amount)
    account, after, entry = capture(account, hold, amount, at)

    paid = put_spent(hold.order, reading.item(SpentItem, keys.spent(hold.order)), hold.id)
    engine.write(
        [put_hold(after), put_account(account), put_entry(entry, None), paid, _as_read(hold, order)]
    )
    return after


def _as_read(hold: Hold, order: KnownOrder | None) -> Write:
    """An order that is undone at this very moment must not keep the credit."""
    item = OrderItem(*keys.order(hold.order))
    condition = OrderItem.revision == order.revision if order else OrderItem.pk.does_not_exist()
    return Write(item, condition, check_only=True)


def void_hold(hold_id: str, at: datetime) -> Hold:
    """Raises `NotFound`, `HoldRefused`. Let go again, it answers the same."""
    return engine.retrying(lambda: _void(hold_id, at))


def _void(hold_id: str, at: datetime) -> Hold:
    reading, hold = _hold(hold_id)
    if hold.state == VOIDED:
        return hold
    _check_open(hold)

    account, after, entry = void(_account(reading, hold.member, hold.currency), hold, at)

    engine.write([put_hold(after), put_account(account), put_entry(entry, None)])
    return after


def _hold(hold_id: str) -> tuple[Reading, Hold]:
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
        (SpentItem, keys.spent(item.order)),
        *attribution.members_wanted([item.member]),
    )
    return reading, hold_of(item)


def _check_open(hold: Hold) -> None:
    if hold.state != OPEN:
        raise HoldRefused(f"hold_{hold.state}")

"""Credit as money: authorised for a checkout, captured or let go, given back when the order it paid is undone (design, section 6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.ledger.ledger import CAPTURE, HOLD, RETURN, VOID, Account, Entry, HeldAmount
from shared.domain.ledger.lots import taken_from
from shared.domain.money import PERCENT
from shared.domain.orders.facts import OrderFacts, undone
from shared.domain.programs.program import Program

HOLD_LIFE = timedelta(days=7)
MOST_OPEN_HOLDS = 20
OPEN, CAPTURED, VOIDED = "open", "captured", "voided"
ORDER_UNDONE, ABOVE_SHARE = "order_undone", "above_order_share"
MEMBER_BLOCKED, INSUFFICIENT_CREDIT = "member_blocked", "insufficient_credit"


class HoldRefused(Exception):
    """Credit that cannot be moved; `code` is stable, `more` are further members of the answer."""

    def __init__(self, code: str, **more: object):
        super().__init__(code)
        self.code, self.more = code, more


@dataclass(frozen=True, slots=True)
class Hold:
    """Credit authorised for one order. `captured` is what was spent of it once it is captured."""

    id: str
    member: str
    currency: str
    order: str
    amount: int
    ends_at: datetime
    state: str = OPEN
    captured: int = 0
    returned: bool = False
    revision: int = 0


def authorise(account: Account, hold: Hold, at: datetime) -> tuple[Account, Entry]:
    """The account with the hold on it; raises `HoldRefused` where less is available."""
    available = account.available(at)
    if hold.amount > available:
        raise HoldRefused(INSUFFICIENT_CREDIT, available=available)
    living = {name: held for name, held in account.holds.items() if held.ends_at > at}
    if len(living) >= MOST_OPEN_HOLDS:
        raise HoldRefused("too_many_holds", most=MOST_OPEN_HOLDS)
    after = replace(account, holds={**living, hold.id: HeldAmount(hold.amount, hold.ends_at)})
    return after.post(HOLD, 0, at, None, hold.order, _reason("held", hold, hold.amount))


def capture(
    account: Account, hold: Hold, amount: int | None, at: datetime
) -> tuple[Account, Hold, Entry]:
    """What is spent of a hold, the whole without an amount; the rest is free again."""
    spent = hold.amount if amount is None else amount
    if hold.ends_at <= at:
        raise HoldRefused("hold_ended", ended_at=hold.ends_at)
    if spent > hold.amount:
        raise HoldRefused("above_hold", amount=hold.amount)
    freed = replace(account, holds=_without(account.holds, hold.id))
    after, entry = freed.post(
        CAPTURE, -spent, at, None, hold.order, _reason("captured", hold, spent)
    )
    return after, replace(hold, state=CAPTURED, captured=spent), entry


def void(account: Account, hold: Hold, at: datetime) -> tuple[Account, Hold, Entry]:
    """A hold let go; one that ended by itself is let go too."""
    freed = replace(account, holds=_without(account.holds, hold.id))
    after, entry = freed.post(VOID, 0, at, None, hold.order, _reason("voided", hold, hold.amount))
    return after, replace(hold, state=VOIDED), entry


def give_back(
    account: Account, hold: Hold, entries: Iterable[Entry], at: datetime
) -> tuple[Account, list[Entry]]:
    """Captured credit returned to the dates it came from, one entry for each."""
    found = []
    for lot in taken_from(entries, hold.id):
        account, entry = account.post(
            RETURN,
            lot.amount,
            at,
            lot.available_on,
            hold.order,
            _reason("returned", hold, lot.amount),
        )
        found.append(entry)
    return account, found


def held_then(entries: Iterable[Entry], at: datetime) -> int:
    """What was set aside at an instant, from the history up to it."""
    held: dict[str, HeldAmount] = {}
    for entry in entries:
        if entry.kind == HOLD:
            held[entry.reason["inputs"]["hold"]] = HeldAmount(
                entry.reason["inputs"]["amount"], entry.at + HOLD_LIFE
            )
        elif entry.kind in (CAPTURE, VOID):
            held.pop(entry.reason["inputs"]["hold"], None)
    return sum(row.amount for row in held.values() if row.ends_at > at)


def share_of_order(program: Program, order: OrderFacts | None) -> int | None:
    """The most credit that may pay an order, `None` while its total is not known or is in another currency."""
    if order is None or order.totals is None or order.totals.value.currency != program.currency:
        return None
    totals = order.totals.value
    paid_total = max(0, totals.items - totals.discount + totals.tax + totals.shipping)
    return paid_total * program.wallet.max_percent_of_order // PERCENT


def check_order(program: Program, order: OrderFacts | None, amount: int) -> None:
    """What is known of an order already must allow credit to pay it; raises `HoldRefused`."""
    if order and undone(order):
        raise HoldRefused(ORDER_UNDONE)
    share = share_of_order(program, order)
    if share is not None and amount > share:
        raise HoldRefused(ABOVE_SHARE, most=share)


def _without(holds: Mapping[str, HeldAmount], name: str) -> dict[str, HeldAmount]:
    return {other: held for other, held in holds.items() if other != name}


def _reason(code: str, hold: Hold, amount: int) -> dict:
    return {
        "code": code,
        "inputs": {"hold": hold.id, "amount": amount},
        "steps": [],
        "program_version": None,
    }

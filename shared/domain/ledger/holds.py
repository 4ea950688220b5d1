"""Holds: credit set aside at a checkout, then captured or voided (specification: holds)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

from shared.domain.ledger.entry import CAPTURE, HOLD, VOID, Entry
from shared.domain.ledger.ledger import Account, HeldAmount
from shared.domain.ledger.reason import Reason
from shared.domain.money import PERCENT
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.kept import is_undone
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import NoExchangeRate, rate_for

HOLD_LIFE = timedelta(days=7)
MOST_OPEN_HOLDS = 20
OPEN, CAPTURED, VOIDED = "open", "captured", "voided"
ORDER_UNDONE, ABOVE_SHARE, ORDER_UNKNOWN = "order_undone", "above_order_share", "order_unknown"
TOO_MANY_HOLDS, TOO_MANY_PAYERS = "too_many_holds", "too_many_payers"
MEMBER_BLOCKED, INSUFFICIENT_CREDIT = "member_blocked", "insufficient_credit"
CODE_OPEN, CODE_IN_USE, CODE_FINISHED = "code_open", "code_in_use", "code_finished"


class HoldRefused(Exception):
    """Credit cannot be held, captured or voided. `code` says why (the codes are in the
    specification's section on spending); `more` holds further fields of the API's answer.
    """

    def __init__(self, code: str, **more: int | str | datetime):
        super().__init__(code)
        self.code, self.more = code, more


@dataclass(frozen=True, slots=True)
class _Hold:
    """Credit set aside for one order. `amount` is in minor units. An open hold ends by itself at
    `ends_at`.

    The hold of a credit code has an empty `order` until an order names the code.
    """

    state: ClassVar[str]
    id: str
    member: str
    currency: str
    order: str
    amount: int
    ends_at: datetime
    revision: int = 0


@dataclass(frozen=True, slots=True)
class OpenHold(_Hold):
    """A hold that was neither captured nor voided. It may already have ended by itself."""

    state: ClassVar[str] = OPEN

    def as_captured(self, amount: int) -> "CapturedHold":
        return CapturedHold(**asdict(self), captured=amount)

    def as_voided(self) -> "VoidedHold":
        return VoidedHold(**asdict(self))


@dataclass(frozen=True, slots=True)
class CapturedHold(_Hold):
    """A hold that was spent: `captured` minor units of it. If credit comes back later, that is
    stored with the order, not here.
    """

    state: ClassVar[str] = CAPTURED
    captured: int = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class VoidedHold(_Hold):
    """A hold that the shop released."""

    state: ClassVar[str] = VOIDED


Hold = OpenHold | CapturedHold | VoidedHold


def authorise(account: Account, hold: OpenHold, at: datetime) -> tuple[Account, Entry]:
    """Sets credit aside. Returns the account with the hold, and its entry.

    Raises `HoldRefused` if the account has too little available credit or too many open holds.
    """
    available = account.available(at)
    if hold.amount > available:
        raise HoldRefused(INSUFFICIENT_CREDIT, available=available)
    open_holds = {name: held for name, held in account.holds.items() if held.ends_at > at}
    if len(open_holds) >= MOST_OPEN_HOLDS:
        raise HoldRefused(TOO_MANY_HOLDS, most=MOST_OPEN_HOLDS)
    held = HeldAmount(hold.amount, hold.ends_at)
    after = replace(account, holds={**open_holds, hold.id: held})
    reason = _reason("held" if hold.order else "held_for_code", hold, hold.amount)
    return after.post(HOLD, 0, at, None, hold.order or None, reason)


def capture(
    account: Account, hold: OpenHold, amount: int | None, at: datetime
) -> tuple[Account, CapturedHold, Entry]:
    """Spends `amount` minor units of a hold (`None`: all of it) and frees the remainder. Returns
    the account, the captured hold and the entry.

    Raises `HoldRefused` if the hold has ended or is smaller than the amount.
    """
    spent = hold.amount if amount is None else amount
    if hold.ends_at <= at:
        raise HoldRefused("hold_ended", ended_at=hold.ends_at)
    if spent > hold.amount:
        raise HoldRefused("above_hold", amount=hold.amount)
    freed = replace(account, holds=_without(account.holds, hold.id))
    reason = _reason("captured", hold, spent)
    after, entry = freed.post(CAPTURE, -spent, at, None, hold.order, reason)
    return after, hold.as_captured(spent), entry


def void(account: Account, hold: OpenHold, at: datetime) -> tuple[Account, VoidedHold, Entry]:
    """Releases a hold, even if it has ended by itself. Returns the account, the voided hold and the
    entry.
    """
    freed = replace(account, holds=_without(account.holds, hold.id))
    reason = _reason("voided" if hold.order else "code_voided", hold, hold.amount)
    after, entry = freed.post(VOID, 0, at, None, hold.order or None, reason)
    return after, hold.as_voided(), entry


def held_then(entries: Iterable[Entry], at: datetime) -> int:
    """The credit that open holds set aside at an instant. `entries` is the account's history up to
    that instant.
    """
    open_holds: dict[str, HeldAmount] = {}
    for entry in entries:
        if entry.kind == HOLD:
            inputs = entry.reason["inputs"]
            open_holds[inputs["hold"]] = HeldAmount(inputs["amount"], entry.at + HOLD_LIFE)
        elif entry.kind in (CAPTURE, VOID):
            open_holds.pop(entry.reason["inputs"]["hold"], None)
    return sum(held.amount for held in open_holds.values() if held.ends_at > at)


class OrderBound(NamedTuple):
    """What limits the credit that may pay an order. Amounts are minor units of the program's
    currency.

    * `order`: the facts of the order; `None` if it is not known yet.
    * `items_total`: the items total that the checkout sent, used if the order has no known total.
    * `used`: credit that is already held or spent on the order.
    """

    order: OrderFacts | None
    items_total: int | None = None
    used: int = 0


def share_of_order(program: Program, bound: OrderBound) -> int | None:
    """The most credit that may pay an order, in minor units (specification: order-share).

    `None` if no total is known in the program's currency.
    """
    total = _total_of(program, bound.order)
    if total is None:
        total = bound.items_total
    return None if total is None else total * program.wallet.max_percent_of_order // PERCENT


def _total_of(program: Program, order: OrderFacts | None) -> int | None:
    """The order's total in the program's currency; `None` if it is not known."""
    if order is None or order.totals is None:
        return None
    try:
        rate = rate_for(order, program)
    except NoExchangeRate:
        return None
    total = max(0, order.totals.value.paid_total)
    return total * rate.numerator // rate.denominator


def check_order(program: Program, bound: OrderBound, amount: int) -> None:
    """Raises `HoldRefused` if credit may not pay `amount` of an order: the order is undone, or the
    amount is above its share.
    """
    if bound.order and is_undone(bound.order):
        raise HoldRefused(ORDER_UNDONE)
    share = share_of_order(program, bound)
    if share is not None and amount + bound.used > share:
        raise HoldRefused(ABOVE_SHARE, most=max(0, share - bound.used))


def check_new_hold(program: Program, bound: OrderBound, amount: int) -> None:
    """Like `check_order`. Also raises `HoldRefused` if the program limits the share and the order's
    total is unknown.
    """
    check_order(program, bound, amount)
    is_whole = program.wallet.max_percent_of_order >= PERCENT
    if not is_whole and share_of_order(program, bound) is None:
        raise HoldRefused(ORDER_UNKNOWN)


def _without(holds: Mapping[str, HeldAmount], name: str) -> dict[str, HeldAmount]:
    return {other: held for other, held in holds.items() if other != name}


def _reason(code: str, hold: Hold, amount: int) -> Reason:
    return {
        "code": code,
        "inputs": {"hold": hold.id, "amount": amount},
        "steps": [],
        "program_version": None,
    }

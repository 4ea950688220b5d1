"""Credit taken out of an order's rewards for good: by a block, by the end of a referral (design, sections 5 and 6)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.evaluation.decision import Deduction, PostedState, after_deductions
from shared.domain.evaluation.reasons import deduction_reason
from shared.domain.ledger.ledger import Account, Entry
from shared.domain.programs.program import Program
from shared.store import keys
from shared.store.engine import Write
from shared.store.ledger.accounts import put_entry, window_of, with_room
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of, put_order
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


class DeductionCause(NamedTuple):
    """The kind of the entries, the code of their reason, and when they are posted."""

    kind: str
    code: str
    at: datetime


class Earned(NamedTuple):
    """An order that earned, and the program of its terms."""

    order: KnownOrder
    program: Program


def earned(reading: Reading, order_ids: Sequence[str]) -> list[Earned]:
    """The orders among these whose rewards may still stand."""
    active = keys.active_program(DEFAULT)
    reading.fetch((ProgramItem, active), *((OrderItem, keys.order(name)) for name in order_ids))
    program = programs.active_from(reading.item(ProgramItem, active))
    known = (known_of(name, reading.item(OrderItem, keys.order(name))) for name in order_ids)
    return [
        Earned(order, programs.version(program, order.posted.terms.version))
        for order in known
        if order and order.posted.terms
    ]


def commit_deductions(
    found: Earned, account: Account, taken: Sequence[Deduction], why: DeductionCause
) -> tuple[Account, list[Write]]:
    """The account of the one member from whose rewards of an order something is taken, and what is written beside it."""
    posted, used = after_deductions(found.program, found.order.posted, taken)
    account = _with_used(account, found.program, dict(used))
    writes = [put_order(replace(found.order, posted=posted))]
    for taking in taken:
        account, entry = _post(account, found.order.order.id, posted, taking, why)
        writes.append(put_entry(entry, posted.terms.earned_at if taking.standing.level else None))
    return account, writes


def _post(
    account: Account, order_id: str, posted: PostedState, taking: Deduction, why: DeductionCause
) -> tuple[Account, Entry]:
    reason = deduction_reason(why.code, taking, posted.terms)
    return account.post(
        why.kind, -taking.amount, why.at, taking.standing.available_on, order_id, reason
    )


def _with_used(account: Account, program: Program, used: dict[str, int]) -> Account:
    """Room in the window of the order's own program is carried on; others are added up afresh when they are asked for."""
    cap = program.rules.max_per_advocate
    if cap is None:
        return replace(account, used={})
    known = with_room(account, cap).used[window_of(cap)]
    return replace(account, used={window_of(cap): known + used.get(account.member, 0)})

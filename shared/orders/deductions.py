"""Deductions from an order's rewards, because of a block or the end of a referral (specification:
taken).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.evaluation.deductions import Deduction, apply_deductions
from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.evaluation.reasons import deduction_reason
from shared.domain.ledger.ledger import Account
from shared.domain.programs.program import Program
from shared.store import keys
from shared.store.engine import ItemRequest, Write
from shared.store.ledger.accounts import put_entry
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of, put_order
from shared.store.ledger.used_room import covers
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


class DeductionCause(NamedTuple):
    """Why deductions are posted: the kind of their entries, the code of their reason, and the
    instant.
    """

    kind: str
    code: str
    at: datetime


class EarnedOrder(NamedTuple):
    """An order with frozen terms, what it has posted, and the program of its terms."""

    known: KnownOrder
    posted: FrozenOrder
    program: Program

    @property
    def id(self) -> str:
        return self.known.order.id


def load_earned(
    reading: Reading, order_ids: Sequence[str], *with_them: ItemRequest
) -> list[EarnedOrder]:
    """Those of the named orders that have frozen terms. `with_them` is read in the same request."""
    active = keys.active_program(DEFAULT)
    order_keys = ((OrderItem, keys.order(name)) for name in order_ids)
    reading.fetch((ProgramItem, active), *order_keys, *with_them)
    program = programs.active_program_of(reading.item(ProgramItem, active))
    known = (known_of(name, reading.item(OrderItem, keys.order(name))) for name in order_ids)
    return [
        EarnedOrder(order, order.posted, programs.load_version(program, order.posted.terms.version))
        for order in known
        if order and isinstance(order.posted, FrozenOrder)
    ]


def commit_deductions(
    order: EarnedOrder, account: Account, deductions: Sequence[Deduction], cause: DeductionCause
) -> tuple[Account, list[Write]]:
    """The account after deductions from rewards of one order, and the writes that post them; the
    account itself is not among the writes.

    All deductions are from rewards of the account's member.
    """
    posted = apply_deductions(order.program, order.posted, deductions)[0]
    terms, writes = order.posted.terms, [put_order(replace(order.known, posted=posted))]
    for deduction in deductions:
        reward = deduction.reward
        reason = deduction_reason(cause.code, deduction, terms)
        account, entry = account.post(
            cause.kind, -deduction.amount, cause.at, reward.available_on, order.id, reason
        )
        if reward.level:
            account = _with_used_room(account, -deduction.amount, terms.earned_at)
        writes.append(put_entry(entry, terms.earned_at if reward.level else None))
    return account, writes


def _with_used_room(account: Account, amount: int, earned_at: datetime) -> Account:
    """The account after an amount that was earned at an instant: the used room changes in each
    window that the account stores.

    The use of other windows is summed from the entries when it is needed.
    """
    used = {
        window: before + (amount if covers(window, earned_at) else 0)
        for window, before in account.used.items()
    }
    return replace(account, used=used)

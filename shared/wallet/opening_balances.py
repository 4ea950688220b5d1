"""Posts opening balances: credit that members had in the program before this one. Each is posted
once (specification: opening-balances).
"""

from datetime import datetime
from typing import NamedTuple

from shared.domain.evaluation.reasons import opening_balance_reason
from shared.domain.ledger.entry import ADJUSTMENT
from shared.domain.ledger.ledger import expiry_date
from shared.domain.programs.program import Program
from shared.identity import posting_id
from shared.members.profile import require_living_member
from shared.orders import attribution
from shared.problem import Conflict
from shared.store import engine, keys
from shared.store.ledger.accounts import AccountItem, account_of, put_account, put_entry
from shared.store.ledger.adjustments import AdjustmentItem, find_adjustment, put_adjustment
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading

NO_HEADER = "\n"
"""Part of the names of these postings. An `Idempotency-Key` cannot contain it, so their names never
equal those of adjustments.
"""


class OpeningBalance(NamedTuple):
    """An amount in minor units; below 0 it is a debt. `currency` `None` means the program's
    currency.

    A member has at most one opening balance for each `name`. The name is free text, such as where
    the balance comes from.
    """

    member: str
    amount: int
    currency: str | None = None
    name: str = "imported"


def post_opening_balance(balance: OpeningBalance, at: datetime) -> bool:
    """Posts an opening balance. Returns true if it was posted now; false if it was posted before,
    or if the amount is 0.

    Raises `NotFound` for an unknown member. Raises `Conflict` for an erased member, for another
    currency than the program's, and if another amount was posted before.
    """
    return engine.retrying(lambda: _post(balance, at))


def require_currency_of_credit(currency: str | None) -> None:
    """Raises `Conflict` for another currency than the program's, in which credit is kept."""
    if currency is not None:
        item = programs.load_active_item(DEFAULT)
        _require_currency(currency, programs.active_program_of(item))


def _require_currency(currency: str | None, program: Program) -> None:
    if currency not in (None, program.currency):
        text = f"Credit is kept in {program.currency}. Convert the amount, then send the row again."
        raise Conflict("other_currency", text)


def _post(balance: OpeningBalance, at: datetime) -> bool:
    reading, active = Reading(), keys.active_program(DEFAULT)
    reading.fetch((ProgramItem, active), *attribution.member_keys([balance.member]))
    member = require_living_member(reading, balance.member)
    program = programs.active_program_of(reading.item(ProgramItem, active))
    _require_currency(balance.currency, program)

    name = posting_id(member.id, NO_HEADER.join(("", program.currency, balance.name)))
    account_key = keys.account(member.id, program.currency)
    reading.fetch((AdjustmentItem, keys.adjustment(name)), (AccountItem, account_key))
    if known := find_adjustment(reading, name):
        _check_same(balance, known.amount)
        return False
    if not balance.amount:
        return False

    account = account_of(member.id, program.currency, reading.item(AccountItem, account_key))
    expires_at = expiry_date(program, at) if balance.amount > 0 else None
    reason = opening_balance_reason(balance.amount)
    after, entry = account.post(ADJUSTMENT, balance.amount, at, at, None, reason, expires_at)
    engine.write([put_account(after), put_entry(entry, None), put_adjustment(name, entry)])
    return True


def _check_same(balance: OpeningBalance, posted: int) -> None:
    if balance.amount != posted:
        raise Conflict(
            "already_imported",
            f"An opening balance of {posted} minor units was already imported and stays. "
            "Correct it with an adjustment, or give a balance from another source its own "
            "reason.",
        )

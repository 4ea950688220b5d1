"""Adjustments: staff adds or takes credit, once per `Idempotency-Key` (specification: adjustment)."""

from typing import NamedTuple

from shared.domain.evaluation.reasons import adjustment_reason
from shared.domain.ledger.entry import ADJUSTMENT, Entry
from shared.domain.ledger.ledger import expiry_date
from shared.domain.staff_action import StaffAction
from shared.identity import posting_id
from shared.members.profile import require_living_member
from shared.orders import attribution
from shared.problem import Conflict
from shared.store import engine, keys
from shared.store.ledger.accounts import AccountItem, account_of, put_account, put_entry
from shared.store.ledger.adjustments import AdjustmentItem, find_adjustment, put_adjustment
from shared.store.programs import programs
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading
from shared.words import CREDIT


class Adjustment(NamedTuple):
    """What to post, in minor units of the program's currency. An `amount` below 0 takes credit.

    `key` is the caller's `Idempotency-Key`. A call with the same key always returns the same entry.
    """

    member: str
    amount: int
    key: str | None = None


def adjust(adjustment: Adjustment, action: StaffAction) -> Entry:
    """Posts an adjustment with its audit line, and returns its entry. A repeated call returns the
    same entry.

    Raises `NotFound` for an unknown member. Raises `Conflict` for an erased member, or if the key
    was used with another amount.
    """
    name = posting_id(adjustment.member, adjustment.key)
    return engine.retrying(lambda: _adjust(adjustment, name, action))


def _adjust(adjustment: Adjustment, name: str, action: StaffAction) -> Entry:
    reading, active = Reading(), keys.active_program(DEFAULT)
    reading.fetch(
        (AdjustmentItem, keys.adjustment(name)),
        (ProgramItem, active),
        *attribution.member_keys([adjustment.member]),
    )
    if known := find_adjustment(reading, name):
        return _repeated(known, adjustment)
    member = require_living_member(reading, adjustment.member)
    program = programs.active_program_of(reading.item(ProgramItem, active))
    currency = program.currency
    item = reading.item(AccountItem, keys.account(member.id, currency))
    account = account_of(member.id, currency, item)

    reason = adjustment_reason(adjustment.amount)
    expires_at = expiry_date(program, action.at) if adjustment.amount > 0 else None
    after, entry = account.post(
        ADJUSTMENT, adjustment.amount, action.at, action.at, None, reason, expires_at
    )

    audit_line = put_audit_line(
        action,
        {"member": member.public_id},
        {"balance": account.balance},
        {"balance": after.balance},
    )
    engine.write(
        [put_account(after), put_entry(entry, None), put_adjustment(name, entry), audit_line]
    )
    return entry


def _repeated(entry: Entry, adjustment: Adjustment) -> Entry:
    """The entry of an earlier call with the same key. Raises `Conflict` if the amounts differ."""
    if entry.amount != adjustment.amount:
        raise Conflict("idempotency_conflict", CREDIT["idempotency_conflict"])
    return entry

"""A posting by hand: staff gives credit or takes it, with a reason, once for each Idempotency-Key (design, sections 6 and 7)."""

from typing import NamedTuple

from shared.domain.evaluation.reasons import adjustment_reason
from shared.domain.ledger.ledger import ADJUSTMENT, Entry
from shared.domain.staff_action import StaffAction
from shared.identity import posting_name
from shared.members.profile import living_member
from shared.orders import attribution
from shared.problem import Conflict
from shared.store import engine, keys
from shared.store.ledger.accounts import AccountItem, account_of, put_account, put_entry
from shared.store.ledger.adjustments import AdjustmentItem, adjusted, put_adjustment
from shared.store.programs import programs
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading
from shared.words import CREDIT


class Adjustment(NamedTuple):
    """What is posted, in the program's currency; `amount` is below 0 to take. The same `key` finds the same posting for good."""

    member: str
    amount: int
    key: str | None = None


def adjust(wanted: Adjustment, act: StaffAction) -> Entry:
    """Raises `NotFound` for a member nobody knows, `Conflict` for an erased one and for a key that belongs to another posting."""
    name = posting_name(wanted.member, wanted.key)
    return engine.retrying(lambda: _adjust(wanted, name, act))


def _adjust(wanted: Adjustment, name: str, act: StaffAction) -> Entry:
    reading, active = Reading(), keys.active_program(DEFAULT)
    reading.fetch(
        (AdjustmentItem, keys.adjustment(name)),
        (ProgramItem, active),
        *attribution.members_wanted([wanted.member]),
    )
    if done := adjusted(reading, name):
        return _same(done, wanted)
    member = living_member(reading, wanted.member)
    currency = programs.active_from(reading.item(ProgramItem, active)).currency
    account = account_of(
        member.id, currency, reading.item(AccountItem, keys.account(member.id, currency))
    )

    after, entry = account.post(
        ADJUSTMENT, wanted.amount, act.at, act.at, None, adjustment_reason(wanted.amount)
    )

    told = put_audit_line(
        act, {"member": member.public_id}, {"balance": account.balance}, {"balance": after.balance}
    )
    engine.write([put_account(after), put_entry(entry, None), put_adjustment(name, entry), told])
    return entry


def _same(done: Entry, wanted: Adjustment) -> Entry:
    if done.amount != wanted.amount:
        raise Conflict("idempotency_conflict", CREDIT["idempotency_conflict"])
    return done

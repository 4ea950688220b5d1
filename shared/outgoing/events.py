"""Turns each write to the tables into the events that go out on the bus (decision 50).

An event depends only on its stream record, so a record that comes twice gives the same event with
the same id. Events contain only ids and amounts (specification: events).
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from shared import base64url
from shared.domain.instants import instant_text, read_instant
from shared.domain.ledger.entry import CAPTURE, HOLD, RETURN, VOID, Entry
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.statement import Statement
from shared.domain.ledger.transfers import amounts_to_move
from shared.domain.members.member import Member
from shared.domain.rewards.reward import PAST_ORDER
from shared.outgoing.event_context import EventContext, frozen_terms, refused_member
from shared.store.attributions.referrals import ReferralItem
from shared.store.ledger.orders import KnownOrder
from shared.store.stream_records import (
    ACCOUNT,
    ENTRY,
    MEMBER,
    ORDER,
    REFERRAL,
    STATEMENT,
    StreamRecord,
)

REWARD_POSTED, REWARD_REFUSED, GROUP_CHANGED = "RewardPosted", "RewardRefused", "GroupChanged"
REFERRAL_MADE, REFERRAL_ENDED = "ReferralMade", "ReferralEnded"
CREDIT_HELD, CREDIT_CAPTURED, CREDIT_RETURNED = "CreditHeld", "CreditCaptured", "CreditReturned"
STATEMENT_ISSUED = "StatementIssued"
MEMBER_BLOCKED = "MemberBlocked"
"""For our own orders queue, which forfeits what a block takes. It is not sent to the shop."""
ORDER_UNFINISHED = "OrderUnfinished"
"""For our own orders queue, which posts what is still due. It is not sent to the shop."""
MERGE_UNFINISHED = "MergeUnfinished"
"""For our own orders queue, which moves what a closed member still has. It is not sent to the shop.
"""
MEMBER_JOINED = "MemberJoined"
"""For our own welcome mail. It is not sent to the bus."""
TYPES = (
    REWARD_POSTED,
    REWARD_REFUSED,
    GROUP_CHANGED,
    REFERRAL_MADE,
    REFERRAL_ENDED,
    CREDIT_HELD,
    CREDIT_CAPTURED,
    CREDIT_RETURNED,
    STATEMENT_ISSUED,
)
"""All events that may be sent to the shop."""
OF_CREDIT = {
    HOLD: CREDIT_HELD,
    CAPTURE: CREDIT_CAPTURED,
    VOID: CREDIT_RETURNED,
    RETURN: CREDIT_RETURNED,
}
"""The event for each kind of entry that moves credit of a checkout. All other kinds change what a
member earned and give a `RewardPosted`.
"""
ID_CHARACTERS = 24


class OutgoingEvent(NamedTuple):
    """One event. `detail` contains its own `id` and `at`, because the bus gives an event new ones
    each time it is sent.
    """

    kind: str
    at: datetime
    detail: Mapping[str, object]


def build_events(record: StreamRecord[Any], context: EventContext) -> list[OutgoingEvent]:
    """The events of one write; usually none or one."""
    return list(_BUILDERS[record.kind](record, context))


def _entry_events(record: StreamRecord[Entry], context: EventContext) -> Iterator[OutgoingEvent]:
    entry = record.after
    kind = OF_CREDIT.get(entry.kind, REWARD_POSTED)
    if entry.kind == RETURN and entry.amount < 0:
        kind = CREDIT_CAPTURED
    fields = _reward_fields(entry, context) if kind == REWARD_POSTED else _credit_fields(entry)
    member = context.public_id(entry.member)
    common = {
        "entry": f"{member}-{entry.currency}-{entry.sequence}",
        "kind": entry.kind,
        "member": member,
        "order": entry.order,
        "currency": entry.currency,
        "balance_after": entry.balance_after,
    }
    yield _event(kind, record, entry.at, "", common | fields)


def _reward_fields(entry: Entry, context: EventContext) -> dict[str, object]:
    """Fields of a `RewardPosted`. `amount` is signed: the balance is the sum of a member's amounts,
    less what was captured.
    """
    inputs = entry.reason.get("inputs", {})
    return {
        "amount": entry.amount,
        "available_on": instant_text(entry.available_on) if entry.available_on else None,
        "code": entry.reason["code"],
        "level": inputs.get("level"),
        "friend": context.public_id(inputs.get("friend")),
    }


def _credit_fields(entry: Entry) -> dict[str, object]:
    """Fields of an event about a hold. The entry of a hold has the amount 0; the amount of the hold
    is in its reason.
    """
    inputs = entry.reason.get("inputs", {})
    return {"hold": inputs.get("hold"), "amount": abs(entry.amount) or inputs.get("amount", 0)}


def _order_events(
    record: StreamRecord[KnownOrder], context: EventContext
) -> Iterator[OutgoingEvent]:
    """The new refusals of an order, and `OrderUnfinished` if something is still to be posted.

    An order that was merged into another one gives no refusals. Nor do orders of the shop's past.
    """
    before, after = record.before, record.after
    if after.unfinished:
        order = {"order": after.order.id}
        yield _event(ORDER_UNFINISHED, record, record.at, str(after.revision), order)
    if after.merged_into:
        return
    terms = frozen_terms(after)
    for code, level in after.refused:
        if code != PAST_ORDER and (before is None or (code, level) not in before.refused):
            fields = {
                "order": after.order.id,
                "member": context.public_id(refused_member(terms, level)),
                "level": level,
                "code": code,
                "friend": context.public_id(terms.buyer if terms else None),
            }
            mark = f"{after.revision}|{level}|{code}"
            yield _event(REWARD_REFUSED, record, record.at, mark, fields)


def _account_events(
    record: StreamRecord[Account], context: EventContext
) -> Iterator[OutgoingEvent]:
    """A change of group, if the volume crossed a threshold of the active program; and
    `MergeUnfinished` for a closed member's account with anything that can move.
    """
    after, before = record.after, record.before
    if after.merged_into and (after.volume or amounts_to_move(after, record.at)):
        mark = str(after.revision)
        yield _event(MERGE_UNFINISHED, record, record.at, mark, {"member": after.member})
    if after.currency == context.program.currency:
        member = context.members.get(after.member)
        group_before = context.group(member, before.volume if before else 0)
        group_after = context.group(member, after.volume)
        yield from _group_events(record, context, after.member, group_before, group_after)


def _member_events(record: StreamRecord[Member], context: EventContext) -> Iterator[OutgoingEvent]:
    """Events of a block, an unblocking that waits, a registration, and a group that staff assigned
    or removed.
    """
    before, after = record.before, record.after
    blocked_at = after.blocked_at
    if blocked_at and (before is None or before.blocked_at != blocked_at):
        mark = instant_text(blocked_at)
        yield _event(MEMBER_BLOCKED, record, blocked_at, mark, {"member": record.name})
    if blocked_at and after.unblocking and before and not before.unblocking:
        mark = f"unblock|{after.revision}"
        yield _event(MEMBER_BLOCKED, record, record.at, mark, {"member": record.name})
    if after.merged_into and not (before and before.merged_into):
        yield _event(MERGE_UNFINISHED, record, record.at, "merged", {"member": record.name})
    joined = after.registered and not (before and before.registered) and not after.imported
    if joined and after.signed_up_at:
        fields = {
            "member": context.public_id(record.name),
            "signed_up_at": instant_text(after.signed_up_at),
        }
        yield _event(MEMBER_JOINED, record, record.at, "joined", fields)
    account = context.accounts.get(record.name)
    volume = account.volume if account else 0
    groups = context.group(before, volume), context.group(after, volume)
    yield from _group_events(record, context, record.name, *groups)


def _group_events(
    record: StreamRecord[Any],
    context: EventContext,
    member_id: str,
    before: str | None,
    after: str | None,
) -> Iterator[OutgoingEvent]:
    if before != after:
        fields = {"member": context.public_id(member_id), "group": after, "previous": before}
        yield _event(GROUP_CHANGED, record, record.at, str(record.after.revision), fields)


def _referral_events(
    record: StreamRecord[ReferralItem], context: EventContext
) -> Iterator[OutgoingEvent]:
    before, after = record.before, record.after
    fields = {
        "referral": record.name,
        "advocate": context.public_id(after.advocate),
        "friend": context.public_id(after.friend),
    }
    if before is None:
        evidence = {"evidence": (after.evidence or {}).get("kind")}
        made_at = read_instant(after.made_at)
        yield _event(REFERRAL_MADE, record, made_at, "made", fields | evidence)
    if after.ended_at and (before is None or not before.ended_at):
        yield _event(REFERRAL_ENDED, record, read_instant(after.ended_at), "ended", fields)


def _statement_events(
    record: StreamRecord[Statement], context: EventContext
) -> Iterator[OutgoingEvent]:
    statement = record.after
    fields = {
        "member": context.public_id(statement.member),
        "month": statement.month,
        "number": statement.number,
        "currency": statement.currency,
        **asdict(statement.figures),
        "hash": statement.hash,
    }
    yield _event(STATEMENT_ISSUED, record, statement.issued_at, "", fields)


def _event(
    kind: str, record: StreamRecord[Any], at: datetime, mark: str, fields: Mapping[str, object]
) -> OutgoingEvent:
    """An event. `mark` distinguishes events of one kind that come from different writes of the same
    item.
    """
    detail = {"id": event_id(kind, record.key, mark), "at": instant_text(at), **fields}
    return OutgoingEvent(kind, at, detail)


def event_id(kind: str, key: str, mark: str = "") -> str:
    """The id of an event: always the same for the same event. Receivers use it to drop repeated
    events.
    """
    digest = hashlib.sha256("\n".join((kind, key, mark)).encode()).digest()
    return "evt_" + base64url.encode(digest)[:ID_CHARACTERS]


_BUILDERS: dict[str, Callable[[StreamRecord[Any], EventContext], Iterator[OutgoingEvent]]] = {
    ENTRY: _entry_events,
    ORDER: _order_events,
    ACCOUNT: _account_events,
    MEMBER: _member_events,
    REFERRAL: _referral_events,
    STATEMENT: _statement_events,
}

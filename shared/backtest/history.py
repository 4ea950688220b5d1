"""The lines of a history: what happened in a shop, one event a line, in the order in which it became known (design, section 8)."""

import json
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from shared.domain.document import SourceDocument, FieldError, InvalidDocument, parse_amount, parse_choice, parse_identifier, parse_text
from shared.domain.instants import parse_instant
from shared.domain.members.email_address import normalize_email
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.facts_document import parse_order


class MemberSeen(NamedTuple):
    """A member registers or is changed; `code` is the member's own, by which friends' orders may name them."""

    id: str
    at: datetime
    advocate: str | None = None
    email_hash: str | None = None
    code: str | None = None


class ReferralEnded(NamedTuple):
    friend: str
    at: datetime


class GroupAssigned(NamedTuple):
    member: str
    group: str | None
    at: datetime


class Blocked(NamedTuple):
    member: str
    at: datetime


class Unblocked(NamedTuple):
    member: str
    at: datetime


class OrderSeen(NamedTuple):
    """An order as the shop saw it at `at`."""

    order: OrderFacts
    at: datetime


class Redeemed(NamedTuple):
    """Credit that a member spent on an order."""

    member: str
    amount: int
    order: str | None
    at: datetime


Event = MemberSeen | ReferralEnded | GroupAssigned | Blocked | Unblocked | OrderSeen | Redeemed


def parse_line(line: str | bytes) -> Event:
    """One line as an event; raises `InvalidDocument` with what to write instead."""
    try:
        document = json.loads(line if isinstance(line, str) else line.decode())
    except (ValueError, RecursionError) as error:
        raise InvalidDocument([FieldError("", f"is not JSON: {error}")]) from None
    return parse_event(document)


def parse_event(document: object) -> Event:
    """A JSON object as an event; raises `InvalidDocument`."""
    source = SourceDocument(document)
    kind = source.get("type", lambda value: parse_choice(value, tuple(_READERS)))
    at = source.get("at", parse_instant)
    source.finish()
    event = _READERS[kind](source, at)
    source.refuse_unknown()
    source.finish()
    return event


def hash_email(email: str) -> str:
    """A mark by which two spellings of one e-mail address are known as the same; a backtest has no key to keep."""
    return sha256(normalize_email(email).encode()).hexdigest()[:32]


def _member(source: SourceDocument, at: datetime) -> MemberSeen:
    source.get("login", parse_text, None)
    source.get("name", parse_text, None)
    email = source.get("email", parse_text, None)
    return MemberSeen(
        source.get("id", parse_identifier),
        at,
        source.get("advocate", parse_identifier, None),
        hash_email(email) if email else None,
        source.get("code", parse_text, None),
    )


def _referral_ended(source: SourceDocument, at: datetime) -> ReferralEnded:
    return ReferralEnded(source.get("friend", parse_identifier), at)


def _group_assigned(source: SourceDocument, at: datetime) -> GroupAssigned:
    if "group" not in source.value:
        source.fault("group", "is required; write null to take the member out of a group")
    return GroupAssigned(
        source.get("member", parse_identifier), source.get("group", parse_identifier, None), at
    )


def _blocked(source: SourceDocument, at: datetime) -> Blocked:
    source.get("reason", parse_text, None)
    return Blocked(source.get("member", parse_identifier), at)


def _unblocked(source: SourceDocument, at: datetime) -> Unblocked:
    source.get("reason", parse_text, None)
    return Unblocked(source.get("member", parse_identifier), at)


def _redeemed(source: SourceDocument, at: datetime) -> Redeemed:
    return Redeemed(
        source.get("member", parse_identifier),
        source.get("amount", parse_amount),
        source.get("order", parse_identifier, None),
        at,
    )


def _order(source: SourceDocument, at: datetime) -> OrderSeen:
    source.read.add("order")
    try:
        return OrderSeen(parse_order(source.value.get("order"), None, at, hash_email), at)
    except InvalidDocument as invalid:
        source.faults.extend(
            FieldError(f"order.{fault.field}" if fault.field else "order", fault.message)
            for fault in invalid.faults
        )
        raise InvalidDocument(source.faults) from None


_READERS = {
    "member": _member,
    "referral_ended": _referral_ended,
    "group_assigned": _group_assigned,
    "blocked": _blocked,
    "unblocked": _unblocked,
    "order": _order,
    "redeemed": _redeemed,
}

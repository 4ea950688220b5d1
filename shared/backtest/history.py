"""The events of a history file, one JSON object per line (specification: history)."""

import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from shared.domain.document import (
    FieldError,
    InvalidDocument,
    SourceDocument,
    parse_amount,
    parse_choice,
    parse_identifier,
    parse_text,
)
from shared.domain.instants import parse_instant
from shared.domain.members.email_address import normalize_email
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.facts_document import parse_order


class MemberSeen(NamedTuple):
    """A member registers or changes. `code` is the member's own code, which their friends use."""

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
    """An order as the shop knew it at `at`."""

    order: OrderFacts
    at: datetime


class Redeemed(NamedTuple):
    """Credit that a member spent, in minor units of the program's currency.

    `items_total` is the items total that the checkout sent, used if the order is not known yet.
    """

    member: str
    amount: int
    order: str | None
    at: datetime
    items_total: int | None = None


type HistoryEvent = (
    MemberSeen | ReferralEnded | GroupAssigned | Blocked | Unblocked | OrderSeen | Redeemed
)


def parse_line(line: str | bytes) -> HistoryEvent:
    """The event in one line. Raises `InvalidDocument` with what to write instead."""
    try:
        document = json.loads(line if isinstance(line, str) else line.decode())
    except (ValueError, RecursionError) as error:
        raise InvalidDocument([FieldError("", f"is not JSON: {error}")]) from None
    return parse_event(document)


def parse_event(document: object) -> HistoryEvent:
    """The event in a JSON object. Raises `InvalidDocument` with every fault."""
    source = SourceDocument(document)
    kind = source.get("type", lambda value: parse_choice(value, tuple(_PARSERS)))
    at = source.get("at", parse_instant)
    source.finish()
    event = _PARSERS[kind](source, at)
    source.refuse_unknown()
    source.finish()
    return event


def hash_email(email: str) -> str:
    """The hash of an e-mail address, equal for all spellings of it. Unlike in the live system it
    has no key.
    """
    return sha256(normalize_email(email).encode()).hexdigest()[:32]


def _parse_member(source: SourceDocument, at: datetime) -> MemberSeen:
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


def _parse_referral_ended(source: SourceDocument, at: datetime) -> ReferralEnded:
    return ReferralEnded(source.get("friend", parse_identifier), at)


def _parse_group_assigned(source: SourceDocument, at: datetime) -> GroupAssigned:
    if "group" not in source.value:
        source.fault("group", "is required; null removes the member from their group")
    return GroupAssigned(
        source.get("member", parse_identifier), source.get("group", parse_identifier, None), at
    )


def _parse_blocked(source: SourceDocument, at: datetime) -> Blocked:
    source.get("reason", parse_text, None)
    return Blocked(source.get("member", parse_identifier), at)


def _parse_unblocked(source: SourceDocument, at: datetime) -> Unblocked:
    source.get("reason", parse_text, None)
    return Unblocked(source.get("member", parse_identifier), at)


def _parse_redeemed(source: SourceDocument, at: datetime) -> Redeemed:
    return Redeemed(
        source.get("member", parse_identifier),
        source.get("amount", parse_amount),
        source.get("order", parse_identifier, None),
        at,
        source.get("items_total", parse_amount, None),
    )


def _parse_order(source: SourceDocument, at: datetime) -> OrderSeen:
    source.read.add("order")
    try:
        return OrderSeen(parse_order(source.value.get("order"), None, at, hash_email), at)
    except InvalidDocument as invalid:
        source.faults.extend(
            FieldError(f"order.{fault.field}" if fault.field else "order", fault.message)
            for fault in invalid.faults
        )
        raise InvalidDocument(source.faults) from None


_PARSERS: dict[str, Callable[[SourceDocument, datetime], HistoryEvent]] = {
    "member": _parse_member,
    "referral_ended": _parse_referral_ended,
    "group_assigned": _parse_group_assigned,
    "blocked": _parse_blocked,
    "unblocked": _parse_unblocked,
    "order": _parse_order,
    "redeemed": _parse_redeemed,
}

"""What others are told of us: each stored image as the events of the bus that it means (design, section 7; decision 50).

An event follows from the image alone, so that telling it again gives the same event under the same id; ids and sums are all it holds.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

from shared.domain.instants import instant_text, parse_instant
from shared.domain.ledger.ledger import CAPTURE, HOLD, RETURN, VOID, Account, Entry
from shared.domain.ledger.statement import Statement
from shared.domain.members.member import Member
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import Terms
from shared.outgoing.ids import told_id
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
"""For our own orders queue, which finishes what a block has to forfeit; not among those that go out."""
MEMBER_JOINED = "MemberJoined"
"""For our own mails, which welcome somebody; it is no event of the bus."""
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
"""Every event that goes out."""
OF_CREDIT = {
    HOLD: CREDIT_HELD,
    CAPTURE: CREDIT_CAPTURED,
    VOID: CREDIT_RETURNED,
    RETURN: CREDIT_RETURNED,
}
"""Entries of a kind that is not here change what somebody earned, and are told as `RewardPosted`."""
ID_CHARACTERS = 24


class Outgoing(NamedTuple):
    """One event; `detail` carries `id` and `at` too, for the bus gives an id of its own to each telling."""

    kind: str
    at: datetime
    detail: Mapping


@dataclass(frozen=True, slots=True)
class EventSource:
    """What the images do not say: the program in force, the people they name, and the credit of those whose group was changed by hand."""

    program: Program
    members: Mapping[str, Member]
    accounts: Mapping[str, Account]

    def name(self, member_id: str | None) -> str | None:
        return told_id(member_id, self.members.get(member_id)) if member_id else None

    def group(self, member: Member | None, volume: int) -> str | None:
        group = self.program.group(member.group if member else None, volume)
        return group.id if group else None


def events_of(image: StreamRecord, known: EventSource) -> list[Outgoing]:
    """What one write means to others; most often nothing or one event."""
    return list(_TELLERS[image.kind](image, known))


def _entry(image: StreamRecord, known: EventSource) -> Iterator[Outgoing]:
    entry: Entry = image.after
    kind = OF_CREDIT.get(entry.kind, REWARD_POSTED)
    told = _of_reward(entry, known) if kind == REWARD_POSTED else _of_credit(entry)
    common = {
        "entry": f"{known.name(entry.member)}-{entry.currency}-{entry.sequence}",
        "kind": entry.kind,
        "member": known.name(entry.member),
        "order": entry.order,
        "currency": entry.currency,
        "balance_after": entry.balance_after,
    }
    yield _event(kind, image, entry.at, "", common | told)


def _of_reward(entry: Entry, known: EventSource) -> dict:
    """`amount` is signed: all amounts of a member's events, captured ones taken off, add up to the balance."""
    inputs = entry.reason.get("inputs", {})
    return {
        "amount": entry.amount,
        "available_on": instant_text(entry.available_on) if entry.available_on else None,
        "code": entry.reason["code"],
        "level": inputs.get("level"),
        "friend": known.name(inputs.get("friend")),
    }


def _of_credit(entry: Entry) -> dict:
    """Of a hold, which moves nothing yet, the reason says how much it is."""
    inputs = entry.reason.get("inputs", {})
    return {"hold": inputs.get("hold"), "amount": abs(entry.amount) or inputs.get("amount", 0)}


def _order(image: StreamRecord, known: EventSource) -> Iterator[Outgoing]:
    """Refusals that were not there before; an order that became another one says nothing of its own."""
    before, after = image.before, image.after
    if after.merged_into:
        return
    for code, level in after.refused:
        if before is None or (code, level) not in before.refused:
            terms = after.posted.terms
            told = {
                "order": after.order.id,
                "member": known.name(refused_member(terms, level)),
                "level": level,
                "code": code,
                "friend": known.name(terms.buyer if terms else None),
            }
            yield _event(REWARD_REFUSED, image, image.at, f"{after.revision}|{level}|{code}", told)


def refused_member(terms: Terms | None, level: int | None) -> str | None:
    """Who was refused at a level: the buyer at 0, the advocates above from 1 on, nobody where there was no referral."""
    if terms is None or level is None:
        return None
    return terms.buyer if level == 0 else terms.chain[level - 1].member


def _account(image: StreamRecord, known: EventSource) -> Iterator[Outgoing]:
    """Volume that crossed a threshold of the program in force."""
    after, before = image.after, image.before
    if after.currency == known.program.currency:
        member = known.members.get(after.member)
        groups = [
            known.group(member, account.volume if account else 0) for account in (before, after)
        ]
        yield from _group(image, known, after.member, *groups)


def _member(image: StreamRecord, known: EventSource) -> Iterator[Outgoing]:
    """A group that staff put somebody into, or took them out of; a block, whose forfeits are finished by who hears of it."""
    blocked_at = image.after.blocked_at
    if blocked_at and (image.before is None or image.before.blocked_at != blocked_at):
        yield _event(
            MEMBER_BLOCKED, image, blocked_at, instant_text(blocked_at), {"member": image.name}
        )
    if image.after.registered and not (image.before and image.before.registered):
        told = {
            "member": known.name(image.name),
            "signed_up_at": instant_text(image.after.signed_up_at),
        }
        yield _event(MEMBER_JOINED, image, image.at, "joined", told)
    account = known.accounts.get(image.name)
    groups = [
        known.group(member, account.volume if account else 0)
        for member in (image.before, image.after)
    ]
    yield from _group(image, known, image.name, *groups)


def _group(
    image: StreamRecord, known: EventSource, member_id: str, before: str | None, after: str | None
) -> Iterator[Outgoing]:
    if before != after:
        told = {"member": known.name(member_id), "group": after, "previous": before}
        yield _event(GROUP_CHANGED, image, image.at, str(image.after.revision), told)


def _referral(image: StreamRecord, known: EventSource) -> Iterator[Outgoing]:
    before, after = image.before, image.after
    told = {
        "referral": image.name,
        "advocate": known.name(after.advocate),
        "friend": known.name(after.friend),
    }
    if before is None:
        evidence = (after.evidence or {}).get("kind")
        yield _event(
            REFERRAL_MADE,
            image,
            parse_instant(after.made_at),
            "made",
            told | {"evidence": evidence},
        )
    if after.ended_at and (before is None or not before.ended_at):
        yield _event(REFERRAL_ENDED, image, parse_instant(after.ended_at), "ended", told)


def _statement(image: StreamRecord, known: EventSource) -> Iterator[Outgoing]:
    statement: Statement = image.after
    told = {
        "member": known.name(statement.member),
        "month": statement.month,
        "number": statement.number,
        "currency": statement.currency,
        **asdict(statement.figures),
        "hash": statement.hash,
    }
    yield _event(STATEMENT_ISSUED, image, statement.issued_at, "", told)


def _event(kind: str, image: StreamRecord, at: datetime, mark: str, told: Mapping) -> Outgoing:
    return Outgoing(
        kind, at, {"id": event_id(kind, image.key, mark), "at": instant_text(at), **told}
    )


def event_id(kind: str, key: str, mark: str = "") -> str:
    """The same for every telling of one event, and nobody else's: receivers drop doubles by it."""
    digest = hashlib.sha256("\n".join((kind, key, mark)).encode()).digest()
    return "evt_" + base64.urlsafe_b64encode(digest).decode()[:ID_CHARACTERS]


def people_in(images: Iterable[StreamRecord]) -> set[str]:
    """The ids of everybody whom the events of these images may name."""
    return {name for image in images for name in _PEOPLE[image.kind](image) if name}


def _people_of_order(image: StreamRecord) -> list[str | None]:
    terms = image.after.posted.terms
    return (
        [terms.buyer, *(refused_member(terms, level) for _, level in image.after.refused)]
        if terms
        else []
    )


_TELLERS: dict[str, Callable[[StreamRecord, EventSource], Iterator[Outgoing]]] = {
    ENTRY: _entry,
    ORDER: _order,
    ACCOUNT: _account,
    MEMBER: _member,
    REFERRAL: _referral,
    STATEMENT: _statement,
}
_PEOPLE: dict[str, Callable[[StreamRecord], list[str | None]]] = {
    ENTRY: lambda image: [image.after.member, image.after.reason.get("inputs", {}).get("friend")],
    ORDER: _people_of_order,
    ACCOUNT: lambda image: [image.after.member],
    MEMBER: lambda image: [image.name],
    REFERRAL: lambda image: [image.after.advocate, image.after.friend],
    STATEMENT: lambda image: [image.after.member],
}

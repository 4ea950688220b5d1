"""What the advocate's pages tell: lines with their sentences in the reader's language, groups and the way to the next one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from shared.api.answers import entry_answer
from shared.domain.instants import parse_instant
from shared.domain.ledger.ledger import CLAWBACK, FORFEIT, REWARD, Account, Entry
from shared.domain.members.member import Member
from shared.domain.programs.group import Group
from shared.domain.programs.program import Program
from shared.domain.programs.reward_fields import REWARD_SHAPE
from shared.members.profile import Profile, credit_at, load_names
from shared.portal.statements import MaskedNames
from shared.settings import ShopSettings
from shared.words import sentence

WAITING, REVIEWED = "waiting", "reviewed"
OF_ORDERS = (REWARD, CLAWBACK, FORFEIT)


class HistoryLine(NamedTuple):
    """An entry as its member reads it; `reason` as the API tells it. `state` says why it cannot be spent yet."""

    at: datetime
    kind: str
    amount: int
    currency: str
    available_on: datetime | None
    order: str | None
    text: str
    reason: Mapping
    balance_after: int
    state: str | None


class Ladder(NamedTuple):
    """The group that applies now, what its advocates earn at level 1 as programs write it, and the next one, `to_go` minor units away."""

    group: Group | None
    reward: Mapping | None
    volume: int
    next: Group | None
    to_go: int


def lines_of(
    entries: Iterable[Entry], found: Profile, language: str, now: datetime
) -> list[HistoryLine]:
    """A history for its member; whom it names is masked."""
    entries = list(entries)
    names = MaskedNames(found.names, load_names(entries), own=found.member.id)
    under_review = None in credit_at(found.account, now)[1]
    return [line_of(entry_answer(entry, names), language, now, under_review) for entry in entries]


def line_of(row: Mapping, language: str, now: datetime, under_review: bool = False) -> HistoryLine:
    """An entry as the API tells it, masked already, for a reader of a language; `under_review`: something of theirs waits for staff."""
    available_on = parse_instant(row["available_on"]) if row["available_on"] else None
    reviewed = (
        under_review
        and available_on is None
        and row["order"] is not None
        and row["kind"] in OF_ORDERS
    )
    state = REVIEWED if reviewed else WAITING if available_on and available_on > now else None
    return HistoryLine(
        at=parse_instant(row["at"]),
        kind=row["kind"],
        amount=row["amount"],
        currency=row["currency"],
        available_on=available_on,
        order=row["order"],
        text=sentence(row["reason"], lambda shown: shown, language),
        reason=row["reason"],
        balance_after=row["balance_after"],
        state=state,
    )


def ladder(program: Program, member: Member, account: Account) -> Ladder:
    """Where an advocate stands among the groups; from one that staff fills, volume leads nowhere."""
    group = program.group(member.group, account.volume)
    above = [
        other
        for other in program.groups
        if not other.assigned and other.min_volume > account.volume
    ]
    following = (
        min(above, key=lambda other: other.min_volume)
        if above and not (group and group.assigned)
        else None
    )
    to_go = following.min_volume - account.volume if following else 0
    reward = program.reward_at(1, group)
    shown = {"percent": None, "fixed": None} | REWARD_SHAPE.write(reward) if reward else None
    return Ladder(group, shown, account.volume, following, to_go)


def invitation(member: Member) -> str | None:
    """The address of the page that a friend is shown; `None` where nothing can be shared."""
    return (
        f"{ShopSettings.load().base_url}/c/{member.code}" if member.code and not member.blocked else None
    )


def link(member: Member) -> str | None:
    """The address that leads a friend straight to the shop."""
    return (
        f"{ShopSettings.load().base_url}/r/{member.code}" if member.code and not member.blocked else None
    )


def by_date(waiting: Mapping[datetime | None, int]) -> list[tuple[datetime | None, int]]:
    """What waits, the next first, and last what has no date while it is reviewed."""
    return sorted(waiting.items(), key=lambda row: (row[0] is None, row[0]))

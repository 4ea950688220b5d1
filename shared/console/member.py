"""One member as staff sees them: credit, history with sentences and reasons, the line above and the friends below."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from shared.api.answers import shown_reason
from shared.domain.ledger.ledger import Entry
from shared.domain.members.member import Member
from shared.domain.members.names import Names
from shared.domain.programs.program import LONGEST_CHAIN
from shared.members.profile import Profile, credit, people, profile
from shared.orders import attribution
from shared.portal.lines import Ladder, by_date, ladder
from shared.store import keys
from shared.store.attributions.members import FriendItem, ReferralItem
from shared.store.attributions.referrals import friends
from shared.store.ledger import accounts
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.reading import Reading
from shared.words import sentence

LATEST = 20
FRIENDS_SHOWN = 50


class EntryLine(NamedTuple):
    """An entry with its sentence in the reader's language; `member` is whose it is, by the id that people know, `login` by their name."""

    entry: Entry
    member: str
    login: str
    text: str
    reason: Mapping
    waits: bool


class FriendBelow(NamedTuple):
    """Somebody whom a member brought; `volume` is what is kept of their purchases over this referral."""

    id: str
    login: str | None
    referral: str
    since: str
    ended_at: str | None
    volume: int


class CreditSummary(NamedTuple):
    """Minor units; `waiting` by date, last what has none."""

    available: int
    waiting: Sequence[tuple[datetime | None, int]]
    held: int

    @property
    def pending(self) -> int:
        return sum(amount for _, amount in self.waiting)


class MemberPage(NamedTuple):
    """All that the page of a member tells; `evidence` is how the open referral came to be."""

    found: Profile
    credit: CreditSummary
    ladder: Ladder
    lines: Sequence[EntryLine]
    older: str | None
    above: Sequence[Member]
    below: Sequence[FriendBelow]
    more_below: bool
    evidence: Mapping | None


def member_page(member_id: str, language: str, now: datetime, after: str = "") -> MemberPage:
    """Raises `NotFound`."""
    found = profile(member_id)
    member, currency = found.member, found.program.currency
    rows, older = accounts.latest_entries(member.id, currency, LATEST, after)
    reading = Reading()
    below, more = friends(member.id, FRIENDS_SHOWN)
    return MemberPage(
        found=found,
        credit=_credit(found, now),
        ladder=ladder(found.program, member, found.account),
        lines=lines_of(rows, language, now),
        older=older,
        above=attribution.line_above(reading, member)[:LONGEST_CHAIN],
        below=_below(reading, below, currency),
        more_below=more is not None,
        evidence=_evidence(reading, member),
    )


def lines_of(rows: Sequence[Entry], language: str, now: datetime) -> list[EntryLine]:
    """Entries of one or many members, with everybody whom they name."""
    names = people(rows, *dict.fromkeys(row.member for row in rows))
    return [_line(row, names, language, now) for row in rows]


def _line(row: Entry, names: Names, language: str, now: datetime) -> EntryLine:
    waits = row.under_review or bool(row.available_on and row.available_on > now)
    return EntryLine(
        row,
        names.public(row.member),
        names.login(row.member),
        sentence(row.reason, names.login, language),
        shown_reason(row.reason, names),
        waits,
    )


def _credit(found: Profile, now: datetime) -> CreditSummary:
    available, waiting = credit(found.account, now)
    return CreditSummary(available, by_date(waiting), found.account.held(now))


def _below(
    reading: Reading, rows: Sequence[tuple[str, FriendItem]], currency: str
) -> list[FriendBelow]:
    reading.fetch(
        *attribution.members_wanted(name for name, _ in rows),
        *((PurchasesItem, keys.purchases(name)) for name, _ in rows),
    )
    return [_friend(reading, name, line, currency) for name, line in rows]


def _friend(reading: Reading, name: str, line: FriendItem, currency: str) -> FriendBelow:
    member = attribution.member(reading, name)
    bought = purchases_of(name, reading.item(PurchasesItem, keys.purchases(name)))
    volume = bought.given.get(currency, 0) if bought.referral == line.referral else 0
    told = (member.public_id, member.login) if member else (name, None)
    return FriendBelow(*told, line.referral, line.made_at, line.ended_at, volume)


def _evidence(reading: Reading, member: Member) -> Mapping | None:
    item = (
        reading.item(ReferralItem, keys.referral(member.referral.id)) if member.referral else None
    )
    return item.evidence if item else None

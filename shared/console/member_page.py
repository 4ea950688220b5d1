"""The page of one member: credit, history with reasons, the advocates above."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from shared.api.shown import shown_reason
from shared.domain.ledger.entry import Entry
from shared.domain.members.member import Member
from shared.domain.members.names import Names
from shared.domain.programs.reward_fields import LONGEST_CHAIN
from shared.members.profile import Profile, credit_at, load_names, load_stored_profile
from shared.orders import attribution
from shared.portal.overview import GroupProgress, measure_progress, sort_by_date
from shared.store import keys
from shared.store.attributions.referrals import ReferralItem
from shared.store.ledger import accounts
from shared.store.reading import Reading
from shared.words import sentence

ENTRIES_SHOWN = 20


class EntryLine(NamedTuple):
    """An entry with its sentence in the reader's language.

    * `member`, `login`: the public id and the login of its member.
    * `waits`: whether its amount cannot be spent yet.
    """

    entry: Entry
    member: str
    login: str
    text: str
    reason: Mapping[str, object]
    waits: bool


class CreditSummary(NamedTuple):
    """A member's credit in minor units. `waiting` is the pending credit by date; credit under
    review has no date and comes last.
    """

    available: int
    waiting: Sequence[tuple[datetime | None, int]]
    held: int

    @property
    def pending(self) -> int:
        return sum(amount for _, amount in self.waiting)


class MemberPage(NamedTuple):
    """What the page of a member shows.

    * `older`: the cursor from which the history continues.
    * `evidence`: the evidence of the member's open referral.
    * `same_person`: for a closed member the one who goes on; for others the closed ones.
    """

    profile: Profile
    credit: CreditSummary
    progress: GroupProgress
    lines: Sequence[EntryLine]
    older: str | None
    above: Sequence[Member]
    evidence: Mapping[str, object] | None
    same_person: Sequence[Member]


def load_member_page(member_id: str, language: str, now: datetime, after: str = "") -> MemberPage:
    """The page, with the entries after the place `after` of the history. Raises `NotFound`."""
    member_profile = load_stored_profile(member_id)
    member, currency = member_profile.member, member_profile.program.currency
    entries, older = accounts.list_latest_entries(member.id, currency, ENTRIES_SHOWN, after)
    reading = Reading()
    return MemberPage(
        profile=member_profile,
        credit=_credit(member_profile, now),
        progress=measure_progress(member_profile.program, member, member_profile.account),
        lines=entry_lines(entries, language, now),
        older=older,
        above=attribution.load_upline(reading, member)[:LONGEST_CHAIN],
        evidence=_evidence(reading, member),
        same_person=_same_person(reading, member),
    )


def entry_lines(entries: Sequence[Entry], language: str, now: datetime) -> list[EntryLine]:
    """Lines for the entries of one or several members."""
    names = load_names(entries, *dict.fromkeys(entry.member for entry in entries))
    return [_line(entry, names, language, now) for entry in entries]


def _line(entry: Entry, names: Names, language: str, now: datetime) -> EntryLine:
    return EntryLine(
        entry,
        names.public(entry.member) or entry.member,
        names.login(entry.member),
        sentence(entry.reason, names.login, language),
        shown_reason(entry.reason, names),
        entry.under_review or bool(entry.available_on and entry.available_on > now),
    )


def _credit(member_profile: Profile, now: datetime) -> CreditSummary:
    available, waiting = credit_at(member_profile.account, now)
    return CreditSummary(available, sort_by_date(waiting), member_profile.account.held(now))


def _evidence(reading: Reading, member: Member) -> Mapping[str, object] | None:
    if member.referral is None:
        return None
    item = reading.item(ReferralItem, keys.referral(member.referral.id))
    return item.evidence if item else None


def _same_person(reading: Reading, member: Member) -> list[Member]:
    ids = (member.merged_into,) if member.merged_into else member.absorbed
    reading.fetch(*attribution.member_keys(ids))
    return [one for name in ids if (one := attribution.find_member(reading, name))]

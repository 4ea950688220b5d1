"""An advocate's history: entries with sentences in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from shared.api.member_answers import entry_answer
from shared.domain.instants import read_instant
from shared.domain.ledger.entry import CLAWBACK, FORFEIT, REWARD, Entry
from shared.members.profile import Profile, credit_at
from shared.members.shown_names import load_shown_names
from shared.words import sentence

WAITING, REVIEWED = "waiting", "reviewed"
OF_ORDERS = (REWARD, CLAWBACK, FORFEIT)


class HistoryLine(NamedTuple):
    """One entry as its member reads it.

    * `reason`: as in the API.
    * `state`: why the amount cannot be spent yet: `waiting` for its date, or `reviewed` by staff;
      `None` if it can be spent.
    """

    at: datetime
    kind: str
    amount: int
    currency: str
    available_on: datetime | None
    order: str | None
    text: str
    reason: Mapping[str, Any]
    balance_after: int
    state: str | None


def load_history_lines(
    entries: Iterable[Entry], profile: Profile, language: str, now: datetime
) -> list[HistoryLine]:
    """Lines for the member of the profile. Friends are shown as the program says."""
    entries = list(entries)
    names = load_shown_names(profile, entries)
    under_review = None in credit_at(profile.account, now)[1]
    return [
        build_history_line(entry_answer(entry, names), language, now, under_review)
        for entry in entries
    ]


def build_history_line(
    entry: Mapping[str, Any], language: str, now: datetime, under_review: bool = False
) -> HistoryLine:
    """A line, built from an entry as the API returns it to the member.

    `under_review` says whether some of the member's credit waits for a decision by staff.
    """
    available_on = read_instant(entry["available_on"]) if entry["available_on"] else None
    is_reviewed = (
        under_review
        and available_on is None
        and entry["order"] is not None
        and entry["kind"] in OF_ORDERS
    )
    state = REVIEWED if is_reviewed else WAITING if available_on and available_on > now else None
    return HistoryLine(
        at=read_instant(entry["at"]),
        kind=entry["kind"],
        amount=entry["amount"],
        currency=entry["currency"],
        available_on=available_on,
        order=entry["order"],
        text=sentence(entry["reason"], lambda login: login, language),
        reason=entry["reason"],
        balance_after=entry["balance_after"],
        state=state,
    )

"""What stands in a mail: gathered from the books, told in the member's language."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from shared import secrets
from shared.api.signed_tokens import TokenPurpose, sign_member_token
from shared.domain.ledger.ledger import Entry
from shared.domain.ledger.statement import Statement
from shared.domain.members.member import Member
from shared.domain.month import month_before
from shared.domain.outgoing import mail
from shared.domain.outgoing.mail import MailKey
from shared.domain.rewards.offer import offer_document
from shared.language import language_of
from shared.mail.links import MOST_MONTHS, Unsubscribing, chart_token, reference, unsubscribe_token
from shared.mail.requests import MailRequest
from shared.mail.sending import Mail
from shared.members.profile import Profile, credit_at, load_names, load_profile
from shared.pages.mail import compose
from shared.pages.site import shop_name
from shared.portal.lines import ladder
from shared.portal.statements import MaskedNames
from shared.settings import ShopSettings
from shared.store import keys
from shared.store.ledger.accounts import EntryItem, entries_between, entry_of
from shared.store.ledger.statements import list_member_statements, list_statements_of_month
from shared.store.reading import Reading
from shared.words import sentence

MOST_LINES = 20
MOST_STATEMENTS = 3 * MOST_MONTHS
LONGEST_NAME = 40
_NAME = re.compile(r"[^\W\d_]+(['’.-][^\W\d_]+)*")


class Gone(Exception):
    """What the mail was about is not there any more."""


class MailLine(NamedTuple):
    """One line of a statement, in the reader's language."""

    at: datetime
    text: str
    amount: int
    available_on: datetime | None


def written(letter: MailKey, asked: MailRequest, member: Member) -> Mail:
    """A mail as it is sent; raises `Gone`."""
    found = load_profile(member.id)
    language = language_of(member.preferred_language)
    told = _TOLD[letter.kind](letter, asked, found, language)
    pepper, base = secrets.pepper(), ShopSettings.load().base_url
    unsubscribe = f"{base}/mail/unsubscribe?token={unsubscribe_token(pepper, Unsubscribing(member.id, letter.kind))}&language={language}"
    common = {
        "first_name": first_name(member.name),
        "shop": shop_name(),
        "shop_url": ShopSettings.load().shop_url,
        "rewards_url": f"{base}/rewards/enter?ticket={sign_member_token(pepper, TokenPurpose.MAILED_SIGN_IN, member.public_id, asked.at)}",
        "unsubscribe_url": unsubscribe,
        "zone": found.program.time_zone,
        "asked_for": letter.kind in mail.ASKED_FOR,
    }
    subject, text, html = compose(letter.kind, language, **common, **told)
    return Mail(member.email, subject, text, html, _headers(letter, unsubscribe))


def _headers(letter: MailKey, unsubscribe: str) -> dict[str, str]:
    """One click stops them (RFC 8058); what SES tells of a mail names it by the last (decision 81)."""
    return {
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "X-Grapevine-Kind": letter.kind,
        "X-Grapevine-Mail": reference(letter),
    }


def first_name(name: str | None) -> str:
    """What somebody is greeted with: the first word of their name, where it looks like a name and like no address or message."""
    word = (name or "").strip().split(" ")[0]
    return (
        word if len(word) <= LONGEST_NAME and _NAME.fullmatch(word) and word.count(".") <= 1 else ""
    )


def _statement(letter: MailKey, asked: MailRequest, found: Profile, language: str) -> dict:
    month, _, currency = letter.thing.partition("#")
    statement = next(
        (row for row in list_statements_of_month(letter.member, month) if row.currency == currency),
        None,
    )
    if statement is None:
        raise Gone
    entries = list(
        islice(
            entries_between(statement.member, currency, statement.first, statement.last), MOST_LINES
        )
    )
    names = MaskedNames(found.names, load_names(entries), own=statement.member)
    year = earned_by_month(list_member_statements(letter.member, MOST_STATEMENTS, "")[0], statement)
    return {
        "statement": statement,
        "figures": statement.figures,
        "lines": [
            MailLine(
                row.at, sentence(row.reason, names.login, language), row.amount, row.available_on
            )
            for row in entries
            if row.amount
        ],
        "more": statement.last - statement.first + 1 - len(entries),
        "group": _group_name(found, statement.group),
        "regrouped": statement.group != statement.previous_group,
        "maturing": statement.waiting,
        "year": year,
        "year_sum": sum(amount for _, amount in year),
        "chart_url": f"{ShopSettings.load().base_url}/mail/chart/{chart_token(secrets.pepper(), [amount for _, amount in year])}",
    }


def earned_by_month(rows: Iterable[Statement], last: Statement) -> list[tuple[str, int]]:
    """The twelve months up to a statement's, oldest first, and what was earned in each."""
    earned = {row.month: row.figures.earned for row in rows if row.currency == last.currency}
    months = [last.month]
    while len(months) < MOST_MONTHS:
        months.append(month_before(months[-1]))
    return [(month, earned.get(month, 0)) for month in reversed(months)]


def _balance(letter: MailKey, asked: MailRequest, found: Profile, language: str) -> dict:
    available, waiting = credit_at(found.account, asked.at)
    return {
        "currency": found.program.currency,
        "at": asked.at,
        "available": available,
        "held": found.account.held(asked.at),
        "pending": sum(waiting.values()),
        "waiting": sorted(waiting.items(), key=lambda row: (row[0] is None, row[0])),
    }


def _welcome(letter: MailKey, asked: MailRequest, found: Profile, language: str) -> dict:
    code = found.member.code
    if code is None:
        raise Gone
    terms = {
        "reward": ladder(found.program, found.member, found.account).reward,
        "offer": offer_document(found.program),
    }
    return {
        "code": code,
        "link": f"{ShopSettings.load().base_url}/r/{code}",
        "currency": found.program.currency,
        **terms,
    }


def _entry(letter: MailKey, asked: MailRequest, found: Profile, language: str) -> dict:
    currency, _, sequence = letter.thing.partition("#")
    item = Reading().item(EntryItem, keys.entry(letter.member, currency, int(sequence)))
    if item is None:
        raise Gone
    entry: Entry = entry_of(item)
    names = MaskedNames(found.names, load_names([entry]), own=letter.member)
    return {"entry": entry, "sentence": sentence(entry.reason, names.login, language)}


def _group(letter: MailKey, asked: MailRequest, found: Profile, language: str) -> dict:
    group = next((group for group in found.program.groups if group.id == asked.note), None)
    return {
        "group": _group_name(found, asked.note or None),
        "description": group.description if group else "",
    }


def _sign_in(letter: MailKey, asked: MailRequest, found: Profile, language: str) -> dict:
    """The link that every mail has is all there is to it."""
    return {}


def _group_name(found: Profile, group_id: str | None) -> str:
    return next(
        (group.name for group in found.program.groups if group.id == group_id), group_id or ""
    )


_TOLD: dict[str, Callable[[MailKey, MailRequest, Profile, str], dict]] = {
    mail.STATEMENT: _statement,
    mail.BALANCE: _balance,
    mail.WELCOME: _welcome,
    mail.REWARD_PENDING: _entry,
    mail.TAKEN_BACK: _entry,
    mail.GROUP_CHANGED: _group,
    mail.SIGN_IN: _sign_in,
}

"""The content of a mail: ledger figures and texts in the member's language."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from shared import owner_settings, secrets
from shared.api.signed_tokens import TokenPurpose, sign_member_token
from shared.domain.instants import parse_instant
from shared.domain.ledger.entry import Entry
from shared.domain.ledger.lots import lots_of
from shared.domain.ledger.statement import Statement
from shared.domain.members.member import Member
from shared.domain.month import month_before
from shared.domain.orders.facts import TICK
from shared.domain.outgoing import mail
from shared.domain.outgoing.mail import MailKey, subject_of
from shared.domain.rewards.offer import offer_document
from shared.language import language_of
from shared.mail.links import (
    CHART_MONTHS,
    UnsubscribeLink,
    encode_mail_key,
    sign_chart_token,
    sign_unsubscribe_token,
)
from shared.mail.requests import MailRequest
from shared.mail.ses import Mail
from shared.members.profile import Profile, credit_at, load_profile
from shared.members.shown_names import load_shown_names
from shared.owner_settings import offered_languages, shop_name
from shared.pages import figures
from shared.pages.mail import compose
from shared.portal.overview import measure_progress, sort_by_date
from shared.settings import ShopSettings
from shared.store import keys
from shared.store.ledger.accounts import EntryItem, all_entries, entries_between, entry_of
from shared.store.ledger.statements import list_member_statements, list_statements_of_month
from shared.store.reading import Reading
from shared.words import sentence

MOST_LINES = 20
MOST_STATEMENTS = 3 * CHART_MONTHS
"""How many statements are read for a chart of twelve months. A month has one statement for each
currency.
"""
HINTED = (mail.STATEMENT, mail.REWARD_PENDING)
"""Mails that end with a hint to spend the credit that is available."""
LONGEST_NAME = 40
_NAME = re.compile(r"[^\W\d_]+(['’.-][^\W\d_]+)*")

type Values = dict[str, Any]
"""The values for a template, by name."""


class TopicGone(Exception):
    """The statement, entry, credit or code that the mail is about no longer exists."""


class MailLine(NamedTuple):
    """One line of a statement, with its text in the reader's language."""

    at: datetime
    text: str
    amount: int
    available_on: datetime | None


def compose_mail(request: MailRequest, member: Member, address: str) -> Mail:
    """The mail for a request, ready to be sent to `address`. Raises `TopicGone`."""
    profile = load_profile(member.id)
    language = language_of(member.preferred_language, offered=offered_languages())
    values = _BUILDERS[request.kind](request, profile, language)
    unsubscribe_url = _unsubscribe_url(request.kind, member, language)
    common: dict[str, Any] = {
        "first_name": parse_first_name(member.name),
        "shop": shop_name(),
        "shop_url": ShopSettings.load().shop_url,
        "rewards_url": _sign_in_url(member, request.at),
        "unsubscribe_url": unsubscribe_url,
        "zone": profile.program.time_zone,
        "asked_for": request.kind in mail.REQUESTED,
        "to_spend": _credit_to_spend(request, profile, language),
    }
    subject, text, html = compose(request.kind, language, **common, **values)
    key = MailKey(member.id, request.kind, request.topic)
    headers = _headers(key, unsubscribe_url)
    reply_to = owner_settings.current().reply_to
    return Mail(address, subject, text, html, headers, shop_name(), reply_to)


def _credit_to_spend(request: MailRequest, profile: Profile, language: str) -> str | None:
    """What the member can spend, for the hint at the end of a mail; `None` for no hint."""
    if request.kind not in HINTED or not owner_settings.current().credit_hint:
        return None
    available, _ = credit_at(profile.account, request.at)
    if available <= 0 or profile.member.blocked:
        return None
    return figures.money(available, profile.program.currency, language)


def _unsubscribe_url(kind: str, member: Member, language: str) -> str:
    token = sign_unsubscribe_token(secrets.pepper(), UnsubscribeLink(member.id, kind))
    return f"{ShopSettings.load().base_url}/mail/unsubscribe?token={token}&language={language}"


def _sign_in_url(member: Member, at: datetime) -> str:
    pepper, purpose = secrets.pepper(), TokenPurpose.MAILED_SIGN_IN
    ticket = sign_member_token(pepper, purpose, member.public_id, at)
    return f"{ShopSettings.load().base_url}/rewards/enter?ticket={ticket}"


def _headers(key: MailKey, unsubscribe_url: str) -> dict[str, str]:
    """Headers for unsubscribing with one click (RFC 8058), and the mail key, which SES repeats in
    its events (decision 81).
    """
    return {
        "List-Unsubscribe": f"<{unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "X-Grapevine-Kind": key.kind,
        "X-Grapevine-Mail": encode_mail_key(key),
    }


def parse_first_name(name: str | None) -> str:
    """The first word of a member's name, for the greeting of a mail.

    Empty if the word does not look like a name, for example if it is an address or an
    advertisement.
    """
    word = (name or "").strip().split(" ")[0]
    is_name = len(word) <= LONGEST_NAME and _NAME.fullmatch(word) and word.count(".") <= 1
    return word if is_name else ""


def _statement(request: MailRequest, profile: Profile, language: str) -> Values:
    statement = _find_statement(request, profile)
    entries = list(
        islice(
            entries_between(statement.member, statement.currency, statement.first, statement.last),
            MOST_LINES,
        )
    )
    months = list_earned_by_month(
        list_member_statements(profile.member.id, MOST_STATEMENTS, "")[0], statement
    )
    earned = [amount for _, amount in months]
    chart_token = sign_chart_token(secrets.pepper(), earned)
    return {
        "statement": statement,
        "figures": statement.figures,
        "lines": _build_lines(entries, statement, profile, language),
        "more": statement.last - statement.first + 1 - len(entries),
        "group": _group_name(profile, statement.group),
        "regrouped": statement.group != statement.previous_group,
        "maturing": statement.waiting,
        "year": months,
        "year_sum": sum(earned),
        "chart_url": f"{ShopSettings.load().base_url}/mail/chart/{chart_token}",
    }


def _find_statement(request: MailRequest, profile: Profile) -> Statement:
    month, _, currency = subject_of(request.topic).partition("#")
    for statement in list_statements_of_month(profile.member.id, month):
        if statement.currency == currency:
            return statement
    raise TopicGone


def _build_lines(
    entries: Sequence[Entry], statement: Statement, profile: Profile, language: str
) -> list[MailLine]:
    """Lines for the entries with an amount other than 0."""
    names = load_shown_names(profile, entries)
    return [
        MailLine(
            entry.at,
            sentence(entry.reason, names.login, language),
            entry.amount,
            entry.available_on,
        )
        for entry in entries
        if entry.amount
    ]


def list_earned_by_month(
    statements: Iterable[Statement], newest: Statement
) -> list[tuple[str, int]]:
    """Twelve months, oldest first and ending with the month of the `newest` statement. Each comes
    with what the member earned in it, in the currency of that statement, in minor units.
    """
    earned = {
        statement.month: statement.figures.earned
        for statement in statements
        if statement.currency == newest.currency
    }
    months = [newest.month]
    while len(months) < CHART_MONTHS:
        months.append(month_before(months[-1]))
    return [(month, earned.get(month, 0)) for month in reversed(months)]


def _balance(request: MailRequest, profile: Profile, language: str) -> Values:
    available, pending = credit_at(profile.account, request.at)
    return {
        "currency": profile.program.currency,
        "at": request.at,
        "available": available,
        "held": profile.account.held(request.at),
        "pending": sum(pending.values()),
        "waiting": sort_by_date(pending),
    }


def _welcome(request: MailRequest, profile: Profile, language: str) -> Values:
    member, program = profile.member, profile.program
    if member.code is None:
        raise TopicGone
    return {
        "code": member.code,
        "link": f"{ShopSettings.load().base_url}/r/{member.code}",
        "currency": program.currency,
        "reward": measure_progress(program, member, profile.account).reward,
        "offer": offer_document(program, request.at),
    }


def _entry(request: MailRequest, profile: Profile, language: str) -> Values:
    currency, _, sequence = subject_of(request.topic).partition("#")
    key = keys.entry(profile.member.id, currency, int(sequence))
    item = Reading().item(EntryItem, key)
    if item is None:
        raise TopicGone
    entry = entry_of(item)
    names = load_shown_names(profile, [entry])
    return {"entry": entry, "sentence": sentence(entry.reason, names.login, language)}


def _expiry(request: MailRequest, profile: Profile, language: str) -> Values:
    """The part of the expiring credit that the member still has. Raises `TopicGone` if nothing is
    left.
    """
    currency, _, end = request.topic.partition("#")
    expires_at = parse_instant(end)
    lots = lots_of(all_entries(profile.member.id, currency))
    amount = sum(lot.amount for lot in lots.open if lot.expires_at == expires_at)
    if not amount:
        raise TopicGone
    return {"amount": amount, "currency": currency, "last": expires_at - TICK}


def _group(request: MailRequest, profile: Profile, language: str) -> Values:
    group = profile.program.group_named(request.group)
    return {
        "group": _group_name(profile, request.group),
        "description": group.description if group else "",
    }


def _sign_in(request: MailRequest, profile: Profile, language: str) -> Values:
    """No values: every mail contains a link to sign in."""
    return {}


def _group_name(profile: Profile, group_id: str | None) -> str:
    """The name of a group, or its id if the active program no longer has the group."""
    group = profile.program.group_named(group_id)
    return group.name if group else group_id or ""


_BUILDERS: dict[str, Callable[[MailRequest, Profile, str], Values]] = {
    mail.STATEMENT: _statement,
    mail.BALANCE: _balance,
    mail.WELCOME: _welcome,
    mail.REWARD_PENDING: _entry,
    mail.TAKEN_BACK: _entry,
    mail.GROUP_CHANGED: _group,
    mail.SIGN_IN: _sign_in,
    mail.EXPIRY: _expiry,
}
"""The function that builds the values for the template of each kind of mail. `language` is the
reader's.
"""

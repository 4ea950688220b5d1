"""Samples of mails with invented figures, for previews and test mails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shared.domain.ledger.entry import CLAWBACK, REWARD, Entry
from shared.domain.ledger.statement import Figures, Statement
from shared.domain.outgoing import mail
from shared.domain.shop.owner_settings import OwnerSettings
from shared.mail.contents import MailLine
from shared.owner_settings import shop_name
from shared.pages import figures
from shared.pages.mail import compose
from shared.settings import ShopSettings
from shared.store.attributions.links import load_program
from shared.words import INCOME, SENTENCES, translate

FIRST_NAME, FRIEND, CODE = "Anna", "Ines", "ANNA-7K2Q"
_AT = datetime(2026, 3, 31, 10, tzinfo=UTC)
_LAST = datetime(2026, 4, 30, 21, tzinfo=UTC)
_AMOUNT, _BALANCE = 1_250, 4_200

type Values = dict[str, Any]


def compose_sample(
    kind: str, language: str, settings: OwnerSettings, usual: bool = False
) -> tuple[str, str, str]:
    """Subject, plain text and HTML of a sample; `usual` leaves the owner's wording out."""
    shop, program = ShopSettings.load(), load_program()
    page = f"{shop.base_url}/rewards"
    hint = kind in (mail.STATEMENT, mail.REWARD_PENDING) and settings.credit_hint
    return compose(
        kind,
        language,
        replace(settings, wordings={}) if usual else settings,
        first_name=FIRST_NAME,
        shop=settings.shop_name or shop_name(),
        shop_url=shop.shop_url,
        rewards_url=page,
        unsubscribe_url=page,
        zone=program.time_zone,
        asked_for=kind in mail.REQUESTED,
        to_spend=figures.money(_BALANCE, program.currency, language) if hint else None,
        **SAMPLES[kind](program.currency, language),
    )


def _entry(kind: str, amount: int, currency: str) -> Entry:
    reason: Any = {"code": "income", "inputs": {}, "steps": []}
    return Entry("anna", 1, _AT, kind, amount, currency, _AT, "1001", reason, _BALANCE)


def _reward(currency: str, language: str) -> Values:
    sentence = translate(INCOME, language).format(friend=FRIEND)
    return {"entry": _entry(REWARD, _AMOUNT, currency), "sentence": sentence}


def _taken_back(currency: str, language: str) -> Values:
    sentence = translate(SENTENCES["order_refunded"], language).format(friend=FRIEND)
    return {"entry": _entry(CLAWBACK, -_AMOUNT, currency), "sentence": sentence}


def _welcome(currency: str, language: str) -> Values:
    link = f"{ShopSettings.load().base_url}/r/{CODE}"
    reward = {"percent": "10", "fixed": None}
    return {"code": CODE, "link": link, "currency": currency, "reward": reward, "offer": None}


def _group(currency: str, language: str) -> Values:
    return {"group": "Silver", "description": ""}


def _expiry(currency: str, language: str) -> Values:
    return {"amount": _AMOUNT, "currency": currency, "last": _LAST}


def _balance(currency: str, language: str) -> Values:
    return {
        "currency": currency,
        "at": _AT,
        "available": _BALANCE,
        "held": 0,
        "pending": _AMOUNT,
        "waiting": [(_LAST, _AMOUNT)],
    }


def _statement(currency: str, language: str) -> Values:
    sums = Figures(opening=_BALANCE - _AMOUNT, earned=_AMOUNT, closing=_BALANCE)
    statement = Statement("anna", currency, "2026-03", 3, 1, 1, sums, "", "UTC", _AT)
    text = translate(INCOME, language).format(friend=FRIEND)
    return {
        "statement": statement,
        "figures": sums,
        "lines": [MailLine(_AT, text, _AMOUNT, _AT)],
        "more": 0,
        "group": "",
        "regrouped": False,
        "maturing": [(_LAST, _AMOUNT)],
        "year": [(f"2026-{month:02d}", month * 100) for month in range(1, 13)],
        "year_sum": 7_800,
        "chart_url": "",
    }


SAMPLES: dict[str, Callable[[str, str], Values]] = {
    mail.STATEMENT: _statement,
    mail.WELCOME: _welcome,
    mail.REWARD_PENDING: _reward,
    mail.TAKEN_BACK: _taken_back,
    mail.GROUP_CHANGED: _group,
    mail.EXPIRY: _expiry,
    mail.BALANCE: _balance,
}
"""The values of a sample for the template of each kind of mail, by currency and language."""

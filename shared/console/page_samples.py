"""Samples of the pages that customers see, with invented figures, for previews of the look."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from shared.console.mail_samples import CODE, FIRST_NAME, FRIEND
from shared.domain.instants import instant_text
from shared.domain.programs.program import Program
from shared.domain.rewards.offer import offer_document
from shared.domain.shop.owner_settings import OwnerSettings
from shared.owner_settings import shop_name
from shared.pages.look import look_of
from shared.pages.rendering import render
from shared.portal.overview import GroupProgress
from shared.portal.sharing import share_links
from shared.settings import ShopSettings
from shared.store.attributions.links import load_program
from shared.words import INCOME, translate

_AT = datetime(2026, 3, 31, 10, tzinfo=UTC)
_LATER = _AT + timedelta(days=30)

type Values = dict[str, Any]


def render_sample(kind: str, language: str, settings: OwnerSettings) -> str:
    """The HTML of a sample page, one of `PAGES`, with the look of the settings."""
    template, fill = PAGES[kind]
    shop, program = ShopSettings.load(), load_program()
    return render(
        template,
        language,
        own_look=look_of(settings),
        shop=settings.shop_name or shop_name(),
        shop_url=shop.shop_url,
        zone=program.time_zone,
        **fill(program, language),
    )


def _claim(program: Program, language: str) -> Values:
    return {
        "address": f"{ShopSettings.load().base_url}/c/{CODE}",
        "code": CODE,
        "counts_until": _LATER,
        "begins": None,
        "email": None,
        "first_name": FIRST_NAME,
        "mails": True,
        "offer": offer_document(program, _AT),
        "over": False,
        "other_stays": False,
        "to": None,
    }


def _member() -> SimpleNamespace:
    name = f"{FIRST_NAME} Adler"
    return SimpleNamespace(name=name, login="anna", public_id="anna", code=CODE, blocked=False)


def _portal(here: str) -> Values:
    frame: Values = {"viewer": None, "here": here, "now": _AT, "back": "/rewards", "kept": {}}
    return frame | {"member": _member()}


def _rewards(program: Program, language: str) -> Values:
    link = f"{ShopSettings.load().base_url}/r/{CODE}"
    return _portal("overview") | {
        "available": 4_200,
        "held": 0,
        "waiting": [(_LATER, 1_250)],
        "currency": program.currency,
        "hold_days": program.hold_days,
        "progress": GroupProgress(None, {"percent": "10", "fixed": None}, 42_000, None, 0),
        "link": link,
        "invitation": link.replace("/r/", "/c/"),
        "offer": offer_document(program, _AT),
        "qr": "",
        "share_links": share_links,
        "drawing": None,
        "credit": SimpleNamespace(code=None, stores=()),
        "lines": [],
    }


def _statement(program: Program, language: str) -> Values:
    text = translate(INCOME, language).format(friend=FRIEND)
    line = SimpleNamespace(
        at=_AT,
        text=text,
        order="1001",
        kind="reward",
        amount=1_250,
        balance_after=4_200,
        currency=program.currency,
    )
    figures = {"opening": 2_950, "earned": 1_250, "closing": 4_200}
    nothing = ("clawed_back", "forfeited", "adjusted", "redeemed", "returned", "expired")
    statement = dict.fromkeys(nothing, 0) | figures
    return _portal("statement") | {
        "lines": [line],
        "statement": statement
        | {
            "member": "anna",
            "month": "2026-03",
            "number": 3,
            "currency": program.currency,
            "time_zone": program.time_zone,
            "maturing": [],
            "lines_left_out": 0,
            "issued_at": instant_text(_AT),
            "hash": "0" * 64,
        },
    }


PAGES: dict[str, tuple[str, Callable[[Program, str], Values]]] = {
    "rewards": ("portal/overview.html", _rewards),
    "claim": ("claim/offer.html", _claim),
    "statement": ("portal/statement.html", _statement),
}
"""The template of each sample page, and the function that makes its values."""

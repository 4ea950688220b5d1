"""Mails from templates. Each kind has `mail/<kind>.mjml`, and `mail/<kind>.txt` for plain text."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import mrml

from shared import owner_settings
from shared.domain.shop.accent import AccentShades
from shared.domain.shop.fonts import FONTS
from shared.domain.shop.mail_wording import MailWording, fill_placeholders
from shared.domain.shop.owner_settings import OwnerSettings
from shared.pages import figures
from shared.pages.look import shades
from shared.pages.rendering import render
from shared.settings import ShopSettings

NO_REMOTE_FONTS = mrml.RenderOptions(fonts={})
"""By default MJML loads fonts from another host, which would learn who reads the mail."""
USUAL_WORDING = MailWording()


class MailLook(NamedTuple):
    """The look of a mail, and what its last lines say of the shop.

    `logo_url` is empty unless the logo is a PNG, because many mail programs show no other kind.
    """

    light: AccentShades
    dark: AccentShades
    text_font: str
    display_font: str
    logo_url: str
    support_email: str
    imprint: list[str]


def compose(
    kind: str, language: str, settings: OwnerSettings | None = None, **values: Any
) -> tuple[str, str, str]:
    """Subject, plain text and HTML, with the look and the wording of `settings`; if none are given,
    of the settings that apply now. The first line of the plain-text template is the subject.
    """
    settings = owner_settings.current() if settings is None else settings
    wording = settings.wordings.get(f"{kind}.{language}", USUAL_WORDING)
    placeholders = _placeholders(values, language)
    shown = {
        "look": mail_look(settings),
        "intro": fill_placeholders(wording.intro, placeholders),
        "to_spend": None,
        **values,
    }
    subject, _, text = render(f"mail/{kind}.txt", language, **shown).strip().partition("\n")
    subject = fill_placeholders(wording.subject, placeholders) or subject.strip()
    html = mrml.to_html(
        render(f"mail/{kind}.mjml", language, subject=subject, **shown),
        render_options=NO_REMOTE_FONTS,
    ).content
    return subject, text.strip() + "\n", html


def mail_look(settings: OwnerSettings) -> MailLook:
    light, dark = shades(settings)
    font = FONTS[settings.font]
    is_png = settings.logo.endswith(".png")
    imprint = settings.mail_imprint or settings.postal_address
    return MailLook(
        light,
        dark,
        font.text.replace('"', "'"),
        font.display.replace('"', "'"),
        f"{ShopSettings.load().base_url}/assets/{settings.logo}?v=1" if is_png else "",
        settings.support_email,
        imprint.splitlines(),
    )


def _placeholders(values: Mapping[str, Any], language: str) -> dict[str, str]:
    """What the placeholders of a wording stand for, made from the values of the mail's template."""
    entry, statement = values.get("entry"), values.get("statement")
    names = {
        name: values.get(name) or "" for name in ("first_name", "shop", "code", "link", "group")
    }
    amount = values.get("amount", values.get("available"))
    if entry is not None:
        names["amount"] = figures.money(entry.amount, entry.currency, language)
    elif amount is not None:
        names["amount"] = figures.money(amount, values["currency"], language)
    if statement is not None:
        names["month"] = figures.month(statement.month, language)
    if "last" in values:
        names["day"] = figures.day(values["last"], language, values["zone"])
    return names

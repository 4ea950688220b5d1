"""Fills templates in a language.

The folder of a template is the name of its catalogue: `portal/overview.html` uses the texts of
`portal`.
"""

from functools import cache
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shared.domain.instants import read_instant
from shared.language import CATALOGUES, LANGUAGES, catalogue
from shared.owner_settings import offered_languages
from shared.pages import figures
from shared.pages.assets import asset_path
from shared.pages.look import shop_look
from shared.pages.refusals import translate_refusal

TEMPLATES = CATALOGUES.parent / "templates"
ESCAPED = ("html", "mjml", "svg")
CONSOLE = "console"
"""The folder of pages for staff, which do not have the shop's look."""
ARROWS = {"ltr": "→", "rtl": "←"}
"""What points to the next one of a row, by the direction in which a language is read."""


def render(name: str, language: str, **values: object) -> str:
    """The filled template. Values are escaped if its ending is in `ESCAPED`.

    Raises `UndefinedError` if `values` lacks a name that the template uses.
    """
    return _environment(name.partition("/")[0], language).get_template(name).render(values)


@cache
def _environment(domain: str, language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(ESCAPED, default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    # The i18n extension adds this method to the environment when it is loaded.
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        catalogue(domain, language), newstyle=True
    )
    direction = figures.text_direction(language)
    environment.globals |= {
        "arrow": ARROWS[direction],
        "asset": asset_path,
        "for_staff": domain == CONSOLE,
        "language": language,
        "language_name": figures.language_name,
        "languages": LANGUAGES,
        "offered_languages": (lambda: LANGUAGES) if domain == CONSOLE else offered_languages,
        "shop_look": shop_look,
        "text_direction": direction,
    }
    environment.filters |= {
        "money": lambda amount_minor, currency: figures.money(amount_minor, currency, language),
        "number": lambda value: figures.number(value, language),
        "percent": lambda text: figures.percent(text, language),
        "day": lambda moment, zone="UTC": figures.day(moment, language, zone),
        "instant": read_instant,
        "short_day": lambda moment, zone="UTC": figures.short_day(moment, language, zone),
        "minute": lambda moment, zone="UTC": figures.minute(moment, language, zone),
        "month": lambda text: figures.month(text, language),
        "translated": lambda text, currency=None: translate_refusal(text, language, currency),
        "segment": lambda text: quote(text, safe=""),
    }
    return environment

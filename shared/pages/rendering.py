"""Templates filled in a language: `portal/overview.html` takes its texts from the catalogue `portal`."""

from functools import cache
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shared.domain.instants import parse_instant
from shared.language import CATALOGUES, LANGUAGES, catalogue
from shared.pages import figures
from shared.pages.assets import address
from shared.pages.refusals import translated

TEMPLATES = CATALOGUES.parent / "templates"
ESCAPED = ("html", "mjml", "svg")


def render(name: str, language: str, **values: object) -> str:
    """One template; what it names and nobody gave is an error, and everything in HTML is escaped."""
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
    environment.install_gettext_translations(catalogue(domain, language), newstyle=True)
    environment.globals |= {"language": language, "languages": LANGUAGES, "asset": address}
    environment.filters |= {
        "money": lambda amount_minor, currency: figures.money(amount_minor, currency, language),
        "number": lambda value: figures.number(value, language),
        "percent": lambda text: figures.percent(text, language),
        "day": lambda moment, zone="UTC": figures.day(moment, language, zone),
        "instant": parse_instant,
        "short_day": lambda moment, zone="UTC": figures.short_day(moment, language, zone),
        "minute": lambda moment, zone="UTC": figures.minute(moment, language, zone),
        "month": lambda text: figures.month(text, language),
        "translated": lambda said, currency=None: translated(said, language, currency),
        "segment": lambda text: quote(text, safe=""),
    }
    return environment

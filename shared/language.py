"""Which language somebody reads, and the catalogue of texts in it (gettext; English is the text in the templates themselves)."""

import gettext
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "de")
CATALOGUES = Path(__file__).parent / "pages" / "locale"
"""`<language>/LC_MESSAGES/<domain>.po`, kept by `make messages`; a domain is the first folder of a template's name (mail, portal)."""
EVERYWHERE = "site"
"""The catalogue that the others fall back to: texts of templates that pages of every folder extend or include."""
WORDS = "words"
"""The catalogue of the sentences in `shared.words`."""
MOST_PREFERENCES = 20


def language_of(preferred: str | None, accepted: str = "") -> str:
    """What a person chose, else the best of what their browser accepts (`Accept-Language`, RFC 9110), else English."""
    return next(
        (
            language
            for language in (_primary(preferred or ""), *_accepted(accepted))
            if language in LANGUAGES
        ),
        LANGUAGES[0],
    )


@cache
def catalogue(domain: str, language: str) -> gettext.NullTranslations:
    """The texts of one domain, then those of every page; the English text itself where there is no other."""
    texts = gettext.translation(domain, CATALOGUES, [language], fallback=True)
    if domain not in (EVERYWHERE, WORDS):
        texts.add_fallback(catalogue(EVERYWHERE, language))
    return texts


def _accepted(header: str) -> list[str]:
    wishes = [_wish(part) for part in header.split(",")[:MOST_PREFERENCES]]
    return [
        language for quality, language in sorted(wishes, key=lambda wish: -wish[0]) if quality > 0
    ]


def _wish(part: str) -> tuple[float, str]:
    tag, _, parameter = part.partition(";")
    try:
        return float(parameter.strip().removeprefix("q=") or 1), _primary(tag)
    except ValueError:
        return 0, ""


def _primary(tag: str) -> str:
    return tag.strip().lower().partition("-")[0]

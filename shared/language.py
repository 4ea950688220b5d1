"""The language that somebody reads, and its catalogues of texts (gettext). English needs none: it
is in the templates themselves.
"""

import gettext
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "de")
CATALOGUES = Path(__file__).parent / "pages" / "locale"
"""`<language>/LC_MESSAGES/<domain>.po`, kept by `make messages`. A domain is the first folder of a
template's name (mail, portal).
"""
EVERYWHERE = "site"
"""The catalogue that the others fall back to: texts of templates that pages of every folder use."""
WORDS = "words"
"""The catalogue of the sentences in `shared.words`."""
MOST_PREFERENCES = 20


def language_of(preferred: str | None, accepted: str = "") -> str:
    """What a person chose, else the best that their browser accepts (`Accept-Language`, RFC 9110),
    else English.
    """
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
    """The texts of a domain, then those of every page. A text that neither has stays as it is,
    English.
    """
    texts = gettext.translation(domain, CATALOGUES, [language], fallback=True)
    if domain not in (EVERYWHERE, WORDS):
        texts.add_fallback(catalogue(EVERYWHERE, language))
    return texts


def _accepted(header: str) -> list[str]:
    """Languages of an `Accept-Language` header, the preferred first."""
    weighted = [_parse_range(part) for part in header.split(",")[:MOST_PREFERENCES]]
    ranked = sorted(weighted, key=lambda weight_and_language: -weight_and_language[0])
    return [language for weight, language in ranked if weight > 0]


def _parse_range(part: str) -> tuple[float, str]:
    """Weight and language of one part of the header; weight 0 where it cannot be read."""
    tag, _, parameter = part.partition(";")
    try:
        return float(parameter.strip().removeprefix("q=") or 1), _primary(tag)
    except ValueError:
        return 0, ""


def _primary(tag: str) -> str:
    return tag.strip().lower().partition("-")[0]

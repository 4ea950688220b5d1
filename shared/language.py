"""The languages that people read: English, whose texts are in the templates, and every language
that has a folder of catalogues (gettext). A language is added without code.
"""

import gettext
from collections.abc import Sequence
from functools import cache
from pathlib import Path

SOURCE_LANGUAGE = "en"
CATALOGUES = Path(__file__).parent / "pages" / "locale"
"""`<language>/LC_MESSAGES/<domain>.po`, updated by `make messages`. A domain is the first folder of
a template's name (mail, portal).
"""
LANGUAGES = (
    SOURCE_LANGUAGE,
    *sorted(folder.name for folder in CATALOGUES.iterdir() if (folder / "LC_MESSAGES").is_dir()),
)
"""ISO 639 codes, such as `de`; English first."""
EVERYWHERE = "site"
"""The catalogue with texts of templates that pages of all folders use. Other catalogues fall back
to it.
"""
WORDS = "words"
"""The catalogue with the sentences of `shared.words`."""
MOST_PREFERENCES = 20


def language_of(
    preferred: str | None, accepted: str = "", offered: Sequence[str] = LANGUAGES
) -> str:
    """The first language that is offered: the one that the person chose, then those that the
    browser accepts (`Accept-Language`, RFC 9110), then the first offered one.
    """
    return next(
        (
            language
            for language in (_primary(preferred or ""), *_accepted(accepted))
            if language in offered
        ),
        offered[0],
    )


@cache
def catalogue(domain: str, language: str) -> gettext.NullTranslations:
    """The texts of a domain, and those that all pages use. A text without a translation in either
    stays English.
    """
    texts = gettext.translation(domain, CATALOGUES, [language], fallback=True)
    if domain not in (EVERYWHERE, WORDS):
        texts.add_fallback(catalogue(EVERYWHERE, language))
    return texts


def _accepted(header: str) -> list[str]:
    """The languages in an `Accept-Language` header, most preferred first."""
    weighted = [_parse_range(part) for part in header.split(",")[:MOST_PREFERENCES]]
    ranked = sorted(weighted, key=lambda weight_and_language: -weight_and_language[0])
    return [language for weight, language in ranked if weight > 0]


def _parse_range(part: str) -> tuple[float, str]:
    """The weight and language of one part of the header; weight 0 if it cannot be read."""
    tag, _, parameter = part.partition(";")
    try:
        return float(parameter.strip().removeprefix("q=") or 1), _primary(tag)
    except ValueError:
        return 0, ""


def _primary(tag: str) -> str:
    return tag.strip().lower().partition("-")[0]

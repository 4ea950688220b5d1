"""What a page says when it says no, in the reader's language.

The English sentence is the key, with names where its values stand; which one was said, and with which values, is read back from what was
said (decision 112). So who refuses knows nothing of languages, and there is no second table of rules.
"""

import re
import struct
from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import NamedTuple

from shared.language import CATALOGUES, LANGUAGES, WORDS, catalogue
from shared.pages import figures

REFUSALS = "refusals"
AMOUNTS = frozenset({"amount", "cap", "discount", "floor", "kept", "total"})
"""Values of sentences about a program that are minor units; people read them as money."""


class Pattern(NamedTuple):
    """A sentence of the catalogue, and how it looks when it is said."""

    text: str
    looks: re.Pattern

    def values(self, said: str) -> dict[str, str] | None:
        found = self.looks.fullmatch(said)
        return found.groupdict() if found else None


def translated(said: str, language: str, currency: str | None = None) -> str:
    """A sentence of a refusal in a language; amounts in it are money where the currency is told. What no catalogue has stays as it is."""
    for pattern in _patterns():
        values = pattern.values(said)
        if values is not None:
            told = {name: _value(name, value, language, currency) for name, value in values.items()}
            return catalogue(REFUSALS, language).gettext(pattern.text).format_map(told)
    return catalogue(WORDS, language).gettext(said)


def names_in(text: str) -> list[str]:
    """Names of the values in a sentence as the catalogue has it."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _value(name: str, value: str, language: str, currency: str | None) -> str:
    if currency and name in AMOUNTS and value.isdigit():
        return figures.money(int(value), currency, language)
    whole = _whole().get(value)
    return catalogue(REFUSALS, language).gettext(whole) if whole else value


@cache
def _whole() -> Mapping[str, str]:
    """Sentences without values, as they are said."""
    return {text.format(): text for text in _texts() if not names_in(text)}


@cache
def _patterns() -> list[Pattern]:
    """Those that say most by themselves first: where two fit, the other one's words are somebody's values."""
    return sorted(
        map(_pattern, _texts()), key=lambda pattern: -len(re.sub(r"{\w+}", "", pattern.text))
    )


def _pattern(text: str) -> Pattern:
    parts = [
        re.escape(literal) + (f"(?P<{name}>.*?)" if name else "")
        for literal, name, _, _ in Formatter().parse(text)
    ]
    return Pattern(text, re.compile("".join(parts), re.DOTALL))


@cache
def _texts() -> list[str]:
    """The sentences themselves, which every translated catalogue holds beside their translations (GNU gettext, the format of MO files)."""
    raw = (CATALOGUES / LANGUAGES[1] / "LC_MESSAGES" / f"{REFUSALS}.mo").read_bytes()
    _, _, count, table = struct.unpack_from("<4I", raw)
    places = [struct.unpack_from("<2I", raw, table + 8 * number) for number in range(count)]
    return [raw[place : place + length].decode() for length, place in places if length]

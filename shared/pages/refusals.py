"""Translates refusals into the reader's language.

The code raises English sentences with their values filled in. This module finds the pattern in the
catalogue that a sentence was made from, reads the values, and fills them into the translation
(decision 112). So the code that refuses needs no languages, and there is no second table of rules.
"""

import re
import struct
from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import NamedTuple

from shared.language import CATALOGUES, WORDS, catalogue
from shared.pages import figures

REFUSALS = "refusals"
AMOUNTS = frozenset({"amount", "cap", "discount", "floor", "kept", "total"})
"""Names of values that are minor units. A page shows them as money."""


class SentencePattern(NamedTuple):
    """A sentence of the catalogue, such as `must be at most {most}`, and its regular expression."""

    text: str
    regex: re.Pattern[str]

    def values(self, sentence: str) -> dict[str, str] | None:
        """The values in a sentence, by name; `None` if the sentence was not made from this pattern."""
        match = self.regex.fullmatch(sentence)
        return match.groupdict() if match else None


def translate_refusal(sentence: str, language: str, currency: str | None = None) -> str:
    """The translated sentence, or the sentence itself if no catalogue has it.

    If `currency` is given, the values in `AMOUNTS` are shown as money.
    """
    for pattern in _patterns():
        values = pattern.values(sentence)
        if values is not None:
            shown = {name: _value(name, text, language, currency) for name, text in values.items()}
            return catalogue(REFUSALS, language).gettext(pattern.text).format_map(shown)
    return catalogue(WORDS, language).gettext(sentence)


def value_names(text: str) -> list[str]:
    """The names of the values in a sentence of the catalogue, sorted."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _value(name: str, value: str, language: str, currency: str | None) -> str:
    if currency and name in AMOUNTS and value.isdigit():
        return figures.money(int(value), currency, language)
    sentence = _fixed_sentences().get(value)
    return catalogue(REFUSALS, language).gettext(sentence) if sentence else value


@cache
def _fixed_sentences() -> Mapping[str, str]:
    """Sentences without values: the text that the code raises, and its text in the catalogue."""
    return {text.format(): text for text in _texts() if not value_names(text)}


@cache
def _patterns() -> list[SentencePattern]:
    """All patterns. Patterns with more letters of their own come first.

    If two patterns fit a sentence, the shorter one has taken words of the longer one for a value.
    """
    return sorted(
        map(_pattern, _texts()), key=lambda pattern: -len(re.sub(r"{\w+}", "", pattern.text))
    )


def _pattern(text: str) -> SentencePattern:
    parts = [
        re.escape(literal) + (f"(?P<{name}>.*?)" if name else "")
        for literal, name, _, _ in Formatter().parse(text)
    ]
    return SentencePattern(text, re.compile("".join(parts), re.DOTALL))


@cache
def _texts() -> list[str]:
    """The English sentences that any language has a translation of."""
    files = sorted(CATALOGUES.glob(f"*/LC_MESSAGES/{REFUSALS}.mo"))
    return list(dict.fromkeys(text for file in files for text in _translated(file.read_bytes())))


def _translated(compiled: bytes) -> list[str]:
    """The English texts of a compiled catalogue (GNU gettext, MO format)."""
    _, _, count, table = struct.unpack_from("<4I", compiled)
    spans = [struct.unpack_from("<2I", compiled, table + 8 * number) for number in range(count)]
    return [compiled[start : start + length].decode() for length, start in spans if length]

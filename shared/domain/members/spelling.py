"""Codes and logins as people type, copy and dictate them (specification: spellings)."""

import unicodedata

_IGNORED = {"Cc", "Cf", "Zs", "Zl", "Zp", "Pd"}
"""Categories of characters that nobody sees, of blanks and of dashes."""
_DASHES = "\u02d7\u2043\u2212\u30fc"
"""Signs that look like a dash and are none to Unicode: a modifier, a bullet, a minus, a long vowel.
"""
_VARIATIONS = range(0xFE00, 0xFE10)
"""Invisible signs that say how the one before them is drawn."""


def is_ignored(character: str) -> bool:
    """Whether a character is invisible, a blank or a dash of any kind."""
    return (
        unicodedata.category(character) in _IGNORED
        or character in _DASHES
        or ord(character) in _VARIATIONS
    )


def bare_text(text: str) -> str:
    """A text in one case, without what is ignored in it and without the signs around it."""
    if text.isascii():
        return _without_ends(text.translate(_IGNORED_ASCII)).lower()
    bare = _fold(text)
    while (again := _fold(bare)) != bare:
        bare = again
    return bare


def _fold(text: str) -> str:
    """One step; a character that is left out may bring two others together."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _without_ends("".join(letter for letter in folded if not is_ignored(letter)))


def _without_ends(text: str) -> str:
    if text[:1].isalnum() and text[-1:].isalnum():
        return text
    places = [place for place, character in enumerate(text) if character.isalnum()]
    return text[places[0] : places[-1] + 1] if places else ""


_IGNORED_ASCII = {code: None for code in range(128) if is_ignored(chr(code))}

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
    """A text without what is ignored in it, and without the signs before and behind it."""
    if text.isascii():
        bare = text.translate(_IGNORED_ASCII)
    else:
        composed = unicodedata.normalize("NFKC", text)
        bare = "".join(character for character in composed if not is_ignored(character))
    if bare[:1].isalnum() and bare[-1:].isalnum():
        return bare
    places = [place for place, character in enumerate(bare) if character.isalnum()]
    return bare[places[0] : places[-1] + 1] if places else ""


_IGNORED_ASCII = {code: None for code in range(128) if is_ignored(chr(code))}

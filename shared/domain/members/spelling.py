"""Compares codes and logins as people type, copy and dictate them (specification: spellings)."""

import unicodedata

_IGNORED = {"Cc", "Cf", "Zs", "Zl", "Zp", "Pd"}
"""Unicode categories of characters that are ignored: control and format characters, blanks and
dashes.
"""
_DASHES = "\u02d7\u2043\u2212\u30fc"
"""Characters that look like a dash but are in other Unicode categories."""
_VARIATIONS = range(0xFE00, 0xFE10)
"""Variation selectors: invisible characters that change how the character before them is drawn."""


def is_ignored(character: str) -> bool:
    """Whether a character is ignored: invisible, a blank, or any kind of dash."""
    return (
        unicodedata.category(character) in _IGNORED
        or character in _DASHES
        or ord(character) in _VARIATIONS
    )


def bare_text(text: str) -> str:
    """The text in lower case, without ignored characters and without punctuation at its ends."""
    if text.isascii():
        return _without_ends(text.translate(_IGNORED_ASCII)).lower()
    bare = _fold(text)
    while (again := _fold(bare)) != bare:
        bare = again
    return bare


def _fold(text: str) -> str:
    """One round of folding. The caller repeats it until nothing changes, because removing a
    character can make its neighbours combine.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _without_ends("".join(letter for letter in folded if not is_ignored(letter)))


def _without_ends(text: str) -> str:
    if text[:1].isalnum() and text[-1:].isalnum():
        return text
    places = [place for place, character in enumerate(text) if character.isalnum()]
    return text[places[0] : places[-1] + 1] if places else ""


_IGNORED_ASCII = {code: None for code in range(128) if is_ignored(chr(code))}

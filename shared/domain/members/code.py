"""Codes that advocates share (specification: codes)."""

from shared.domain.members.spelling import bare_text

LONGEST_CODE = 64
RANDOM_END = 4
"""The number of random characters at the end of a code. A name comes before them."""


def normalize_code(text: str) -> str:
    """The normal form of a code, in which it is looked up. Empty if the text cannot be a code.

    Spellings with the same normal form are the same code.
    """
    bare = bare_text(text)
    return bare.upper() if bare.isascii() else bare


def code_stem(code: str) -> str:
    """The beginning of a code (in normal form) without its random end, which a stranger would have
    to guess. A short code is returned whole.
    """
    return code[:-RANDOM_END] or code

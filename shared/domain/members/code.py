"""The codes that advocates share (specification: codes)."""

from shared.domain.members.spelling import bare_text

LONGEST_CODE = 64
RANDOM_END = 4
"""How many signs at the end of a code are drawn by lot; before them stands a name."""


def normalize_code(text: str) -> str:
    """A code as it is looked up, however people type it; empty for a text that can be none.

    Codes whose normal forms are one are one code.
    """
    bare = bare_text(text)
    return bare.upper() if bare.isascii() else bare


def code_stem(code: str) -> str:
    """What a code in its normal form begins with, without the random end that a stranger would
    have to guess; a short code is its own stem.
    """
    return code[:-RANDOM_END] or code

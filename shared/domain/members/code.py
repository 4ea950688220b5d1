"""The codes that advocates share (specification: codes)."""

from shared.domain.members.spelling import bare_text

LONGEST_CODE = 64


def normalize_code(text: str) -> str:
    """A code as it is looked up, however people type it; empty for a text that can be none.

    Codes whose normal forms are one are one code.
    """
    bare = bare_text(text)
    return bare.upper() if bare.isascii() else bare

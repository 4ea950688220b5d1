"""Codes that advocates share, and codes that pay with credit (specification: codes,
credit-codes).
"""

import re
from collections.abc import Iterable

from shared.domain.members.spelling import bare_text

LONGEST_CODE = 64
RANDOM_END = 4
"""The number of random characters at the end of a code. A name comes before them."""
CREDIT_CODE_START = "GC"
CREDIT_CODE_RANDOM = 12
_CREDIT_CODE = re.compile(rf"{CREDIT_CODE_START}[2-9A-HJKMNP-TV-Z]{{{CREDIT_CODE_RANDOM}}}")


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


def is_credit_code(text: str) -> bool:
    """Whether a text has the form of a credit code, which pays with credit and recommends nobody."""
    return _CREDIT_CODE.fullmatch(normalize_code(text)) is not None


def shared_codes(codes: Iterable[str]) -> list[str]:
    """Those of an order's codes that may be an advocate's."""
    return [code for code in codes if not is_credit_code(code)]


def credit_codes(codes: Iterable[str]) -> list[str]:
    """Those of an order's codes that pay with credit."""
    return [code for code in codes if is_credit_code(code)]

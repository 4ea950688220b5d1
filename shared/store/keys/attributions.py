"""Keys of the attributions table: who recommends whom, and the evidence for it."""

from shared.domain.members.code import normalize_code as _normalize_code
from shared.domain.members.login import login_spelling as _spelling
from shared.store.keys.key import Key


def member(member_id: str) -> Key:
    """Who is this member?"""
    return Key(f"MEMBER#{member_id}", "MEMBER")


def login(name: str) -> Key:
    """Which member signs in with this name?"""
    return Key(f"LOGIN#{name}", "LOGIN")


def login_spelling(name: str) -> Key:
    """Which logins differ from this one only in case, blanks and dashes?"""
    return Key(f"SPELLING#{_spelling(name)}", name)


def email(email_hash: str) -> Key:
    """Which member has this e-mail address (keyed hash of its normal form)?"""
    return Key(f"EMAIL#{email_hash}", "EMAIL")


CODES = "CODE#"
"""How do the partition keys of all codes begin?"""


def code(text: str) -> Key:
    """Whose code is this (in any spelling), and may it be followed?"""
    return Key(f"{CODES}{_normalize_code(text)}", "CODE")


def platform_codes(connection_id: str) -> str:
    """Which partition lists the codes that a connected store has?"""
    return f"PLATFORMCODES#{connection_id}"


def platform_code(connection_id: str, code: str) -> Key:
    """Does this connected store have this code (in its normal form), and with which id?"""
    return Key(platform_codes(connection_id), code)


def visitor(ref_token: str) -> Key:
    """Which link did this browser follow, and when?"""
    return Key(f"VISITOR#{ref_token}", "VISITOR")


EVERYBODY = "EVERYBODY"
"""Under which name are the wrong codes of all addresses counted together?"""


def wrong_codes(address_hash: str, window: int, stem: str | None = None) -> Key:
    """How many wrong codes did this address use in this window?

    With `stem` only the codes with this stem are counted.
    """
    return Key(f"MISSES#{address_hash}", str(window) if stem is None else f"{window}#{stem}")


def request_count(limit: str, caller: str, window: int) -> Key:
    """How many requests under this rate limit did this caller send in this window?"""
    return Key(f"ASKED#{limit}#{caller}", str(window))


def referral(referral_id: str) -> Key:
    """Which referral has this id?"""
    return Key(f"REFERRAL#{referral_id}", "REFERRAL")


def friend(advocate_id: str, friend_id: str) -> Key:
    """Which friends did this advocate bring? One partition lists them."""
    return Key(f"FRIENDS#{advocate_id}", f"FRIEND#{friend_id}")


def sign_ups(advocate_id: str) -> str:
    """Which partition lists the times at which this advocate's friends signed up, newest last?"""
    return f"SIGNUPS#{advocate_id}"


def sign_up(advocate_id: str, sort_key: str) -> Key:
    """Which friend signed up at this time?"""
    return Key(sign_ups(advocate_id), sort_key)


def directory(listed: str, order: str) -> str:
    """Which partition holds the list `listed` (of members, orders or statements), sorted by
    `order`?
    """
    return f"DIRECTORY#{listed}#{order}"


def directory_words(word: str) -> str:
    """Which partition lists the search words that begin with the same character as this one?"""
    return f"DIRECTORY#word#{word[0]}"


def directory_row(partition: str, sort_key: str) -> Key:
    """Which member, order or statement is at this point of the list?"""
    return Key(partition, sort_key)


CREDIT_CODES = "CREDITCODES"
"""Which partition lists the credit codes that stores have, by their end?"""


def listed_credit_code(ends_at: str, code: str) -> Key:
    """Does a store still have this credit code?"""
    return Key(CREDIT_CODES, f"{ends_at}#{code}")

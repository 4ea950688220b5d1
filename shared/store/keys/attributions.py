"""Keys of the attributions table: who recommends whom, and how we know."""

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
    """Which logins are like this one, whatever their case, blanks and dashes?"""
    return Key(f"SPELLING#{_spelling(name)}", name)


def email(email_hash: str) -> Key:
    """Which member has this e-mail (keyed hash of its normal form)?"""
    return Key(f"EMAIL#{email_hash}", "EMAIL")


def code(text: str) -> Key:
    """Whose code is this, however it is typed, and may it be followed?"""
    return Key(f"CODE#{_normalize_code(text)}", "CODE")


def visitor(ref_token: str) -> Key:
    """Which link did this browser follow, and when?"""
    return Key(f"VISITOR#{ref_token}", "VISITOR")


EVERYBODY = "EVERYBODY"
"""Under which name are the misses of all addresses counted together?"""


def wrong_codes(address_hash: str, window: int, stem: str | None = None) -> Key:
    """How many codes that nobody shares were asked for from this address in this window?

    Those with this stem, where one is named.
    """
    return Key(f"MISSES#{address_hash}", str(window) if stem is None else f"{window}#{stem}")


def request_count(limit: str, caller: str, window: int) -> Key:
    """How often did this caller ask for what this rate limit is about, in this window?"""
    return Key(f"ASKED#{limit}#{caller}", str(window))


def referral(referral_id: str) -> Key:
    """What is known of this edge?"""
    return Key(f"REFERRAL#{referral_id}", "REFERRAL")


def friend(advocate_id: str, friend_id: str) -> Key:
    """Whom did this advocate bring? One partition lists them."""
    return Key(f"FRIENDS#{advocate_id}", f"FRIEND#{friend_id}")


def sign_ups(advocate_id: str) -> str:
    """Which partition lists when this advocate's friends signed up, the newest last?"""
    return f"SIGNUPS#{advocate_id}"


def sign_up(advocate_id: str, place: str) -> Key:
    """Who signed up then?"""
    return Key(sign_ups(advocate_id), place)


def directory(listed: str, order: str) -> str:
    """Which partition lists members, orders or statements in this order?"""
    return f"DIRECTORY#{listed}#{order}"


def directory_words(word: str) -> str:
    """Which partition lists the members who have a word that begins like this one?"""
    return f"DIRECTORY#word#{word[0]}"


def directory_row(partition: str, place: str) -> Key:
    """Who or what stands at this place of the list?"""
    return Key(partition, place)

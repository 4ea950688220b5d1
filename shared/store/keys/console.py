"""Keys of the console in the programs table: staff, their sign-ins and their drafts."""

from shared.store.keys.key import Key

STAFF = "STAFF"
"""Which partition lists the staff who may use the console?"""


def staff(staff_id: str) -> Key:
    """Who is this staff member, and which role do they have?"""
    return Key(STAFF, staff_id)


def staff_email(email_hash: str) -> Key:
    """Which staff member has this e-mail address (keyed hash of its normal form)?"""
    return Key(f"STAFFEMAIL#{email_hash}", "STAFFEMAIL")


def sign_in(token_hash: str) -> Key:
    """Which staff member does this link sign in? It works once."""
    return Key(f"SIGNIN#{token_hash}", "SIGNIN")


def used_answer(state_hash: str) -> Key:
    """Was this answer of a sign-in provider used before?"""
    return Key(f"SIGNIN#{state_hash}", "USED")


def sign_in_count(who_hash: str, window: int) -> Key:
    """How many links to the console were requested in this window, or how many answers of a sign-in
    provider were received?
    """
    return Key(f"SIGNINS#{who_hash}", str(window))


def console_session(token_hash: str) -> Key:
    """Which staff member does this console session belong to, and when did it begin?"""
    return Key(f"CONSOLE#{token_hash}", "CONSOLE")


def program_draft(program_id: str) -> Key:
    """What has staff written for the next version of this program?"""
    return Key(f"DRAFT#{program_id}", "DRAFT")

"""Keys of the console in the programs table: staff, how they sign in, and their drafts."""

from shared.store.keys.key import Key

STAFF = "STAFF"
"""Which partition lists who may come into the console?"""


def staff(staff_id: str) -> Key:
    """Who is this of the staff, and in which role?"""
    return Key(STAFF, staff_id)


def staff_email(email_hash: str) -> Key:
    """Who of the staff has this e-mail (keyed hash of its normal form)?"""
    return Key(f"STAFFEMAIL#{email_hash}", "STAFFEMAIL")


def sign_in(token_hash: str) -> Key:
    """Whom does this link let into the console, once?"""
    return Key(f"SIGNIN#{token_hash}", "SIGNIN")


def used_answer(state_hash: str) -> Key:
    """Has this answer of a provider of sign-ins let somebody in already?"""
    return Key(f"SIGNIN#{state_hash}", "USED")


def sign_in_count(who_hash: str, window: int) -> Key:
    """How many links to the console were asked for in this window, or how many answers of a
    provider were brought?
    """
    return Key(f"SIGNINS#{who_hash}", str(window))


def console_session(token_hash: str) -> Key:
    """Whose visit to the console is this, and since when?"""
    return Key(f"CONSOLE#{token_hash}", "CONSOLE")


def program_draft(program_id: str) -> Key:
    """What is staff writing for the next version of this program?"""
    return Key(f"DRAFT#{program_id}", "DRAFT")

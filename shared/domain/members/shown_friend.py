"""The name under which an advocate sees a friend (specification: friends-shown-as)."""

from shared.domain.members.member import Member
from shared.domain.programs.program import LOGIN, NAME

MASK = "***"
LONGEST_FIRST_NAME = 40


def show_friend(friend: Member | None, shown_as: str) -> str | None:
    """The friend's name as `friends_shown_as` of the program allows; `None` if the friend is
    unknown or has nothing to show.

    A friend without a name appears with a masked login.
    """
    if friend is None:
        return None
    if shown_as == LOGIN:
        return friend.login
    first_name = (friend.name or "").strip().split(" ")[0][:LONGEST_FIRST_NAME]
    return first_name if shown_as == NAME and first_name else mask_login(friend.login)


def mask_login(login: str | None) -> str | None:
    """The login masked: `ines` becomes `i***s`, a login of one or two letters `***`; `None` for
    `None`.
    """
    if login is None:
        return None
    return MASK if len(login) < 3 else f"{login[0]}{MASK}{login[-1]}"

"""What staff may do in the console: one table."""

LOOK, HELP, STEER, OWN = "look", "help", "steer", "own"
"""See every page; help a member; move money, terms and people; say who may come in."""
OWNER, MANAGER, SUPPORT, VIEWER = "owner", "manager", "support", "viewer"
MAY = {
    OWNER: frozenset({LOOK, HELP, STEER, OWN}),
    MANAGER: frozenset({LOOK, HELP, STEER}),
    SUPPORT: frozenset({LOOK, HELP}),
    VIEWER: frozenset({LOOK}),
}
ROLES = tuple(MAY)


def may(role: str, permission: str) -> bool:
    return permission in MAY.get(role, frozenset())

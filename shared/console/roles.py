"""The roles of staff, and what each role may do in the console."""

LOOK, HELP, STEER, OWN = "look", "help", "steer", "own"
"""Permissions: see every page; help a member; change money, terms and people; decide who is in the
staff.
"""
OWNER, MANAGER, SUPPORT, VIEWER = "owner", "manager", "support", "viewer"
PERMISSIONS = {
    OWNER: frozenset({LOOK, HELP, STEER, OWN}),
    MANAGER: frozenset({LOOK, HELP, STEER}),
    SUPPORT: frozenset({LOOK, HELP}),
    VIEWER: frozenset({LOOK}),
}
ROLES = tuple(PERMISSIONS)


def may(role: str, permission: str) -> bool:
    return permission in PERMISSIONS.get(role, frozenset())

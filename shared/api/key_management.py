"""Keys are made, replaced while the old one still opens, and taken back; the key itself is told once, to whoever made it."""

from datetime import timedelta

from shared.api.access import SCOPES, new_key
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.staff_action import StaffAction
from shared.problem import NotFound
from shared.store.programs import api_keys
from shared.store.programs.api_keys import UnknownKey, prefix_of

LONGEST_NAME = 80
USUAL_OVERLAP_HOURS = 24
MOST_OVERLAP_HOURS = 720


def make(scope: str, name: str | None, act: StaffAction) -> dict:
    """A new key as staff sees it, with the `key` itself."""
    key = new_key(scope)
    api_keys.put_key(key, scope, act.at, name, act)
    return _told(key, api_keys.find(prefix_of(key), act.at))


def replace(
    prefix: str,
    overlap: timedelta,
    act: StaffAction,
    scope: str | None = None,
    name: str | None = None,
) -> dict:
    """The same for a key in the place of another of its scope and name, which lives on for the `overlap`; raises `NotFound`, `InvalidDocument`."""
    try:
        old = api_keys.find(prefix, act.at)
        if (
            scope not in (None, old.scope)
            or name not in (None, old.name)
            or old.scope not in SCOPES.values()
        ):
            raise InvalidDocument(
                [
                    FieldError(
                        "replaces",
                        "a key is replaced by one of its scope and name; leave both out, or make a new key",
                    )
                ]
            )
        key = new_key(old.scope)
        return _told(key, api_keys.replace_key(prefix, key, act.at + overlap, act))
    except UnknownKey:
        raise unknown_key() from None


def take_back(prefix: str, act: StaffAction) -> None:
    """Raises `NotFound`."""
    try:
        api_keys.revoke(prefix, act)
    except UnknownKey:
        raise unknown_key() from None


def _told(key: str, row: api_keys.ListedKeyItem) -> dict:
    (told,) = api_keys.shown([row])
    return {"key": key} | told


def unknown_key() -> NotFound:
    return NotFound("unknown_key", "No living key begins with this; GET /v1/keys lists them.")

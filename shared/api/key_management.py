"""API keys: staff makes a key, replaces it with an overlap, or revokes it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from shared.api.access import SCOPES, new_key
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.kinds import Identifier, choice, count, text
from shared.domain.record import Record
from shared.domain.staff_action import StaffAction, StaffReason
from shared.problem import NotFound
from shared.store.programs import api_keys
from shared.store.programs.api_keys import UnknownKey, prefix_of

USUAL_OVERLAP_HOURS = 24
MOST_OVERLAP_HOURS = 720
SCOPE = choice(*SCOPES.values())
KEY_NAME = text(80)


@dataclass(frozen=True, slots=True)
class KeyForm:
    """What staff asks for: a new key of a scope, or a key that replaces the key beginning with
    `replaces`.
    """

    scope: Annotated[str, SCOPE] | None = None
    name: Annotated[str, KEY_NAME] | None = None
    replaces: Annotated[Identifier | None, "The first characters of the key to replace"] = None
    overlap_hours: Annotated[
        int, count(most=MOST_OVERLAP_HOURS), "How long the old key lives on"
    ] = USUAL_OVERLAP_HOURS
    reason: StaffReason | None = None


KEY_FORM = Record(KeyForm, "KeyForm")


def make_key(scope: str, name: str | None, action: StaffAction) -> dict[str, object]:
    """A new key as staff sees it. The answer contains the secret `key` itself, which is not stored
    and cannot be shown again.
    """
    key = new_key(scope)
    api_keys.add_key(key, scope, action.at, name, action)
    return _answer(key, api_keys.find_listed_key(prefix_of(key), action.at))


def replace_key(
    prefix: str,
    overlap: timedelta,
    action: StaffAction,
    scope: str | None = None,
    name: str | None = None,
) -> dict[str, object]:
    """A new key with the scope and name of the old one. The old key works until the `overlap` has
    passed.

    Raises `NotFound`, or `InvalidDocument` if `scope` or `name` is given and differs from the old
    key.
    """
    try:
        old = api_keys.find_listed_key(prefix, action.at)
        if not _is_like(old, scope, name):
            detail = (
                "a replacement keeps the key's scope and name; leave both out, or create a new key"
            )
            raise InvalidDocument([FieldError("replaces", detail)])
        key = new_key(old.scope)
        return _answer(key, api_keys.replace_key(prefix, key, action.at + overlap, action))
    except UnknownKey:
        raise unknown_key() from None


def _is_like(old: api_keys.ListedKeyItem, scope: str | None, name: str | None) -> bool:
    """Whether the scope and name that are given equal those of the old key."""
    is_same = scope in (None, old.scope) and name in (None, old.name)
    return is_same and old.scope in SCOPES.values()


def revoke_key(prefix: str, action: StaffAction) -> None:
    """Ends a key at once. Raises `NotFound`."""
    try:
        api_keys.revoke(prefix, action)
    except UnknownKey:
        raise unknown_key() from None


def _answer(key: str, item: api_keys.ListedKeyItem) -> dict[str, object]:
    (shown,) = api_keys.show_keys([item])
    return {"key": key} | shown


def unknown_key() -> NotFound:
    return NotFound("unknown_key", "No active key starts with this. GET /v1/keys lists the keys.")

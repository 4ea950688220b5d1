"""The owner's settings and logos, in the programs table. A version is put once and never changed."""

from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from shared.domain.shop.logo import Logo
from shared.domain.shop.owner_settings import OWNER_SETTINGS, UNCHANGED, OwnerSettings
from shared.domain.staff_action import StaffAction
from shared.store import keys
from shared.store.engine import Write, find
from shared.store.items import (
    ABSENT,
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    ProgramsItem,
    unchanged,
)


class OwnerSettingsItem(ProgramsItem):
    """One version of the settings. The latest is stored a second time, under a key of its own."""

    document: JsonAttribute[dict[str, object]] = JsonAttribute()
    saved_at = InstantAttribute()
    saved_by = UnicodeAttribute()
    revision = IntegerAttribute()


class LogoItem(ProgramsItem):
    """A picture that the latest version of the settings, or an earlier one, uses as the logo."""

    content = BinaryAttribute(legacy_encoding=False)


class SettingsVersion(NamedTuple):
    """The settings as they were saved. Version 0 stands for settings that nobody has saved yet: all
    values come from the template's parameters.
    """

    version: int
    settings: OwnerSettings
    saved_at: datetime | None = None
    saved_by: str | None = None


NEVER_SAVED = SettingsVersion(0, UNCHANGED)


def find_settings() -> SettingsVersion:
    item = find(OwnerSettingsItem, keys.CURRENT_SETTINGS)
    return _version_of(item) if item is not None else NEVER_SAVED


def settings_of(item: OwnerSettingsItem | None) -> OwnerSettings:
    """The settings in an item that was read at `keys.CURRENT_SETTINGS`."""
    return UNCHANGED if item is None else OWNER_SETTINGS.parse(item.document)


def list_settings_versions(limit: int) -> list[SettingsVersion]:
    """The latest versions, newest first."""
    versions = OwnerSettingsItem.sk.startswith("VERSION#")
    query = OwnerSettingsItem.query(
        keys.SETTINGS, versions, consistent_read=True, scan_index_forward=False, limit=limit
    )
    return [_version_of(item) for item in query]


def put_settings(before: SettingsVersion, after: OwnerSettings, action: StaffAction) -> list[Write]:
    """The writes that save the next version. They fail if another version was saved after `before`."""
    revision = before.version + 1

    def item(key: keys.Key) -> OwnerSettingsItem:
        return OwnerSettingsItem(
            *key,
            document=OWNER_SETTINGS.write(after),
            saved_at=action.at,
            saved_by=action.actor,
            revision=revision,
        )

    return [
        Write(item(keys.CURRENT_SETTINGS), unchanged(before.version)),
        Write(item(keys.settings_version(revision)), ABSENT),
    ]


def put_logo(logo: Logo) -> Write:
    return Write(LogoItem(*keys.logo(logo.name), content=logo.content))


def find_logo(name: str) -> Logo | None:
    item = find(LogoItem, keys.logo(name))
    return Logo(name, item.content) if item is not None else None


def _version_of(item: OwnerSettingsItem) -> SettingsVersion:
    return SettingsVersion(item.revision, settings_of(item), item.saved_at, item.saved_by)

"""The owner's settings as they apply now: what was saved in the console, and for the rest the
parameters of the template.

They are cached for a minute in each process, so clicks and orders pay no request for them, and a
change reaches every function within that minute.
"""

import time
from typing import NamedTuple
from urllib.parse import urlsplit

from shared.domain.shop.owner_settings import OwnerSettings
from shared.language import LANGUAGES
from shared.settings import OriginSettings, ProviderSettings, ShopSettings, TableNames
from shared.store.engine import open_tables
from shared.store.programs.owner_settings import SettingsVersion, find_settings

KEPT_SECONDS = 60


class _KeptSettings(NamedTuple):
    read_at: float
    version: SettingsVersion


_kept: dict[str, _KeptSettings] = {}
"""What was read last, by the name of the table."""


def current() -> OwnerSettings:
    """The settings that apply, at most a minute old."""
    table = TableNames.load().programs_table
    kept = _kept.get(table)
    if kept is None or time.monotonic() - kept.read_at > KEPT_SECONDS:
        open_tables()
        kept = _kept[table] = _KeptSettings(time.monotonic(), find_settings())
    return kept.version.settings


def forget() -> None:
    """Makes this process read the settings again, after it has changed them."""
    _kept.clear()


def shop_name() -> str:
    """What people call the shop: the name that the owner gave it, else the template's parameter,
    else the host of its address.
    """
    shop = ShopSettings.load()
    return current().shop_name or shop.shop_name or urlsplit(shop.shop_url).netloc


def origins() -> tuple[str, ...]:
    """The origins whose pages may call us, in lower case."""
    chosen = current().origins
    return OriginSettings.load().shop_origins if chosen is None else chosen


def offered_languages() -> tuple[str, ...]:
    """The languages that readers may choose; the first is for readers who prefer none of them."""
    chosen = current().languages or LANGUAGES
    return tuple(language for language in chosen if language in LANGUAGES) or LANGUAGES


def completed_by(provider: str) -> str | None:
    """What completes an order of a provider; `None` for one without such a setting."""
    return current().completed_by.get(provider) or ProviderSettings.load().completed_by(provider)

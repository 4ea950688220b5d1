"""What has been seen at work, in the programs table. The set-up page ticks its steps by it.

A process writes each sighting at most once a day, so events that come by the thousand cost no
further request.
"""

from datetime import datetime
from functools import lru_cache

from shared.store import keys
from shared.store.engine import open_tables
from shared.store.items import InstantAttribute, ProgramsItem

SNIPPET, TEST_CLICK, TEST_ORDER, MAIL = "snippet", "test_click", "test_order", "mail"
"""A click that the snippet on an allowed page told or asked about; a click and an order by the buttons of the set-up
page; a mail that the provider accepted.
"""


class SightingItem(ProgramsItem):
    """When something was last seen, to the day."""

    at = InstantAttribute()


def webhook(provider: str) -> str:
    """The name of the sighting of a provider's authentic delivery."""
    return f"webhook:{provider}"


def note(what: str, at: datetime) -> None:
    """Notes that something was seen on the day of `at`. Each process writes it only once a day."""
    open_tables()
    _note(SightingItem.Meta.table_name, what, at.replace(hour=0, minute=0, second=0, microsecond=0))


def list_sightings() -> dict[str, datetime]:
    """When each thing was last seen, by its name."""
    return {item.sk: item.at for item in SightingItem.query(keys.SIGHTINGS, consistent_read=True)}


@lru_cache(maxsize=256)
def _note(_table: str, what: str, day: datetime) -> None:
    """Writes a sighting. The cache of this function is what makes it happen once a day."""
    SightingItem(*keys.sighting(what), at=day).save()

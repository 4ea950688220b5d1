"""How many clicks each day had, in the programs table. The attributions table's stream is counted a
batch at a time, so a click itself writes nothing more (decision 256).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.domain.instants import read_instant
from shared.store import keys
from shared.store.attributions.links import TEST_LANDING
from shared.store.engine import add_to
from shared.store.items import IntegerAttribute, ProgramsItem

VISITOR = "VISITOR#"
SOON = timedelta(minutes=1)
"""A click that is deleted within this time was one on a code that may not be followed."""


class ClickDayItem(ProgramsItem):
    """The number of clicks on one day, in UTC."""

    clicks = IntegerAttribute()


def count_records(records: Iterable[Mapping[str, Any]]) -> None:
    """Adds the clicks in these records of the stream to their days. A batch that is delivered again
    after a fault counts again.
    """
    changes: Counter[str] = Counter()
    for record in records:
        day, number = _change_of(record)
        changes[day] += number
    for day, number in sorted(changes.items()):
        if number:
            add_to(ClickDayItem(*keys.clicks(day)), ClickDayItem.clicks.add(number))


def _change_of(record: Mapping[str, Any]) -> tuple[str, int]:
    """The day of a click, and 1 for one that was put, -1 for one that was not to be followed; 0 for
    every other write.
    """
    stream = record["dynamodb"]
    image = stream.get("NewImage") or stream.get("OldImage") or {}
    is_test = image.get("landing", {}).get("S") == TEST_LANDING
    if is_test or not stream["Keys"]["pk"]["S"].startswith(VISITOR) or "clicked_at" not in image:
        return "", 0
    clicked_at = read_instant(image["clicked_at"]["S"])
    day = clicked_at.date().isoformat()
    if record["eventName"] == "INSERT":
        return day, 1
    written_at = datetime.fromtimestamp(stream["ApproximateCreationDateTime"], UTC)
    is_undone = record["eventName"] == "REMOVE" and written_at - clicked_at <= SOON
    return day, -1 if is_undone else 0


def count_clicks(first: date) -> int:
    """The number of clicks from the day `first` on."""
    items = ClickDayItem.query(keys.CLICKS, ClickDayItem.sk >= first.isoformat())
    return sum(item.clicks for item in items)

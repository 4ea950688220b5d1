"""Reads Square's lists of payments, refunds and disputes, separately for each location."""

from datetime import datetime
from urllib.parse import urlencode

from shared.webhooks.foreign_json import JsonObject, rfc3339, text_of
from shared.webhooks.listing import LONGEST_CURSOR, PAGE, ListedPage, Listing
from shared.webhooks.processor_api import ProcessorApi

_KINDS = {"payments": "payment", "refunds": "refund", "disputes": "dispute"}
"""The names of the lists, and the name of a row in an event."""
_DISPUTES = "disputes"


def list_since(api: ProcessorApi, since: datetime, cursor: str) -> ListedPage:
    """A page of one list, oldest change first. So a row that changes during the reading moves to
    the end.

    The cursor is the list, the location and Square's own cursor, separated by blanks. Without a
    location Square lists only the main one, so each location is requested. Disputes cannot be
    filtered by change. They are few, so all of them are read.
    """
    lists = _lists(api)
    kind, location, place = (cursor or " ".join((*lists[0], ""))).split(" ", 2)
    changed = {
        "updated_at_begin_time": rfc3339(since),
        "sort_field": "UPDATED_AT",
        "sort_order": "ASC",
        "limit": str(PAGE),
    }
    asked = {"location_id": location} | ({} if kind == _DISPUTES else changed)
    after = {"cursor": place} if place else {}
    answer = api.get(f"/v2/{kind}?" + urlencode(asked | after))
    more = text_of(answer.value("cursor"), LONGEST_CURSOR)
    rest = f"{kind} {location} {more}" if more else _next_list(lists, (kind, location))
    return ListedPage([_event(_KINDS[kind], row) for row in answer.rows(kind)], rest)


def _lists(api: ProcessorApi) -> list[tuple[str, str]]:
    """All pairs of list and location. If Square returns no location, the location is empty."""
    rows = api.get("/v2/locations").rows("locations")
    locations = sorted(name for row in rows if (name := row.own_id())) or [""]
    return [(kind, location) for kind in _KINDS for location in locations]


def _next_list(lists: list[tuple[str, str]], read: tuple[str, str]) -> str:
    later = lists[lists.index(read) + 1 :] if read in lists else []
    return " ".join((*later[0], "")) if later else ""


def _event(name: str, row: JsonObject) -> JsonObject:
    return JsonObject(
        {"type": f"{name}.updated", "data": {"type": name, "object": {name: row.fields}}}
    )


LISTING = Listing(list_since)

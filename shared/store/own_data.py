"""What is stored about one member, in parts that the member may ask for.

A cursor of a scan is the key of an item, which may belong to another member. So the cursors of
these parts name only the member's own partitions, and segments of the tables (decision 230).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from shared.domain.members.member import Member
from shared.store.connection import connection
from shared.store.cursors import InvalidCursor, parse_document, write_document
from shared.store.items import TABLES
from shared.store.personal_data import filter_of, own_partitions, spell_out

MOST_REQUESTS = 60
"""Requests for one part. Each reads at most one megabyte; together they take some seconds."""
MOST_ITEMS = 500
SPLIT = 16
"""A segment that one part cannot read is split into this many segments."""
MOST_SEGMENTS = SPLIT**5


class OwnPlace(NamedTuple):
    """Where a part begins.

    First come the member's own partitions: `number` counts them over all tables, and `after` is the
    sort key in one. Then the tables are scanned: `segment` of `segments` of the table `number`.
    """

    scanning: bool = False
    number: int = 0
    after: str = ""
    segment: int = 0
    segments: int = 1


class OwnPart(NamedTuple):
    """Items, and the cursor of the next part; `None` after the last."""

    items: list[dict[str, Any]]
    last: str | None


def read_own_part(member: Member, cursor: str = "") -> OwnPart:
    """A part of everything that is stored about the member. Raises `InvalidCursor`."""
    part = _PartReader(member)
    place: OwnPlace | None = _parse(cursor) if cursor else OwnPlace()
    while place and part.has_room():
        place = part.scan(place) if place.scanning else part.query(place)
    return OwnPart(part.items, write_document(place) if place else None)


def _parse(cursor: str) -> OwnPlace:
    match parse_document(cursor):
        case [bool(scanning), int(number), str(after), int(segment), int(segments)]:
            place = OwnPlace(scanning, number, after, segment, segments)
            if number >= 0 and 0 <= segment < segments <= MOST_SEGMENTS:
                return place
    raise InvalidCursor


class _PartReader:
    def __init__(self, member: Member) -> None:
        ids = dict.fromkeys((member.id, member.public_id))
        self.items: list[dict[str, Any]] = []
        self._member = member
        self._partitions: Sequence[tuple[str, str]] = [
            (table.Meta.table_name, partition)
            for table in TABLES
            for name in ids
            for partition in own_partitions(name)
        ]
        self._requests = 0

    def has_room(self) -> bool:
        return self._requests < MOST_REQUESTS and len(self.items) < MOST_ITEMS

    def query(self, place: OwnPlace) -> OwnPlace:
        """Reads one page of an own partition. Returns the sort key after which the next page
        begins.
        """
        if place.number >= len(self._partitions):
            return OwnPlace(scanning=True)
        table, partition = self._partitions[place.number]
        request: dict[str, Any] = {
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": partition}},
            "Limit": MOST_ITEMS,
        }
        if place.after:
            start = {"pk": {"S": partition}, "sk": {"S": place.after}}
            request["ExclusiveStartKey"] = start
        last = self._request("Query", table, request)
        if last:
            return place._replace(after=last["sk"]["S"])
        return OwnPlace(number=place.number + 1)

    def scan(self, place: OwnPlace) -> OwnPlace | None:
        """Scans one segment. Returns the next one; `None` after the last table.

        A first segment that needs more requests than a part may make is split, and the table begun
        again. The others are read to their end, because they are as large.
        """
        if place.number >= len(TABLES):
            return None
        begun, made = len(self.items), self._requests
        request = {
            "Segment": place.segment,
            "TotalSegments": place.segments,
            **filter_of(self._member, own=False),
        }
        last = self._scan(place, request)
        while last and not self._is_too_large(place, made):
            last = self._scan(place, request | {"ExclusiveStartKey": last})
        if last:
            del self.items[begun:]
            return OwnPlace(True, place.number, segments=place.segments * SPLIT)
        if place.segment + 1 < place.segments:
            return place._replace(segment=place.segment + 1)
        return OwnPlace(True, place.number + 1)

    def _is_too_large(self, place: OwnPlace, made: int) -> bool:
        may_split = place.segment == 0 and place.segments < MOST_SEGMENTS
        return may_split and self._requests - made >= MOST_REQUESTS // 3

    def _scan(self, place: OwnPlace, request: dict[str, Any]) -> dict[str, Any] | None:
        return self._request("Scan", TABLES[place.number].Meta.table_name, request)

    def _request(self, kind: str, table: str, request: dict[str, Any]) -> dict[str, Any] | None:
        """Adds what a request finds to the items. Returns the key of the last item that it read."""
        page = connection().dispatch(kind, {"TableName": table, "ConsistentRead": True, **request})
        self._requests += 1
        self.items += [spell_out(raw) for raw in page["Items"]]
        last: dict[str, Any] | None = page.get("LastEvaluatedKey")
        return last

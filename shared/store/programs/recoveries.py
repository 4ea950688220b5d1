"""Recoveries in the programs table: how far each processor's list was read, and what was found in
it.
"""

from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from shared.store import keys
from shared.store.engine import Write, find, write
from shared.store.items import InstantAttribute, IntegerAttribute, ProgramsItem, unchanged

RUNNING, DONE, STOPPED = "running", "done", "stopped"


class RecoveryItem(ProgramsItem):
    """The latest recovery of one processor. It contains no order ids, except possibly in `cursor`."""

    since = InstantAttribute()
    began_at = InstantAttribute()
    state = UnicodeAttribute()
    cursor = UnicodeAttribute(default="")
    text = UnicodeAttribute(default="")
    pages = IntegerAttribute(default=0)
    faults = IntegerAttribute(default=0)
    known = IntegerAttribute(default=0)
    told = IntegerAttribute(default=0)
    parked = IntegerAttribute(default=0)
    idle = IntegerAttribute(default=0)
    covered_at = InstantAttribute(null=True)
    revision = IntegerAttribute()


@dataclass(frozen=True, slots=True)
class Recovery:
    """The progress of a recovery, which reads everything that a processor lists as changed after
    `since`.

    * `cursor`: the place from which the next page is read.
    * `known`, `told`, `parked`, `idle`: counts of the listed changes: known before; sent to the bus
      again; parked; without information about an order.
    * `faults`: failed attempts at the current page in a row.
    * `text`: the last error; `""` if the last page succeeded.
    * `covered_at`: complete recoveries have compared everything up to this instant.
    """

    provider: str
    since: datetime
    began_at: datetime
    state: str = RUNNING
    cursor: str = ""
    text: str = ""
    pages: int = 0
    faults: int = 0
    known: int = 0
    told: int = 0
    parked: int = 0
    idle: int = 0
    covered_at: datetime | None = None
    revision: int = 0


def find_recovery(provider: str) -> Recovery | None:
    """The latest recovery of a processor; `None` if there was none."""
    item = find(RecoveryItem, keys.recovery(provider))
    return _recovery_of(item) if item else None


def list_recoveries() -> list[Recovery]:
    """The latest recovery of each processor that had one."""
    return [
        _recovery_of(item) for item in RecoveryItem.query(keys.RECOVERIES, consistent_read=True)
    ]


def put_recovery(after: Recovery) -> None:
    """Stores a recovery. Raises `WriteConflict` if another caller has stored it since it was read."""
    item = RecoveryItem(
        *keys.recovery(after.provider),
        since=after.since,
        began_at=after.began_at,
        state=after.state,
        cursor=after.cursor,
        text=after.text,
        pages=after.pages,
        faults=after.faults,
        known=after.known,
        told=after.told,
        parked=after.parked,
        idle=after.idle,
        covered_at=after.covered_at,
        revision=after.revision + 1,
    )
    write([Write(item, unchanged(after.revision))])


def _recovery_of(item: RecoveryItem) -> Recovery:
    return Recovery(
        provider=item.sk,
        since=item.since,
        began_at=item.began_at,
        state=item.state,
        cursor=item.cursor,
        text=item.text,
        pages=item.pages,
        faults=item.faults,
        known=item.known,
        told=item.told,
        parked=item.parked,
        idle=item.idle,
        covered_at=item.covered_at,
        revision=item.revision,
    )

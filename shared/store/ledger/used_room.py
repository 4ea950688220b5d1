"""What an advocate has used of the room under a limit, added up from the entries of its window
(specification: max-per-advocate).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.domain.instants import instant_text, read_instant
from shared.domain.ledger.ledger import Account
from shared.domain.programs.window import AdvocateLimit
from shared.store import keys
from shared.store.connection import connection
from shared.store.items import LedgerItem

MOST_SUMMED = 1_000
_summed: dict[tuple[str, str, str, str], tuple[int, int]] = {}
"""What this process has summed, by table, member, currency and window of a limit: the last sequence
number, and the sum of the entries up to it in minor units.
"""


def window_of(limit: AdvocateLimit) -> str:
    """The name of a limit's window. Rewards that are earned in the same window share the limit's
    room.
    """
    return "|".join(instant_text(at) if at else "" for at in (limit.since, limit.until))


def covers(window: str, earned_at: datetime) -> bool:
    """Whether a window, given by its name, contains an instant."""
    since, _, until = window.partition("|")
    return (not since or read_instant(since) <= earned_at) and (
        not until or earned_at < read_instant(until)
    )


def with_room(account: Account, limit: AdvocateLimit) -> Account:
    """The account, with the room that is used in the window of `limit` as the only value in `used`.

    If the account does not have this window yet, the entries are read and added up.
    """
    window = window_of(limit)
    if window in account.used:
        return account
    used = _used_of(account, limit) if account.sequence else 0
    return replace(account, used={window: used})


def _used_of(account: Account, limit: AdvocateLimit) -> int:
    """The sum of the entries in a limit's window, in minor units.

    Entries never change. So what this process has summed up to a sequence number holds, and only
    later entries are read: a retry after a conflict does not read a long history again.
    """
    table = LedgerItem.Meta.table_name
    place = table, account.member, account.currency, window_of(limit)
    last, used = _summed.get(place, (0, 0))
    for sequence, amount, earned_at in _amounts_after(account.member, account.currency, last):
        last = sequence
        used += amount if earned_at and limit.covers(earned_at) else 0
    while len(_summed) >= MOST_SUMMED:
        _summed.pop(next(iter(_summed)), None)
    _summed[place] = last, used
    return used


def _amounts_after(
    member_id: str, currency: str, last: int
) -> Iterator[tuple[int, int, datetime | None]]:
    """The sequence number, amount and earning moment of the entries after the sequence number
    `last`.
    """
    request: dict[str, Any] = {
        "TableName": LedgerItem.Meta.table_name,
        "ConsistentRead": True,
        "KeyConditionExpression": "pk = :entries AND sk BETWEEN :first AND :last",
        "ProjectionExpression": "sk, amount, earned_at",
        "ExpressionAttributeValues": {
            ":entries": {"S": keys.entries(member_id)},
            ":first": {"S": keys.entry(member_id, currency, last + 1).sk},
            ":last": {"S": keys.entry(member_id, currency, keys.LAST_SEQUENCE).sk},
        },
    }
    while True:
        page = connection().dispatch("Query", dict(request))
        for raw in page["Items"]:
            earned_at = raw.get("earned_at")
            at = read_instant(earned_at["S"]) if earned_at else None
            yield int(raw["sk"]["S"].partition("#")[2]), int(raw["amount"]["N"]), at
        if not page.get("LastEvaluatedKey"):
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

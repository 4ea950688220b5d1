"""What an advocate has used of the room under a cap, added up from the entries of its window
(specification: max-per-advocate).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.domain.instants import instant_text, read_instant
from shared.domain.ledger.ledger import Account
from shared.domain.programs.window import Cap
from shared.store import keys
from shared.store.connection import connection
from shared.store.items import LedgerItem

MOST_SUMMED = 1_000
_summed: dict[tuple[str, str, str, str], tuple[int, int]] = {}
"""What this process has summed, by table, member, currency and window of a cap: up to which sequence number,
and how much.
"""


def window_of(cap: Cap) -> str:
    """The name of a cap's window. Rewards that are earned in the same window share the room of the
    cap.
    """
    return "|".join(instant_text(at) if at else "" for at in (cap.since, cap.until))


def covers(window: str, earned_at: datetime) -> bool:
    """Whether a window, given by its name, contains an instant."""
    since, _, until = window.partition("|")
    return (not since or read_instant(since) <= earned_at) and (
        not until or earned_at < read_instant(until)
    )


def with_room(account: Account, cap: Cap) -> Account:
    """The account, with the room that is used in the window of `cap` as the only value in `used`.

    If the account does not have this window yet, the entries are read and added up.
    """
    window = window_of(cap)
    if window in account.used:
        return account
    used = _used_of(account, cap) if account.sequence else 0
    return replace(account, used={window: used})


def _used_of(account: Account, cap: Cap) -> int:
    """The sum of the entries in a cap's window, in minor units.

    Entries never change. So what this process has summed up to a sequence number holds, and only
    later entries are read: a retry after a conflict does not read a long history again.
    """
    table = LedgerItem.Meta.table_name
    place = table, account.member, account.currency, window_of(cap)
    last, used = _summed.get(place, (0, 0))
    for sequence, amount, earned_at in _amounts_after(account.member, account.currency, last):
        last = sequence
        used += amount if earned_at and cap.covers(earned_at) else 0
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

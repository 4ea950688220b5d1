"""How a member can pay with credit: a code that is open, or the stores that can take one."""

import time
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.api.credit_code_answers import applying_link
from shared.domain.ledger.credit_codes import REFUSED, CreditCode
from shared.domain.platforms.connection import Connection
from shared.members.profile import Profile
from shared.settings import TableNames
from shared.store.ledger.credit_codes import find_last_credit_code
from shared.store.programs.connections import find_connection, list_connections
from shared.store.reading import Reading
from shared.wallet.credit_codes import stores_for_credit

REFUSAL_SHOWN = timedelta(days=1)


class CreditUse(NamedTuple):
    """What the overview and the widget show.

    * `code`: the open code; `link` applies it to the cart, where its store can.
    * `stores`: the stores that can take a new code; empty if there is nothing to spend.
    * `was_refused`: the store refused the last code a short time ago.
    """

    code: CreditCode | None
    link: str | None
    stores: list[Connection]
    was_refused: bool


NO_USE = CreditUse(None, None, [], False)
KEPT_SECONDS = 60
_kept: dict[str, tuple[float, bool]] = {}
"""By the name of the table, when it was last asked whether a store is connected, and the answer."""


def _has_stores() -> bool:
    """Whether a store is connected, at most a minute old, so that pages of a shop without one ask
    for nothing more.
    """
    table = TableNames.load().programs_table
    read_at, known = _kept.get(table, (0.0, False))
    if not read_at or time.monotonic() - read_at > KEPT_SECONDS:
        known = bool(list_connections())
        _kept[table] = time.monotonic(), known
    return known


def load_credit_use(profile: Profile, available: int, now: datetime) -> CreditUse:
    if not _has_stores():
        return NO_USE
    last = find_last_credit_code(Reading(), profile.member.id)
    if last and last.is_open(now):
        link = applying_link(last, find_connection(last.connection))
        return CreditUse(last, link, [], False)
    may_spend = available > 0 and not profile.member.blocked
    stores = stores_for_credit(profile.program) if may_spend else []
    refused = last is not None and last.state == REFUSED and now < last.made_at + REFUSAL_SHOWN
    return CreditUse(None, None, stores, refused)

"""How a member can pay with credit: a code that is open, or the stores that can take one."""

from datetime import datetime, timedelta
from typing import NamedTuple

from shared.api.credit_code_answers import applying_link
from shared.domain.ledger.credit_codes import REFUSED, CreditCode
from shared.domain.platforms.connection import Connection
from shared.members.profile import Profile
from shared.store.ledger.credit_codes import find_last_credit_code
from shared.store.programs.connections import find_connection
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


def load_credit_use(profile: Profile, available: int, now: datetime) -> CreditUse:
    last = find_last_credit_code(Reading(), profile.member.id)
    if last and last.is_open(now):
        link = applying_link(last, find_connection(last.connection))
        return CreditUse(last, link, [], False)
    may_spend = available > 0 and not profile.member.blocked
    stores = stores_for_credit(profile.program.currency) if may_spend else []
    refused = last is not None and last.state == REFUSED and now < last.made_at + REFUSAL_SHOWN
    return CreditUse(None, None, stores, refused)

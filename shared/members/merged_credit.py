"""Moves the credit of a closed member to the one who goes on (specification: merge).

What is due on the closed member's account is 0, so what is posted there is moved. Both accounts are
written in one transaction, which fails if either has changed: so no credit moves twice.
"""

from datetime import datetime
from functools import partial

from shared.domain.ledger.lots import lots_of
from shared.domain.ledger.transfers import amounts_to_move, list_transfers, transfer
from shared.store import engine, keys
from shared.store.ledger.accounts import (
    AccountItem,
    account_of,
    all_entries,
    list_accounts,
    put_account,
    put_entry,
)
from shared.store.reading import Reading

MOST_TRANSFERS = 40
"""Transfers in one transaction, which holds 100 items: two entries for each, and two accounts."""


def move_credit(closed: str, kept: str, at: datetime) -> None:
    """Moves everything that can be spent or is pending, in each currency, and the volume. Credit
    that an open hold or a review holds stays until that has ended.
    """
    for account in list_accounts(closed):
        while engine.retrying(partial(_move, closed, kept, account.currency, at)):
            pass


def _move(closed: str, kept: str, currency: str, at: datetime) -> bool:
    """Moves at most `MOST_TRANSFERS`. Returns whether more may be left."""
    reading = Reading()
    places = {name: keys.account(name, currency) for name in (closed, kept)}
    reading.fetch(*((AccountItem, key) for key in places.values()))
    before, other = (
        account_of(name, currency, reading.item(AccountItem, key)) for name, key in places.items()
    )
    if not before.volume and not amounts_to_move(before, at):
        return False
    lots = lots_of(all_entries(closed, currency))
    transfers = list_transfers(before, lots, at)[:MOST_TRANSFERS]
    after, other, entries = transfer(before, other, transfers, at)
    engine.write(
        [put_account(after), put_account(other), *(put_entry(entry, None) for entry in entries)]
    )
    return len(transfers) == MOST_TRANSFERS

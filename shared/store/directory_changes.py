"""Updates the directory after writes in the ledger: accounts by amount, orders by time, statements
by month, and guests once they order (decision 193).

The ledger's stream triggers these updates, so the transaction of an order does not get more
expensive. Readers compare each row with the item that it lists, so a row that is updated late never
shows wrong data.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.store import keys
from shared.store.attributions import directory
from shared.store.attributions.directory import DirectoryItem
from shared.store.attributions.members import MemberItem
from shared.store.engine import read
from shared.store.items import AttributionsItem, RawItem
from shared.store.keys import Key
from shared.store.ledger.orders import KnownOrder, OrderItem, order_from

ACCOUNT, ORDER, STATEMENT = "ACCOUNT", "ORDER", "STATEMENT"

type Rows = Mapping[Key, DirectoryItem]


def follow_ledger(records: Iterable[Mapping[str, Any]]) -> None:
    """Writes the directory changes of a batch of stream records. A row that several records change
    is written once.

    Handling a batch twice has the same result. New rows are put before old rows are deleted, so
    nothing is missing from the lists in between.
    """
    changed: dict[Key, DirectoryItem | None] = {}
    buyers: set[str] = set()
    for record in records:
        stream = record["dynamodb"]
        before, after = rows_of(stream.get("OldImage")), rows_of(stream.get("NewImage"))
        gone = before or _rows_of_nothing(stream.get("NewImage"))
        changed |= {key: None for key in gone if key not in after}
        changed |= {key: item for key, item in after.items() if key not in before}
        buyers |= _new_buyers(stream)
    changed |= {row.key: row for row in _guest_rows(buyers)}
    _write(changed)


def rows_of(image: RawItem | None) -> Rows:
    """The directory rows of a ledger item in one state (`image`); empty if its kind is not listed."""
    if not image:
        return {}
    kind, _, name = image["pk"]["S"].partition("#")
    if kind == ACCOUNT:
        return _account_rows(name, image)
    if kind == ORDER:
        return _order_rows(image)
    if kind == STATEMENT:
        month, _, currency = image["sk"]["S"].partition("#")
        key = directory.statement_row(name, currency, month)
        return {key: DirectoryItem(*key, member=name)}
    return {}


def _rows_of_nothing(image: RawItem | None) -> Iterable[Key]:
    """The rows under which a member without this account was listed. The first posting to the
    account replaces them.
    """
    kind, _, name = image["pk"]["S"].partition("#") if image else ("", "", "")
    return directory.account_rows(name, image["sk"]["S"], 0, 0) if image and kind == ACCOUNT else ()


def _account_rows(member_id: str, image: RawItem) -> Rows:
    balance, volume = (int(image.get(name, {}).get("N", 0)) for name in ("balance", "volume"))
    rows = directory.account_rows(member_id, image["sk"]["S"], balance, volume)
    return {key: DirectoryItem(*key, member=member_id) for key in rows}


def _order_rows(image: RawItem) -> Rows:
    known = order_from(OrderItem.from_raw_data(image))
    return {key: DirectoryItem(*key, order=known.order.id) for key in rows_of_order(known)}


def rows_of_order(known: KnownOrder) -> frozenset[Key]:
    """The directory keys of an order; empty if it was merged into another order."""
    if known.merged_into:
        return frozenset()
    order = known.order
    return directory.order_rows(order.id, order.first_seen, known.shown_state, known.buyer)


def _new_buyers(stream: Mapping[str, Any]) -> set[str]:
    """The buyer of an order, as a set, if this write set or changed the buyer; else empty."""
    before, after = (
        stream.get(image, {}).get("buyer", {}).get("S") for image in ("OldImage", "NewImage")
    )
    is_order = stream["Keys"]["pk"]["S"].startswith(f"{ORDER}#")
    return {after} if is_order and after and after != before else set()


def _guest_rows(buyers: Iterable[str]) -> list[DirectoryItem]:
    """The rows of those buyers who are guests now."""
    found = read((MemberItem, keys.member(buyer)) for buyer in buyers).of(MemberItem)
    guests = (item for item in found if not (item.registered or item.erased or item.same_as))
    ids = (guest.pk.partition("#")[2] for guest in guests)
    return [DirectoryItem(*directory.guest_row(name), member=name) for name in ids]


def _write(changed: Mapping[Key, DirectoryItem | None]) -> None:
    with AttributionsItem.batch_write() as batch:
        for item in changed.values():
            if item is not None:
                batch.save(item)
    with AttributionsItem.batch_write() as batch:
        for key, item in changed.items():
            if item is None:
                batch.delete(DirectoryItem(*key))

"""Connected stores, in the programs table. Their access keys are in Secrets Manager."""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from shared.domain.platforms.connection import Connection
from shared.store import keys
from shared.store.codec import TUPLE
from shared.store.engine import Check, Delete, Write, find
from shared.store.items import (
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    ProgramsItem,
    as_read,
    unchanged,
)

MOST_CONNECTIONS = 10


class ConnectionItem(ProgramsItem):
    """A connected store, with the fields of `Connection`, where they are explained. `revision` is
    raised by every write.
    """

    provider = UnicodeAttribute()
    store = UnicodeAttribute()
    made_at = InstantAttribute()
    secret = UnicodeAttribute()
    storefronts: JsonAttribute[tuple[str, ...]] = JsonAttribute(TUPLE, default=tuple)
    currency = UnicodeAttribute(null=True)
    offer = UnicodeAttribute(null=True)
    offer_mark = UnicodeAttribute(null=True)
    old_offers: JsonAttribute[tuple[str, ...]] = JsonAttribute(TUPLE, default=tuple)
    hooks: JsonAttribute[tuple[str, ...]] = JsonAttribute(TUPLE, default=tuple)
    done: JsonAttribute[tuple[str, ...]] = JsonAttribute(TUPLE, default=tuple)
    customers = IntegerAttribute(default=0)
    members = IntegerAttribute(default=0)
    problem = UnicodeAttribute(null=True)
    leaving = BooleanAttribute(default=False)
    tested_at = InstantAttribute(null=True)
    revision = IntegerAttribute()


def find_connection(connection_id: str) -> Connection | None:
    """The connection with this id, even if it is being disconnected; `None` if there is none."""
    item = find(ConnectionItem, keys.connection(connection_id))
    return _connection_of(item) if item is not None else None


def list_connections() -> list[Connection]:
    """All connected stores, sorted by their ids. Includes those that are being disconnected."""
    items = ConnectionItem.query(keys.CONNECTIONS, consistent_read=True)
    return [_connection_of(item) for item in items]


def put_connection(after: Connection) -> Write:
    """The write that stores a connection. It fails if the connection has changed since it was read."""
    item = ConnectionItem(
        *keys.connection(after.id),
        provider=after.provider,
        store=after.store,
        made_at=after.made_at,
        secret=after.secret,
        storefronts=after.storefronts,
        currency=after.currency,
        offer=after.offer,
        offer_mark=after.offer_mark,
        old_offers=after.old_offers,
        hooks=after.hooks,
        done=after.done,
        customers=after.customers,
        members=after.members,
        problem=after.problem,
        leaving=after.leaving,
        tested_at=after.tested_at,
        revision=after.revision + 1,
    )
    return Write(item, unchanged(after.revision))


def unchanged_offer(read: Connection) -> Write:
    """The check that makes a transaction fail if the store has got another offer, or has begun to
    be disconnected, after `read` was read.
    """
    offer = as_read(ConnectionItem.offer, read.offer)
    leaving = as_read(ConnectionItem.leaving, read.leaving)
    return Check(ConnectionItem(*keys.connection(read.id)), offer & leaving)


def drop_connection(before: Connection) -> Write:
    """The write that removes a connection. It fails if it has changed since it was read."""
    return Delete(ConnectionItem(*keys.connection(before.id)), unchanged(before.revision))


def _connection_of(item: ConnectionItem) -> Connection:
    return Connection(
        id=item.sk,
        provider=item.provider,
        store=item.store,
        made_at=item.made_at,
        secret=item.secret,
        storefronts=item.storefronts,
        currency=item.currency,
        offer=item.offer,
        offer_mark=item.offer_mark,
        old_offers=item.old_offers,
        hooks=item.hooks,
        done=item.done,
        customers=item.customers,
        members=item.members,
        problem=item.problem,
        leaving=item.leaving,
        tested_at=item.tested_at,
        revision=item.revision,
    )

"""Synchronises codes at connected stores: compares what should be there with what is
(specification: connected-codes).

Each code is compared with the stored record of what the store has, so messages may come twice and
in any order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from urllib.parse import urlsplit

from shared.connectors.connector import Connector, FoundCode, TryLater
from shared.connectors.platforms import PLATFORMS, connector_of, no_path
from shared.domain.platforms.codes import PlatformCode, plan_codes
from shared.domain.platforms.connection import Connection
from shared.domain.platforms.offer_terms import OfferTerms, offer_terms_of
from shared.domain.programs.program import Program
from shared.domain.shop_path import is_payment_link
from shared.settings import ShopSettings
from shared.store import engine, keys
from shared.store.attributions import links, platform_codes
from shared.store.attributions.links import CodeItem, unchanged_code
from shared.store.engine import Write, WriteConflict
from shared.store.programs import programs
from shared.store.programs.connections import find_connection, list_connections, unchanged_offer
from shared.store.programs.programs import DEFAULT, ProgramItem

MOST_AT_ONCE = 25
"""Codes in one batch. Their records fit into one transaction."""
SOON_SECONDS = 1


def load_terms(connection: Connection) -> OfferTerms | None:
    """The discount that the active program gives to friends, for this store; `None` if it gives
    none.
    """
    item = engine.find(ProgramItem, keys.active_program(DEFAULT))
    return offer_terms_of(programs.active_program_of(item), connection.made_at)


def sync_codes(connection: Connection, codes: Sequence[str]) -> None:
    """Makes these codes (in normal form) at one store what they are here: puts the codes of
    advocates, drops those of blocked or deleted ones. If the offer, a block or the connection
    changes while the store is written to, compares again.

    Raises `TryLater` and `PlatformRefused`. What was done before the error is recorded, or found at
    the next attempt.
    """
    connector = cache(partial(connector_of, connection))
    engine.retrying(partial(_sync, connection.id, codes, connector, {}))


def _sync(
    connection_id: str,
    codes: Sequence[str],
    connector: Callable[[], Connector],
    put: dict[str, PlatformCode],
) -> None:
    """One attempt. `put` has what earlier attempts put into the store and could not record."""
    connection = find_connection(connection_id)
    if connection is None:
        return connector().drop(list(put.values())) if put else None
    ours, recorded = platform_codes.load_codes(connection_id, codes)
    theirs = recorded | put
    plan = plan_codes(codes, _wanted(connection, ours), theirs, connection.offer)
    changed: dict[str, PlatformCode | None] = {code: theirs.get(code) for code in codes}
    if plan.to_drop:
        connector().drop(plan.to_drop)
        for dropped in plan.to_drop:
            put.pop(dropped.code, None)
            changed[dropped.code] = None
    if plan.to_put and (terms := load_terms(connection)):
        there = {code.code: code for code in connector().put(plan.to_put, terms)}
        put |= there
        changed |= there
    _note(connection, ours, recorded, changed)


def _wanted(connection: Connection, ours: Mapping[str, CodeItem]) -> dict[str, str]:
    """How each code is spelled that the store should have."""
    spell = PLATFORMS[connection.provider].spell
    return {
        code: spell(item.shown)
        for code, item in ours.items()
        if not item.blocked and not connection.leaving
    }


def drop_lost_codes(connection: Connection, codes: Sequence[str]) -> None:
    """Drops codes of blocked advocates that the store has and that we have no record of, because a
    process ended after it put them there. Raises `TryLater` and `PlatformRefused`.
    """
    ours, recorded = platform_codes.load_codes(connection.id, codes)
    spell = PLATFORMS[connection.provider].spell
    unknown = ours.keys() - recorded.keys()
    blocked = {spell(ours[code].shown): code for code in unknown if ours[code].blocked}
    if not blocked:
        return
    connector = connector_of(connection)
    lost = [
        PlatformCode(blocked[text], text, found.id, found.offer)
        for text, found in connector.find(list(blocked)).items()
        if _is_ours(connection, found)
    ]
    connector.drop(lost)
    try:
        engine.write([unchanged_code(code.code, ours[code.code]) for code in lost])
    except WriteConflict:
        engine.write([platform_codes.drop_platform_code(connection.id, it.code) for it in lost])
        raise TryLater(SOON_SECONDS, "an advocate was unblocked meanwhile") from None


def _is_ours(connection: Connection, found: FoundCode) -> bool:
    if PLATFORMS[connection.provider].drops_with_offer:
        return found.offer in {connection.offer, *connection.old_offers}
    return bool(found.offer)


def drop_codes(connection: Connection, connector: Connector, codes: Sequence[PlatformCode]) -> None:
    """Drops codes of a store that is being disconnected, unless they go together with the offer."""
    if codes and not PLATFORMS[connection.provider].drops_with_offer:
        connector.drop(codes)


def forget_codes(connection: Connection, codes: Sequence[PlatformCode]) -> None:
    theirs = {code.code: code for code in codes}
    for some in in_batches(theirs):
        ours, _ = platform_codes.load_codes(connection.id, some)
        _note(connection, ours, theirs, dict.fromkeys(some))


def _note(
    connection: Connection,
    ours: Mapping[str, CodeItem],
    theirs: Mapping[str, PlatformCode],
    changed: Mapping[str, PlatformCode | None],
) -> None:
    """Writes down what a store holds now of these codes, all at once. Raises `WriteConflict` if the
    connection's offer or one of these codes has changed since they were read.
    """
    writes: list[Write] = []
    for code, after in changed.items():
        before = theirs.get(code)
        if after == before:
            continue
        writes.append(unchanged_code(code, ours.get(code)))
        if after is not None:
            writes.append(platform_codes.put_platform_code(connection.id, after))
        else:
            writes.append(platform_codes.drop_platform_code(connection.id, code))
    engine.write([unchanged_offer(connection), *writes] if writes else [])
    if _leads_visitors(connection):
        for code, after in changed.items():
            if code in ours:
                _lead_visitors(connection, code, ours[code], after)


def _lead_visitors(
    connection: Connection, code: str, ours: CodeItem, held: PlatformCode | None
) -> None:
    """Stores where the store applies a code. If someone else changes the code at the same time,
    that change is enqueued as a message of its own.
    """
    path = None
    if held is not None and held.problem is None:
        path = PLATFORMS[connection.provider].discount_path(held.spelled)
    if path != ours.discount_path:
        with suppress(WriteConflict):
            engine.write([links.put_discount_path(code, ours.member, path)])


def _leads_visitors(connection: Connection) -> bool:
    """Whether our links lead to this store: it is the one at the shop's address."""
    return urlsplit(ShopSettings.load().shop_url).hostname in {
        urlsplit(f"//{host}").hostname for host in connection.storefronts
    }


def links_bring_codes(program: Program) -> bool:
    """Whether the advocates' links put the code into the checkout without a script on the shop's
    pages: they lead to a Payment Link, or the shop is a store whose platform has a path for that.
    """
    return is_payment_link(program.landing) or any(
        PLATFORMS[connection.provider].discount_path is not no_path and _leads_visitors(connection)
        for connection in list_connections()
    )


def in_batches(codes: Iterable[str]) -> list[list[str]]:
    """Codes, each once, in batches of `MOST_AT_ONCE`."""
    once = list(dict.fromkeys(codes))
    return [once[at : at + MOST_AT_ONCE] for at in range(0, len(once), MOST_AT_ONCE)]

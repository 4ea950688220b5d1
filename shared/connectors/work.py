"""Runs the jobs of the codes queue: connects a store step by step, and keeps it synchronised.

Each step may be interrupted and repeated. If a store refuses, it is stopped with the reason until
staff connects it again. Other stores do not wait for it.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import assert_never

from shared.connectors import crediting, syncing
from shared.connectors.connector import PlatformRefused, TryLater
from shared.connectors.enrolment import enrol_customer
from shared.connectors.jobs import (
    CODES,
    MOST_ATTEMPTS,
    BringCodes,
    CheckCredit,
    CodesJob,
    Enrol,
    FollowProgram,
    PlatformSilent,
    ReadCustomers,
    SetUp,
    SyncCode,
    SyncCredit,
    TakeBack,
    postpone,
)
from shared.connectors.platforms import connector_of, webhook_address
from shared.connectors.refusals import silent
from shared.connectors.store_secrets import WEBHOOK_SECRET, drop_secret, find_secret, keep_secret
from shared.domain.platforms import connection as steps
from shared.domain.platforms.connection import Connection
from shared.log import logger
from shared.store import engine
from shared.store.attributions import links, platform_codes
from shared.store.programs.connections import (
    drop_connection,
    find_connection,
    list_connections,
    put_connection,
)

CODES_A_PAGE = 50
"""Most platforms take one code at a time, so a page is about 50 requests in the minute that the
function has.
"""


def run(job: CodesJob) -> None:
    """Does one job, or enqueues it again if the store is busy. A store that refuses is stopped with
    the reason. Raises `PlatformSilent` after the last attempt.
    """
    match job:
        case SyncCode():
            sync_codes([job])
        case SyncCredit():
            crediting.sync_credit(job)
        case CheckCredit():
            crediting.check_credit(job.member, job.time)
        case FollowProgram():
            for connection in list_connections():
                if steps.OFFER in connection.done:
                    CODES.enqueue([SetUp(time=job.time, connection=connection.id)])
        case SetUp():
            _at_store(job, job.connection, partial(_set_up, job))
        case ReadCustomers():
            _at_store(job, job.connection, partial(_read_customers, job))
        case BringCodes():
            _at_store(job, job.connection, partial(_bring_codes, job))
        case Enrol():
            _at_store(job, job.connection, partial(_enrol, job))
        case TakeBack():
            _take_back(job)
        case _:
            assert_never(job)


def sync_codes(jobs: Sequence[SyncCode]) -> None:
    """Synchronises codes at all stores that the jobs name. The codes of one store are sent
    together. A store that refuses is stopped. For a store that is busy the jobs are enqueued again;
    after the last attempt raises `PlatformSilent`.
    """
    for connection in list_connections():
        own = [job for job in jobs if job.connection in ("", connection.id)]
        by_code = {job.code: job for job in own}
        for codes in syncing.in_batches(by_code) if connection.works else []:
            try:
                syncing.sync_codes(connection, codes)
                syncing.drop_lost_codes(connection, codes)
            except PlatformRefused as refused:
                _stop(connection.id, str(refused))
            except TryLater as later:
                for code in codes:
                    postpone(replace(by_code[code], connection=connection.id), later.seconds)


def _at_store(job: CodesJob, connection_id: str, do: Callable[[Connection], None]) -> None:
    connection = find_connection(connection_id)
    if connection is None or not connection.works:
        return
    try:
        do(connection)
    except TryLater as later:
        _postpone(job, connection, later)
    except PlatformRefused as refused:
        _stop(connection_id, str(refused))


def _postpone(job: CodesJob, connection: Connection, later: TryLater) -> None:
    """Enqueues the job again. After its last attempt the store is stopped, so that the owner sees
    why nothing goes on, and `PlatformSilent` is raised.
    """
    try:
        postpone(job, later.seconds)
    except PlatformSilent:
        _stop(connection.id, str(silent(connection)))
        raise


def _set_up(job: SetUp, connection: Connection) -> None:
    """Creates the webhooks once, and creates or changes the offer if the program changed. A new
    offer gets all codes. If another job changed the offer, or another program became active
    meanwhile, nobody knows what the store has now: the offer is written once more.
    """
    connector = connector_of(connection)
    if steps.WEBHOOKS not in connection.done:
        made = connector.webhooks(webhook_address(connection.provider))
        secret = find_secret(connection.secret) or {}
        keep_secret(connection.secret, {**secret, WEBHOOK_SECRET: made.secret})
        connection = _change(connection.id, lambda it: replace(it, hooks=made.ids), steps.WEBHOOKS)
    terms = syncing.load_terms(connection)
    before = connection.offer
    if terms is None:
        offer, mark = None, None
    elif terms.mark == connection.offer_mark:
        offer, mark = before, terms.mark
    else:
        offer, mark = connector.offer(terms, before), terms.mark
    if steps.OFFER not in connection.done:
        CODES.enqueue([ReadCustomers(time=job.time, connection=connection.id)])

    def note_offer(it: Connection) -> Connection:
        return it.offering(offer, mark if it.offer_mark == connection.offer_mark else None)

    noted = _change(connection.id, note_offer, steps.OFFER)
    if not noted.offers(syncing.load_terms(connection)):
        CODES.enqueue([replace(job, attempt=0)])
    if steps.CODES not in noted.done:
        CODES.enqueue([BringCodes(time=job.time, connection=connection.id)])


def _read_customers(job: ReadCustomers, connection: Connection) -> None:
    page = connector_of(connection).customers(job.after or None)
    new = sum(enrol_customer(one, connection.provider, job.time) for one in page.customers)
    read = len(page.customers)
    _change(
        connection.id,
        lambda it: replace(it, customers=it.customers + read, members=it.members + new),
        None if page.next else steps.CUSTOMERS,
    )
    if page.next:
        CODES.enqueue([replace(job, after=page.next, attempt=0)])


def _bring_codes(job: BringCodes, connection: Connection) -> None:
    page = links.list_codes(CODES_A_PAGE, job.after)
    for codes in syncing.in_batches(links.normal_form(item) for item in page.rows):
        syncing.sync_codes(connection, codes)
    if page.last:
        CODES.enqueue([replace(job, after=page.last, attempt=0)])
        return
    for offer in connection.old_offers:
        connector_of(connection).withdraw(offer, ())
    left = set(connection.old_offers)
    _change(
        connection.id,
        lambda it: replace(it, old_offers=tuple(set(it.old_offers) - left)),
        steps.CODES,
    )


def _enrol(job: Enrol, connection: Connection) -> None:
    customer = connector_of(connection).customer(job.customer)
    if customer and enrol_customer(customer, connection.provider, job.time):
        _change(connection.id, lambda it: replace(it, members=it.members + 1))


def _take_back(job: TakeBack) -> None:
    """Removes a page of codes, and after the last page the offer and the webhooks. What the store
    does not let us remove stays there, and so does everything at a store that is silent until the
    last attempt, such as one that no longer exists; the log names it.
    """
    connection = find_connection(job.connection)
    if connection is None:
        return
    codes, next_attempt = platform_codes.list_platform_codes(connection.id, CODES_A_PAGE), 0
    try:
        crediting.give_back_credit_of(connection, job.time)
        connector = connector_of(connection)
        syncing.drop_codes(connection, connector, codes)
        if len(codes) < CODES_A_PAGE:
            connector.withdraw(connection.offer, connection.hooks)
            for offer in connection.old_offers:
                connector.withdraw(offer, ())
    except TryLater as later:
        if job.attempt < MOST_ATTEMPTS:
            return postpone(job, later.seconds)
        next_attempt = job.attempt
        logger.warning("a store was left as it is", store=connection.store, why="no answer")
    except PlatformRefused as refused:
        logger.warning("a store was left as it is", store=connection.store, why=str(refused))
    syncing.forget_codes(connection, codes)
    if len(codes) == CODES_A_PAGE:
        return CODES.enqueue([replace(job, attempt=next_attempt)])
    drop_secret(connection.secret)
    engine.write([drop_connection(connection)])


def _stop(connection_id: str, problem: str) -> None:
    logger.warning("a store refuses", connection=connection_id, why=problem)
    with suppress(PlatformRefused):
        _change(connection_id, lambda it: replace(it, problem=problem))


def _change(
    connection_id: str, change: Callable[[Connection], Connection], step: str | None = None
) -> Connection:
    """The connection after the change. Raises `PlatformRefused` if it no longer exists."""

    def attempt() -> Connection:
        before = find_connection(connection_id)
        if before is None:
            raise PlatformRefused("The store was disconnected meanwhile.")
        after = change(before)
        after = after.ticked(step) if step else after
        if after != before:
            engine.write([put_connection(after)])
        return replace(after, revision=before.revision + (after != before))

    return engine.retrying(attempt)

"""Synchronises credit codes with their stores, one at a time (specification: credit-codes).

The state of a code says what to do, so messages may come twice and in any order.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from shared.connectors.connector import PlatformRefused, TryLater
from shared.connectors.credit import drop_credit, put_credit
from shared.connectors.credit.credit_terms import CreditTerms
from shared.connectors.jobs import SyncCredit, postpone
from shared.domain.ledger.credit_codes import (
    MAKING,
    READY,
    REFUSED,
    RETURNED,
    RETURNING,
    CreditCode,
)
from shared.domain.ledger.holds import HoldRefused
from shared.domain.members.member import Member
from shared.domain.platforms.connection import Connection
from shared.log import logger
from shared.orders import attribution
from shared.store import engine
from shared.store.ledger.credit_codes import find_credit_code, list_codes_of_store
from shared.store.programs.connections import find_connection
from shared.store.reading import Reading
from shared.wallet.credit_codes import find_open_code, give_back_code, settle_code


def sync_credit(job: SyncCredit) -> None:
    """Creates or removes the code as its state requires. If the store refuses to create the code,
    the credit is free again. If the store is busy, the job is enqueued again; after the last
    attempt raises `PlatformSilent`.
    """
    code = find_credit_code(Reading(), job.code)
    if code is None or code.left_store:
        return
    connection = find_connection(code.connection)
    try:
        if code.state == MAKING and job.time < code.ends_at:
            _make(code, connection, job.time)
        elif code.state != READY or job.time >= code.ends_at:
            _drop(code, connection, job.time)
    except TryLater as later:
        postpone(job, later.seconds)


def _make(code: CreditCode, connection: Connection | None, at: datetime) -> None:
    """Creates the code at its store. If the store refuses, the credit is free again."""
    member = attribution.find_member(Reading(), code.member)
    if connection is None or not connection.works or member is None or member.blocked:
        return engine.retrying(lambda: _note_refused(code.text, at))
    try:
        made = put_credit(connection, _terms_of(code, member))
    except PlatformRefused as refused:
        logger.warning("a store takes no credit code", connection=connection.id, why=str(refused))
        return engine.retrying(lambda: _note_refused(code.text, at))
    if not engine.retrying(lambda: _note_made(code.text, made, at)):
        drop_credit(connection, code.text, made)


def _note_made(text: str, platform_id: str, at: datetime) -> bool:
    """Stores that the store has the code. Returns false if the code is not wanted any more."""
    code = find_credit_code(Reading(), text)
    if code is None or code.state != MAKING:
        return False
    settle_code(replace(code, state=READY, platform_id=platform_id), at, free=False)
    return True


def _note_refused(text: str, at: datetime) -> None:
    code = find_credit_code(Reading(), text)
    if code is not None and code.state == MAKING:
        settle_code(replace(code, state=REFUSED), at, free=True)


def _terms_of(code: CreditCode, member: Member) -> CreditTerms:
    return CreditTerms(
        code.text,
        code.amount,
        code.currency,
        code.minimum,
        code.made_at,
        code.ends_at,
        member.public_id,
        member.email,
    )


def _drop(code: CreditCode, connection: Connection | None, at: datetime) -> None:
    """Removes the code from its store first, then frees the credit that a member gave back.

    A store that does not let us in keeps the code; its own end and its single use still limit it.
    """
    if connection is not None:
        try:
            drop_credit(connection, code.text, code.platform_id)
        except PlatformRefused as refused:
            logger.warning("a credit code stays", connection=connection.id, why=str(refused))
    engine.retrying(lambda: _note_dropped(code.text, at))


def _note_dropped(text: str, at: datetime) -> None:
    code = find_credit_code(Reading(), text)
    if code is not None and not code.left_store:
        after = code.as_dropped()
        settle_code(after, at, free=after.state == RETURNED)


def check_credit(member_id: str, at: datetime) -> None:
    """Gives back the open credit code of a member who is blocked or erased."""
    member = attribution.find_member(Reading(), member_id)
    code = find_open_code(member_id, at)
    if member and member.blocked and code and code.state != RETURNING:
        with suppress(HoldRefused):
            give_back_code(code.text)


def give_back_credit_of(connection: Connection, at: datetime) -> None:
    """Removes all credit codes from a store that is being disconnected. Raises `TryLater`."""
    for text in list_codes_of_store(connection.id):
        with suppress(HoldRefused):
            give_back_code(text)
        code = find_credit_code(Reading(), text)
        if code is not None and not code.left_store:
            _drop(code, connection, at)

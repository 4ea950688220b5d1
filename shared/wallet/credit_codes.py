"""Credit codes: credit set aside as a one-time code at a connected store, and given back
(specification: credit-codes).

The store is only asked by the codes queue, which gets a message of each change of a code.
"""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.credit_codes import (
    CODE_LIFE,
    MAKING,
    READY,
    RETURNING,
    SPENT,
    CreditCode,
    minimum_of,
    spelled_at,
    takes_credit,
)
from shared.domain.ledger.holds import (
    ABOVE_SHARE,
    CODE_FINISHED,
    CODE_IN_USE,
    CODE_OPEN,
    HOLD_LIFE,
    HoldRefused,
    OpenHold,
    VoidedHold,
    authorise,
    void,
)
from shared.domain.members.code import CREDIT_CODE_RANDOM, CREDIT_CODE_START
from shared.domain.orders.kept import is_undone
from shared.domain.platforms.connection import Connection
from shared.domain.programs.program import Program
from shared.identity import posting_id
from shared.members.profile import require_member
from shared.members.registration import CODE_ALPHABET
from shared.orders import attribution
from shared.problem import Conflict, NotFound
from shared.store import engine, keys
from shared.store.engine import Write
from shared.store.ledger.accounts import AccountItem, account_of, put_account, put_entry
from shared.store.ledger.credit_codes import (
    SpendingItem,
    find_credit_code,
    find_last_credit_code,
    put_credit_code,
    put_spending,
)
from shared.store.ledger.holds import HoldItem, hold_of, put_hold
from shared.store.ledger.orders import OrderItem, known_of
from shared.store.programs import programs
from shared.store.programs.connections import list_connections
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading
from shared.wallet.holds import check_not_blocked

BLOCK_LETTERS = 4


class CodeRequest(NamedTuple):
    """Credit that a member wants as a code; `amount` is in minor units, `None` is all of it.

    * `connection`: the id of the store that takes the code; `None` if there is only one.
    * `key`: the caller's `Idempotency-Key`. A call with the same key always gets the same code.
    """

    member: str
    amount: int | None = None
    connection: str | None = None
    key: str | None = None


def stores_for_credit(program: Program) -> list[Connection]:
    """The connected stores that can take credit codes with the program's terms and currency."""
    return [
        store
        for store in list_connections()
        if store.works
        and takes_credit(store.provider, program)
        and store.currency in (None, program.currency)
    ]


def request_code(request: CodeRequest, at: datetime) -> CreditCode:
    """Sets credit aside and returns the new code in the state `making`; the codes queue brings it
    to the store. A repeated call returns the same code.

    Raises `NotFound` for an unknown member, `HoldRefused`, and `Conflict` if no store takes codes,
    or if several do and the request names none.
    """
    name = posting_id(request.member, request.key)
    return engine.retrying(lambda: _request_code(request, name, at))


def _request_code(request: CodeRequest, name: str, at: datetime) -> CreditCode:
    reading = Reading()
    active = keys.active_program(DEFAULT)
    reading.fetch(
        (HoldItem, keys.hold(name)),
        (ProgramItem, active),
        *attribution.member_keys([request.member]),
    )
    member = require_member(reading, request.member)
    program = programs.active_program_of(reading.item(ProgramItem, active))
    account_key = keys.account(member.id, program.currency)
    reading.fetch((AccountItem, account_key), (SpendingItem, keys.spending(member.id)))
    last = find_last_credit_code(reading, member.id)
    if reading.item(HoldItem, keys.hold(name)):
        return _repeated(last, name, request)
    if last and last.is_open(at):
        raise HoldRefused(CODE_OPEN, open_code=last.text)
    account = account_of(member.id, program.currency, reading.item(AccountItem, account_key))
    check_not_blocked(member, account)
    amount = max(account.available(at), 1) if request.amount is None else request.amount
    if not program.wallet.max_percent_of_order:
        raise HoldRefused(ABOVE_SHARE, most=0)
    hold = OpenHold(name, member.id, program.currency, "", amount, at + HOLD_LIFE)
    after, entry = authorise(account, hold, at)
    code = _new_code(request, program, hold, at)
    engine.write(
        [
            put_hold(hold),
            put_account(after),
            put_entry(entry, None),
            *put_credit_code(code),
            put_spending(reading, member.id, code.text),
        ]
    )
    return replace(code, revision=1)


def _new_code(request: CodeRequest, program: Program, hold: OpenHold, at: datetime) -> CreditCode:
    """A code for the credit of a hold. Raises `Conflict` if no store takes it."""
    store = _choose_store(request, program)
    return CreditCode(
        spelled_at(store.provider, new_text()),
        hold.id,
        hold.member,
        store.id,
        hold.currency,
        hold.amount,
        minimum_of(program, hold.amount),
        at,
        at + CODE_LIFE,
    )


def _repeated(last: CreditCode | None, name: str, request: CodeRequest) -> CreditCode:
    """The code of an earlier call with the same key. Raises `HoldRefused` if the request differs."""
    if last is None or last.hold != name or request.amount not in (None, last.amount):
        raise HoldRefused("idempotency_conflict")
    return last


def _choose_store(request: CodeRequest, program: Program) -> Connection:
    stores = stores_for_credit(program)
    if request.connection is not None:
        stores = [store for store in stores if store.id == request.connection]
    if not stores:
        raise Conflict(
            "no_store_for_credit",
            "No connected store takes credit codes with the program's currency and terms."
            " Connect one first.",
        )
    if len(stores) > 1:
        raise Conflict("several_stores", "Several stores are connected. Name one as connection.")
    return stores[0]


def new_text() -> str:
    """A credit code that nobody can guess: `GC-7K2Q-M4XP-9TRD`."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CREDIT_CODE_RANDOM))
    blocks = [letters[at : at + BLOCK_LETTERS] for at in range(0, len(letters), BLOCK_LETTERS)]
    return "-".join((CREDIT_CODE_START, *blocks))


def require_code(text: str) -> CreditCode:
    """The credit code with this text; raises `NotFound`."""
    code = find_credit_code(Reading(), text)
    if code is None:
        raise NotFound(
            "unknown_credit_code",
            "No credit code has this text. Use the one that"
            " POST /v1/members/{id}/credit-codes returned.",
        )
    return code


def find_open_code(member_id: str, at: datetime) -> CreditCode | None:
    """The one open credit code of a member: it may still be used, or is being created or removed.
    `None` if there is none.
    """
    code = find_last_credit_code(Reading(), member_id)
    return code if code and code.is_open(at) else None


def give_back_code(text: str) -> CreditCode:
    """Begins to remove a code that was not used, and returns it. Its credit is free only when the
    store has removed the code, so that nobody can use both.

    A repeated call returns the same code. Raises `NotFound`, and `HoldRefused` for a code that was
    used or that an order still claims.
    """
    return engine.retrying(lambda: _give_back_code(text))


def _give_back_code(text: str) -> CreditCode:
    code = require_code(text)
    if code.state == SPENT:
        raise HoldRefused(CODE_FINISHED)
    if code.state in (MAKING, READY):
        _check_unclaimed(code)
        after = replace(code, state=RETURNING)
        engine.write(put_credit_code(after))
        return replace(after, revision=after.revision + 1)
    return code


def _check_unclaimed(code: CreditCode) -> None:
    """Raises `HoldRefused` if an order that may still be paid uses the code."""
    if code.order is None:
        return
    order = known_of(code.order, Reading().item(OrderItem, keys.order(code.order)))
    if order is not None and not is_undone(order.order):
        raise HoldRefused(CODE_IN_USE, order=code.order)


def settle_code(after: CreditCode, at: datetime, *, free: bool) -> None:
    """Stores the state that a code has after its store was asked. With `free`, an open hold of the
    code is voided too, so that the member can spend the credit in another way.

    Raises `WriteConflict` if the code has changed since it was read.
    """
    writes = put_credit_code(after)
    if free:
        writes += _void_writes(after, at)
    engine.write(writes)


def _void_writes(code: CreditCode, at: datetime) -> list[Write]:
    reading = Reading()
    account_key = keys.account(code.member, code.currency)
    reading.fetch((HoldItem, keys.hold(code.hold)), (AccountItem, account_key))
    item = reading.item(HoldItem, keys.hold(code.hold))
    hold = hold_of(item) if item else None
    if not isinstance(hold, OpenHold):
        return []
    account = account_of(code.member, code.currency, reading.item(AccountItem, account_key))
    voided: VoidedHold
    account, voided, entry = void(account, hold, at)
    return [put_hold(voided), put_account(account), put_entry(entry, None)]

"""Imports members. A row has the fields of `PUT /v1/members/{id}`, the id, the code that the member
shares already, and the balance.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.kinds import Currency, Identifier
from shared.domain.members.code import LONGEST_CODE, normalize_code
from shared.domain.members.member import Member
from shared.domain.money import MAX_AMOUNT
from shared.domain.record import Record
from shared.domain.shape import Kind
from shared.imports.sequence import TableRow
from shared.members.registration import register
from shared.members.registration_form import MemberForm
from shared.orders import attribution
from shared.store import keys
from shared.store.attributions.links import CodeItem
from shared.store.reading import Reading
from shared.wallet.opening_balances import (
    OpeningBalance,
    post_opening_balance,
    require_currency_of_credit,
)

SIGNS_OF_ADDRESSES = frozenset("/?#%\\")
"""Characters that a code in a link cannot contain."""


def _parse_code(value: object) -> str:
    if (
        not isinstance(value, str)
        or not normalize_code(value)
        or len(value) > LONGEST_CODE
        or not value.isprintable()
        or SIGNS_OF_ADDRESSES & set(value)
    ):
        raise ValueError(
            f"must be a code of up to {LONGEST_CODE} characters that can be used in a link, "
            "such as ANNA-7K2Q"
        )
    return value


def _parse_balance(value: object) -> int:
    if type(value) is int and abs(value) <= MAX_AMOUNT:
        return value
    raise ValueError(f"must be a whole number of minor units from -{MAX_AMOUNT} to {MAX_AMOUNT}")


OWN_CODE = Kind(_parse_code, {"type": "string", "minLength": 1, "maxLength": LONGEST_CODE})
BALANCE = Kind(
    _parse_balance,
    {
        "type": "integer",
        "minimum": -MAX_AMOUNT,
        "maximum": MAX_AMOUNT,
        "description": "Minor units; below 0 it is a debt",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedMember(MemberForm):
    """A member as a row of an import describes them: somebody whom the shop knew before it used
    Grapevine.
    """

    id: Identifier
    own_code: Annotated[str | None, OWN_CODE, "The code that the member shares already"] = None
    balance: Annotated[int | None, BALANCE, "What the member owned until now"] = None
    currency: Annotated[Currency | None, "Of the balance; else the program's"] = None


IMPORTED_MEMBER = Record(ImportedMember, "ImportedMember")


def import_member(
    row: TableRow, is_several: bool, hash_email: Callable[[str], str], at: datetime
) -> bool:
    """Registers the member of a row and posts their balance. Returns whether anything changed.

    `is_several` means that the row's `code` is one of `codes_of_several`, so it is an advocate's
    code and cannot be the member's own. Raises `InvalidDocument`, `Conflict` and `NotFound`.
    """
    form = IMPORTED_MEMBER.parse(row)
    if form.balance:
        require_currency_of_credit(form.currency)
    form = replace(
        _with_own_code(form, is_several),
        email_hash=hash_email(form.email) if form.email else None,
        imported=True,
    )
    before, after = register(form.id, form, at)
    if not form.balance:
        return before != after
    is_posted = post_opening_balance(OpeningBalance(form.id, form.balance, form.currency), at)
    return before != after or is_posted


def _with_own_code(form: ImportedMember, is_several: bool) -> ImportedMember:
    """The form with a meaning for its `code`. If another member has the code, it names the
    advocate, as in the API. If nobody has it, it is the member's own code (decision 196).
    """
    if form.code is None:
        return form
    owner = _owner_of(form.code)
    if owner and form.id not in (owner.id, owner.alias):
        return form
    if owner is None and (is_several or form.own_code):
        raise InvalidDocument(
            [
                FieldError(
                    "code",
                    "is not a member's code; import its owner first, with this code as own_code",
                )
            ]
        )
    try:
        return replace(form, code=None, own_code=form.own_code or _parse_code(form.code))
    except ValueError as error:
        raise InvalidDocument([FieldError("code", str(error))]) from None


def _owner_of(code: str) -> Member | None:
    reading = Reading()
    item = reading.item(CodeItem, keys.code(code))
    return attribution.find_current_member(reading, item.member) if item else None

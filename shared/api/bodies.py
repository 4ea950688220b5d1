"""Small request bodies. The routes read them, and the API's description is made from them."""

from dataclasses import dataclass
from typing import Annotated

from shared.domain.document import SourceDocument, parse_amount
from shared.domain.kinds import AMOUNT, Amount, Identifier
from shared.domain.money import MAX_AMOUNT
from shared.domain.record import Record
from shared.domain.shape import Kind
from shared.domain.staff_action import StaffReason


def _parse_positive(value: object) -> int:
    amount = parse_amount(value)
    if amount == 0:
        raise ValueError("must be at least 1 minor unit")
    return amount


def _parse_signed(value: object) -> int:
    if type(value) is int and 0 < abs(value) <= MAX_AMOUNT:
        return value
    raise ValueError(
        f"must be a whole number of minor units from -{MAX_AMOUNT} to {MAX_AMOUNT}, other than 0"
    )


_POSITIVE = Kind(_parse_positive, {**AMOUNT.published, "minimum": 1})
_SIGNED = Kind(
    _parse_signed,
    {
        "type": "integer",
        "minimum": -MAX_AMOUNT,
        "maximum": MAX_AMOUNT,
        "not": {"const": 0},
        "description": "Minor units; below 0 to take. Not 0",
    },
)


@dataclass(frozen=True, slots=True)
class NoFields:
    """A body without fields. It may be left out."""


@dataclass(frozen=True, slots=True)
class GroupForm:
    """The group that staff assigns an advocate to. The field `group` is required; `None` removes
    the advocate from their group.
    """

    reason: StaffReason | None = None
    group: Identifier | None = None


@dataclass(frozen=True, slots=True)
class MergeForm:
    """The member who is closed because they are the same person as the one in the address."""

    closed: Identifier
    reason: StaffReason


@dataclass(frozen=True, slots=True)
class AdjustmentForm:
    amount: Annotated[int, _SIGNED]
    reason: StaffReason


@dataclass(frozen=True, slots=True)
class HoldForm:
    """Credit that a checkout wants to hold, in minor units of the program's currency."""

    order_id: Identifier
    amount: Annotated[int, _POSITIVE]
    items_total: Annotated[
        Amount | None, "What the cart's items cost, where the order is not told yet"
    ] = None


@dataclass(frozen=True, slots=True)
class CreditCodeForm:
    """Credit that a member wants as a one-time code at a connected store, in minor units of the
    program's currency.
    """

    amount: (
        Annotated[int, _POSITIVE, "How much credit to use; by default all that is available"] | None
    ) = None
    connection: Annotated[Identifier, "The store for the code, if several are connected"] | None = (
        None
    )


@dataclass(frozen=True, slots=True)
class CaptureForm:
    """How much of a hold is captured; `None` is all of it."""

    amount: Annotated[int, _POSITIVE] | None = None


def _check_group(form: GroupForm, source: SourceDocument) -> None:
    if "group" not in source.value:
        source.fault("group", "is required; null removes the member from their group")


NO_FIELDS = Record(NoFields, "Nothing")
GROUP_FORM = Record(GroupForm, "GroupForm", _check_group, {"required": ["group"]})
MERGE_FORM = Record(MergeForm, "Merge")
ADJUSTMENT_FORM = Record(AdjustmentForm, "Adjustment")
HOLD_FORM = Record(HoldForm, "Checkout")
CREDIT_CODE_FORM = Record(CreditCodeForm, "CreditCodeWish")
CAPTURE_FORM = Record(CaptureForm, "Capture")

"""The request bodies with which staff makes and ends a referral, and names an order's advocate."""

from dataclasses import dataclass
from typing import Annotated

from shared.domain.kinds import Flag, Identifier, choice
from shared.domain.record import Record
from shared.domain.staff_action import StaffReason
from shared.members.referrals import NOTHING, UNSPENT


@dataclass(frozen=True, slots=True)
class ReferralForm:
    advocate_login: Identifier
    friend_login: Identifier
    reason: StaffReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralEndForm:
    """`take_back` says which of the advocate's rewards are taken back: nothing, or the unspent
    credit.
    """

    take_back: Annotated[str, choice(NOTHING, UNSPENT)] = NOTHING
    reason: StaffReason


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvocateForm:
    """`later_orders` says whether the advocate also gets the buyer's later orders."""

    advocate_login: Identifier
    later_orders: Flag = True
    reason: StaffReason


REFERRAL_FORM = Record(ReferralForm, "ReferralForm")
REFERRAL_END_FORM = Record(ReferralEndForm, "ReferralEnd")
ADVOCATE_FORM = Record(AdvocateForm, "AdvocateForm")

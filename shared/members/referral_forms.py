"""The bodies by which staff makes a referral and ends one."""

from dataclasses import dataclass
from typing import Annotated

from shared.domain.kinds import Identifier, choice
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
    """`take_back` says what is taken back of the advocate's rewards."""

    take_back: Annotated[str, choice(NOTHING, UNSPENT)] = NOTHING
    reason: StaffReason


REFERRAL_FORM = Record(ReferralForm, "ReferralForm")
REFERRAL_END_FORM = Record(ReferralEndForm, "ReferralEnd")

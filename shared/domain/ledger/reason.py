"""The document that explains an amount, as it is stored and shown (specification: reason)."""

from typing import NotRequired, TypedDict


class ReasonInputs(TypedDict, total=False):
    """Every value from which the amount was computed. Amounts are minor units.

    * `friend`, `advocate`: internal member ids.
    * `percent`: text such as `12.5`.
    * `of`: the amount from which a deduction or a return took its part.
    * `reward`: `friend_bonus`, if the code does not say which reward it was.
    * `hold`: the id of the hold.
    * `days`: after how many days the credit expired.
    * `other`: the other of two members who are one person; `source_order`, `source_level`,
      `source_reward`: the reward that credit came from before it moved between them.
    """

    friend: str | None
    advocate: str
    level: int
    kept: int
    base: int
    percent: str
    fixed: int
    min_bonus: int
    max_bonus: int
    room: int
    posted: int
    taken: int
    lapsed: int
    reward: str
    of: int
    amount: int
    payments: int
    volume: int
    min_volume: int | None
    hold: str
    days: int | None
    other: str
    source_order: str
    source_level: int
    source_reward: str


class ReasonStep(TypedDict):
    """One step of the computation. `amount` is the result of the step."""

    step: str
    amount: int
    percent: NotRequired[str]
    fixed: NotRequired[int]
    of: NotRequired[int]
    bound: NotRequired[int]
    posted: NotRequired[int]


class Reason(TypedDict):
    """Explains one amount. `program_version` is `None` if no program decided the amount."""

    code: str
    inputs: ReasonInputs
    steps: list[ReasonStep]
    program_version: int | None


REFERRAL_ENDED = "referral_ended"
"""The reason code of credit that was deducted because its referral ended."""
MERGED_INTO, MERGED_FROM = "merged_into", "merged_from"
"""The reason codes of the two entries that move credit between two members who are one person: in
the history of the closed member, and of the one who goes on.
"""

"""Computes which codes must be added to a platform or removed from it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

TAKEN, NOT_ACCEPTED = "taken", "not_accepted"
"""Why a platform does not have a code: the text is used there already, or it is not accepted."""


class PlatformCode(NamedTuple):
    """A code at a platform.

    * `code`: its normal form; `spelled` is how it is written at the platform.
    * `id`: the platform's id of the code.
    * `offer`: the platform's id of the discount to which it belongs.
    * `problem`: why the platform does not have the code; `None` if the platform has it.
    """

    code: str
    spelled: str
    id: str | None = None
    offer: str = ""
    problem: str | None = None


class CodePlan(NamedTuple):
    """The codes to write at a platform (`to_put`) and to remove there (`to_drop`).

    A code in `to_put` may already have an id there, from an older offer. A code that was refused is
    tried again, because the shop may have removed what was in its way.
    """

    to_put: tuple[PlatformCode, ...] = ()
    to_drop: tuple[PlatformCode, ...] = ()


def plan_codes(
    codes: Iterable[str],
    wanted: Mapping[str, str],
    recorded: Mapping[str, PlatformCode],
    offer: str | None,
) -> CodePlan:
    """The changes that give a platform exactly the codes that it should have.

    * `codes`: the codes to look at, in normal form.
    * `wanted`: the spelling of each code that should be there.
    * `recorded`: our records of the codes at the platform.
    * `offer`: the platform's id of the present discount; with `None` all known codes are removed.
    """
    to_put, to_drop = [], []
    for code in codes:
        known = recorded.get(code)
        if offer and code in wanted:
            spelled = wanted[code]
            if known is None or known.problem or (known.spelled, known.offer) != (spelled, offer):
                to_put.append(PlatformCode(code, spelled, known.id if known else None, offer))
        elif known is not None:
            to_drop.append(known)
    return CodePlan(tuple(to_put), tuple(to_drop))

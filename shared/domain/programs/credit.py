"""How a program divides the base of an order among the levels.

The rules are in the specification: credit-levels, credit-recursive.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from shared.domain.kinds import count
from shared.domain.money import Grant
from shared.domain.programs.reward_fields import LONGEST_CHAIN, PARTS, REWARD_SHAPE, Levels
from shared.domain.record import Record, TaggedUnion


@dataclass(frozen=True, slots=True)
class LevelCredit:
    """Each level earns its own reward in `levels`; the buyer earns `customer`."""

    system: ClassVar[str] = "levels"

    levels: Levels = ()
    customer: Annotated[Grant | None, REWARD_SHAPE, "What the buyer earns"] = None


@dataclass(frozen=True, slots=True)
class RecursiveCredit:
    """Each level earns a share of the amount that the level below earns, for up to `max_levels`
    levels.

    `percent` is that share in parts of 1,000,000.
    """

    system: ClassVar[str] = "recursive"
    levels: ClassVar[tuple[Grant, ...]] = ()
    customer: ClassVar[Grant | None] = None

    percent: Annotated[int, PARTS]
    max_levels: Annotated[int | None, count(1, LONGEST_CHAIN)] = None


type Credit = LevelCredit | RecursiveCredit
CREDIT: TaggedUnion[Credit] = TaggedUnion(
    Record(LevelCredit, "levels_credit", tag=("system", LevelCredit.system)),
    Record(RecursiveCredit, "recursive_credit", tag=("system", RecursiveCredit.system)),
)

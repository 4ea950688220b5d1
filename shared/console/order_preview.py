"""What one ordinary order pays under a program: "an order of €100 pays …"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.console.amounts import typed_amount
from shared.console.simulator import SimulatedReward, parse_order, simulate
from shared.domain.money import minor_digits
from shared.domain.programs.group import Group
from shared.domain.programs.program import Program
from shared.domain.programs.window import Window
from shared.domain.rewards.quote import quote_discount
from shared.domain.rewards.terms import Advocate

ORDINARY = 100
"""The items of the order in major units; a hundred times as much in a currency without minor units."""
MOST_LEVELS = 5


class PaidTo(NamedTuple):
    """One reward of the order in minor units. Level 0 is the buyer. `group` is the group of an
    advocate who would earn this at level 1.
    """

    level: int
    amount: int
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class OrderPreview:
    """What the first order of a friend pays. Amounts are minor units of the program's currency.

    * `items`: what is in the cart; `discount`: what the friend's discount takes off.
    * `rewards`: the buyer's own and those of advocates without a group, nearest first.
    * `groups`: what the nearest advocate earns in each group.
    * `refusal`: why nobody earns; `None` if somebody does.
    """

    currency: str
    items: int
    discount: int
    rewards: Sequence[PaidTo]
    groups: Sequence[PaidTo]
    refusal: str | None

    @property
    def kept(self) -> int:
        """What the shop has left after discount and rewards."""
        return self.items - self.discount - sum(reward.amount for reward in self.rewards)


def preview_order(program: Program, now: datetime, language: str) -> OrderPreview:
    at = _time_of(program.active, now)
    items = ORDINARY * 10 ** (minor_digits(program.currency) or 2)
    quote = quote_discount(program, program.currency, items, Advocate("A1"), None, at)
    form = {
        "items": typed_amount(items, program.currency, language),
        "discount": typed_amount(quote.discount, program.currency, language),
    }

    def simulated(more: Mapping[str, str]) -> Sequence[SimulatedReward]:
        order = parse_order({**form, **more}, program, at, language)
        return simulate(program, order, at, language).rows

    chain = {"advocates": str(min(program.depth(), MOST_LEVELS) or 1)}
    rows = simulated(chain)
    rewards = [PaidTo(row.level or 0, row.amount) for row in rows if row.amount]
    in_groups = [
        PaidTo(1, _first_level(simulated(_in_group(group, program, language))), group)
        for group in program.groups
    ]
    refusals = [row.text for row in rows if not row.amount]
    somebody = rewards or any(row.amount for row in in_groups)
    refusal = None if somebody or not refusals else refusals[0]
    return OrderPreview(program.currency, items, quote.discount, rewards, in_groups, refusal)


def _time_of(active: Window, now: datetime) -> datetime:
    """An instant at which orders count: now, or else the beginning or the last second of the
    program.
    """
    if active.since and now < active.since:
        return active.since
    return active.until - timedelta(seconds=1) if active.until and active.is_over(now) else now


def _in_group(group: Group, program: Program, language: str) -> dict[str, str]:
    """The fields of the simulator for one advocate in a group."""
    if group.min_volume is None:
        return {"advocates": "1", "group1": group.id}
    return {"advocates": "1", "volume1": typed_amount(group.min_volume, program.currency, language)}


def _first_level(rows: Sequence[SimulatedReward]) -> int:
    return sum(row.amount for row in rows if row.level == 1)

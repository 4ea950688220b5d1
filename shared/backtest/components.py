"""Connected components of a history: everybody and everything that can have to do with one another.

Members, their e-mail addresses and codes, advocates, orders and visitors of one component share no
event with those of another, so each component can be run by itself (specification: backtest).
"""

from array import array
from collections.abc import Iterable, Sequence
from heapq import heapify, heapreplace


class Components:
    """Sorts names into components: names that one event mentions are in the same component, and so
    are names that are linked by several events. (Union by the smaller number, with path halving.)
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._above = array("q")

    def join(self, names: Iterable[str]) -> int:
        """Joins the names of one event. Returns the number of one of them; `part_of` takes it."""
        numbers = [self._number(name) for name in names]
        first = self.part_of(numbers[0])
        for number in numbers[1:]:
            other = self.part_of(number)
            if other != first:
                first, other = min(first, other), max(first, other)
                self._above[other] = first
        return first

    def part_of(self, number: int) -> int:
        """The number of the component to which the name with this number belongs. It can change
        when more names are joined.
        """
        above = self._above
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    def _number(self, name: str) -> int:
        number = self._numbers.setdefault(name, len(self._above))
        if number == len(self._above):
            self._above.append(number)
        return number


def share_out(parts: Sequence[int], shares: int) -> list[int]:
    """The number of the share that each event gets. `parts` has the component of each event.

    All events of a component get the same share. The components are dealt out by size, the largest
    first, each to the share that has the fewest events so far.
    """
    sizes: dict[int, int] = {}
    for part in parts:
        sizes[part] = sizes.get(part, 0) + 1
    loads = [(0, share) for share in range(shares)]
    heapify(loads)
    share_of = {}
    for part, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        load, share = loads[0]
        share_of[part] = share
        heapreplace(loads, (load + size, share))
    return [share_of[part] for part in parts]

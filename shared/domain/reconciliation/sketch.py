"""A sketch of claims: finds the subjects whose two sides differ, in memory that does not grow with
the ledger.

Each subject has a number, and its claims add up to a value that is 0 if both sides agree. A sketch
keeps three sums of many values in each cell: Σ value, Σ value · number and Σ value · number². If
exactly one subject of a cell differs, its number is the second sum divided by the first. Each
subject is in one cell of each of three rows, so subjects that share a cell in one row are told
apart in another (an invertible Bloom lookup table, Goodrich and Mitzenmacher 2011; the sums are
the one-sparse recovery of Ganguly 2007). All sums are modulo a prime.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import NamedTuple

from shared.domain.reconciliation.claims import Claim

PRIME = 2**61 - 1
SPREADS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
"""A multiplier for each row, which spreads the numbers over its cells."""
SUMS = 3
NUMBER_TYPE = "Q"
"""Sums are stored as unsigned 64-bit numbers."""


class Decoded(NamedTuple):
    """What a sketch has found: the subjects that differ, by their numbers, each with the sum of its
    differences.

    `whole` is false if there are more of them than the sketch can find.
    """

    values: Mapping[int, int]
    whole: bool


class Sketch:
    """A sketch of claims (see above): three rows of `cells` cells. It can find about 2.4 times as
    many subjects that differ as a row has cells.
    """

    def __init__(self, cells: int, stored: bytes = b"") -> None:
        """`stored` is an earlier sketch of the same size, as `to_bytes` has returned it."""
        size = len(SPREADS) * cells * SUMS
        self._cells = cells
        self._sums = array(NUMBER_TYPE, stored or bytes(8 * size))
        if len(self._sums) != size:
            raise ValueError(f"a sketch of {cells} cells has {size} sums, not {len(self._sums)}")

    def to_bytes(self) -> bytes:
        return self._sums.tobytes()

    def add(self, claims: Iterable[Claim]) -> None:
        values: Counter[str] = Counter()
        for subject, what, where, expected, found in claims:
            if expected != found:
                values[subject] += (found - expected) * number_of(f"{what}\0{where}")
        for subject, value in values.items():
            if value % PRIME:
                self._add(number_of(subject), value)

    def decode(self) -> Decoded:
        """Finds the subjects that differ: takes one after the other out of a copy of the sketch."""
        rest, values = Sketch(self._cells, self.to_bytes()), dict[int, int]()
        places = list(range(0, len(rest._sums), SUMS))
        while places:
            single = rest._single(places.pop())
            if single:
                number, value = single
                rest._add(number, -value)
                values[number] = (values.get(number, 0) + value) % PRIME
                places += rest._places(number)
        found = {number: value for number, value in values.items() if value}
        return Decoded(found, not any(rest._sums))

    def _add(self, number: int, value: int) -> None:
        first = value % PRIME
        second = first * number % PRIME
        third = second * number % PRIME
        sums = self._sums
        for place in self._places(number):
            sums[place] = (sums[place] + first) % PRIME
            sums[place + 1] = (sums[place + 1] + second) % PRIME
            sums[place + 2] = (sums[place + 2] + third) % PRIME

    def _places(self, number: int) -> Iterator[int]:
        """The index of the first sum of each cell that a number is in."""
        for row, spread in enumerate(SPREADS):
            cell = (number * spread % PRIME) % self._cells
            yield (row * self._cells + cell) * SUMS

    def _single(self, place: int) -> tuple[int, int] | None:
        """The number and the value of the only subject in a cell; `None` if there are several, or
        none.
        """
        first, second, third = self._sums[place : place + SUMS]
        if not first:
            return None
        number = second * pow(first, -1, PRIME) % PRIME
        alone = second * number % PRIME == third and place in self._places(number)
        return (number, first) if alone else None


def number_of(text: str) -> int:
    """A number for a subject or a place. It is the same in every process and never 0."""
    digest = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % (PRIME - 1) + 1

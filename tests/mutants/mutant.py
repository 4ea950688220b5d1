"""A guard of the money, and how it is switched off."""

from typing import NamedTuple


class Mutant(NamedTuple):
    """`was` stands once in the file; the tests are those that ask what the guard is for."""

    guard: str
    file: str
    was: str
    becomes: str
    tests: str

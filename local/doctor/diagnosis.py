"""The result of one check."""

from typing import NamedTuple

WELL, WARNING, FAULT = "well", "warning", "FAULT"


class Diagnosis(NamedTuple):
    """The result of one check.

    * `what`: the subject.
    * `seen`: what was found.
    * `do`: what to do; empty if all is well.
    """

    verdict: str
    what: str
    seen: str
    do: str = ""

    def __str__(self) -> str:
        line = f"{self.verdict:8}{self.what}: {self.seen}"
        return f"{line}\n        -> {self.do}" if self.do else line


def well(what: str, seen: str) -> Diagnosis:
    return Diagnosis(WELL, what, seen)


def warning(what: str, seen: str, do: str) -> Diagnosis:
    return Diagnosis(WARNING, what, seen, do)


def fault(what: str, seen: str, do: str) -> Diagnosis:
    return Diagnosis(FAULT, what, seen, do)

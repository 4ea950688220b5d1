"""One thing that was looked at."""

from typing import NamedTuple

WELL, WARNING, FAULT = "well", "warning", "FAULT"


class Diagnosis(NamedTuple):
    """`what` was looked at, `seen` what there is, `do` what to do unless all is well."""

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

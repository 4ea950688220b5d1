"""A refused form with the texts that were sent, so that its page can show them again (decision
204).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.problem import Problem

INVALID = "invalid"
"""The code of a refusal that is fully explained by the faults of its fields."""


@dataclass(frozen=True, slots=True)
class SentForm:
    """What staff typed, and why it was refused. `refusal` is `None` if no form was sent."""

    values: Mapping[str, str] = field(default_factory=dict)
    refusal: Problem | None = None

    def value(self, name: str, before: str = "") -> str:
        """The text that was typed in a field; `before` if no form was sent."""
        return before if self.refusal is None else self.values.get(name, "")

    def ticked(self, name: str, before: bool) -> bool:
        return before if self.refusal is None else name in self.values

    @property
    def faults(self) -> Sequence[Mapping[str, str]]:
        """The faults of the fields; each has a `field` and a `message`."""
        faults = self.refusal.more.get("errors", ()) if self.refusal else ()
        return faults if isinstance(faults, list | tuple) else ()

    @property
    def first_wrong(self) -> str | None:
        """The first field with a fault, which the page puts in focus."""
        return self.faults[0]["field"] if self.faults else None

    @property
    def sentence(self) -> str | None:
        """Why the form was refused, if the faults of its fields do not say it."""
        if self.refusal is None or (self.refusal.code == INVALID and self.faults):
            return None
        return self.refusal.detail

    def wrong(self, name: str) -> list[str]:
        """The messages of a field's faults."""
        return [fault["message"] for fault in self.faults if fault["field"] == name]


NOT_SENT = SentForm()

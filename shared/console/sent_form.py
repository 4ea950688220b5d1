"""A refused form as it was sent, so that its page shows it once more (decision 204)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.problem import Problem

INVALID = "invalid"
"""The code of a refusal whose fields say everything."""


@dataclass(frozen=True, slots=True)
class SentForm:
    """What was typed, and why it was refused; without a `refusal` the form was not sent."""

    values: Mapping[str, str] = field(default_factory=dict)
    refusal: Problem | None = None

    def value(self, name: str, before: str = "") -> str:
        """The text that was typed; `before` where the form was not sent."""
        return before if self.refusal is None else self.values.get(name, "")

    def ticked(self, name: str, before: bool) -> bool:
        return before if self.refusal is None else name in self.values

    @property
    def faults(self) -> Sequence[Mapping[str, str]]:
        """The faults of fields, each a `field` and a `message`."""
        faults = self.refusal.more.get("errors", ()) if self.refusal else ()
        return faults if isinstance(faults, list | tuple) else ()

    @property
    def first_wrong(self) -> str | None:
        """The field that the reader's attention belongs to."""
        return self.faults[0]["field"] if self.faults else None

    @property
    def sentence(self) -> str | None:
        """Why it was refused, where its fields do not say so."""
        if self.refusal is None or (self.refusal.code == INVALID and self.faults):
            return None
        return self.refusal.detail

    def wrong(self, name: str) -> list[str]:
        """What is wrong with a field."""
        return [fault["message"] for fault in self.faults if fault["field"] == name]


NOT_SENT = SentForm()

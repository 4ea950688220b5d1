"""A finding: a fault that lint found in a program."""

from typing import NamedTuple

from shared.domain.lint.worst_case import WorstOrder

ERROR, WARNING = "error", "warning"


class Finding(NamedTuple):
    """A fault in a program. `field` is its place in the program document. `example` is an order
    that shows the fault. An error prevents publishing; a warning does not.
    """

    severity: str
    code: str
    field: str
    text: str
    example: WorstOrder | None = None

    def document(self) -> dict[str, object]:
        """The finding as the API returns it."""
        example = self.example.document() if self.example else None
        return {
            "severity": self.severity,
            "code": self.code,
            "field": self.field,
            "text": self.text,
            "example": example,
        }

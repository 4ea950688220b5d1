"""What lint finds wrong with a program, and an order that shows it."""

from typing import NamedTuple

from shared.domain.lint.worst_case import WorstOrder

ERROR, WARNING = "error", "warning"


class Finding(NamedTuple):
    """`field` is the place in the program document; an error stops publishing."""

    severity: str
    code: str
    field: str
    text: str
    example: WorstOrder | None = None

    def document(self) -> dict[str, object]:
        """The finding as the API answers it."""
        example = self.example.document() if self.example else None
        return {
            "severity": self.severity,
            "code": self.code,
            "field": self.field,
            "text": self.text,
            "example": example,
        }

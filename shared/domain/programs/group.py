"""Groups: advocates with rewards of their own (specification: groups)."""

from dataclasses import dataclass
from typing import Annotated

from shared.domain.document import FieldError, SourceDocument
from shared.domain.kinds import Amount, Flag, Identifier, Text, text
from shared.domain.money import Grant
from shared.domain.programs.reward_fields import LEVELS, Levels
from shared.domain.record import Record
from shared.domain.shape import Definitions, JsonSchema, Shape


@dataclass(frozen=True, slots=True)
class Group:
    """A group of advocates with rewards of their own.

    An advocate is in the group once their volume reaches `min_volume` (minor units), unless it
    reaches that of a higher group or staff assigned another one. If `min_volume` is `None`, only
    staff assigns the members.
    """

    id: str
    name: str
    description: str
    levels: tuple[Grant, ...]
    min_volume: int | None = None

    @property
    def assigned(self) -> bool:
        """Whether staff assigns its members."""
        return self.min_volume is None


@dataclass(frozen=True, slots=True)
class GroupDocument:
    """A group as a program document writes it; `assigned` is true if staff assigns the members."""

    id: Identifier
    name: Annotated[Text | None, "By default the id"] = None
    description: Annotated[str, text(2_000)] = ""
    min_volume: Annotated[Amount | None, "The volume at which an advocate joins the group"] = None
    assigned: Annotated[Flag, "Staff assigns members; takes precedence over volume"] = False
    levels: Levels = ()


def _check(group: GroupDocument, source: SourceDocument) -> None:
    if group.assigned == (group.min_volume is not None):
        source.faults.append(
            FieldError(source.path, 'write either "min_volume" or "assigned": true')
        )


_RULES: JsonSchema = {
    "anyOf": [
        {
            "properties": {"assigned": {"const": True}, "min_volume": {"type": "null"}},
            "required": ["assigned"],
        },
        {
            "properties": {"assigned": {"not": {"const": True}}, "min_volume": {"type": "integer"}},
            "required": ["min_volume"],
        },
    ]
}


class GroupShape(Shape[Group]):
    """Reads a group from a `GroupDocument` and writes it as one."""

    name = "group"
    document = Record(GroupDocument, check=_check, rules=_RULES)

    def read(self, value: object, source: SourceDocument, field: str) -> Group:
        group = self.document.read(value, source, field)
        return Group(
            id=group.id,
            name=group.id if group.name is None else group.name,
            description=group.description,
            levels=group.levels,
            min_volume=None if group.assigned else group.min_volume or 0,
        )

    def write(self, value: Group) -> dict[str, object]:
        reached = {"assigned": True} if value.assigned else {"min_volume": value.min_volume}
        return {
            "id": value.id,
            "name": value.name,
            "description": value.description,
            **reached,
            "levels": LEVELS.write(value.levels),
        }

    def schema(self, definitions: Definitions) -> JsonSchema:
        return self.document.schema(definitions)


GROUP = GroupShape()

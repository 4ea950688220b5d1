"""Lines of a history file (specification: history-line) that are made from rows of another program's
or a shop platform's export."""

from typing import Literal, NotRequired, TypedDict


class MemberEvent(TypedDict):
    type: Literal["member"]
    id: str
    at: str
    advocate: NotRequired[str]
    code: NotRequired[str]
    email: NotRequired[str]


class OrderEvent(TypedDict):
    type: Literal["order"]
    at: str
    order: dict[str, object]


type ExportEvent = MemberEvent | OrderEvent

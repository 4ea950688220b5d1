"""What a storefront sends when a visitor lands from a link."""

from dataclasses import dataclass
from typing import Annotated

from shared.domain.kinds import text
from shared.domain.members.code import LONGEST_CODE
from shared.domain.record import Record
from shared.domain.shape import Kind
from shared.domain.shop_path import LONGEST_PATH
from shared.links import clicks
from shared.store.attributions.links import UnknownCode


def _parse_code(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    try:
        return clicks.parse_code(value)
    except UnknownCode:
        raise ValueError(f"must be 1 to {LONGEST_CODE} printable characters") from None


CODE = Kind(_parse_code, {"type": "string", "minLength": 1, "maxLength": LONGEST_CODE})


@dataclass(frozen=True, slots=True)
class ClickForm:
    """The code of a link in its normal form, and the path on the shop where the visitor landed;
    `None` if it was not sent.
    """

    code: Annotated[str, CODE]
    landing: Annotated[str, text(LONGEST_PATH)] | None = None


CLICK_FORM = Record(ClickForm, "Click")

"""Rewards and discounts in a program document. Each is a percent or a fixed amount, never both."""

from dataclasses import dataclass
from typing import Annotated

from shared.domain.document import FieldError, SourceDocument
from shared.domain.kinds import AMOUNT, FLAG
from shared.domain.money import PERCENT, Grant, percent_parts, percent_text
from shared.domain.shape import Definitions, JsonSchema, Kind, ObjectList, Shape, nullable

LONGEST_CHAIN = 40
"""The most advocates above a buyer that an order can reward.

Their entries and accounts must fit one transaction of 100 items together with the order.
"""
NULL: JsonSchema = {"type": "null"}
PARTS = Kind(
    percent_parts,
    {
        "description": "Percent as text with up to four decimals",
        "type": "string",
        "pattern": r"^[0-9]{1,4}(\.[0-9]{1,4})?$",
    },
    percent_text,
)
"""A percent, read as parts of 1,000,000."""


def _parse_share(value: object) -> int:
    parts = percent_parts(value)
    if parts > PERCENT:
        raise ValueError('must be at most "100"')
    return parts


SHARE = Kind(
    _parse_share,
    {"type": "string", "pattern": r"^(0?100(\.0{1,4})?|0{0,2}[0-9]{1,2}(\.[0-9]{1,4})?)$"},
    percent_text,
)
"""A percent of at most 100, read as parts of 1,000,000."""


class RewardShape(Shape[Grant]):
    """A reward, written `{"percent": "10"}` or `{"fixed": 500}` (specification: reward)."""

    name = "reward"

    def read(self, value: object, source: SourceDocument, field: str) -> Grant:
        inner = source.within(field, value)
        reward = read_reward(inner)
        inner.refuse_unknown()
        return reward

    def write(self, value: Grant) -> dict[str, object]:
        if value.fixed is None:
            return {"percent": percent_text(value.parts)}
        return {"fixed": value.fixed}

    def schema(self, definitions: Definitions) -> JsonSchema:
        return {
            "description": "A percent of the base,"
            " or a fixed amount that is whole while anything is kept",
            "oneOf": [
                _one_of_two("percent", PARTS.schema(definitions), "fixed"),
                _one_of_two("fixed", AMOUNT.schema(definitions), "percent"),
            ],
        }


def read_reward(source: SourceDocument) -> Grant:
    """Reads the two fields of a reward; the object may have other fields too. If not exactly one of
    the two is given, adds a fault to `source`.
    """
    parts = source.get("percent", PARTS.check, None)
    fixed = source.get("fixed", AMOUNT.check, None)
    if (source.value.get("percent") is None) == (source.value.get("fixed") is None):
        source.faults.append(
            FieldError(source.path, 'write either {"percent": "10"} or {"fixed": 500}')
        )
    return Grant(parts or 0, fixed)


REWARD_SHAPE = RewardShape()
LEVELS = ObjectList(REWARD_SHAPE, LONGEST_CHAIN, "levels")
Levels = Annotated[tuple[Grant, ...], LEVELS, "What level 1, 2, ... earns"]


@dataclass(frozen=True, slots=True)
class Bonus:
    """Credit for the friend on each order that is not refused; with `once`, only on the first such
    order.
    """

    reward: Grant
    once: bool = False


class BonusShape(Shape[Bonus]):
    """A reward with the additional field `once` (specification: friend-bonus)."""

    name = "bonus"

    def read(self, value: object, source: SourceDocument, field: str) -> Bonus:
        inner = source.within(field, value)
        bonus = Bonus(read_reward(inner), inner.get("once", FLAG.check, False))
        inner.refuse_unknown()
        return bonus

    def write(self, value: Bonus) -> dict[str, object]:
        return REWARD_SHAPE.write(value.reward) | {"once": value.once}

    def schema(self, definitions: Definitions) -> JsonSchema:
        once = {
            **nullable(FLAG.schema(definitions)),
            "default": False,
            "description": "On the first order alone that is not refused",
        }
        return {
            "anyOf": [
                _one_of_two("percent", PARTS.schema(definitions), "fixed", once=once),
                _one_of_two("fixed", AMOUNT.schema(definitions), "percent", once=once),
            ]
        }


BONUS_SHAPE = BonusShape()


@dataclass(frozen=True, slots=True)
class Discount:
    """The friend's discount at checkout: `reward`, computed on the items.

    It is at most `most`, and needs items of at least `minimum_order`. Both are minor units.
    """

    reward: Grant
    most: int | None = None
    minimum_order: int | None = None


class DiscountShape(Shape[Discount]):
    """A reward with the additional fields `max` and `minimum_order` (specification:
    friend-discount).
    """

    name = "discount"

    def read(self, value: object, source: SourceDocument, field: str) -> Discount:
        inner = source.within(field, value)
        discount = Discount(
            read_reward(inner),
            inner.get("max", AMOUNT.check, None),
            inner.get("minimum_order", AMOUNT.check, None),
        )
        if discount.reward.fixed is not None and discount.most is not None:
            inner.fault("max", "only applies to a percent discount; remove it, or use percent")
        inner.refuse_unknown()
        return discount

    def write(self, value: Discount) -> dict[str, object]:
        bounds = {"max": value.most, "minimum_order": value.minimum_order}
        return REWARD_SHAPE.write(value.reward) | bounds

    def schema(self, definitions: Definitions) -> JsonSchema:
        amount = nullable(AMOUNT.schema(definitions))
        most = {**amount, "description": "The most it takes off"}
        least = {**amount, "description": "The least items it is granted on"}
        percent, fixed = PARTS.schema(definitions), AMOUNT.schema(definitions)
        return {
            "oneOf": [
                _one_of_two("percent", percent, "fixed", max=most, minimum_order=least),
                _one_of_two("fixed", fixed, "percent", max=NULL, minimum_order=least),
            ]
        }


DISCOUNT_SHAPE = DiscountShape()


def _one_of_two(name: str, schema: JsonSchema, other: str, **more: JsonSchema) -> dict[str, object]:
    """The schema of an object that has the field `name` and must not have the field `other`."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: schema, other: NULL, **more},
        "required": [name],
    }

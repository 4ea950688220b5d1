"""Shows how a number is understood, below its field, while staff types it (decision 203)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from shared.console.typed_fields import TypedFields
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.money import MINOR_DIGITS
from shared.pages import figures

AMOUNT, RATE, REWARD, REWARDS = "amount", "rate", "reward", "rewards"
KINDS = (AMOUNT, RATE, REWARD, REWARDS)


class Echo(NamedTuple):
    """The texts or the faults to show. `amount` is the amount that was read; `None` for a rate or a
    reward.
    """

    texts: Sequence[str] = ()
    faults: Sequence[str] = ()
    amount: int | None = None


def echo_field(query: Mapping[str, str], language: str) -> Echo:
    """How the text in a field is understood. The query has the name of the field and its text.
    Raises `InvalidDocument`.
    """
    name, currency, kind = (query.get(key, "") for key in ("field", "currency", "kind"))
    if currency not in MINOR_DIGITS or kind not in KINDS:
        raise InvalidDocument(
            [FieldError("currency", "must be the code of a currency, such as EUR")]
        )
    fields = TypedFields(query, currency, language)
    amount = fields.amount(name) if kind == AMOUNT else None
    texts = _texts(fields, name, kind, amount)
    return Echo(texts, [fault.message for fault in fields.faults], amount)


def _texts(fields: TypedFields, name: str, kind: str, amount: int | None) -> list[str]:
    if kind == AMOUNT:
        return [] if amount is None else [_money(amount, fields)]
    if kind == RATE:
        rate = fields.rate(name)
        return [] if rate is None else [figures.percent(rate, fields.language)]
    rewards: list[Any] = fields.rewards(name) if kind == REWARDS else [fields.reward(name)]
    return [_reward(reward, fields) for reward in rewards if reward]


def _reward(reward: Mapping[str, Any], fields: TypedFields) -> str:
    if "percent" in reward:
        return figures.percent(reward["percent"], fields.language)
    return _money(reward["fixed"], fields)


def _money(amount: int, fields: TypedFields) -> str:
    return figures.money(amount, fields.currency, fields.language)

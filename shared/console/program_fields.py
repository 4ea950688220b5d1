"""A program document as the texts of the form's fields; `program_form` reads them back."""

import re
from collections.abc import Mapping

from shared.console.amounts import typed_amount, typed_rate
from shared.console.program_form import (
    BOXES,
    FIELDS,
    GROUP_FIELDS,
    GROUP_ROWS,
    GROUPS,
    LEVEL_ROWS,
    LEVELS,
    REVIEW,
    FieldReader,
    JsonObject,
    currency_of,
    read_flag,
    read_moment,
    read_money,
    read_rate,
    section,
)
from shared.console.typed_fields import AMOUNT, PERCENT
from shared.domain.programs.program import MOST_GROUPS, WalletTerms
from shared.domain.programs.review_terms import ReviewTerms
from shared.domain.programs.reward_fields import LONGEST_CHAIN
from shared.domain.programs.signal_codes import ALLOW, GRADED, HOLD, REFUSE

_WHOLE_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:00Z")


def form_fields(document: JsonObject, language: str) -> dict[str, str]:
    """The text of each field of the form, by name. The rows of levels and groups are counted in
    `LEVEL_ROWS` and `GROUP_ROWS`.
    """
    shown = _ShownFields(currency_of(document), language)
    fields = {name: shown.text(_get(document, name), read) for name, read in FIELDS.items()}
    credit, friend, rules = (section(document, name) for name in ("credit", "friend", "rules"))
    bonus, discount = section(friend, "bonus"), section(friend, "discount")
    limit = section(rules, "max_per_advocate")
    return fields | {
        "credit.system": str(credit.get("system", "levels")),
        **_level_fields(_rows(credit.get("levels"), LONGEST_CHAIN), shown),
        **shown.reward("credit.customer", credit.get("customer")),
        "credit.percent": shown.rate(credit.get("percent")),
        "credit.max_levels": _plain_text(credit.get("max_levels")),
        **shown.reward("friend.bonus", friend.get("bonus")),
        "friend.bonus.once": "yes" if bonus.get("once") is True else "",
        "wallet.expiry_notice_days": _notice_text(document),
        **shown.reward("friend.discount", friend.get("discount")),
        "friend.discount.max": shown.money(discount.get("max")),
        "friend.discount.minimum_order": shown.money(discount.get("minimum_order")),
        "rules.max_per_advocate": shown.money(limit.get("amount")),
        **_review_fields(section(document, REVIEW)),
        **_group_fields(_rows(document.get("groups"), MOST_GROUPS), shown),
    }


def overlay_typed(form: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """The fields of a document, with what was typed in their place.

    Rows are those that were typed; fields that the typed form does not contain stay as they are.
    """
    kept = {
        name: text
        for name, text in form.items()
        if not (LEVEL_ROWS in typed and name.startswith(f"{LEVELS}."))
        and not (GROUP_ROWS in typed and name.startswith(f"{GROUPS}."))
    }
    return kept | dict.fromkeys(BOXES, "") | dict(typed)


def _notice_text(document: JsonObject) -> str:
    """The days before expiry, as text. Null in the document means no notice; a missing field means
    the default.
    """
    wallet = section(document, "wallet")
    return _plain_text(wallet.get("expiry_notice_days", WalletTerms().expiry_notice_days))


def _review_fields(review: JsonObject) -> dict[str, str]:
    usual = ReviewTerms()
    held, refused = (_rows(review.get(name), len(GRADED)) for name in (HOLD, REFUSE))
    return {
        **{f"{REVIEW}.{code}": ALLOW for code in GRADED},
        **{f"{REVIEW}.{code}": HOLD for code in GRADED if code in held},
        **{f"{REVIEW}.{code}": REFUSE for code in GRADED if code in refused},
        f"{REVIEW}.deadline_days": _plain_text(review.get("deadline_days", usual.deadline_days)),
        f"{REVIEW}.at_deadline": _plain_text(review.get("at_deadline", usual.at_deadline)),
    }


def _level_fields(levels: list[object], shown: "_ShownFields") -> dict[str, str]:
    fields = {LEVEL_ROWS: str(len(levels))}
    for place, reward in enumerate(levels):
        fields |= shown.reward(f"{LEVELS}.{place}", reward)
    return fields


def _group_fields(rows: list[object], shown: "_ShownFields") -> dict[str, str]:
    groups = [group for group in rows if isinstance(group, Mapping)]
    fields = {GROUP_ROWS: str(len(groups))}
    for place, group in enumerate(groups):
        row = {name: _plain_text(group.get(name)) for name in GROUP_FIELDS}
        row["min_volume"] = shown.money(group.get("min_volume"))
        row["levels"] = shown.rewards(group.get("levels"))
        fields |= {f"{GROUPS}.{place}.{name}": text for name, text in row.items()}
    return fields


class _ShownFields:
    """Turns values of a document into texts from which `TypedFields` reads the same values."""

    def __init__(self, currency: str, language: str) -> None:
        self.currency, self.language = currency, language

    def text(self, value: object, read: FieldReader) -> str:
        if read is read_flag:
            return "" if value is False else "yes"
        if read is read_money:
            return self.money(value)
        if read is read_moment:
            return _short_moment(value)
        return self.rate(value) if read is read_rate else _plain_text(value)

    def money(self, value: object) -> str:
        if type(value) is not int or value < 0:
            return _plain_text(value)
        return typed_amount(value, self.currency, self.language)

    def rate(self, value: object) -> str:
        return "" if value is None else typed_rate(str(value), self.language)

    def reward(self, name: str, value: object) -> dict[str, str]:
        """The number of a reward, and its switch."""
        if not isinstance(value, Mapping):
            return {name: _plain_text(value), f"{name}.unit": PERCENT if value is None else ""}
        if value.get("percent") is not None:
            rate = self.rate(value["percent"])
            return {name: rate.removesuffix("%").strip(), f"{name}.unit": PERCENT}
        return {name: self.money(value.get("fixed")), f"{name}.unit": AMOUNT}

    def rewards(self, value: object) -> str:
        if not isinstance(value, list):
            return _plain_text(value)
        return "; ".join(self._listed(reward) for reward in value)

    def _listed(self, reward: object) -> str:
        if not isinstance(reward, Mapping):
            return _plain_text(reward)
        fields = self.reward("", reward)
        if fields[".unit"] == PERCENT:
            return f"{fields['']} %" if fields[""] else ""
        return f"{fields['']} {self.currency}"


def _short_moment(value: object) -> str:
    """An instant as a day, or as a day and a time, if it has no seconds."""
    text = _plain_text(value)
    if not _WHOLE_MINUTE.fullmatch(text):
        return text
    return text.removesuffix(":00Z").removesuffix("T00:00").replace("T", " ")


def _plain_text(value: object) -> str:
    return "" if value is None else str(value)


def _get(document: JsonObject, name: str) -> object:
    part, _, field = name.rpartition(".")
    return (section(document, part) if part else document).get(field)


def _rows(value: object, most: int) -> list[object]:
    return value[:most] if isinstance(value, list) else []

"""The common fields of a program document as a form.

Amounts are in major units. Numbers are written in the reader's language, and lists of rewards as
`10 %; 8 %`. If one number is not clear, the whole form is refused (decision 203).
"""

from collections.abc import Callable, Mapping

from shared.console.amounts import typed_amount, typed_rate
from shared.console.sent_form import SentForm
from shared.console.typed_fields import AMOUNT, PERCENT, TypedFields
from shared.domain.document import FieldError
from shared.domain.money import MINOR_DIGITS
from shared.domain.programs.program import MOST_GROUPS, WalletTerms

NEW_GROUPS = 1
"""How many empty rows for further groups the form has."""
type FieldReader = Callable[[TypedFields, str], object]
"""Makes a value of the document from a field of the form."""
type JsonObject = Mapping[str, object]


def _optional(fields: TypedFields, name: str) -> object:
    return fields.text(name) or None


def _flag(fields: TypedFields, name: str) -> object:
    return fields.text(name) == "yes"


_text, _whole, _rate, _money = (
    TypedFields.text,
    TypedFields.whole,
    TypedFields.rate,
    TypedFields.amount,
)

FIELDS: dict[str, FieldReader] = {
    "name": _text,
    "currency": _text,
    "time_zone": _text,
    "base": _text,
    "earn_on": _text,
    "hold_days": _whole,
    "rules.total_days": _whole,
    "rules.payment_minimum": _money,
    "rules.max_bonus": _money,
    "rules.min_bonus": _money,
    "rules.total_payments": _whole,
    "friend.new_customers_only": _flag,
    "attribution.touch": _text,
    "attribution.window_days": _whole,
    "wallet.max_percent_of_order": _rate,
    "wallet.expires_after_days": _whole,
    "wallet.expiry_notice_days": _whole,
    "wallet.credit_reduces_base": _flag,
    "active.from": _optional,
    "active.until": _optional,
    "landing": _optional,
    "friends_shown_as": _optional,
}
"""Fields of the form that have one field in the document. Credit, groups, bonus, discount and limit
are not here, because each depends on several fields.
"""
REWARDS = ("credit.customer", "friend.bonus", "friend.discount")
"""Fields with a switch for percentage or amount."""


def apply_form(document: JsonObject, form: Mapping[str, str], language: str) -> dict[str, object]:
    """The document with the values of the form. Parts that the form does not contain stay as they
    are.

    Raises `InvalidDocument` that names each field with an unreadable number.
    """
    fields = TypedFields(form, _currency(form), language)
    if form.get("currency") not in MINOR_DIGITS:
        fields.faults.append(FieldError("currency", "must be the code of a currency, such as EUR"))
    changed = dict(document)
    for name, read in FIELDS.items():
        _set(changed, name, read(fields, name))
    limit = _section(_section(document, "rules"), "max_per_advocate")
    _set(changed, "credit", _credit(fields))
    _set(changed, "groups", _groups(document, fields))
    _set(changed, "friend.bonus", _bonus(fields))
    _set(changed, "friend.discount", _discount(fields))
    _set(changed, "rules.max_per_advocate", _limit(limit, fields))
    fields.finish()
    return changed


def _set(document: dict[str, object], name: str, value: object) -> None:
    section, _, field = name.rpartition(".")
    if section:
        document[section] = {**_section(document, section), field: value}
    else:
        document[field] = value


def _currency(source: JsonObject) -> str:
    """The currency of the amounts; EUR if the source names no known currency."""
    currency = source.get("currency")
    return currency if isinstance(currency, str) and currency in MINOR_DIGITS else "EUR"


def _credit(fields: TypedFields) -> dict[str, object]:
    if fields.text("credit.system") == "recursive":
        return {
            "system": "recursive",
            "percent": fields.rate("credit.percent"),
            "max_levels": fields.whole("credit.max_levels"),
        }
    return {
        "system": "levels",
        "levels": fields.rewards("credit.levels"),
        "customer": fields.reward("credit.customer"),
    }


def _bonus(fields: TypedFields) -> dict[str, object] | None:
    reward = fields.reward("friend.bonus")
    return reward and {**reward, "once": _flag(fields, "friend.bonus.once")}


def _discount(fields: TypedFields) -> dict[str, object] | None:
    reward = fields.reward("friend.discount")
    bounds = {name: fields.amount(f"friend.discount.{name}") for name in ("max", "minimum_order")}
    return reward and {**reward, **bounds}


def _limit(before: JsonObject, fields: TypedFields) -> dict[str, object] | None:
    amount = fields.amount("rules.max_per_advocate")
    return None if amount is None else {"from": None, "until": None, **before, "amount": amount}


def _groups(document: JsonObject, fields: TypedFields) -> list[object]:
    """The groups whose id is not empty, in the order of the form."""
    numbers = range(min(len(_group_documents(document)) + NEW_GROUPS, MOST_GROUPS + 1))
    rows = (f"groups.{number}" for number in numbers)
    return [_group(row, fields) for row in rows if fields.text(f"{row}.id")]


def _group(row: str, fields: TypedFields) -> dict[str, object]:
    volume = fields.amount(f"{row}.min_volume")
    reached = {"assigned": True} if volume is None else {"min_volume": volume}
    texts = {name: fields.text(f"{row}.{name}") for name in ("id", "name", "description")}
    return {**texts, **reached, "levels": fields.rewards(f"{row}.levels")}


def form_fields(document: JsonObject, language: str) -> dict[str, str]:
    """The text of each field of the form, by name. `groups` is the number of rows for groups."""
    shown = _ShownFields(_currency(document), language)
    fields = {name: shown.text(_get(document, name), read) for name, read in FIELDS.items()}
    credit, friend, rules = (_section(document, name) for name in ("credit", "friend", "rules"))
    bonus, discount = _section(friend, "bonus"), _section(friend, "discount")
    limit = _section(rules, "max_per_advocate")
    return fields | {
        "credit.system": str(credit.get("system", "levels")),
        "credit.levels": shown.rewards(credit.get("levels")),
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
        **_group_fields(_group_documents(document), shown),
    }


def form_as_sent(form: Mapping[str, str], sent: SentForm) -> dict[str, str]:
    """The fields, with the texts of a refused form instead of their own."""
    rows = {"groups": form.get("groups", "0")}
    return {name: sent.value(name, text) for name, text in form.items()} | rows


def _notice_text(document: JsonObject) -> str:
    """The days before expiry, as text. Null in the document means no notice; a missing field means
    the default.
    """
    wallet = _section(document, "wallet")
    return _plain_text(wallet.get("expiry_notice_days", WalletTerms().expiry_notice_days))


def _group_fields(groups: list[JsonObject], shown: "_ShownFields") -> dict[str, str]:
    empty: JsonObject = {}
    fields = {"groups": str(len(groups) + NEW_GROUPS)}
    for number, group in enumerate([*groups, *[empty] * NEW_GROUPS]):
        row = {name: _plain_text(group.get(name)) for name in ("id", "name", "description")}
        row["min_volume"] = shown.money(group.get("min_volume"))
        row["levels"] = shown.rewards(group.get("levels"))
        fields |= {f"groups.{number}.{name}": text for name, text in row.items()}
    return fields


class _ShownFields:
    """Turns values of a document into texts from which `TypedFields` reads the same values."""

    def __init__(self, currency: str, language: str) -> None:
        self.currency, self.language = currency, language

    def text(self, value: object, read: FieldReader) -> str:
        if read is _flag:
            return "" if value is False else "yes"
        if read is _money:
            return self.money(value)
        return self.rate(value) if read is _rate else _plain_text(value)

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


def _plain_text(value: object) -> str:
    return "" if value is None else str(value)


def _get(document: JsonObject, name: str) -> object:
    section, _, field = name.rpartition(".")
    return (_section(document, section) if section else document).get(field)


def _section(document: JsonObject, name: str) -> JsonObject:
    """An object inside the document; empty if there is none."""
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def _group_documents(document: JsonObject) -> list[JsonObject]:
    groups = document.get("groups")
    if not isinstance(groups, list):
        return []
    return [group for group in groups if isinstance(group, Mapping)][:MOST_GROUPS]

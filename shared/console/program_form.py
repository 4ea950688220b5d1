"""The common fields of a program document as a form.

Amounts stand in major units, rewards as `10 %` or `5.00`, lists of rewards as `10 %; 8 %`. A text
that cannot be read goes into the document as it is, so that the rules of the document name it.
"""

import re
from collections.abc import Callable, Mapping

from shared.console.amounts import parse_amount
from shared.domain.money import MINOR_DIGITS, minor_digits
from shared.domain.programs.program import MOST_GROUPS, WalletTerms

NEW_GROUPS = 1
"""Empty rows for further groups that the form offers."""
_LIST = re.compile(r"[;\n]")
type FieldReader = Callable[[str, str], object]
"""Makes a value of the document from the text of a field and the currency."""
type JsonObject = Mapping[str, object]


def _text(text: str, _: str) -> object:
    return text


def _optional(text: str, _: str) -> object:
    return text or None


def _whole(text: str, _: str) -> object:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else text or None


def _flag(text: str, _: str) -> object:
    return text == "yes"


def _percent(text: str, _: str) -> object:
    return text.removesuffix("%").strip().replace(",", ".") or None


def _money(text: str, currency: str) -> object:
    try:
        return parse_amount(text, currency) if text else None
    except ValueError:
        return text


def _reward(text: str, currency: str) -> dict[str, object] | None:
    if not text:
        return None
    if text.endswith("%"):
        return {"percent": _percent(text, currency)}
    return {"fixed": _money(text, currency)}


def _rewards(text: str, currency: str) -> list[object]:
    return [_reward(part.strip(), currency) for part in _LIST.split(text) if part.strip()]


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
    "wallet.max_percent_of_order": _percent,
    "wallet.expires_after_days": _whole,
    "wallet.expiry_notice_days": _whole,
    "wallet.credit_reduces_base": _flag,
    "active.from": _optional,
    "active.until": _optional,
    "landing": _optional,
    "friends_shown_as": _optional,
}
"""Fields that stand for themselves. Credit, groups, bonus, discount and limit depend on several
fields.
"""


def apply_form(document: JsonObject, form: Mapping[str, str]) -> dict[str, object]:
    """The document with the values of the form; what the form does not know stays."""
    currency = _currency(form)
    changed = dict(document)
    for name, read in FIELDS.items():
        _set(changed, name, read(form.get(name, ""), currency))
    limit = _section(_section(document, "rules"), "max_per_advocate")
    _set(changed, "credit", _credit(form, currency))
    _set(changed, "groups", _groups(document, form, currency))
    _set(changed, "friend.bonus", _bonus(form, currency))
    _set(changed, "friend.discount", _discount(form, currency))
    _set(changed, "rules.max_per_advocate", _limit(limit, form, currency))
    return changed


def _set(document: dict[str, object], name: str, value: object) -> None:
    section, _, field = name.rpartition(".")
    if section:
        document[section] = {**_section(document, section), field: value}
    else:
        document[field] = value


def _currency(source: JsonObject) -> str:
    """The currency of the amounts; EUR where the source names none that there is."""
    currency = source.get("currency")
    return currency if isinstance(currency, str) and currency in MINOR_DIGITS else "EUR"


def _credit(form: Mapping[str, str], currency: str) -> dict[str, object]:
    if form.get("credit.system") == "recursive":
        return {
            "system": "recursive",
            "percent": _percent(form.get("credit.percent", ""), currency),
            "max_levels": _whole(form.get("credit.max_levels", ""), currency),
        }
    return {
        "system": "levels",
        "levels": _rewards(form.get("credit.levels", ""), currency),
        "customer": _reward(form.get("credit.customer", ""), currency),
    }


def _bonus(form: Mapping[str, str], currency: str) -> dict[str, object] | None:
    reward = _reward(form.get("friend.bonus", ""), currency)
    return reward and {**reward, "once": _flag(form.get("friend.bonus.once", ""), currency)}


def _discount(form: Mapping[str, str], currency: str) -> dict[str, object] | None:
    reward = _reward(form.get("friend.discount", ""), currency)
    if reward is None:
        return None
    bounds = {
        name: _money(form.get(f"friend.discount.{name}", ""), currency)
        for name in ("max", "minimum_order")
    }
    return {**reward, **bounds}


def _limit(before: JsonObject, form: Mapping[str, str], currency: str) -> dict[str, object] | None:
    amount = _money(form.get("rules.max_per_advocate", ""), currency)
    return None if amount is None else {"from": None, "until": None, **before, "amount": amount}


def _groups(document: JsonObject, form: Mapping[str, str], currency: str) -> list[object]:
    """The groups whose id is not empty, in the order of the form."""
    numbers = range(min(len(_group_documents(document)) + NEW_GROUPS, MOST_GROUPS + 1))
    return [_group(number, form, currency) for number in numbers if form.get(f"groups.{number}.id")]


def _group(number: int, form: Mapping[str, str], currency: str) -> dict[str, object]:
    def text(name: str) -> str:
        return form.get(f"groups.{number}.{name}", "")

    volume = _money(text("min_volume"), currency)
    reached = {"assigned": True} if volume is None else {"min_volume": volume}
    texts = {name: text(name) for name in ("id", "name", "description")}
    return {**texts, **reached, "levels": _rewards(text("levels"), currency)}


def form_fields(document: JsonObject) -> dict[str, str]:
    """The text of each field of the form, by its name; `groups` is the number of rows."""
    currency = _currency(document)
    fields = {name: _shown(_get(document, name), read, currency) for name, read in FIELDS.items()}
    credit, friend, rules = (_section(document, name) for name in ("credit", "friend", "rules"))
    bonus, discount = _section(friend, "bonus"), _section(friend, "discount")
    limit = _section(rules, "max_per_advocate")
    return fields | {
        "credit.system": str(credit.get("system", "levels")),
        "credit.levels": _rewards_text(credit.get("levels"), currency),
        "credit.customer": _reward_text(credit.get("customer"), currency),
        "credit.percent": _percent_text(credit.get("percent")),
        "credit.max_levels": _plain_text(credit.get("max_levels")),
        "friend.bonus": _reward_text(friend.get("bonus"), currency),
        "friend.bonus.once": "yes" if bonus.get("once") is True else "",
        "wallet.expiry_notice_days": _notice_text(document),
        "friend.discount": _reward_text(friend.get("discount"), currency),
        "friend.discount.max": _money_text(discount.get("max"), currency),
        "friend.discount.minimum_order": _money_text(discount.get("minimum_order"), currency),
        "rules.max_per_advocate": _money_text(limit.get("amount"), currency),
        **_group_fields(_group_documents(document), currency),
    }


def _notice_text(document: JsonObject) -> str:
    """Null is no notice, and a missing field the default."""
    wallet = _section(document, "wallet")
    return _plain_text(wallet.get("expiry_notice_days", WalletTerms().expiry_notice_days))


def _group_fields(groups: list[JsonObject], currency: str) -> dict[str, str]:
    empty: JsonObject = {}
    fields = {"groups": str(len(groups) + NEW_GROUPS)}
    for number, group in enumerate([*groups, *[empty] * NEW_GROUPS]):
        row = {name: _plain_text(group.get(name)) for name in ("id", "name", "description")}
        row["min_volume"] = _money_text(group.get("min_volume"), currency)
        row["levels"] = _rewards_text(group.get("levels"), currency)
        fields |= {f"groups.{number}.{name}": text for name, text in row.items()}
    return fields


def _shown(value: object, read: FieldReader, currency: str) -> str:
    """The text from which `read` makes this value."""
    if read is _flag:
        return "" if value is False else "yes"
    if read is _money:
        return _money_text(value, currency)
    if read is _reward:
        return _reward_text(value, currency)
    return _percent_text(value) if read is _percent else _plain_text(value)


def _money_text(value: object, currency: str) -> str:
    if type(value) is not int or value < 0:
        return _plain_text(value)
    digits = minor_digits(currency)
    whole, fraction = divmod(value, 10**digits)
    return f"{whole}.{fraction:0{digits}d}" if digits else str(whole)


def _reward_text(value: object, currency: str) -> str:
    if not isinstance(value, Mapping):
        return _plain_text(value)
    if value.get("percent") is not None:
        return _percent_text(value["percent"])
    return _money_text(value.get("fixed"), currency)


def _rewards_text(value: object, currency: str) -> str:
    if not isinstance(value, list):
        return _plain_text(value)
    return "; ".join(_reward_text(reward, currency) for reward in value)


def _percent_text(value: object) -> str:
    return f"{value} %" if value is not None else ""


def _plain_text(value: object) -> str:
    return "" if value is None else str(value)


def _get(document: JsonObject, name: str) -> object:
    section, _, field = name.rpartition(".")
    return (_section(document, section) if section else document).get(field)


def _section(document: JsonObject, name: str) -> JsonObject:
    """An object of the document; empty where there is none."""
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def _group_documents(document: JsonObject) -> list[JsonObject]:
    groups = document.get("groups")
    if not isinstance(groups, list):
        return []
    return [group for group in groups if isinstance(group, Mapping)][:MOST_GROUPS]

"""The common fields of a program as a form: amounts in major units, rewards as `10 %` or `5.00`.

What cannot be read stays as it was written, for the rules of the document to name.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from shared.domain.money import MINOR_DIGITS, minor_digits, minor_units

MOST_GROUPS = 50
NEW_GROUPS = 1
_LIST = re.compile(r"[;\n]")
type Read = Callable[[str, str], Any]


def _text(text: str, _: str) -> object:
    return text


def _whole(text: str, _: str) -> object:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else text or None


def _flag(text: str, _: str) -> object:
    return text == "yes"


def _percent(text: str, _: str) -> object:
    return text.removesuffix("%").strip().replace(",", ".") or None


def _money(text: str, currency: str) -> object:
    try:
        return minor_units(dotted(text), currency) if text else None
    except ValueError:
        return text


def _reward(text: str, currency: str) -> object:
    if not text:
        return None
    if text.endswith("%"):
        return {"percent": _percent(text, currency)}
    return {"fixed": _money(text, currency)}


def _rewards(text: str, currency: str) -> object:
    return [_reward(part.strip(), currency) for part in _LIST.split(text) if part.strip()]


FIELDS: dict[str, Read] = {
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
    "friend.bonus": _reward,
    "friend.new_customers_only": _flag,
    "attribution.touch": _text,
    "attribution.window_days": _whole,
    "wallet.max_percent_of_order": _percent,
    "wallet.expires_after_days": _whole,
    "wallet.credit_reduces_base": _flag,
}
"""How each is read; the others depend on one another."""


def with_form(document: Mapping, form: Mapping[str, str]) -> dict:
    """The document with what the form says; what the form does not know stays."""
    currency = _currency(form)
    after = dict(document)
    for name, read in FIELDS.items():
        section, _, field = name.rpartition(".")
        value = read(form.get(name, ""), currency)
        if section:
            after[section] = dict(_section(after, section)) | {field: value}
        else:
            after[field] = value
    after["credit"] = _credit(form, currency)
    after["groups"] = _groups(document, form, currency)
    after["friend"]["discount"] = _discount(form, currency)
    after["rules"]["max_per_advocate"] = _cap(
        _section(_section(document, "rules"), "max_per_advocate"), form, currency
    )
    return after


def _currency(source: Mapping) -> str:
    """In which amounts are written; any where the document names none that there is."""
    told = source.get("currency")
    return told if isinstance(told, str) and told in MINOR_DIGITS else "EUR"


def _credit(form: Mapping[str, str], currency: str) -> dict:
    if form.get("credit.system") == "recursive":
        percent = _percent(form.get("credit.percent", ""), currency)
        return {
            "system": "recursive",
            "percent": percent,
            "max_levels": _whole(form.get("credit.max_levels", ""), currency),
        }
    levels, customer = (
        _rewards(form.get("credit.levels", ""), currency),
        _reward(form.get("credit.customer", ""), currency),
    )
    return {"system": "levels", "levels": levels, "customer": customer}


def _discount(form: Mapping[str, str], currency: str) -> dict | None:
    reward = _reward(form.get("friend.discount", ""), currency)
    if reward is None:
        return None
    bounds = {
        name: _money(form.get(f"friend.discount.{name}", ""), currency)
        for name in ("max", "minimum_order")
    }
    return {**reward, **bounds}


def _cap(before: Mapping, form: Mapping[str, str], currency: str) -> dict | None:
    amount = _money(form.get("rules.max_per_advocate", ""), currency)
    return None if amount is None else {"from": None, "until": None, **before, "amount": amount}


def _groups(document: Mapping, form: Mapping[str, str], currency: str) -> list[dict]:
    """Those whose id is not empty, in the order of the form."""
    places = range(min(len(_rows(document)) + NEW_GROUPS, MOST_GROUPS + 1))
    return [_group(place, form, currency) for place in places if form.get(f"groups.{place}.id")]


def _group(place: int, form: Mapping[str, str], currency: str) -> dict:
    def told(name: str) -> str:
        return form.get(f"groups.{place}.{name}", "")

    volume = _money(told("min_volume"), currency)
    reached = {"assigned": True} if volume is None else {"min_volume": volume}
    named = {name: told(name) for name in ("id", "name", "description")}
    return {**named, **reached, "levels": _rewards(told("levels"), currency)}


def form_of(document: Mapping) -> dict[str, str]:
    """What stands in each field of the form, by its name."""
    currency = _currency(document)
    form = {name: _shown(_at(document, name), read, currency) for name, read in FIELDS.items()}
    credit, friend, rules = (_section(document, name) for name in ("credit", "friend", "rules"))
    discount = _section(friend, "discount")
    form |= {
        "credit.system": str(credit.get("system", "levels")),
        "credit.levels": _list_text(credit.get("levels"), currency),
        "credit.customer": _reward_text(credit.get("customer"), currency),
        "credit.percent": _percent_text(credit.get("percent")),
        "credit.max_levels": _plain(credit.get("max_levels")),
        "friend.discount": _reward_text(friend.get("discount"), currency),
        "friend.discount.max": _money_text(discount.get("max"), currency),
        "friend.discount.minimum_order": _money_text(discount.get("minimum_order"), currency),
        "rules.max_per_advocate": _money_text(
            _section(rules, "max_per_advocate").get("amount"), currency
        ),
    }
    rows = _rows(document)
    for place, row in enumerate([*rows, *[{}] * NEW_GROUPS]):
        form |= {
            f"groups.{place}.{name}": _plain(row.get(name))
            for name in ("id", "name", "description")
        }
        form[f"groups.{place}.min_volume"] = _money_text(row.get("min_volume"), currency)
        form[f"groups.{place}.levels"] = _list_text(row.get("levels"), currency)
    return form | {"groups": str(len(rows) + NEW_GROUPS)}


def _shown(value: object, read: Read, currency: str) -> str:
    if read is _flag:
        return "" if value is False else "yes"
    if read is _money:
        return _money_text(value, currency)
    if read is _reward:
        return _reward_text(value, currency)
    return _percent_text(value) if read is _percent else _plain(value)


def _money_text(value: object, currency: str) -> str:
    if type(value) is not int or value < 0:
        return _plain(value)
    digits = minor_digits(currency)
    whole, fraction = divmod(value, 10**digits)
    return f"{whole}.{fraction:0{digits}d}" if digits else str(whole)


def _reward_text(value: object, currency: str) -> str:
    if not isinstance(value, Mapping):
        return _plain(value)
    return (
        _percent_text(value["percent"])
        if value.get("percent") is not None
        else _money_text(value.get("fixed"), currency)
    )


def _list_text(value: object, currency: str) -> str:
    return (
        "; ".join(_reward_text(row, currency) for row in value)
        if isinstance(value, list)
        else _plain(value)
    )


def _percent_text(value: object) -> str:
    return f"{value} %" if value is not None else ""


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def dotted(text: str) -> str:
    """An amount with its decimals after a comma as one with a dot."""
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def _at(document: Mapping, name: str) -> object:
    section, _, field = name.rpartition(".")
    return (_section(document, section) if section else document).get(field)


def _section(document: Mapping, name: str) -> Mapping:
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def _rows(document: Mapping) -> list[Mapping]:
    rows = document.get("groups")
    return (
        [row for row in rows if isinstance(row, Mapping)][:MOST_GROUPS]
        if isinstance(rows, list)
        else []
    )

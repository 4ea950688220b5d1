"""The common fields of a program document as a form.

Amounts are in major units. Numbers are written in the reader's language. If one number is not
clear, the whole form is refused (decision 203).
"""

import re
from collections.abc import Callable, Mapping

from shared.console.typed_fields import TypedFields
from shared.domain.document import FieldError
from shared.domain.money import MINOR_DIGITS
from shared.domain.programs.program import MOST_GROUPS
from shared.domain.programs.reward_fields import LONGEST_CHAIN
from shared.domain.programs.signal_codes import GRADED, HOLD, REFUSE

LEVELS, GROUPS = "credit.levels", "groups"
"""Lists of rows. Row 0 of the levels is the field `credit.levels.0`; row 0 of the groups has the
fields `groups.0.name` and so on.
"""
LEVEL_ROWS, GROUP_ROWS = f"{LEVELS}.rows", f"{GROUPS}.rows"
"""Hidden fields with the number of rows that the form shows."""
REVIEW = "review"
GROUP_FIELDS = ("id", "name", "description", "min_volume", "levels")
type FieldReader = Callable[[TypedFields, str], object]
"""Makes a value of the document from a field of the form."""
type JsonObject = Mapping[str, object]
_NO_ID = re.compile(r"[^a-z0-9]+")
_SHORT_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?")


def _optional(fields: TypedFields, name: str) -> object:
    return fields.text(name) or None


def read_moment(fields: TypedFields, name: str) -> object:
    """An instant of the document, from a day such as `2026-03-01` or a day and a time, in UTC. Any
    other text stays as it was typed.
    """
    text = fields.text(name).strip()
    short = _SHORT_INSTANT.fullmatch(text)
    return f"{short[1]}T{short[2] or '00:00'}:00Z" if short else text or None


def read_flag(fields: TypedFields, name: str) -> object:
    """Whether a box is ticked."""
    return fields.text(name) == "yes"


_text, _whole, read_rate, read_money = (
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
    "rules.payment_minimum": read_money,
    "rules.max_bonus": read_money,
    "rules.min_bonus": read_money,
    "rules.total_payments": _whole,
    "friend.new_customers_only": read_flag,
    "attribution.touch": _text,
    "attribution.window_days": _whole,
    "wallet.max_percent_of_order": read_rate,
    "wallet.expires_after_days": _whole,
    "wallet.expiry_notice_days": _whole,
    "wallet.credit_reduces_base": read_flag,
    "active.from": read_moment,
    "active.until": read_moment,
    "landing": _optional,
    "friends_shown_as": _optional,
}
"""Fields of the form that have one field in the document. Credit, groups, bonus, discount and limit
are not here, because each depends on several fields.
"""
BOXES = (*(name for name, read in FIELDS.items() if read is read_flag), "friend.bonus.once")
"""Fields that a browser leaves out when their box is not ticked."""


def apply_form(document: JsonObject, form: Mapping[str, str], language: str) -> dict[str, object]:
    """The document with the values of the form. Parts that the form does not contain stay as they
    are; a box that it does not contain is not ticked.

    Raises `InvalidDocument` that names each field with an unreadable number.
    """
    fields = TypedFields(form, currency_of(form), language)
    if form.get("currency") not in MINOR_DIGITS:
        fields.faults.append(FieldError("currency", "must be the code of a currency, such as EUR"))
    changed = dict(document)
    for name, read in FIELDS.items():
        if name in form or read is read_flag:
            _set(changed, name, read(fields, name))
    for name, build in _PARTS.items():
        if name in form:
            part = REVIEW if name.startswith(REVIEW) else name.removesuffix(".rows")
            _set(changed, part, build(document, fields))
    changed["credit"] = _credit(section(document, "credit"), fields)
    fields.finish()
    return changed


def currency_of(source: JsonObject) -> str:
    """The currency of the amounts; EUR if the source names no known currency."""
    currency = source.get("currency")
    return currency if isinstance(currency, str) and currency in MINOR_DIGITS else "EUR"


def section(document: JsonObject, name: str) -> JsonObject:
    """An object inside the document; empty if there is none."""
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def count_rows(form: Mapping[str, str], name: str, most: int) -> int:
    """The number in a hidden field such as `LEVEL_ROWS`, at most `most`; 0 if it cannot be read."""
    text = form.get(name, "")
    return min(int(text[:4]), most) if text.isascii() and text.isdigit() else 0


def _set(document: dict[str, object], name: str, value: object) -> None:
    part, _, field = name.rpartition(".")
    if part:
        document[part] = {**section(document, part), field: value}
    else:
        document[field] = value


def _credit(before: JsonObject, fields: TypedFields) -> dict[str, object]:
    if fields.text("credit.system") == "recursive":
        return {
            "system": "recursive",
            "percent": fields.rate("credit.percent"),
            "max_levels": fields.whole("credit.max_levels"),
        }
    if before.get("system") == "recursive":
        before = {}
    credit = {"system": "levels", "levels": before.get("levels", []), **before}
    if LEVEL_ROWS in fields.form:
        rows = range(count_rows(fields.form, LEVEL_ROWS, LONGEST_CHAIN))
        rewards = (fields.reward(f"{LEVELS}.{row}") for row in rows)
        credit["levels"] = [reward for reward in rewards if reward]
    if "credit.customer" in fields.form:
        credit["customer"] = fields.reward("credit.customer")
    return credit


def _bonus(_: JsonObject, fields: TypedFields) -> dict[str, object] | None:
    reward = fields.reward("friend.bonus")
    return reward and {**reward, "once": read_flag(fields, "friend.bonus.once")}


def _discount(_: JsonObject, fields: TypedFields) -> dict[str, object] | None:
    reward = fields.reward("friend.discount")
    bounds = {name: fields.amount(f"friend.discount.{name}") for name in ("max", "minimum_order")}
    return reward and {**reward, **bounds}


def _review(document: JsonObject, fields: TypedFields) -> dict[str, object]:
    """What is done about each fraud signal. Fields that the form does not show stay."""
    grades = {code: fields.text(f"{REVIEW}.{code}") for code in GRADED}
    return {
        **section(document, REVIEW),
        HOLD: [code for code, grade in grades.items() if grade == HOLD],
        REFUSE: [code for code, grade in grades.items() if grade == REFUSE],
        "deadline_days": fields.whole(f"{REVIEW}.deadline_days"),
        "at_deadline": fields.text(f"{REVIEW}.at_deadline"),
    }


def _limit(document: JsonObject, fields: TypedFields) -> dict[str, object] | None:
    before = section(section(document, "rules"), "max_per_advocate")
    amount = fields.amount("rules.max_per_advocate")
    return None if amount is None else {"from": None, "until": None, **before, "amount": amount}


def _groups(_: JsonObject, fields: TypedFields) -> list[object]:
    """The groups with an id or a name, in the order of the form."""
    rows = range(count_rows(fields.form, GROUP_ROWS, MOST_GROUPS + 1))
    groups = (_group(f"{GROUPS}.{row}", fields) for row in rows)
    return [group for group in groups if group["id"]]


def _group(row: str, fields: TypedFields) -> dict[str, object]:
    """One group. Without an id it gets one that is made from its name."""
    volume = fields.amount(f"{row}.min_volume")
    reached = {"assigned": True} if volume is None else {"min_volume": volume}
    texts = {name: fields.text(f"{row}.{name}").strip() for name in ("id", "name", "description")}
    made = _NO_ID.sub("-", texts["name"].casefold()).strip("-") or texts["name"]
    texts["id"] = texts["id"] or made
    return {**texts, **reached, "levels": fields.rewards(f"{row}.levels")}


_PARTS: dict[str, Callable[[JsonObject, TypedFields], object]] = {
    GROUP_ROWS: _groups,
    "friend.bonus": _bonus,
    "friend.discount": _discount,
    "rules.max_per_advocate": _limit,
    f"{REVIEW}.deadline_days": _review,
}
"""How parts of the document are read, each by a field that the form has if it shows that part."""

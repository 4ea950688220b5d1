"""The reward systems (presets) that an owner chooses from, and what a press on a button of the form
does before anything is saved (decision 244).
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from shared.console.amounts import typed_amount
from shared.console.program_form import (
    GROUP_FIELDS,
    GROUP_ROWS,
    GROUPS,
    LEVEL_ROWS,
    LEVELS,
    count_rows,
    currency_of,
    section,
)
from shared.console.typed_fields import PERCENT
from shared.domain.money import minor_digits
from shared.domain.programs.program import MOST_GROUPS
from shared.domain.programs.program_document import parse_program, program_document
from shared.domain.programs.reward_fields import LONGEST_CHAIN
from shared.language import LANGUAGES
from shared.presets import PRESETS, load_preset
from shared.words import translate

PEER_TO_PEER, VOLUME_GROUPS, LEVEL_BASED, RECURSIVE, ADVOCATE_RULES = PRESETS
OF_THE_SYSTEM = ("name", "base", "credit", "groups")
"""Fields that a preset always replaces."""
EXAMPLE_AMOUNTS = {
    "rules.payment_minimum": 25,
    "rules.min_bonus": 5,
    "rules.max_bonus": 50,
    "rules.max_per_advocate": 500,
}
"""The example of each rule, in major units; a hundred times as much in a currency without minor
units.
"""
EXAMPLE_COUNTS = {
    "rules.total_days": 365,
    "rules.total_payments": 10,
    "attribution.window_days": 90,
    "wallet.expires_after_days": 365,
}
RULES = (*EXAMPLE_AMOUNTS, *EXAMPLE_COUNTS)
"""The fields that are a card of their own, off while they are empty."""
NEW_LEVEL = {"": "5", ".unit": PERCENT}


def system_of(document: Mapping[str, Any]) -> str:
    """The reward system that a program document uses, as the name of a preset. The document may be
    faulty.
    """
    credit, groups = section(document, "credit"), document.get("groups")
    if credit.get("system") == "recursive":
        return RECURSIVE
    if isinstance(groups, list) and any(_has_volume(group) for group in groups):
        return VOLUME_GROUPS
    levels = credit.get("levels")
    if (isinstance(levels, list) and len(levels) > 1) or credit.get("customer"):
        return LEVEL_BASED
    rules = section(document, "rules").values()
    return ADVOCATE_RULES if any(value is not None for value in rules) else PEER_TO_PEER


def _has_volume(group: object) -> bool:
    return isinstance(group, Mapping) and group.get("min_volume") is not None


def with_preset(document: Mapping[str, Any], preset: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the reward system of a preset. Values that the preset does not set stay as
    they are.
    """
    bare = {name: preset[name] for name in ("id", "name", "currency", "credit")}
    usual: Mapping[str, Any] = program_document(parse_program(bare))
    changed = {**document, **{name: preset[name] for name in OF_THE_SYSTEM}}
    for name in ("rules", "friend", "attribution", "wallet"):
        own = {key: value for key, value in preset[name].items() if value != usual[name][key]}
        changed[name] = {**document[name], **own}
    for name in ("landing", "friends_shown_as"):
        if preset[name] != usual[name]:
            changed[name] = preset[name]
    return changed


def load_translated_preset(name: str, language: str) -> dict[str, object]:
    """A preset whose names and descriptions are in a language. Raises `KeyError`."""
    return load_preset(name, lambda text: translate(text, language))


def choose_system(document: Mapping[str, Any], system: str, language: str) -> dict[str, Any]:
    """A complete program document with another reward system, the name of a preset. A name that the
    owner has given to the program stays; names that come from the preset are in `language`.
    """
    changed = with_preset(document, load_translated_preset(system, language))
    if document["name"] not in _preset_names():
        changed["name"] = document["name"]
    return changed


@cache
def _preset_names() -> frozenset[object]:
    """The names of all presets in all languages: names that no owner has given."""
    return frozenset(
        load_translated_preset(name, language)["name"] for name in PRESETS for language in LANGUAGES
    )


def take_step(form: Mapping[str, str], step: str, language: str) -> tuple[dict[str, str], str]:
    """The fields after a press on a button, and the field in which the cursor is then.

    A step is `level.add`, `group.add`, `level.drop.2`, `group.drop.0`, `on.rules.max_bonus` or
    `off.rules.max_bonus`. Any other step changes nothing.
    """
    what, _, rest = step.partition(".")
    if what == "level":
        return _change_levels(dict(form), rest)
    if what == "group":
        return _change_groups(dict(form), rest)
    if what == "on" and rest in RULES:
        return {**form, rest: form.get(rest) or _example(form, rest, language)}, rest
    return {**form, rest: ""} if what == "off" and rest in RULES else dict(form), ""


def rule_examples(form: Mapping[str, str], language: str) -> dict[str, str]:
    """The example of each rule, as it is typed in its field."""
    return {name: _example(form, name, language) for name in RULES}


def _example(form: Mapping[str, str], name: str, language: str) -> str:
    if name in EXAMPLE_COUNTS:
        return str(EXAMPLE_COUNTS[name])
    currency = currency_of(form)
    scale = 10 ** (minor_digits(currency) or 2)
    return typed_amount(EXAMPLE_AMOUNTS[name] * scale, currency, language)


def _change_levels(form: dict[str, str], deed: str) -> tuple[dict[str, str], str]:
    count = count_rows(form, LEVEL_ROWS, LONGEST_CHAIN)
    if deed == "add" and count < LONGEST_CHAIN:
        new = {f"{LEVELS}.{count}{end}": text for end, text in NEW_LEVEL.items()}
        return form | new | {LEVEL_ROWS: str(count + 1)}, f"{LEVELS}.{count}"
    place = _dropped(deed, count)
    return _without_row(form, LEVELS, LEVEL_ROWS, ("", ".unit"), count, place), ""


def _change_groups(form: dict[str, str], deed: str) -> tuple[dict[str, str], str]:
    count = count_rows(form, GROUP_ROWS, MOST_GROUPS)
    if deed == "add" and count < MOST_GROUPS:
        new = {f"{GROUPS}.{count}.{name}": "" for name in GROUP_FIELDS}
        return form | new | {GROUP_ROWS: str(count + 1)}, f"{GROUPS}.{count}.name"
    ends = tuple(f".{name}" for name in GROUP_FIELDS)
    return _without_row(form, GROUPS, GROUP_ROWS, ends, count, _dropped(deed, count)), ""


def _dropped(deed: str, count: int) -> int | None:
    """The row of a step such as `drop.2`; `None` if there is no such row."""
    what, _, text = deed.partition(".")
    place = int(text[:4]) if text.isascii() and text.isdigit() else count
    return place if what == "drop" and place < count else None


def _without_row(
    form: dict[str, str],
    rows: str,
    counted: str,
    ends: tuple[str, ...],
    count: int,
    place: int | None,
) -> dict[str, str]:
    """The fields without one row; the rows below it move up."""
    if place is None:
        return form
    for row in range(place, count - 1):
        form |= {f"{rows}.{row}{end}": form.get(f"{rows}.{row + 1}{end}", "") for end in ends}
    for end in ends:
        form.pop(f"{rows}.{count - 1}{end}", None)
    return form | {counted: str(count - 1)}

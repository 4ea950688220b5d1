"""What a release has stored, every later release reads (docs/upgrading.md)."""

import importlib
import json
import pkgutil

import pytest

import shared.store
from shared.store.items import Item
from tests.golden.cut import FOLDER, load, stored
from tests.golden.v0_2_0.items import ITEMS

NEW_KINDS = {
    "ConnectionItem",
    "CreditCodeItem",
    "MergeItem",
    "ListedCreditCodeItem",
    "SpendingItem",
    "LogoItem",
    "OwnerSettingsItem",
    "PlatformCodeItem",
    "SightingItem",
    "DirectoryItem",
    "ImportItem",
    "RecoveryItem",
    "VerificationItem",
    "ClickDayItem",
    "ImportPageItem",
    "ImportRefusalsItem",
    "PepperCheckItem",
    "DailyRatesItem",
    "RateRetryItem",
}
"""Kinds of the release that is being made; they get their golden items when it is cut."""


def kinds_of(kind: type[Item]) -> set[type[Item]]:
    """Every kind of item, the tables' own base classes left out."""
    below = kind.__subclasses__()
    return set().union(*map(kinds_of, below)) if below else {kind}


@pytest.mark.parametrize("name", ITEMS)
def test_an_item_of_release_0_2_0_is_read_into_its_value(name):
    golden = ITEMS[name]
    item = golden.kind.from_raw_data(load(f"items/{name}"))
    assert golden.read(item) == golden.value


@pytest.mark.parametrize("name", ITEMS)
def test_what_was_read_is_written_as_it_was_stored(name):
    golden, raw = ITEMS[name], load(f"items/{name}")
    written = stored(golden.write(golden.read(golden.kind.from_raw_data(raw))))
    assert written == raw | {"v": {"N": str(golden.kind.VERSION)}} or golden.kind.VERSION > 1


def test_every_kind_of_item_has_a_golden_one():
    for module in pkgutil.walk_packages(shared.store.__path__, "shared.store."):
        importlib.import_module(module.name)
    kinds = {golden.kind for golden in ITEMS.values()}
    assert {kind.__name__ for kind in kinds_of(Item) - kinds} <= NEW_KINDS
    assert {path.stem for path in (FOLDER / "items").glob("*.json")} == set(ITEMS)


@pytest.mark.parametrize("name", ITEMS)
def test_no_value_is_stored_by_position(name):
    """An array holds many of one thing, never the fields of one value: no array in it, no numbers
    beside texts.
    """
    for attribute, value in load(f"items/{name}").items():
        if attribute not in ("answer", "document"):  # texts that are kept as they came
            for array in arrays_in(value.get("S", "")):
                types = {type(part) for part in array if part is not None}
                assert list not in types and not {str, int} <= types, (attribute, array)


def arrays_in(text: str) -> list[list]:
    document = json.loads(text) if text[:1] in ("{", "[") else None
    found, left = [], [document]
    while left:
        part = left.pop()
        if isinstance(part, list):
            found.append(part)
            left += part
        elif isinstance(part, dict):
            left += part.values()
    return found

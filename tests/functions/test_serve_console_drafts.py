"""The form of a draft: a system first, then only its fields; rows and rules at the press of a
button, without a script and without losing what was typed.
"""

import json
import re
from datetime import timedelta

import pytest

from functions.serve_console_programs import handler
from shared.presets import PRESETS, load_preset
from shared.store.programs import drafts
from shared.store.programs.programs import DEFAULT
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.shop import NOON, Shop

DRAFT, HERE = "/console/programs/{id}/draft", {"id": "default"}
INPUT = re.compile(
    r'<input id="[^"]+" name="([^"]+)" value="([^"]*)"|<input type="hidden" name="([^"]+)" value="([^"]*)"'
)


@pytest.fixture
def shop(tables, monkeypatch):
    open_console(monkeypatch)
    return Shop()


@pytest.fixture
def manager(shop):
    return Visitor("manager", at=NOON + timedelta(hours=1))


def open_draft(visitor, **query):
    return visitor.get(handler, f"GET {DRAFT}", path=HERE, query=query or None).text


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the form: fields, choices and ticked boxes."""
    form = page.split('id="draft-form"')[1].split("</form>")[0]
    fields = {a or c: b or d for a, b, c, d in INPUT.findall(form) if (a or c) != "form"}
    for name, inner in re.findall(
        r'<select (?:id="[^"]+" )?name="([^"]+)".*?>(.*?)</select>', form, re.S
    ):
        chosen = re.search(r'value="([^"]*)" selected', inner) or re.search(
            r'value="([^"]*)"', inner
        )
        fields[name] = chosen[1]
    fields |= dict(re.findall(r'type="checkbox" name="([^"]+)" value="([^"]+)" checked', form))
    fields |= dict(re.findall(r'type="radio" name="([^"]+)" value="([^"]+)" checked', form))
    document = re.search(r'<textarea name="document" hidden>(.*?)</textarea>', form, re.S)[1]
    return fields | {"document": document.replace("&#34;", '"').replace("&amp;", "&")}


def press(visitor, page: str, step: str, **typed):
    """Send the form as it stands on a page, by one of its buttons."""
    return visitor.post(
        handler, f"POST {DRAFT}", fields_of(page) | typed | {"step": step}, path=HERE
    )


def test_only_the_fields_of_the_system_are_shown(manager):
    page = open_draft(manager)
    assert 'name="credit.levels.0"' in page and 'name="credit.percent"' not in page
    assert 'name="credit.customer"' not in page and 'name="groups.rows"' not in page
    recursive = press(manager, page, "system", system="recursive").text
    assert 'name="credit.percent" value="10 %"' in recursive
    assert 'name="credit.levels.0"' not in recursive
    levels = press(manager, recursive, "system", system="level_based").text
    assert 'name="credit.levels.2" value="6"' in levels
    assert 'name="credit.customer" value="5"' in levels
    assert drafts.find_draft(DEFAULT) is None


def test_saving_with_another_system_chosen_shows_its_fields_first(manager):
    answered = press(manager, open_draft(manager), "save", system="volume_groups")
    assert answered.status == 200 and drafts.find_draft(DEFAULT) is None
    assert 'name="groups.1.name" value="Silver"' in answered.text
    assert press(manager, answered.text, "save").status == 303
    saved = json.loads(drafts.find_draft(DEFAULT).document)
    assert [group["id"] for group in saved["groups"]] == ["start", "silver", "gold"]


def test_rows_and_rules_by_buttons_keep_what_was_typed(manager):
    page = press(manager, open_draft(manager), "system", system="level_based").text
    page = press(manager, page, "level.add", name="Typed", **{"credit.levels.0": "11"}).text
    assert 'name="credit.levels.3" value="5"' in page and "Not saved yet" in page
    page = press(manager, page, "on.rules.max_bonus", **{"credit.levels.3": "3"}).text
    assert 'name="rules.max_bonus" value="50.00"' in page
    assert 'name="name" value="Typed"' in page and 'name="credit.levels.0" value="11"' in page
    page = press(manager, page, "level.drop.1").text
    assert press(manager, page, "save").status == 303
    saved = json.loads(drafts.find_draft(DEFAULT).document)
    assert [level["percent"] for level in saved["credit"]["levels"]] == ["11", "6", "3"]
    assert (saved["name"], saved["rules"]["max_bonus"]) == ("Typed", 5_000)


def test_a_rule_is_off_until_it_is_turned_on_and_off_again(manager):
    page = open_draft(manager)
    assert "Turn on with 25.00 EUR" in text_of(page) and "Turn on with 365 days" in text_of(page)
    page = press(manager, page, "on.rules.total_days").text
    assert 'name="rules.total_days" value="365"' in page
    page = press(manager, page, "off.rules.total_days").text
    press(manager, page, "save")
    assert json.loads(drafts.find_draft(DEFAULT).document)["rules"]["total_days"] is None


def test_what_an_order_pays_follows_what_is_typed(manager):
    page = open_draft(manager)
    assert "A first order of €100.00 pays The advocate earns €10.00" in text_of(page)
    page = press(manager, page, "preview", **{"credit.levels.0": "25"}).text
    assert "The advocate earns €25.00 You keep €75.00" in text_of(page)
    page = press(manager, page, "preview", **{"rules.max_bonus": "1.250"}).text
    assert "could mean 1.25 or 1250" in text_of(page)


def test_another_system_over_a_number_that_is_not_sure_is_refused_at_its_field(manager):
    typed = {"friend.discount.max": "1.250", "system": "recursive"}
    answered = press(manager, open_draft(manager), "system", **typed)
    assert answered.status == 422 and 'id="friend.discount.max-error"' in answered.text
    assert 'name="friend.discount.max" value="1.250"' in answered.text


def test_the_program_reads_back_in_sentences(shop, manager):
    shop.publish(
        credit={"system": "levels", "levels": [{"percent": "20"}]},
        hold_days=14,
        rules={"max_bonus": 5_000, "total_payments": 1, "total_days": 365},
        review={"hold": ["same_payment"]},
    )
    text = text_of(manager.get(handler, "GET /console/programs").text)
    for told in (
        "The advocate earns 20% for a friend's order.",
        "An advocate earns at most €50.00 per order.",
        "Only the first purchase of each friend is rewarded.",
        "A friend's orders count for 365 days after sign-up.",
        "The credit can be spent 14 days later.",
        "Held for a review: Both paid with the same card or account.",
        "A first order of €100.00 pays",
    ):
        assert told in text


@pytest.mark.parametrize("name", PRESETS)
def test_each_system_reads_back_in_sentences(shop, manager, name):
    shop.publish(**load_preset(name) | {"name": "Ours"})
    text = text_of(manager.get(handler, "GET /console/programs").text)
    assert "Who earns what" in text and "A first order of €100.00 pays" in text


@pytest.mark.parametrize("step", ["level.add", "system", "preview", "on.rules.min_bonus"])
def test_who_may_not_steer_presses_nothing(manager, step):
    page = open_draft(manager)
    viewer = Visitor("viewer", at=manager.at)
    assert press(viewer, page, step, system="recursive").status == 403
    assert "draft-form" not in open_draft(viewer)

"""Every page of the console opens under every program, in every shop, for every role."""

import importlib
import json
from pathlib import Path

import pytest

import functions
from shared.console.roles import OWNER, PERMISSIONS
from shared.presets import PRESETS, load_preset
from shared.store import engine
from tests.support.console_visitor import Visitor, open_console
from tests.support.languages import TWO_LANGUAGES
from tests.support.shop import NOON, Shop

SPECIFICATION = Path(functions.__file__).parents[1] / "docs" / "specification.md"
MODULES = [
    importlib.import_module(f"functions.{path.stem}")
    for path in sorted(Path(functions.__file__).parent.glob("serve_console*.py"))
]
HANDLERS = {
    key: module.handler
    for module in MODULES
    for key in module.handler.pages
    if key.startswith("GET ")
}
BY_PROGRAM = (
    "GET /console",
    "GET /console/groups",
    "GET /console/members",
    "GET /console/members/{id}",
    "GET /console/programs",
    "GET /console/programs/{id}",
    "GET /console/programs/{id}/draft",
    "GET /console/programs/{id}/versions/{version}",
    "GET /console/simulator",
)
"""Pages that show the terms of a program."""
OF_NOTHING = {
    "GET /console/connections/key-request": 409,
    "GET /console/imports/{id}": 404,
    "GET /console/members/{id}/referral": 404,
    "GET /console/programs/{id}/draft/backtest": 404,
    "GET /console/reviews/{id}": 404,
    "GET /console/statements/{member}/{month}": 404,
    "GET /console/webhooks/{id}": 404,
}
"""Pages of what even the full shop has not got."""
PARTS = {"id": "Anna", "member": "Anna", "month": "2026-02", "version": "1", "kind": "claim"}
QUERIES = {"GET /console/amounts": {"field": "a", "currency": "EUR", "kind": "amount"}}


def programs_of_the_specification():
    texts = SPECIFICATION.read_text().split("```json\n")[1:]
    documents = [text.partition("```")[0] for text in texts]
    parsed = []
    for text in documents:
        try:
            parsed.append(json.loads(text))
        except json.JSONDecodeError:
            continue
    return [document for document in parsed if isinstance(document, dict) and "credit" in document]


BARE = {
    "id": "default",
    "name": "P",
    "currency": "JPY",
    "credit": {"system": "levels", "levels": []},
}
PROGRAMS = [load_preset(name) for name in PRESETS] + programs_of_the_specification() + [BARE]


@pytest.fixture
def full_shop(tables, monkeypatch):
    open_console(monkeypatch)
    shop = Shop()
    anna = shop.member("Anna")
    shop.member("Ben", code=anna.code)
    shop.order("Anna", 10_000, customer={"id": "Ben"})
    return shop


def opened(visitor, key, language="en"):
    parts = {name: value for name, value in PARTS.items() if f"{{{name}}}" in key}
    if "/programs/" in key:
        parts["id"] = "default"
    query = {"language": language} | QUERIES.get(key, {})
    return visitor.get(HANDLERS[key], key, path=parts, query=query)


@pytest.mark.parametrize("language", TWO_LANGUAGES)
def test_every_page_in_a_full_shop(full_shop, language):
    visitor = Visitor(OWNER, at=NOON)
    for key in HANDLERS:
        answered = opened(visitor, key, language)
        assert answered.status == OF_NOTHING.get(key, 200), (key, answered.text)
        assert answered.status == 200 or 'href="/console/members"' in answered.text, key


def test_every_page_in_an_empty_shop(tables, monkeypatch):
    engine.open_tables()
    open_console(monkeypatch)
    visitor = Visitor(OWNER, at=NOON)
    for key in HANDLERS:
        asks_for_somebody = "{id}" in key and "/programs/" not in key
        missing = asks_for_somebody or key in OF_NOTHING
        answered = opened(visitor, key)
        expected = OF_NOTHING.get(key, 404) if missing else 200
        assert answered.status == expected, (key, answered.status, answered.text)
        assert answered.status == 200 or 'href="/console/members"' in answered.text, key


@pytest.mark.parametrize("role", [role for role in PERMISSIONS if role != OWNER])
def test_every_page_for_every_role(full_shop, role):
    visitor = Visitor(role, at=NOON)
    for key in HANDLERS:
        answered = opened(visitor, key)
        assert answered.status in (200, 403, OF_NOTHING.get(key)), (key, answered.text)


@pytest.mark.parametrize("document", PROGRAMS, ids=lambda document: document["name"][:12])
def test_every_page_of_a_program(full_shop, document):
    full_shop.publish(**document)
    visitor = Visitor(OWNER, at=NOON)
    for key in BY_PROGRAM:
        for language in TWO_LANGUAGES:
            answered = opened(visitor, key, language)
            assert answered.status == 200, (key, answered.text)

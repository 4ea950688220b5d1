"""The API's document is clean, and others generate from it without leaving anything out."""

import json
from pathlib import Path

import pytest

from shared.openapi.document import CALLS, PAGES, describe_api
from shared.settings import ShopSettings
from tests.clients.tooling import node_program, python_program, run

SHOP = ShopSettings("Shop", "https://shop.grapevine.test", "https://rewards.grapevine.test")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(describe_api(SHOP)))
    return path


def test_redocly_has_nothing_to_say(document: Path):
    redocly = node_program("redocly")
    printed = run(document.parent, redocly, "lint", document, "--format=json").stdout
    told = json.loads(printed[printed.index("{") : printed.rindex("}") + 1])
    assert [problem["message"] for problem in told["problems"]] == []


def test_spectral_has_nothing_to_say(document: Path):
    spectral = node_program("spectral")
    (document.parent / ".spectral.yaml").write_text('extends: ["spectral:oas"]\n')
    run(document.parent, spectral, "lint", document, "--fail-severity=hint")


def test_openapi_python_client_makes_every_operation(document: Path):
    generator = python_program("openapi-python-client")
    config = document.parent / "config.yaml"
    config.write_text("post_hooks: []\n")
    made = document.parent / "made"
    told = ("--path", document, "--output-path", made, "--config", config, "--fail-on-warning")
    run(document.parent, generator, "generate", *told)
    operations = [path for path in made.rglob("api/*/*.py") if path.stem != "__init__"]
    assert len(operations) == len(CALLS) + len(PAGES)


def test_openapi_typescript_makes_every_operation(document: Path):
    generator = node_program("openapi-typescript")
    made = document.parent / "made.d.ts"
    run(document.parent, generator, document, "-o", made)
    operations = made.read_text().split("export interface operations {")[1]
    names = {call.name for call in (CALLS | PAGES).values()}
    assert {name for name in names if f'"{name}": {{' not in operations} == set()

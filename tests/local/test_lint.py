"""`grapevine lint`: what it prints and how it ends."""

import json
from pathlib import Path

import pytest

from local.cli.main import main
from shared.presets import PRESETS, load_preset


def linted(tmp_path: Path, document: object) -> int:
    path = tmp_path / "program.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return main(["lint", str(path)])


@pytest.mark.parametrize("name", PRESETS)
def test_presets_pass(name: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert linted(tmp_path, load_preset(name)) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out


def test_an_error_ends_with_1_and_shows_the_order(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    document = load_preset("level_based")
    document["credit"]["levels"][0]["percent"] = "90"
    assert linted(tmp_path, document) == 1
    shown = capsys.readouterr().out
    assert "error: levels_above_whole at credit.levels" in shown
    assert "items 10,000.00, discount 0.00, kept 10,000.00" in shown
    assert "level 1 9,000.00" in shown and "together 10,900.00" in shown


def test_a_warning_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert linted(tmp_path, load_preset("level_based") | {"rules": {"min_bonus": 500}}) == 0
    assert "warning: floor_pays_whole_order at rules.min_bonus" in capsys.readouterr().out


def test_the_worst_case_of_orders(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    linted(tmp_path, load_preset("level_based"))
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["100.00", "0.00", "100.00", "29.00"] in rows


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"id": "x"}, "currency: is required"),
        (load_preset("recursive") | {"rate": 1}, "rate: is not a known field"),
    ],
)
def test_what_is_wrong_with_the_document_is_an_error(
    document: dict, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert linted(tmp_path, document) == 1
    shown = capsys.readouterr()
    assert reason in shown.err and not shown.out


def test_what_is_no_document_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert linted(tmp_path, "{") == 2
    shown = capsys.readouterr()
    assert "is not JSON" in shown.err and not shown.out


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["lint", str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err

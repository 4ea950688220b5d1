"""What may import what: the core is pure, the tables have one door, functions stand alone, and no room of `shared` leads back to itself."""

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.support.running_cloud import ROOT


def imported(folder: str) -> Iterator[tuple[Path, str]]:
    """Each module that a file below a folder of the project imports, with its whole name."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((file.relative_to(ROOT), name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((file.relative_to(ROOT), name) for name in whole_names(node))


def whole_names(node: ast.ImportFrom) -> Iterator[str]:
    """`from shared.store import keys` imports `shared.store.keys` where that is a module."""
    for part in node.names:
        inner = f"{node.module}.{part.name}"
        path = ROOT / inner.replace(".", "/")
        yield inner if path.is_dir() or path.with_suffix(".py").exists() else node.module


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_the_core_knows_nothing_but_itself_and_the_standard_library():
    foreign = [
        (str(file), name)
        for file, name in imported("shared/domain")
        if name.split(".")[0] not in sys.stdlib_module_names
    ]
    assert [found for found in foreign if room(found[1]) != "shared.domain"] == []


def test_the_tables_have_one_door():
    doors = [
        file
        for folder in ("functions", "shared", "local")
        for file, name in imported(folder)
        if name.split(".")[0] == "pynamodb"
    ]
    assert {file.parts[:2] for file in doors} == {("shared", "store")}


def test_functions_never_import_one_another_and_nothing_that_ships_imports_what_does_not():
    assert [
        found
        for found in imported("functions")
        if found[1].split(".")[0] in ("functions", "local", "tests")
    ] == []
    assert [
        found
        for found in imported("shared")
        if found[1].split(".")[0] in ("functions", "local", "tests", "web")
    ] == []


def test_no_room_of_shared_leads_back_to_itself():
    """Packages and single modules of `shared`, each a room; raises `CycleError` with the circle."""
    leads: dict[str, set[str]] = {}
    for file, name in imported("shared"):
        here = room(".".join(file.with_suffix("").parts))
        if name.startswith("shared.") and room(name) != here:
            leads.setdefault(here, set()).add(room(name))
    assert "shared.domain" in set(TopologicalSorter(leads).static_order())


def test_no_room_is_named_like_a_dependency():
    """The layer puts `shared` beside them; a module that finds the other's name first would fail in the cloud alone."""
    rooms = {path.stem for path in (ROOT / "shared").iterdir() if path.name != "__pycache__"}
    assert rooms & set(packages_distributions()) == set()


def test_one_place_reads_the_environment():
    """Everything else asks `shared.settings`."""
    readers = [
        file.relative_to(ROOT).as_posix()
        for folder in ("functions", "shared")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "environ" in names(file) or "getenv" in names(file)
    ]
    assert readers == ["shared/settings.py"]


def names(file: Path) -> set[str]:
    """Every name and attribute that a file uses."""
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)} | {
        alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
    }

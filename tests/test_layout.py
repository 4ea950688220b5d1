"""What may import what, and how large and how named things may be.

The core is pure, the tables have one door, functions stand alone, and no room of `shared` leads
back to itself.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.support.running_cloud import ROOT

SHIPPED = ("functions", "shared", "local")
MOST_LINES_OF_A_FILE, MOST_LINES_OF_A_FUNCTION = 300, 40
IGNORED_WITH_ITS_KIND = re.compile(r"# type: ignore\[[a-z-]+\](?:  # (?P<reason>.+))?$")


def python_files(*folders: str) -> list[Path]:
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imported(folder: str) -> Iterator[tuple[Path, str]]:
    """Each module that a file below a folder of the project imports, with its whole name."""
    for file in python_files(folder):
        for node in ast.walk(parsed(file)):
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


def package(module: str, depth: int = 2) -> str:
    """The first names of a module: with 2, `shared.store` for `shared.store.keys.ledger`."""
    return ".".join(module.split(".")[:depth])


@pytest.mark.parametrize(
    ("folder", "known"),
    [
        ("shared/domain", {"shared.domain"}),
        ("shared/backtest", {"shared.backtest", "shared.domain"}),
    ],
)
def test_the_core_and_the_backtest_know_nothing_but_the_core_and_the_standard_library(
    folder, known
):
    foreign = [
        (str(file), name)
        for file, name in imported(folder)
        if name.split(".")[0] not in sys.stdlib_module_names and package(name) not in known
    ]
    assert foreign == []


def test_the_tables_have_one_door():
    doors = [
        file
        for folder in SHIPPED
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


@pytest.mark.parametrize(
    "folder", ["shared", "shared/domain", "shared/store", "shared/webhooks", "local", "local/cloud"]
)
def test_no_package_imports_itself_in_a_circle(folder: str):
    """Each package and each single module of the folder counts as one.

    Raises `CycleError` with the circle.
    """
    parent = folder.replace("/", ".")
    depth = parent.count(".") + 2
    leads: dict[str, set[str]] = {}
    for file, name in imported(folder):
        here, there = package(".".join(file.with_suffix("").parts), depth), package(name, depth)
        if there.startswith(f"{parent}.") and there != here:
            leads.setdefault(here, set()).add(there)
    assert len(list(TopologicalSorter(leads).static_order())) > 2


def test_no_package_is_named_like_a_dependency():
    """The layer puts `shared` beside them; a module that finds the other's name first would fail in the cloud alone."""
    packages = {path.stem for path in (ROOT / "shared").iterdir() if path.name != "__pycache__"}
    assert packages & set(packages_distributions()) == set()


def test_one_place_reads_the_environment():
    """Everything else asks `shared.settings`."""
    readers = [
        place(file)
        for file in python_files("functions", "shared")
        if names(file) & {"environ", "getenv"}
    ]
    assert readers == ["shared/settings.py"]


def names(file: Path) -> set[str]:
    """Every name and attribute that a file uses."""
    nodes = list(ast.walk(parsed(file)))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)} | {
        alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
    }


def test_a_class_has_a_name_of_its_own():
    names = Counter(
        node.name
        for file in python_files(*SHIPPED, "benchmarks")
        for node in parsed(file).body
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_files_and_functions_are_short():
    files = python_files(*SHIPPED, "benchmarks")
    long = [
        f"{place(file)}: {lines} lines"
        for file in files
        if (lines := len(file.read_text("utf-8").splitlines())) > MOST_LINES_OF_A_FILE
    ]
    long += [
        f"{place(file)}: {node.name} has {lines} lines"
        for file in files
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := node.end_lineno - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


def test_what_mypy_may_overlook_is_named_and_has_a_reason():
    """The reason stands on the line, or in a comment or docstring on the next one or the one before."""
    unexplained = []
    for file in python_files(*SHIPPED):
        lines = ["", *file.read_text("utf-8").splitlines(), ""]
        for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
            if "type: ignore" not in line:
                continue
            ignored = IGNORED_WITH_ITS_KIND.search(line)
            near = re.search(r'# |"""', before + after)
            if not ignored or not (ignored["reason"] or near):
                unexplained.append(f"{place(file)}: {line.strip()}")
    assert unexplained == []


def test_tests_of_a_room_stand_in_a_folder_of_its_name():
    own = {
        "benchmarks",
        "browser",
        "built",
        "calculator",
        "functions",
        "golden",
        "local",
        "mutants",
        "random_shop",
        "stories",
        "support",
    }
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()} - own
    packages = {
        path.name
        for folder in ("shared", "local")
        for path in (ROOT / folder).iterdir()
        if path.is_dir()
    }
    assert folders - packages == {"__pycache__"} & folders - packages

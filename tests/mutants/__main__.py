"""`python -m tests.mutants`: guards of the money switched off, one at a time, in a copy of the tree.

The tests must notice each. Prints a table. Ends with 1 where a mutant survives, and with 2 where a
guard is not where the table says or the tests fail without a mutant.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.mutants import (
    console,
    credit,
    credit_codes,
    merging,
    moving,
    passing,
    people,
    processors,
    stores,
)
from tests.mutants.mutant import Mutant

ROOT = Path(__file__).parents[2]
MUTANTS = (
    credit.MUTANTS
    + credit_codes.MUTANTS
    + people.MUTANTS
    + passing.MUTANTS
    + processors.MUTANTS
    + console.MUTANTS
    + merging.MUTANTS
    + moving.MUTANTS
    + stores.MUTANTS
)
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "results", "build")
FAILED = 1
LONGEST_RUN_SECONDS = 900


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument(
        "guards", nargs="*", metavar="WORD", help="only guards whose names hold one of these words"
    )
    words = parser.parse_args().guards
    chosen = [
        mutant for mutant in MUTANTS if not words or any(word in mutant.guard for word in words)
    ]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        return _try_all(copy, chosen)


def find_misplaced(tree: Path, mutants: Iterable[Mutant]) -> list[str]:
    """List the guards whose quoted text does not stand exactly once in its file."""
    return [
        mutant.guard
        for mutant in mutants
        if not (file := tree / mutant.file).exists() or file.read_text().count(mutant.was) != 1
    ]


def _try_all(copy: Path, chosen: list[Mutant]) -> int:
    if misplaced := find_misplaced(copy, chosen):
        print("not where the table says:", *misplaced, sep="\n  ", file=sys.stderr)
        return 2
    if not _hold(copy, sorted({test for mutant in chosen for test in mutant.tests.split()})):
        return 2
    survived = [mutant.guard for mutant in chosen if not _noticed(copy, mutant)]
    print(f"\n{len(chosen) - len(survived)} of {len(chosen)} guards are missed when they are gone")
    return 1 if survived else 0


def _hold(copy: Path, tests: list[str]) -> bool:
    """Whether the tests pass where every guard stands."""
    ended = _run(copy, tests)
    if ended.returncode:
        print(f"the tests fail as they are:\n{ended.stdout}", file=sys.stderr)
    return ended.returncode == 0


def _noticed(copy: Path, mutant: Mutant) -> bool:
    place = copy / mutant.file
    text = place.read_text()
    place.write_text(text.replace(mutant.was, mutant.becomes))
    try:
        ended = _run(copy, ["-x", *mutant.tests.split()])
    finally:
        place.write_text(text)
    noticed = ended.returncode == FAILED
    print(
        f"{'noticed ' if noticed else 'SURVIVED'}  {mutant.guard:52}  {_witness(ended.stdout)}",
        flush=True,
    )
    return noticed


def _run(copy: Path, arguments: list[str]) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=line", *arguments]
    place = {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command,
        cwd=copy,
        env=os.environ | place,
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN_SECONDS,
    )


def _witness(output: str) -> str:
    """The first test that noticed."""
    failures = [
        line.split(" - ")[0]
        for line in output.splitlines()
        if line.startswith(("FAILED tests", "ERROR tests"))
    ]
    return failures[0].partition(" ")[2] if failures else output.strip().splitlines()[-1]


if __name__ == "__main__":
    sys.exit(main())

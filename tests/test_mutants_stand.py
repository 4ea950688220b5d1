"""The guards that `make mutants` switches off are where its table says."""

import pytest

from tests.mutants.__main__ import MUTANTS, find_misplaced
from tests.mutants.mutant import Mutant
from tests.support.running_cloud import ROOT


def test_every_quoted_guard_stands_exactly_once_in_its_file():
    assert find_misplaced(ROOT, MUTANTS) == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.guard)
def test_the_tests_that_must_notice_are_there(mutant: Mutant):
    for test in mutant.tests.split():
        file, *names = test.split("::")
        text = (ROOT / file).read_text()
        assert all(f"def {name}(" in text or f"class {name}" in text for name in names), test


def test_no_guard_is_listed_twice():
    assert len({mutant.guard for mutant in MUTANTS}) == len(MUTANTS)

"""A sketch finds the subjects whose two sides differ, whatever else it has been told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.reconciliation.claims import Claim
from shared.domain.reconciliation.sketch import Sketch, number_of

AMOUNTS = st.integers(-(10**15), 10**15)
SUBJECTS = st.dictionaries(st.text(max_size=8), AMOUNTS.filter(bool), max_size=12)


def agreeing(subjects: int) -> list[Claim]:
    """Both sides of subjects that agree, each side by itself."""
    claims = []
    for number in range(subjects):
        for what in ("rewards", "payments"):
            claims.append(Claim(f"S{number}", what, f"{number}/x", number, 0))
            claims.append(Claim(f"S{number}", what, f"{number}/x", 0, number))
    return claims


def filled(*claims: Claim, cells: int = 64) -> Sketch:
    sketch = Sketch(cells)
    sketch.add(claims)
    return sketch


def test_sides_that_agree_leave_nothing_however_many():
    sketch = Sketch(4)
    for claim in agreeing(500):
        sketch.add([claim])
    assert sketch.decode() == ({}, True)
    assert not any(sketch.to_bytes())


@given(SUBJECTS)
def test_the_subjects_that_differ_are_found_by_their_numbers(differing):
    claims = [Claim(name, "what", "where", 0, amount) for name, amount in differing.items()]
    decoded = filled(*agreeing(50), *claims).decode()
    assert decoded.whole and set(decoded.values) == set(map(number_of, differing))


def test_a_sketch_goes_on_from_its_bytes():
    first = filled(Claim("order", "what", "where", 500, 0))
    again = Sketch(64, first.to_bytes())
    again.add([Claim("order", "what", "where", 0, 500)])
    assert again.decode() == ({}, True)


def test_the_same_amount_at_another_place_is_a_difference():
    decoded = filled(
        Claim("order", "what", "anna", 500, 0), Claim("order", "what", "bert", 0, 500)
    ).decode()
    assert set(decoded.values) == {number_of("order")}


def test_three_quarters_of_the_cells_can_be_told_apart_and_more_is_said():
    fits = [Claim(f"order {number}", "what", "where", 0, 1) for number in range(130)]
    assert filled(*fits).decode().whole
    too_many = [Claim(f"order {number}", "what", "where", 0, 1) for number in range(900)]
    assert not filled(*too_many).decode().whole


def test_a_stored_sketch_of_another_size_is_refused():
    with pytest.raises(ValueError, match="64 cells"):
        Sketch(64, Sketch(32).to_bytes())


def test_numbers_do_not_depend_on_the_process():
    assert number_of("order") == 296784320069204450

"""Each finding of lint on the smallest program that has it, gone once the program is mended, its order played by the engine."""

import pytest
from hypothesis import given

from shared.domain.lint.findings import lint
from shared.domain.lint.worst_case import discounted_order, worst_order
from shared.domain.programs.program_document import parse_program
from shared.presets import PRESETS, load_preset
from tests.support.programs_and_histories import levels, member, order, play, program, rewards
from tests.support.strategies import programs


def group(name: str, volume: int, percent: str) -> dict:
    return {"id": name, "name": name, "min_volume": volume, "levels": [{"percent": percent}]}


RECURSIVE = {"system": "recursive", "percent": "100"}
FIXED = {"system": "levels", "levels": [{"fixed": 1_000}]}
FINDINGS = [
    (
        "cap_below_floor",
        {"rules": {"min_bonus": 500, "max_bonus": 400}},
        {"rules": {"min_bonus": 400, "max_bonus": 400}},
    ),
    (
        "limit_below_floor",
        {"rules": {"min_bonus": 500, "max_per_advocate": {"amount": 400}}},
        {"rules": {"min_bonus": 500}},
    ),
    ("levels_above_whole", {"credit": levels("60", "40.0001")}, {"credit": levels("60", "40")}),
    (
        "levels_above_whole",
        {"credit": levels("60", customer="41")},
        {"credit": levels("60", customer="40")},
    ),
    (
        "levels_above_whole",
        {"groups": [group("gold", 5, "101")]},
        {"groups": [group("gold", 5, "100")]},
    ),
    ("recursive_whole", {"credit": RECURSIVE}, {"credit": RECURSIVE | {"percent": "40"}}),
    (
        "rewards_above_kept",
        {"credit": FIXED},
        {"credit": FIXED, "rules": {"payment_minimum": 1_000}},
    ),
    (
        "rewards_above_kept",
        {"credit": RECURSIVE | {"percent": "70"}},
        {"credit": RECURSIVE | {"percent": "49"}},
    ),
    (
        "floor_pays_whole_order",
        {"rules": {"min_bonus": 500}},
        {"rules": {"min_bonus": 500, "payment_minimum": 501}},
    ),
    (
        "same_threshold",
        {"groups": [group("a", 5, "11"), group("b", 5, "12")]},
        {"groups": [group("a", 5, "11"), group("b", 6, "12")]},
    ),
    (
        "reward_falls",
        {"groups": [group("a", 5, "12"), group("b", 6, "11")]},
        {"groups": [group("a", 5, "11"), group("b", 6, "12")]},
    ),
    ("reward_falls", {"groups": [group("a", 5, "9")]}, {"groups": [group("a", 5, "10")]}),
    ("no_order_in_time", {"rules": {"total_days": 0}}, {"rules": {"total_days": 1}}),
    ("no_payment_counts", {"rules": {"total_payments": 0}}, {"rules": {"total_payments": 1}}),
    (
        "no_room",
        {"rules": {"max_per_advocate": {"amount": 0}}},
        {"rules": {"max_per_advocate": {"amount": 1}}},
    ),
    ("no_reward", {"rules": {"max_bonus": 0}}, {"rules": {"max_bonus": 1}}),
    ("nothing_to_earn", {"credit": levels()}, {}),
    (
        "discount_and_rewards_above_kept",
        {"friend": {"discount": {"percent": "48"}}},
        {"friend": {"discount": {"percent": "47"}}},
    ),
    (
        "discount_and_rewards_above_kept",
        {"friend": {"discount": {"fixed": 1_000}}},
        {"friend": {"discount": {"fixed": 1_000, "minimum_order": 2_200}}},
    ),
]
ERRORS = {
    "cap_below_floor",
    "limit_below_floor",
    "levels_above_whole",
    "recursive_whole",
    "same_threshold",
}


@pytest.mark.parametrize(("code", "wrong", "mended"), FINDINGS)
def test_finding(code: str, wrong: dict, mended: dict) -> None:
    wrong, mended = ({"credit": levels("10")} | fields for fields in (wrong, mended))
    found = {finding.code: finding for finding in lint(program(**wrong))}
    assert code in found
    assert (found[code].severity == "error") >= (code in ERRORS)
    assert found[code].example is not None
    assert code not in {finding.code for finding in lint(program(**mended))}


CAP = {"amount": 500, "from": "2026-02-01T00:00:00Z", "until": "2026-03-01T00:00:00Z"}
TIMES = [
    ("notice_before_credit", {"wallet": {"expires_after_days": 14}}, True),
    ("notice_before_credit", {"wallet": {"expires_after_days": 15}}, False),
    (
        "notice_before_credit",
        {"wallet": {"expires_after_days": 7, "expiry_notice_days": None}},
        False,
    ),
    ("limit_while_inactive", {"active": {"from": CAP["until"]}}, True),
    ("limit_while_inactive", {"active": {"from": "2026-02-28T23:59:59Z"}}, False),
    ("limit_while_inactive", {"active": {"until": CAP["from"]}}, True),
    ("limit_while_inactive", {"active": {"until": "2026-02-01T00:00:01Z"}}, False),
]


@pytest.mark.parametrize(("code", "fields", "found"), TIMES)
def test_times_that_contradict_one_another(code: str, fields: dict, found: bool) -> None:
    terms = program(**{"credit": levels("10"), "rules": {"max_per_advocate": CAP}} | fields)
    codes = {finding.code for finding in lint(terms) if finding.severity == "warning"}
    assert (code in codes) is found


def test_a_program_that_is_not_active_yet_is_looked_at_as_if_it_were() -> None:
    wrong = {"credit": levels("60", "41"), "active": {"from": "2030-01-01T00:00:00Z"}}
    assert [finding.code for finding in lint(program(**wrong))][:1] == ["levels_above_whole"]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_have_no_findings(name: str) -> None:
    assert lint(parse_program(load_preset(name))) == []


def test_a_recursion_that_passes_the_whole_by_rounding_alone_may_be_published() -> None:
    found = lint(program({"system": "recursive", "percent": "50"}))
    assert [(finding.severity, finding.code) for finding in found] == [
        ("warning", "rewards_above_kept")
    ]


def test_an_example_is_what_a_backtest_pays() -> None:
    terms = program(levels("60", "30", customer="20"), rules={"max_bonus": 5_000})
    example = worst_order(terms, 10_000)
    people = [member("A"), member("B", "A"), member("C", "B")]
    result = play(terms, *people, order("1", "C", 10_000, 2))
    assert sorted(rewards(result).values()) == sorted(amount for _, _, amount in example.rewards)
    assert (example.kept, example.total) == (10_000, 5_000 + 3_000 + 2_000)


def test_the_discount_lowers_the_base_of_the_example() -> None:
    example = discounted_order(program(friend={"discount": {"percent": "20"}}), 10_000)
    assert (example.discount, example.kept, example.total) == (2_000, 8_000, 800)


@given(programs)
def test_lint_reads_every_program(terms: dict) -> None:
    for finding in lint(parse_program(terms)):
        assert (
            finding.text
            and finding.field
            and finding.document()["severity"] in ("error", "warning")
        )

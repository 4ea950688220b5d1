"""What an ordinary order pays, for every system."""

from datetime import UTC, datetime

import pytest

from shared.console.order_preview import OrderPreview, preview_order
from shared.domain.programs.program_document import parse_program
from shared.presets import load_preset
from tests.support.languages import TWO_LANGUAGES

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAID = {
    "peer_to_peer": [(1, 900)],
    "volume_groups": [(1, 300)],
    "level_based": [(0, 500), (1, 1_000), (2, 800), (3, 600)],
    "recursive": [(1, 1_000), (2, 100), (3, 10), (4, 1)],
    "advocate_rules": [(0, 500), (1, 1_800)],
}


def preview(name: str, language: str = "en", **more: object) -> OrderPreview:
    return preview_order(parse_program(load_preset(name) | more), NOW, language)


@pytest.mark.parametrize("language", TWO_LANGUAGES)
@pytest.mark.parametrize("name", PAID)
def test_the_rewards_of_each_system(name: str, language: str) -> None:
    seen = preview(name, language)
    assert [(row.level, row.amount) for row in seen.rewards] == PAID[name]
    assert seen.kept == seen.items - seen.discount - sum(amount for _, amount in PAID[name])


def test_the_friends_discount_is_off_before_anybody_earns() -> None:
    seen = preview("peer_to_peer")
    assert (seen.items, seen.discount, seen.kept) == (10_000, 1_000, 8_100)


def test_each_group_says_what_its_advocates_earn() -> None:
    rows = [(row.group.id, row.amount) for row in preview("volume_groups").groups if row.group]
    assert rows == [("start", 300), ("silver", 500), ("gold", 700)]


def test_a_rule_that_refuses_the_order_says_why() -> None:
    seen = preview("peer_to_peer", rules={"payment_minimum": 50_000})
    assert seen.rewards == [] and "minimum" in (seen.refusal or "")


@pytest.mark.parametrize(
    "active", [{"from": "2027-01-01T00:00:00Z"}, {"until": "2026-01-01T00:00:00Z"}]
)
def test_a_program_that_has_not_begun_or_is_over_is_shown_while_it_runs(active: dict) -> None:
    assert preview("peer_to_peer", active=active).rewards[0].amount == 900


def test_a_currency_without_minor_units_has_an_order_of_ten_thousand() -> None:
    assert preview("level_based", currency="JPY").items == 10_000

"""Credit in a backtest: spent as the live system lets it, given back, expired."""

import pytest

from tests.support.programs_and_histories import (
    again,
    day,
    levels,
    member,
    order,
    play,
    program,
    refund,
    tree,
)

EXPIRING = program(levels("10"), wallet={"expires_after_days": 30})
SOLD = order("1", "B", 10_000, 2)


def spent(amount: int, at: float, order_id: str | None = "cart") -> dict:
    return {"type": "redeemed", "member": "A", "amount": amount, "order": order_id, "at": day(at)}


def row_of(result: dict, *names: str) -> tuple[int, ...]:
    return tuple(result["members"]["A"][name] for name in names)


def test_credit_expires_at_its_own_instant_the_end_included() -> None:
    for last, expired in ((32.99, 0), (33, 1_000), (90, 1_000)):
        result = play(EXPIRING, *tree(), SOLD, member("C", at=last))
        assert row_of(result, "earned", "expired", "balance") == (1_000, expired, 1_000 - expired)
        assert [row["expired"] for row in result["by_month"]] == ([0, 1_000] if expired else [0])


def test_what_was_spent_in_time_does_not_expire_and_what_expired_cannot_be_spent() -> None:
    result = play(EXPIRING, *tree(), SOLD, spent(400, 20), spent(100, 40))
    assert row_of(result, "redeemed", "expired", "balance") == (400, 600, 0)
    assert result["skipped"] == {"insufficient_credit": 1}


def test_credit_that_comes_back_expires_with_the_date_it_came_from() -> None:
    cart = order("cart", "C", 5_000, 21, credit_used=400)
    undone = again(cart, 40, status="cancelled")
    result = play(EXPIRING, *tree(), member("C"), SOLD, spent(400, 20), cart, undone)
    assert row_of(result, "returned", "expired", "balance") == (400, 1_000, 0)


def test_a_refund_after_the_credit_expired_takes_nothing_once_more() -> None:
    result = play(EXPIRING, *tree(), SOLD, again(SOLD, 40, refunds=[refund(10_000)]))
    assert row_of(result, "clawed_back", "expired", "balance") == (0, 1_000, 0)
    assert result["rewards"] == []


@pytest.mark.parametrize(
    ("refunds", "balance", "stands"),
    [
        ([refund(5_000)], 0, 500),
        ([refund(7_000)], -100, 300),
        ([refund(10_000)], -400, 0),
        ([refund(10_000), refund(10_000, status="failed")], 0, 1_000),
        ([refund(10_000), refund(5_000)], 0, 500),
    ],
    ids=["half", "most", "whole", "whole, then failed", "whole, then half"],
)
def test_of_a_reward_in_parts_spent_and_expired_only_what_was_spent_is_taken_back(
    refunds: list[dict], balance: int, stands: int
) -> None:
    """400 of 1,000 were spent and 600 expired: whatever came before, only the last facts count."""
    told = [again(SOLD, 40 + number, refunds=[each]) for number, each in enumerate(refunds)]
    result = play(EXPIRING, *tree(), SOLD, spent(400, 20), *told)
    assert row_of(result, "redeemed", "expired", "balance") == (400, 600, balance)
    assert sum(row["amount"] for row in result["rewards"]) == stands


def test_a_redemption_of_an_unknown_order_is_bounded_by_what_its_checkout_told() -> None:
    terms = program(wallet={"max_percent_of_order": "20"})
    told = spent(100, 20, "later") | {"items_total": 1_000}
    result = play(terms, *tree(), SOLD, spent(100, 20, "later"), told, told, told | {"amount": 101})
    assert row_of(result, "redeemed") == (200,)
    assert result["skipped"] == {"above_order_share": 1, "order_unknown": 1}


def test_a_refund_gives_back_the_credit_that_it_names_and_takes_it_again_when_it_fails() -> None:
    cart = order("cart", "C", 5_000, 21, credit_used=400)
    for refunds, returned in (
        ([refund(100) | {"credit": 150}], 150),
        ([refund(100) | {"credit": 900}], 400),
        ([refund(100, status="failed") | {"credit": 150}], 0),
    ):
        result = play(
            program(),
            *tree(),
            member("C"),
            SOLD,
            cart,
            spent(400, 22),
            again(cart, 23, refunds=[refund(100) | {"credit": 150}]),
            again(cart, 24, refunds=refunds),
        )
        assert row_of(result, "redeemed", "returned") == (400, returned)


def test_the_credit_of_a_blocked_member_waits() -> None:
    blocked, unblocked = (
        {"type": name, "member": "A", "at": day(at)}
        for name, at in (("blocked", 10), ("unblocked", 70))
    )
    assert row_of(play(EXPIRING, *tree(), SOLD, blocked, member("C", at=69)), "expired") == (0,)
    result = play(EXPIRING, *tree(), SOLD, blocked, unblocked)
    assert row_of(result, "expired") == (1_000,)
    assert {row["month"]: row["expired"] for row in result["by_month"]} == {
        "2026-01": 0,
        "2026-03": 1_000,
    }


def test_credit_pays_no_order_that_is_undone_and_no_more_than_its_share() -> None:
    terms = program(wallet={"max_percent_of_order": "50"})
    cart, lost = order("cart", "C", 1_000, 3), order("lost", "C", 1_000, 3, status="cancelled")
    result = play(
        terms,
        *tree(),
        member("C"),
        SOLD,
        cart,
        lost,
        spent(100, 4, "lost"),
        spent(501, 4),
        spent(500, 4),
    )
    assert row_of(result, "redeemed", "returned", "balance") == (500, 0, 500)
    assert result["skipped"] == {"order_undone": 1, "above_order_share": 1}


def test_a_second_block_forfeits_nothing_of_what_came_after_the_first() -> None:
    block = {"type": "blocked", "member": "A", "at": day(3)}
    dearer = again(SOLD, 4, items_total=15_000)
    result = play(program(hold_days=14), *tree(), SOLD, block, dearer, block | {"at": day(5)})
    assert row_of(result, "forfeited", "balance") == (1_000, 500)

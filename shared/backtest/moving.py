"""Removes an order from a member who turns out not to be its buyer (specification: another-buyer)."""

from shared.backtest.member_directory import end_referral
from shared.backtest.state import BacktestOrder


def forget_buyer(order: BacktestOrder) -> None:
    """Removes the order from its old buyer, and ends their referral if only this order had made it.

    Call it after the rewards that the order posted have been taken back.
    """
    friend = order.buyer
    order.buyer = None
    if friend is None:
        return
    friend.forget_order(order.facts.id)
    made = friend.referral and friend.referral.id == order.made_referral
    if made and not friend.payments and not friend.volume_given:
        end_referral(friend)
    order.made_referral = None

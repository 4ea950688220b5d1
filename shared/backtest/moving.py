"""An order of a history leaves the member who turned out not to be its buyer
(specification: another-buyer)."""

from shared.backtest.member_directory import end_referral
from shared.backtest.state import BacktestOrder


def forget_buyer(order: BacktestOrder) -> None:
    """The old buyer without the order, and without a referral that nothing but it had made.

    What the order posted for them went back before.
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

"""What a backtest stores of each member and each order."""

from datetime import datetime

from shared.domain.evaluation.decision import NOTHING_POSTED
from shared.domain.evaluation.posted import PostedState
from shared.domain.ledger.ledger import PostedReward
from shared.domain.ledger.lots import Lots
from shared.domain.orders.facts import NEVER, TICK, OrderFacts
from shared.domain.orders.merging import merge_facts, restamp
from shared.domain.rewards.reward import RewardOutcome
from shared.domain.rewards.terms import Referral


class BacktestMember:
    """A member after the last event. Amounts are minor units of the program's currency.

    It has the fields of `BuyerView` and `AdvocateView`, so decisions read it without a copy. It
    also has:

    * `shop_id`: the shop's id of a member who was a guest first.
    * `volume_given`: what this friend added to the volume of the present advocate.
    * `is_advocate`: whether the member has ever had a friend.
    * `pending`: orders with a reward that the member would lose by a block.
    * `lots`: only if the program lets credit expire.
    * `credited_at`: when credit was last added or a block ended.
    """

    __slots__ = (
        "advocate",
        "blocked",
        "bought_before",
        "clawed_back",
        "credited_at",
        "earned",
        "email_hash",
        "expired",
        "first_order",
        "first_placed_at",
        "forfeited",
        "group",
        "is_advocate",
        "lots",
        "member",
        "ordered_as",
        "payments",
        "pending",
        "redeemed",
        "referral",
        "referral_count",
        "returned",
        "second_order",
        "second_placed_at",
        "shop_id",
        "signed_up_at",
        "used",
        "volume",
        "volume_given",
    )

    def __init__(self, member_id: str) -> None:
        self.member = member_id
        self.shop_id: str | None = None
        self.email_hash: str | None = None
        self.ordered_as: str | None = None
        self.blocked = False
        self.group: str | None = None
        self.signed_up_at: datetime | None = None
        self.advocate: BacktestMember | None = None
        self.referral: Referral | None = None
        self.referral_count = 0
        self.is_advocate = False
        self.volume_given = 0
        self.payments = 0
        self.bought_before: datetime | None = None
        self.first_order: str | None = None
        self.first_placed_at: datetime | None = None
        self.second_order: str | None = None
        self.second_placed_at: datetime | None = None
        self.volume = 0
        self.used = 0
        self.pending: list[BacktestOrder] | None = None
        self.lots: Lots | None = None
        self.credited_at: datetime | None = None
        self.earned = 0
        self.clawed_back = 0
        self.forfeited = 0
        self.redeemed = 0
        self.returned = 0
        self.expired = 0

    @property
    def public_id(self) -> str:
        return self.shop_id or self.member

    @property
    def net_rewards(self) -> int:
        return self.earned - self.clawed_back - self.forfeited

    @property
    def balance(self) -> int:
        return self.net_rewards - self.redeemed + self.returned - self.expired

    def available(self, at: datetime) -> int:
        """What the member can spend at an instant: the balance less pending rewards."""
        pending = 0
        for order in self.pending or ():
            for reward in order.pending_rewards(at):
                if reward.member == self.member:
                    pending += reward.net
        return self.balance - pending

    def remember_order(self, order_id: str, placed_at: datetime | None) -> None:
        """Stores an order if it is one of the two that were placed first. Two are enough to find
        the earliest order other than a given one.
        """
        if placed_at is None:
            return
        first, second = self.first_placed_at, self.second_placed_at
        if first is None or order_id == self.first_order:
            self.first_order = order_id
            self.first_placed_at = placed_at if first is None else min(first, placed_at)
        elif placed_at < first:
            self.second_order, self.second_placed_at = self.first_order, first
            self.first_order, self.first_placed_at = order_id, placed_at
        elif second is None or placed_at < second:
            self.second_order, self.second_placed_at = order_id, placed_at

    def forget_order(self, order_id: str) -> None:
        """Removes an order that turned out not to be this member's."""
        if order_id == self.first_order:
            self.first_order, self.first_placed_at = self.second_order, self.second_placed_at
        elif order_id != self.second_order:
            return
        self.second_order, self.second_placed_at = None, None

    def as_buyer_of(self, order: OrderFacts) -> "BacktestMember":
        """Sets the fields that depend on the order (`bought_before`, `ordered_as`), and returns
        this member.
        """
        is_first = order.id == self.first_order
        self.bought_before = self.second_placed_at if is_first else self.first_placed_at
        self.ordered_as = order.email_hash
        return self


class BacktestOrder:
    """One order: its facts so far, its buyer, its last outcome, and what it has posted.

    * `parked`: the reason why it is parked; `None` if it is not.
    * `named_later`: whether a later event may name it.
    * `made_referral`: id of the referral that a code on this order made for its buyer.
    """

    __slots__ = (
        "_first_at",
        "_updates_at",
        "buyer",
        "facts",
        "made_referral",
        "named_later",
        "outcome",
        "parked",
        "posted",
    )

    def __init__(self, facts: OrderFacts, at: datetime) -> None:
        self.facts = facts
        self.buyer: BacktestMember | None = None
        self.posted: PostedState = NOTHING_POSTED
        self.outcome: RewardOutcome | None = None
        self.parked: str | None = None
        self.made_referral: str | None = None
        self.named_later = True
        self._first_at = at
        self._updates_at: dict[datetime, int] | None = None

    def add_update(self, update: OrderFacts, at: datetime) -> OrderFacts:
        """Merges an update into the facts. Returns the facts before it.

        Of two updates at the same instant, the later one in the history is newer.
        """
        if self._updates_at is None:
            self._updates_at = {self._first_at: 1}
        earlier = self._updates_at.get(at, 0)
        self._updates_at[at] = earlier + 1
        if earlier:
            update = restamp(update, at + earlier * TICK)
        known, self.facts = self.facts, merge_facts(self.facts, update)
        return known

    def pending_rewards(self, at: datetime) -> list[PostedReward]:
        """The rewards above 0 that are not available yet at an instant."""
        return [
            reward
            for reward in self.posted.rewards
            if reward.available_on and reward.available_on > at and reward.net
        ]

    def last_date(self) -> datetime:
        """When the last reward becomes available. If the order has no reward with a date, `NEVER`,
        which is before every instant.
        """
        dates = (reward.available_on for reward in self.posted.rewards if reward.available_on)
        return max(dates, default=NEVER)

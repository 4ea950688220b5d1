"""The orders of a backtest that can still change."""

from collections.abc import Callable, Mapping
from datetime import datetime
from heapq import heappop, heappush

from shared.backtest.state import BacktestMember, BacktestOrder
from shared.domain.programs.program import Program


class KeptOrders:
    """Keeps an order as long as a later event may name it, or a block could forfeit one of its
    rewards.

    After that it calls `on_final` with the order and forgets it. So the memory used grows with the
    members, not with the orders.
    """

    def __init__(
        self,
        program: Program,
        members: Mapping[str, BacktestMember],
        on_final: Callable[[BacktestOrder], None],
    ) -> None:
        self.by_id: dict[str, BacktestOrder] = {}
        self._members = members
        self._on_final = on_final
        self._has_pending_rewards = program.hold_days > 0
        self._maturing: list[tuple[datetime, str]] = []
        self.matured: tuple[datetime, str] | None = None
        """While matured orders are finished: the date and the id by which their turn is decided."""

    def keep_or_finish(self, order: BacktestOrder, at: datetime) -> None:
        """After an event that named the order: keeps it if a later event names it or it has a
        pending reward, or else calls `on_final` with it.
        """
        if (self._has_pending_rewards and self._note_pending(order, at)) or order.named_later:
            self.by_id[order.facts.id] = order
        else:
            self.by_id.pop(order.facts.id, None)
            self._on_final(order)

    def finish_matured(self, at: datetime) -> None:
        """Finishes the orders whose rewards have all become available by now, unless they are kept
        for another reason.
        """
        while self._maturing and self._maturing[0][0] <= at:
            self.matured = heappop(self._maturing)
            order = self.by_id.get(self.matured[1])
            if order is not None and not order.named_later:
                self._on_final(self.by_id.pop(order.facts.id))
        self.matured = None

    def next_date(self) -> datetime | None:
        """When the next order matures; `None` if none is waiting for that."""
        return self._maturing[0][0] if self._maturing else None

    def finish_all(self) -> None:
        for order in self.by_id.values():
            self._on_final(order)
        self.by_id.clear()

    def _note_pending(self, order: BacktestOrder, at: datetime) -> bool:
        """Adds the order to the `pending` list of each member who has a pending reward of it.
        Returns whether there is one.
        """
        pending = order.pending_rewards(at)
        for reward in pending:
            member = self._members[reward.member]
            member.pending = [
                other
                for other in member.pending or ()
                if other is not order and other.last_date() > at
            ]
            member.pending.append(order)
        if pending:
            heappush(self._maturing, (order.last_date(), order.facts.id))
        return bool(pending)

"""What became of an order, counted where it is told for the first time."""

from shared import metrics
from shared.domain.evaluation.decision import EVALUATED
from shared.orders.evaluate import Evaluation


def count_outcome(told: Evaluation) -> None:
    """An order that earns somebody something, or nobody, or cannot be evaluated; what was so before is not counted again."""
    before, decision = told.sale.known, told.decision
    if decision.parked and decision.parked != before.parked:
        metrics.count(metrics.PARKED, detail=decision.parked)
    if decision.state == EVALUATED and before.state != EVALUATED:
        earned = any(row.net > 0 for row in decision.posted.standings)
        metrics.count(metrics.ORDERS_REWARDED if earned else metrics.ORDERS_REFUSED)

"""Counts for alarms and graphs, as CloudWatch reads them from the log (embedded metric format).

A count never says whose it is or by whom. Every metric has the stack's name as its dimension
`service`, and at most one dimension beside it.
"""

import threading

from aws_lambda_powertools.metrics import Metrics, MetricUnit, single_metric

NAMESPACE = "Grapevine"
REFUSED_SIGNATURES = "RefusedSignatures"
PARKED = "Parked"
CODE_MISSES = "CodeMisses"
CODE_GUESSING_LIMITED = "CodeGuessingLimited"
ORDERS_REWARDED = "OrdersRewarded"
ORDERS_REFUSED = "OrdersRefused"
VERIFY_DIFFERENCES = "VerifyDifferences"
SETTLEMENT_LATE = "SettlementLate"
"""Months that ended some days ago and are not closed."""
EXPIRY_RUNS = "ExpiryRuns"
RECONCILIATION_RUNS = "ReconciliationRuns"
REVIEW_RUNS = "ReviewRuns"
SETTLEMENT_RUNS = "SettlementRuns"
"""Nightly runs that began (of reviews: that came to their end). An alarm hears their absence."""

_turn = threading.Lock()
"""Records of a batch count side by side."""


def count(name: str, value: int = 1) -> None:
    """Add to a metric; `flush` writes it when the invocation ends."""
    with _turn:
        Metrics(namespace=NAMESPACE).add_metric(name, MetricUnit.Count, value)


def count_parked(reason: str) -> None:
    """Count what cannot be used, altogether and by its reason.

    A dimension belongs to a whole line, so the one with the reason is written at once.
    """
    count(PARKED)
    with _turn, single_metric(PARKED, MetricUnit.Count, value=1, namespace=NAMESPACE) as metric:
        metric.add_dimension("reason", reason)


def flush() -> None:
    """Write one line with everything that was counted since the last one; none where nothing was."""
    metrics = Metrics(namespace=NAMESPACE)
    with _turn:
        if metrics.metric_set:
            metrics.flush_metrics()

"""Counts for alarms and graphs. CloudWatch reads them from the log (embedded metric format).

A count never names a person. Each metric has the dimension `service`, which is the stack's name,
and at most one more dimension.
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
"""Nightly runs that have started; for reviews, runs that have finished. An alarm reports it if one
is missing.
"""

_turn = threading.Lock()
"""The records of a batch count in parallel threads."""


def count(name: str, value: int = 1) -> None:
    """Adds to a metric. `flush` writes it at the end of the invocation."""
    with _turn:
        Metrics(namespace=NAMESPACE).add_metric(name, MetricUnit.Count, value)


def count_parked(reason: str) -> None:
    """Counts something that could not be used: once in total, and once by its reason.

    A dimension applies to a whole line of the log, so the line with the reason is written at once.
    """
    count(PARKED)
    with _turn, single_metric(PARKED, MetricUnit.Count, value=1, namespace=NAMESPACE) as metric:
        metric.add_dimension("reason", reason)


def flush() -> None:
    """Writes one line with everything that was counted since the last one. Writes nothing if
    nothing was counted.
    """
    metrics = Metrics(namespace=NAMESPACE)
    with _turn:
        if metrics.metric_set:
            metrics.flush_metrics()

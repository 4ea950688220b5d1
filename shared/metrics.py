"""What is counted for alarms and graphs, as CloudWatch reads it from the log (embedded metric format); never whose or by whom."""

import os
import threading

NAMESPACE = "Grapevine"
REFUSED_SIGNATURES = "RefusedSignatures"
PARKED = "Parked"
CODE_MISSES = "CodeMisses"
CODE_GUESSING_LIMITED = "CodeGuessingLimited"
ORDERS_REWARDED = "OrdersRewarded"
ORDERS_REFUSED = "OrdersRefused"
VERIFY_DIFFERENCES = "VerifyDifferences"
DIMENSIONS = {PARKED: "reason"}
"""A metric has the stack's name as a dimension, and at most this one beside it."""

_turn = threading.Lock()


def count(name: str, value: int = 1, detail: str | None = None) -> None:
    """One line on stdout; `detail` is the value of the metric's own dimension."""
    from aws_lambda_powertools.metrics import (
        MetricUnit,
        single_metric,
    )  # a tenth of a second, for those alone who count something

    with (
        _turn,
        single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=NAMESPACE) as metric,
    ):
        metric.add_dimension("service", os.environ.get("POWERTOOLS_SERVICE_NAME", "grapevine"))
        if detail is not None:
            metric.add_dimension(DIMENSIONS[name], detail)

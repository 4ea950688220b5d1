"""Tries orders again that were parked without an exchange rate, after a load of rates, page by page.
Each page is one job and safe to repeat.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial

from shared.domain.evaluation.decision import NO_EXCHANGE_RATE
from shared.domain.orders.facts import OrderFacts
from shared.jobs.job import IMPORTS, EvaluateParked
from shared.jobs.paging import each_account
from shared.orders.evaluate import evaluate_order, report_outcome
from shared.orders.update import OrderUpdate
from shared.store import engine
from shared.store.programs.daily_rates import DONE, RUNNING, RateRetry, find_retry, put_retry
from shared.store.programs.parked import list_parked_orders

LINES_A_PAGE = 100


def try_page(job: EvaluateParked) -> None:
    """Tries the orders of a page if it is the next one, and enqueues the page after it. After a
    newer one, whose jobs try all orders once more, it does nothing.
    """
    retry = _retry_of(job)
    if retry is not None and retry.after == job.after:
        orders, rest = list_parked_orders(NO_EXCHANGE_RATE, LINES_A_PAGE, job.after)
        outcomes = each_account(partial(_try_again, at=job.time), orders)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        usable = sum(outcome is True for outcome in outcomes)
        retry = engine.retrying(partial(_keep, job, len(orders), usable, rest))
    if retry is not None and retry.state == RUNNING:
        IMPORTS.enqueue([replace(job, after=retry.after)])


def _retry_of(job: EvaluateParked) -> RateRetry | None:
    """The running retry that enqueued a job; `None` if a newer one has replaced it or it is done."""
    retry = find_retry(job.target)
    is_same = retry is not None and retry.id == job.retry_id and retry.state == RUNNING
    return retry if is_same else None


def _try_again(order_id: str, at: datetime) -> bool:
    """Evaluates an order with the facts that are known. Returns whether it could be evaluated."""
    nothing_new = OrderUpdate(OrderFacts(order_id, hint=True), at, dated=True)
    evaluation = evaluate_order(nothing_new)
    report_outcome(evaluation)
    return evaluation.decision.parked is None


def _keep(job: EvaluateParked, tried: int, evaluated: int, rest: str | None) -> RateRetry | None:
    """Counts a page, only once."""
    retry = _retry_of(job)
    if retry is None or retry.after != job.after:
        return retry
    after = replace(
        retry,
        state=RUNNING if rest else DONE,
        after=rest or retry.after,
        tried=retry.tried + tried,
        evaluated=retry.evaluated + evaluated,
    )
    engine.write([put_retry(after, retry.revision)])
    return after

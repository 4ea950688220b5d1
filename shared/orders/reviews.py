"""Rewards that wait for a review: staff approves or refuses an order's, and at the deadline the program does (decision 62).

A verdict is one more evaluation of the order, on terms that carry it: what it changes is posted in one transaction with it.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from shared.domain.evaluation.reasons import REVIEW_REFUSED
from shared.domain.members.names import Names
from shared.domain.orders.fraud_signals import REFUSE, deadline
from shared.domain.rewards.reward import Terms
from shared.domain.staff_action import StaffAction
from shared.orders import attribution, commit
from shared.orders.context import complete_context
from shared.orders.deductions import Earned, earned
from shared.orders.evaluate import evaluation
from shared.problem import Conflict, NotFound
from shared.store import engine, keys
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of
from shared.store.programs import reviews
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.reviews import ReviewItem
from shared.store.reading import Reading

APPROVED, REFUSED = "approved", "refused"
BY_DEADLINE = "deadline"
MOST_A_PAGE = 100
MOST_AT_ONCE = 8
log = logging.getLogger("grapevine")


class WaitingReviews(NamedTuple):
    """Orders under review, and the people in them."""

    orders: Sequence[Earned]
    names: Names


def judge(order_id: str, verdict: str, act: StaffAction) -> None:
    """`APPROVED` or `REFUSED`, for good. Raises `NotFound`, and `Conflict` where it was decided otherwise."""
    engine.retrying(lambda: _judge(order_id, verdict, act))


def _judge(order_id: str, verdict: str, act: StaffAction) -> None:
    reading = Reading()
    known = known_of(order_id, reading.item(OrderItem, keys.order(order_id)))
    terms = _reviewed(known)
    if not terms.held:
        return _check(terms, verdict)

    sale = complete_context(reading, known, known.order, act.at)
    sale = replace(sale, before=known.posted._replace(terms=_judged(terms, verdict)))
    decision = evaluation(sale)

    told = put_audit_line(act, {"order": order_id}, {"review": "held"}, {"review": verdict})
    off = reviews.drop_review(order_id, deadline(sale.program.review, terms.held_at))
    commit.apply(sale, decision, off, told)


def _reviewed(known: KnownOrder | None) -> Terms:
    terms = known.posted.terms if known and known.merged_into is None else None
    if terms is None or terms.held_at is None:
        raise NotFound(
            "unknown_review",
            "No rewards of this order were held; GET /v1/reviews lists those that are.",
        )
    return terms


def _judged(terms: Terms, verdict: str) -> Terms:
    """A refused order earns nobody's recommendation anything any more, whatever is told of it later."""
    return terms._replace(verdict=verdict, refusal=REVIEW_REFUSED if verdict == REFUSED else None)


def _check(terms: Terms, verdict: str) -> None:
    before = terms.verdict or REFUSED
    if before != verdict:
        raise Conflict(
            "review_decided",
            f"The review of this order was {before} before, which is final.",
            verdict=before,
        )


def waiting(limit: int, after: str) -> tuple[WaitingReviews, str | None]:
    """A page of what waits, the next deadline first, and where the next page begins."""
    rows, last = reviews.listing(limit, after)
    return of_orders([row.order for row in rows], held=True), last


def of_orders(order_ids: Sequence[str], held: bool = False) -> WaitingReviews:
    """These orders' reviews; with `held`, only those that still wait."""
    reading = Reading()
    orders = [found for found in earned(reading, order_ids) if found.order.merged_into is None]
    orders = [found for found in orders if found.order.posted.terms.held or not held]
    people = list(
        dict.fromkeys(name for found in orders for name in _people(found.order.posted.terms))
    )
    reading.fetch(*attribution.members_wanted(people))
    return WaitingReviews(
        orders, Names([member for name in people if (member := attribution.member(reading, name))])
    )


def _people(terms: Terms) -> list[str]:
    return [name for name in (terms.buyer, *(seat.member for seat in terms.chain)) if name]


def decide_due(at: datetime) -> int:
    """Every review whose deadline has come, a transaction for each; how many failed, and have another turn with the next run."""
    failed, after = 0, ""
    while True:
        rows, last = reviews.due(at, MOST_A_PAGE, after)
        with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
            turns = [threads.submit(engine.retrying, partial(_decide, row, at)) for row in rows]
        faults = [fault for turn in turns if (fault := turn.exception())]
        for fault in faults:
            log.error("a review will have another turn: %s", type(fault).__name__)
        failed += len(faults)
        if last is None:
            return failed
        after = last


def _decide(row: ReviewItem, at: datetime) -> None:
    """What the program says; a line whose order waits no more is only taken off."""
    found = earned(Reading(), [row.order])
    terms = found[0].order.posted.terms if found and found[0].order.merged_into is None else None
    if terms is None or not terms.held:
        return engine.write([reviews.off(row)])
    review = found[0].program.review
    why = f"Nobody decided within {review.deadline_days} days"
    _judge(
        row.order,
        REFUSED if review.at_deadline == REFUSE else APPROVED,
        StaffAction(BY_DEADLINE, "review", at, why),
    )

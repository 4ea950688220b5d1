"""Reviews of held rewards: staff decides, or the program at the deadline (decision 62).

A verdict is stored in the order's terms, and the order is evaluated again in the same transaction.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.evaluation.reasons import REVIEW_REFUSED
from shared.domain.members.names import Names
from shared.domain.orders.fraud_signals import review_deadline
from shared.domain.programs.signal_codes import REFUSE
from shared.domain.rewards.terms import Terms
from shared.domain.staff_action import StaffAction
from shared.log import logger
from shared.orders import attribution
from shared.orders.commit import commit_decision
from shared.orders.context import complete_context
from shared.orders.deductions import EarnedOrder, load_earned
from shared.orders.evaluate import decide_order, finish_order
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


class LoadedReviews(NamedTuple):
    """Orders that are or were under review, and the members that they name."""

    orders: Sequence[EarnedOrder]
    names: Names


def decide_review(order_id: str, verdict: str, action: StaffAction) -> None:
    """Stores the verdict `APPROVED` or `REFUSED`, which is final, with its audit line, and posts
    what the order then requires.

    Raises `NotFound`, `TableBusy`, and `Conflict` if the review was decided differently before.
    """
    engine.retrying(lambda: _decide_review(order_id, verdict, action))


def _decide_review(order_id: str, verdict: str, action: StaffAction) -> None:
    reading = Reading()
    known, posted, held_at = _held_order(
        known_of(order_id, reading.item(OrderItem, keys.order(order_id)))
    )
    if not posted.terms.under_review:
        _check_repeat(posted.terms, verdict)
        return finish_order(order_id, action.at) if known.unfinished else None

    context = complete_context(reading, known, known.order, action.at)
    after = posted._replace(terms=_with_verdict(posted.terms, verdict))
    context = replace(context, before=after)
    decision = decide_order(context)

    audit_line = put_audit_line(
        action, {"order": order_id}, {"review": "held"}, {"review": verdict}
    )
    deadline = review_deadline(context.program.review, held_at)
    commit_decision(context, decision, reviews.drop_review(order_id, deadline), audit_line)


def _held_order(known: KnownOrder | None) -> tuple[KnownOrder, FrozenOrder, datetime]:
    """An order whose rewards are or were held, what it has posted, and when they were held."""
    posted = known.posted if known and known.merged_into is None else None
    if known and isinstance(posted, FrozenOrder) and posted.terms.held_at is not None:
        return known, posted, posted.terms.held_at
    raise NotFound(
        "unknown_review",
        "No rewards of this order were held. GET /v1/reviews lists those that are.",
    )


def _with_verdict(terms: Terms, verdict: str) -> Terms:
    """The terms with the verdict. After `REFUSED` the order never earns an advocate anything,
    whatever updates follow.
    """
    return terms._replace(verdict=verdict, refusal=REVIEW_REFUSED if verdict == REFUSED else None)


def _check_repeat(terms: Terms, verdict: str) -> None:
    """Raises `Conflict` for another verdict than the stored one; the same verdict again is
    accepted.
    """
    before = terms.verdict or REFUSED
    if before != verdict:
        raise Conflict(
            "review_decided",
            f"This order's review was already {before}, which is final.",
            verdict=before,
        )


def list_waiting(limit: int, after: str) -> tuple[LoadedReviews, str | None]:
    """A page of undecided reviews, earliest deadline first, and the cursor of the next page; `None`
    after the last page. Raises `InvalidCursor`.
    """
    items, last = reviews.list_reviews(limit, after)
    return load_reviews([item.order for item in items], held=True), last


def load_reviews(order_ids: Sequence[str], held: bool = False) -> LoadedReviews:
    """The named orders that have terms; with `held` only those whose review is open."""
    reading = Reading()
    orders = [
        order
        for order in load_earned(reading, order_ids)
        if order.known.merged_into is None and (order.posted.terms.under_review or not held)
    ]
    member_ids = list(
        dict.fromkeys(name for order in orders for name in _member_ids(order.posted.terms))
    )
    reading.fetch(*attribution.member_keys(member_ids))
    members = (attribution.find_member(reading, member_id) for member_id in member_ids)
    return LoadedReviews(orders, Names([member for member in members if member]))


def _member_ids(terms: Terms) -> list[str]:
    buyer = [terms.buyer] if terms.buyer else []
    return [*buyer, *(advocate.member for advocate in terms.chain)]


def decide_due(at: datetime) -> int:
    """Decides every review whose deadline has come, each in its own transaction.

    Returns how many failed; the next run tries these again.
    """
    failed, after = 0, ""
    while True:
        items, last = reviews.list_due_reviews(at, MOST_A_PAGE, after)
        with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
            turns = [
                threads.submit(engine.retrying, partial(_decide_by_deadline, item, at))
                for item in items
            ]
        faults = [fault for turn in turns if (fault := turn.exception())]
        for fault in faults:
            logger.error("a review will have another turn", fault=type(fault).__name__)
        failed += len(faults)
        if last is None:
            return failed
        after = last


def _decide_by_deadline(item: ReviewItem, at: datetime) -> None:
    """Decides as the program says. If the order is no longer held, only remove it from the list."""
    orders = [
        order for order in load_earned(Reading(), [item.order]) if not order.known.merged_into
    ]
    if not orders or not orders[0].posted.terms.under_review:
        return engine.write([reviews.drop_line(item)])
    review = orders[0].program.review
    verdict = REFUSED if review.at_deadline == REFUSE else APPROVED
    reason = f"Nobody decided within {review.deadline_days} days"
    return _decide_review(item.order, verdict, StaffAction(BY_DEADLINE, "review", at, reason))

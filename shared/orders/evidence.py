"""The evidence of an order, as it is shown and as it is stored."""

from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.members.evidence import REFERRAL, Evidence, evidence_document
from shared.domain.rewards.terms import Terms
from shared.orders.context import OrderContext


def shown_evidence(context: OrderContext) -> list[dict[str, str]]:
    """All evidence of an order; evidence that did not win has the field `lost` with the reason.

    Once the stored evidence of an order has a winner, it is shown unchanged: what later evaluations
    find does not replace it.
    """
    known = list(context.known.evidence)
    if context.evidence and all("lost" in document for document in known):
        known = [evidence_document(piece) for piece in context.evidence]
    if known or not isinstance(context.before, FrozenOrder):
        return known
    return _evidence_of_terms(context, context.before.terms)


def _evidence_of_terms(context: OrderContext, terms: Terms) -> list[dict[str, str]]:
    """The referral that the terms name, if there is no other evidence."""
    if not terms.referral:
        return []
    referral = context.buyer.member.referral if context.buyer else None
    made_at = referral.made_at if referral and referral.id == terms.referral else None
    return [evidence_document(Evidence(REFERRAL, terms.chain[0].member, made_at))]


def stored_evidence(context: OrderContext) -> tuple[dict[str, str], ...]:
    """The evidence that is stored with the order.

    If the only evidence is a referral, nothing is stored, because the terms name it.
    """
    if all(piece.kind == REFERRAL for piece in context.evidence):
        return context.known.evidence
    return tuple(shown_evidence(context)) or context.known.evidence

"""The evidence of an order as it is shown and stored."""

from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.members.evidence import REFERRAL, Evidence
from shared.domain.rewards.terms import Terms
from shared.orders.attribution import evidence_document
from shared.orders.context import OrderContext


def shown_evidence(context: OrderContext) -> list[dict[str, str]]:
    """Every piece of evidence; the winner has no `lost`.

    Evidence that has bound the buyer stays the winner of its order.
    """
    known = list(context.known.evidence)
    if context.evidence and all("lost" in document for document in known):
        known = [evidence_document(piece) for piece in context.evidence]
    if known or not isinstance(context.before, FrozenOrder):
        return known
    return _evidence_of_terms(context, context.before.terms)


def _evidence_of_terms(context: OrderContext, terms: Terms) -> list[dict[str, str]]:
    """The referral that the terms name, where nothing else was evidence."""
    if not terms.referral:
        return []
    referral = context.buyer.member.referral if context.buyer else None
    made_at = referral.made_at if referral and referral.id == terms.referral else None
    return [evidence_document(Evidence(REFERRAL, terms.chain[0].member, made_at))]


def stored_evidence(context: OrderContext) -> tuple[dict[str, str], ...]:
    """What is stored with the order.

    Where a referral is the only evidence, the terms name it, and nothing new is stored.
    """
    if all(piece.kind == REFERRAL for piece in context.evidence):
        return context.known.evidence
    return tuple(shown_evidence(context)) or context.known.evidence

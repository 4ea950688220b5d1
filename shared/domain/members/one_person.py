"""Merging two members who are one person: who may be merged, and what each is afterwards
(specification: merge).
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from shared.domain.members.member import Member
from shared.domain.orders.fraud_signals import BuyerTraces

SAME_MEMBER, ERASED, MERGED = "same_member", "member_erased", "already_merged"
BLOCKED, GUEST_KEPT, ABOVE = "merge_blocked", "guest_goes_on", "recommended_each_other"
TOO_MANY = "too_many_merged"
MOST_ABSORBED = 5
"""So many closed members can be merged into one, at most. An order of the person reads all of them."""
MERGES = {
    SAME_MEMBER: "This is the same member. Choose two different ones.",
    ERASED: "An erased member cannot be merged.",
    MERGED: ("One of the two is closed already. Merge the member who goes on for them instead."),
    BLOCKED: (
        "One of the two is blocked, or a block is not finished yet. Unblock them first, then merge."
    ),
    GUEST_KEPT: (
        "A registered member cannot go on as a guest. Choose the registered one to go on."
    ),
    ABOVE: (
        "One of the two is above the other in the chain of recommendations, so they would reward"
        " themselves. End the referral between them first, and choose there whether unspent rewards"
        " are taken back. Then merge."
    ),
    TOO_MANY: ("Too many members were merged into these two already: at most 5 for one person."),
}
"""Why two members cannot be merged, for staff."""


def find_objection(
    kept: Member, closed: Member, above_kept: Collection[str], above_closed: Collection[str]
) -> str | None:
    """Why two members cannot be merged; `None` if they can. The other two arguments are the ids of
    all advocates above each of them.
    """
    if kept.is_person(closed.id):
        return SAME_MEMBER if kept.id == closed.id else MERGED
    if kept.erased or closed.erased:
        return ERASED
    if closed.merged_into or kept.merged_into:
        return MERGED
    if any((kept.blocked, closed.blocked, kept.finishing, closed.finishing)):
        return BLOCKED
    if closed.registered and not kept.registered:
        return GUEST_KEPT
    if closed.id in above_kept or kept.id in above_closed:
        return ABOVE
    if len(kept.absorbed) + len(closed.absorbed) >= MOST_ABSORBED:
        return TOO_MANY
    return None


def as_kept(kept: Member, closed: Member) -> Member:
    """The member who goes on. Of the closed one they get what they do not have: name, address,
    referral; the earlier of both sign-ups counts.
    """
    has_address = kept.email or kept.email_hash
    continues = kept.referral is None and closed.referral is not None
    signed_up = [at for at in (kept.signed_up_at, closed.signed_up_at) if at]
    traces = BuyerTraces(kept.browsers)
    for browser in closed.browsers:
        traces = traces.seen(browser, None)
    return replace(
        kept,
        name=kept.name or closed.name,
        email=kept.email if has_address else closed.email,
        email_hash=kept.email_hash if has_address else closed.email_hash,
        signed_up_at=min(signed_up, default=None),
        referral=closed.referral if continues else kept.referral,
        upline=closed.upline if continues else kept.upline,
        browsers=traces.browsers,
        absorbed=(*kept.absorbed, closed.id, *closed.absorbed),
    )


def as_closed(closed: Member, kept: Member) -> Member:
    """The closed member: everything about them stays, but nobody finds them any more by it."""
    return replace(closed, merged_into=kept.id, absorbed=())


def list_others(member: str, merged: Mapping[str, str]) -> list[str]:
    """The other members who are the same person as a closed member; none if the member is not
    closed. `merged` has the member who goes on by closed member.
    """
    kept = merged.get(member)
    if kept is None:
        return []
    return [kept, *(name for name, into in merged.items() if into == kept and name != member)]
